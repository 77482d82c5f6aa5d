/**
 * Asks before a log-out what shall become of words that are not sent yet. Whoever logs out leaves no drafts on the
 * device, which somebody else may use next, unless the words are to be kept there; a log-out that is forced keeps them.
 * What has been seen is kept in no case: `chat-left` says that somebody leaves.
 */

import { part } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

export class ChatLeaving extends ChatElement {
  connected() {
    this.listen(document, "submit", (event) => this.#submitted(event));
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (new URL(form.action, location.href).pathname !== this.context.config.logOut) return;
    const count = this.#unsent.length;
    if (count === 0) {
      this.context.drafts.clear();
      document.dispatchEvent(new CustomEvent("chat-left"));
      return;
    }
    event.preventDefault();
    this.#ask(form, count);
  }

  /**
   * @param {HTMLFormElement} form
   * @param {number} count
   */
  async #ask(form, count) {
    part(this, "title").textContent = this.say("ask_log_out", { count });
    const dialog = /** @type {HTMLDialogElement} */ (this.closest("dialog"));
    const answer = await this.context.sheets.open(dialog);
    if (answer === "") return;
    document.dispatchEvent(new CustomEvent("chat-left"));
    if (answer === "delete") await this.#forget();
    form.submit();
  }

  async #forget() {
    this.context.drafts.clear();
    await this.chat.outbox.withdrawAll();
  }

  get #unsent() {
    return this.chat.outbox.items.filter(({ state }) => state !== "stored");
  }
}
