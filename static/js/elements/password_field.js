/**
 * A password that can be looked at, and need not be typed twice: who sees it sees a slip.
 *
 * Around an `<input type="password">` and a hidden button. Without this script the button stays away, and the field
 * named in `data-repeated-in` asks for the password a second time.
 */

export class PasswordField extends HTMLElement {
  connectedCallback() {
    this.#button.hidden = false;
    this.#button.addEventListener("click", this.#turn);
    this.#input.addEventListener("input", this.#repeat);
    this.#input.form?.addEventListener("submit", this.#finish);
    if (this.#mayHideTheOther) this.#hideTheOther();
  }

  disconnectedCallback() {
    this.#button.removeEventListener("click", this.#turn);
    this.#input.removeEventListener("input", this.#repeat);
    this.#input.form?.removeEventListener("submit", this.#finish);
  }

  #turn = () => {
    this.#show(!this.#isShown);
    this.#input.focus();
  };

  #repeat = () => {
    if (this.#other?.closest(".field")?.hasAttribute("hidden")) this.#other.value = this.#input.value;
  };

  /** As dots again, so that the browser keeps it as a password and not among what was typed. */
  #finish = () => {
    this.#repeat();
    this.#show(false);
  };

  /** @param {boolean} isShown */
  #show(isShown) {
    this.#input.type = isShown ? "text" : "password";
    this.#button.setAttribute("aria-pressed", String(isShown));
  }

  #hideTheOther() {
    const field = this.#other?.closest(".field");
    if (!this.#other || !field) return;
    this.#other.required = false; // Nothing may be missing where nobody can fill it in.
    field.setAttribute("hidden", "");
  }

  /** Not when there is something to read beside it. */
  get #mayHideTheOther() {
    return this.#other !== null && this.#other.getAttribute("aria-invalid") !== "true";
  }

  get #isShown() {
    return this.#input.type === "text";
  }

  get #input() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  get #button() {
    return /** @type {HTMLButtonElement} */ (this.querySelector("button"));
  }

  /** @returns {HTMLInputElement | null} */
  get #other() {
    const other = document.getElementById(this.dataset.repeatedIn ?? "");
    return other instanceof HTMLInputElement ? other : null;
  }
}

customElements.define("password-field", PasswordField);
