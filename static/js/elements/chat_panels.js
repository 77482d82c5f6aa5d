/**
 * The panes beside the log, and the buttons that open them, sheets, or the way out. On a small screen each pane opens
 * over the log, alone, and closes by its button, Escape or Back.
 */

import { ChatElement } from "./chat_element.js";

/** At which another pane finds room: as in chat.css. */
const WIDTHS = [700, 1100];

export class ChatPanels extends ChatElement {
  /** What had the focus before a panel was opened. @type {HTMLElement | null} */
  #opener = null;

  connected() {
    this.listen(document, "click", (event) => this.#clicked(event));
    this.listen(this, "keydown", (event) => {
      if (event.key !== "Escape") return;
      const menu = /** @type {Element} */ (event.target).closest("details[open]");
      if (menu instanceof HTMLDetailsElement) closeMenu(menu);
      else if (this.#open !== "") this.#close();
    });
    // Where all panes are in sight none is open over the log.
    for (const width of WIDTHS) this.listen(matchMedia(`(min-width: ${width}px)`), "change", () => this.#reshaped());
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

  /** With a panel goes what lies over it. */
  #reshaped() {
    if (this.#open !== "") this.context.layers.closeAll();
  }

  /** @param {string} id */
  #openSheet(id) {
    const dialog = document.getElementById(id);
    if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
    dialog.dispatchEvent(new CustomEvent("opening"));
    this.context.sheets.open(dialog);
  }

  // reactions

  /** @param {MouseEvent} event */
  #clicked(event) {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (
      target.closest("[data-opens], [data-closes], [data-opens-sheet], [data-leaves-chat]")
    );
    if (button === null) return;
    const { opens, closes, opensSheet, leavesChat } = button.dataset;
    if (opens !== undefined) this.#toggle(opens);
    else if (opensSheet !== undefined) this.#openSheet(opensSheet);
    else if (leavesChat !== undefined) this.#leave();
    // Those of a sheet are the sheet's.
    else if (closes !== undefined && this.contains(button)) this.#close();
  }

  /** As if it had been typed, and with the same question where something would be lost. */
  #leave() {
    this.#close();
    document.dispatchEvent(new CustomEvent("chat-command", { detail: "#exit" }));
  }

  // internal

  get #open() {
    return this.dataset.panel ?? "";
  }

  /** @param {string} name  of the panel that is open, empty for none */
  #become(name) {
    const wasOpen = this.#open !== "";
    this.dataset.panel = name;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-opens]"))) {
      button.setAttribute("aria-expanded", String(button.dataset.opens === name));
    }
    // What lies below cannot be reached meanwhile. The landmarks themselves stay, and so does what the heading says.
    for (const element of this.querySelectorAll("main > *, header > button")) {
      if (element instanceof HTMLElement) element.inert = name !== "";
    }
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (this.querySelectorAll("h1 > button"))) {
      button.disabled = name !== "";
    }
    if (wasOpen && name === "") this.#opener?.focus();
    this.dispatchEvent(new CustomEvent("panel", { detail: name, bubbles: true }));
  }
}

/** What unfolds closes before what it stands in. @param {HTMLDetailsElement} menu */
function closeMenu(menu) {
  menu.open = false;
  menu.querySelector("summary")?.focus();
}
