/**
 * Does what is chosen for a message in the log around it, offers it on a sheet, and tells that it is done.
 */

/** @import { Action } from "../chat/message_actions.js" */
/** @import { MessageRow } from "./message_row.js" */

import { idOf } from "../chat/streams.js";
import { copy } from "../page/clipboard.js";
import { fromTemplate, part } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";
import { textOf } from "./message_row.js";

const TOLD_MS = 2000;

/** @typedef {{ row: MessageRow, actions: Action[], author: { login: string, name: string }, when: string }} Subject */

export class ChatDeeds extends ChatElement {
  #timer = 0;

  connected() {
    const log = /** @type {HTMLElement} */ (this.parentElement);
    this.listen(log, "chat-act", ({ detail }) => this.#act(detail.action, detail.subject));
    this.listen(log, "chat-sheet", ({ detail }) => this.#openSheet(detail));
    this.listen(log, "chat-copy", ({ detail }) => this.#copy(detail));
    this.listen(log, "chat-share", ({ detail }) => this.#share(detail));
  }

  // reactions

  /**
   * @param {Action} action
   * @param {Subject | null} subject
   */
  #act(action, subject) {
    if (subject === null) return;
    const { row, author } = subject;
    const deeds = {
      copy: () => this.#copy(textOf(row)),
      link: () => this.#copy(this.#addressOf(row)),
      quote: () => this.#quote(author.name, textOf(row)),
      private: () => this.context.navigation.toPerson(author.login, author.name),
    };
    deeds[action]();
  }

  /** @param {Subject | null} subject */
  async #openSheet(subject) {
    if (subject === null) return;
    const sheet = /** @type {HTMLDialogElement} */ (fromTemplate("message-sheet-template"));
    part(sheet, "author").textContent = subject.author.name;
    part(sheet, "when").textContent = subject.when;
    part(sheet, "text").textContent = textOf(subject.row);
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (sheet.querySelectorAll("button[data-act]"))) {
      button.hidden = !subject.actions.some((action) => action === button.value);
    }
    // The clipboard is open only while the press lasts; everything else waits until the sheet is gone.
    sheet.addEventListener("click", ({ target }) => {
      const button = /** @type {Element} */ (target).closest("button");
      if (button?.value === "copy" || button?.value === "link") this.#act(button.value, subject);
    });
    const chosen = await this.context.sheets.open(sheet);
    if (chosen === "quote" || chosen === "private") this.#act(chosen, subject);
  }

  /** Give an address away: as the device does it, else by the clipboard. @param {string} url */
  #share(url) {
    if (typeof navigator.share !== "function") return this.#copy(url);
    // Who changes their mind has not shared it, and that is no trouble.
    return navigator.share({ url }).catch(() => {});
  }

  /** @param {string} text */
  async #copy(text) {
    const isCopied = await copy(text);
    this.#tell(this.say(isCopied === false ? "not_copied" : "copied"));
  }

  // internal

  /**
   * @param {string} author
   * @param {string} text
   */
  #quote(author, text) {
    this.dispatchEvent(new CustomEvent("chat-quote", { bubbles: true, detail: { author, text } }));
  }

  /** @param {MessageRow} row */
  #addressOf(row) {
    if (row.kind !== "message") return location.href;
    return new URL(`${this.context.navigation.addressOfRoom(idOf(row.entry.stream))}${row.entry.seq}/`, location.href)
      .href;
  }

  /** @param {string} text  seen for a moment, and heard */
  #tell(text) {
    this.textContent = text;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.textContent = "";
    }, TOLD_MS);
  }
}
