/**
 * The panes beside the log. On a small screen each opens over it, alone, and closes by its button, Escape or Back.
 */

import { ChatElement } from "./chat_element.js";

/** At which another pane finds room: as in chat.css. */
const WIDTHS = [700, 1100];

export class ChatPanels extends ChatElement {
  /** What had the focus before a panel was opened. @type {HTMLElement | null} */
  #opener = null;

  connected() {
    for (const button of this.#buttons("data-opens")) {
      this.listen(button, "click", () => this.#toggle(button.dataset.opens ?? ""));
    }
    for (const button of this.#buttons("data-closes")) this.listen(button, "click", () => this.#close());
    this.listen(this, "keydown", (event) => {
      if (event.key === "Escape" && this.#open !== "") this.#close();
    });
    // Where all panes are in sight none is open over the log.
    for (const width of WIDTHS) this.listen(matchMedia(`(min-width: ${width}px)`), "change", () => this.#close());
    this.#become("");
  }

  // actions

  /** @param {string} name */
  #toggle(name) {
    if (this.#open === name) {
      this.#close();
      return;
    }
    this.#opener = /** @type {HTMLElement | null} */ (document.activeElement);
    if (this.#open === "") this.context.layers.open(() => this.#become(""));
    this.#become(name);
    const heading = this.querySelector(`#${name} [data-closes]`);
    if (heading instanceof HTMLElement) heading.focus();
  }

  #close() {
    if (this.#open !== "") this.context.layers.close();
  }

  // internal

  get #open() {
    return this.dataset.panel ?? "";
  }

  /** @param {string} name  of the panel that is open, empty for none */
  #become(name) {
    const wasOpen = this.#open !== "";
    this.dataset.panel = name;
    for (const button of this.#buttons("data-opens")) {
      button.setAttribute("aria-expanded", String(button.dataset.opens === name));
    }
    // What lies below cannot be reached meanwhile. The landmark itself stays.
    for (const element of this.querySelectorAll("main > *, header > button")) {
      if (element instanceof HTMLElement) element.inert = name !== "";
    }
    if (wasOpen && name === "") this.#opener?.focus();
    this.dispatchEvent(new CustomEvent("panel", { detail: name, bubbles: true }));
  }

  /**
   * @param {string} attribute
   * @returns {NodeListOf<HTMLButtonElement>}
   */
  #buttons(attribute) {
    return this.querySelectorAll(`button[${attribute}]`);
  }
}
