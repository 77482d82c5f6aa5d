/**
 * The search of a pane. Enter goes to what was found first, an arrow into the list, Escape empties it.
 */

import { part } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

export class ChatSearch extends ChatElement {
  connected() {
    this.listen(this.#field, "input", () => this.#tell());
    this.listen(this, "keydown", (event) => this.#pressed(event));
    // What one has gone to is not looked for any more.
    this.listen(this.context.navigation, "change", () => this.#empty());
    // It is printed, so somebody may have been faster than the scripts; the lists are there a moment after this.
    queueMicrotask(() => this.#field.value !== "" && this.#tell());
  }

  #tell() {
    this.dispatchEvent(new CustomEvent("chat-search", { bubbles: true, detail: this.#field.value.trim() }));
  }

  #empty() {
    if (this.#field.value === "") return;
    this.#field.value = "";
    this.#tell();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.isComposing) return;
    // What was typed last has been looked for when the next picture is drawn.
    if (event.key === "Enter") requestAnimationFrame(() => this.#field.value.trim() !== "" && this.#found?.click());
    else if (event.key === "ArrowDown") this.#found?.focus();
    else if (event.key === "Escape" && this.#field.value !== "") {
      // Not the panel as well.
      event.stopPropagation();
      this.#empty();
    } else return;
    event.preventDefault();
  }

  /** The first line that is drawn. @returns {HTMLElement | undefined} */
  get #found() {
    const lines = this.closest(".chat__side")?.querySelectorAll(".side__scroll .entry:is([href], button)") ?? [];
    return /** @type {HTMLElement[]} */ ([...lines]).find((line) => line.offsetParent !== null);
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (part(this, "field"));
  }
}
