/**
 * The panes beside the log. On a small screen each opens over it, alone, and closes by its button, Escape or Back.
 */

import { ChatElement } from "./chat_element.js";

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
    this.listen(this.context.navigation, "change", () => this.#become(""));
    this.listen(window, "popstate", () => this.#become(""));
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
    // Back closes it. The state is that of the page below.
    if (this.#open === "") history.pushState(history.state, "");
    this.#become(name);
    const heading = this.querySelector(`#${name} [data-closes]`);
    if (heading instanceof HTMLElement) heading.focus();
  }

  #close() {
    history.back();
    this.#opener?.focus();
  }

  // internal

  get #open() {
    return this.dataset.panel ?? "";
  }

  /** @param {string} name  of the panel that is open, empty for none */
  #become(name) {
    this.dataset.panel = name;
    for (const button of this.#buttons("data-opens")) {
      button.setAttribute("aria-expanded", String(button.dataset.opens === name));
    }
    const main = this.querySelector("main");
    if (main !== null) main.inert = name !== "";
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
