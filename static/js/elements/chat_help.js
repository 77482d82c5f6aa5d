/**
 * The keys of the page, and the commands as the server lists them.
 */

import { part, showText } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

export class ChatHelp extends ChatElement {
  connected() {
    this.listen(/** @type {Element} */ (this.closest("dialog")), "opening", () => this.#ask());
  }

  async #ask() {
    const answer = await this.chat.run("#help", this.chat.newId());
    if (answer.outcome === "done") showText(part(this, "lines"), answer.ack.text);
  }
}
