/**
 * How many private messages have come that have not been looked at.
 */

import { ChatElement } from "./chat_element.js";

export class ChatUnseen extends ChatElement {
  connected() {
    this.listen(this.chat, "conversations", () => this.#draw());
    this.#draw();
  }

  #draw() {
    const count = this.chat.privateTalk.conversations.unseen;
    this.hidden = count === 0;
    this.textContent = String(count);
    this.setAttribute("aria-label", this.say("unseen", { count }));
  }
}
