/**
 * Reads new messages out to those who do not see them. The visible log is silent: loading history would be read too.
 */

/** @import { DirectPosted, MessagePosted } from "../chat/types.js" */

import { plainText } from "../chat/markdown.js";
import { ChatElement } from "./chat_element.js";

/** What comes within so long is told together. */
const BURST_MS = 1000;
const LINES_KEPT = 20;

export class ChatAnnouncer extends ChatElement {
  /** @type {string[]} */
  #waiting = [];
  #timer = 0;

  connected() {
    this.listen(this.chat, "arrived", (event) => this.#arrived(event.detail));
    this.listen(this.context.notices, "change", (event) => {
      if (event.detail) this.#say(event.detail.text);
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** @param {MessagePosted | DirectPosted} entry */
  #arrived({ type, author, text }) {
    const wanted = this.context.settings.get("announce");
    if (wanted === "off" || (wanted === "private" && type !== "direct.posted")) return;
    const name = author.name === "" ? this.say("deleted_person") : author.name;
    const said = plainText(text);
    this.#waiting.push(
      type === "direct.posted" ? this.say("private_message_from", { name, text: said }) : `${name}: ${said}`,
    );
    if (this.#waiting.length === 1) this.#timer = window.setTimeout(() => this.#tell(), BURST_MS);
  }

  #tell() {
    const [first] = this.#waiting;
    const count = this.#waiting.length;
    this.#waiting = [];
    this.#say(count === 1 ? first : this.say("new_below", { count }));
  }

  /** @param {string} text */
  #say(text) {
    const line = document.createElement("p");
    line.textContent = text;
    this.append(line);
    while (this.childElementCount > LINES_KEPT) this.firstElementChild?.remove();
  }
}
