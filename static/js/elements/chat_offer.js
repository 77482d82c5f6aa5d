/**
 * Offers to make the room that was looked for and is not there.
 */

import { isNewName } from "../chat/finding.js";
import { part } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

export class ChatOffer extends ChatElement {
  #name = "";

  connected() {
    const pane = /** @type {Element} */ (this.closest(".chat__side"));
    this.listen(pane, "chat-search", ({ detail }) => {
      this.#name = detail;
      this.#draw();
    });
    this.listen(this.chat, "rooms", () => this.#draw());
    this.listen(part(this, "offer"), "click", () => {
      this.dispatchEvent(new CustomEvent("chat-new-room", { bubbles: true, detail: this.#name }));
    });
    this.#draw();
  }

  #draw() {
    this.hidden = !isNewName(this.#name, this.chat.rooms.rooms);
    part(this, "offer-text").textContent = this.say("make_room", { room: this.#name });
  }
}
