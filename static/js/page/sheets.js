/**
 * Sheets: small dialogs over the page, from below on a phone and in the middle of a desktop. Back, Escape, the veil
 * and any `data-closes` button inside close one; the browser keeps the focus inside and gives it back.
 */

/** @import { Layers } from "./layers.js" */

export class Sheets {
  #layers;

  /** @param {Layers} layers */
  constructor(layers) {
    this.#layers = layers;
  }

  /**
   * Show a `<dialog class="sheet">`. One that is not in the page yet is put there, and leaves it when it closes.
   * @param {HTMLDialogElement} dialog
   * @returns {Promise<string>} the value of the button that closed it, empty when it was only closed
   */
  open(dialog) {
    const isGuest = !dialog.isConnected;
    if (isGuest) document.body.append(dialog);
    dialog.returnValue = "";
    dialog.showModal();
    delete dialog.dataset.answer;
    let hasStep = true;
    this.#layers.open(() => {
      hasStep = false;
      dialog.close(dialog.dataset.answer ?? "");
    });
    return new Promise((resolve) => {
      const listening = new AbortController();
      const { signal } = listening;
      dialog.addEventListener("click", (event) => this.#clicked(dialog, event), { signal });
      dialog.addEventListener("cancel", (event) => this.#cancelled(event), { signal });
      const closed = () => {
        listening.abort();
        // A browser closes a dialog that refuses Escape twice.
        if (hasStep) this.close();
        if (isGuest) dialog.remove();
        resolve(dialog.returnValue);
      };
      dialog.addEventListener("close", closed, { signal });
    });
  }

  /** Close the topmost. */
  close() {
    this.#layers.close();
  }

  // internal

  /**
   * @param {HTMLDialogElement} dialog
   * @param {MouseEvent} event
   */
  #clicked(dialog, event) {
    const target = /** @type {Element} */ (event.target);
    const closer = target.closest("[data-closes]");
    if (target !== dialog && closer === null) return;
    dialog.dataset.answer = closer instanceof HTMLButtonElement ? closer.value : "";
    this.close();
  }

  /** Escape: the step of the history goes with it. @param {Event} event */
  #cancelled(event) {
    event.preventDefault();
    this.close();
  }
}
