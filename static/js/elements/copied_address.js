/**
 * A button that copies the text of the element named in `data-of`, and says what became of it. Without this script the
 * button stays away, and the text can be selected.
 */

import { copy } from "../page/clipboard.js";

export class CopiedAddress extends HTMLElement {
  connectedCallback() {
    this.#button.hidden = false;
    this.#button.addEventListener("click", this.#copy);
  }

  disconnectedCallback() {
    this.#button.removeEventListener("click", this.#copy);
  }

  #copy = async () => {
    const isCopied = await copy(document.getElementById(this.dataset.of ?? "")?.textContent ?? "");
    this.#told.textContent = (isCopied ? this.dataset.copied : this.dataset.failed) ?? "";
  };

  get #button() {
    return /** @type {HTMLButtonElement} */ (this.querySelector("button"));
  }

  get #told() {
    return /** @type {HTMLElement} */ (this.querySelector("[role=status]"));
  }
}

customElements.define("copied-address", CopiedAddress);
