/**
 * How many private messages have come that have not been looked at.
 */

import { showBadge } from "./badge.js";
import { ChatElement } from "./chat_element.js";

export class ChatUnseen extends ChatElement {
  connected() {
    this.listen(this.chat, "conversations", () => this.#draw());
    this.#draw();
  }

  #draw() {
    const count = this.chat.privateTalk.conversations.unseen;
    showBadge(this, count, this.say("unseen", { count }));
  }
}
