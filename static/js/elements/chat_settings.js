/**
 * How the page looks and behaves on this device. What is chosen holds at once.
 */

/** @import { Setting } from "../page/device_settings.js" */

import { Application } from "../page/application.js";
import { part } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

export class ChatSettings extends ChatElement {
  #application = new Application(window);

  connected() {
    this.listen(part(this, "theme"), "submit", (event) => this.#chooseTheme(event));
    this.listen(part(this, "language"), "submit", () => this.#stayHere());
    this.listen(this, "click", (event) => this.#clicked(event));
    this.listen(this.context.settings, "change", () => this.#draw());
    this.listen(matchMedia("(pointer: coarse)"), "change", () => this.#draw());
    this.listen(this.#application, "change", () => this.#draw());
    this.listen(part(this, "install"), "click", () => this.#application.install());
    this.#draw();
  }

  // reactions

  /** At once, and for the next pages. @param {SubmitEvent} event */
  async #chooseTheme(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const chosen = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (chosen === null) return;
    mark(form, chosen.value);
    const { dataset } = document.documentElement;
    if (chosen.value === "auto") delete dataset.theme;
    else dataset.theme = chosen.value;
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form, chosen)));
    // Without a connection it holds as long as this page.
    await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => {});
  }

  /** The page comes again in the other language, at the place where one is by now. */
  #stayHere() {
    /** @type {HTMLInputElement} */ (part(this, "next")).value = location.pathname;
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const button = /** @type {Element} */ (event.target).closest("[data-setting] button");
    if (!(button instanceof HTMLButtonElement)) return;
    const group = /** @type {HTMLElement} */ (button.closest("[data-setting]"));
    this.context.settings.choose(/** @type {Setting} */ (group.dataset.setting), button.value);
  }

  // drawing

  #draw() {
    const { settings } = this.context;
    const sends = settings.entersSend(matchMedia("(pointer: coarse)").matches);
    mark(this.#group("enter"), sends ? "sends" : "breaks");
    mark(this.#group("announce"), settings.get("announce"));
    part(this, "application").hidden = !this.#application.canBeInstalled;
  }

  /** @param {Setting} setting */
  #group(setting) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-setting="${setting}"]`));
  }
}

/**
 * @param {Element} group
 * @param {string} value
 */
function mark(group, value) {
  for (const button of group.querySelectorAll("button")) {
    if (button.value === value) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}
