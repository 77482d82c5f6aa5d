/**
 * The head of the page: where one is, and how many are there.
 */

import { part, showText } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

export class ChatPlace extends ChatElement {
  connected() {
    const draw = this.batched(() => this.#draw());
    this.listen(this.chat, ["room", "occupants", "conversations"], draw);
    this.listen(this.context.navigation, "change", draw);
    draw();
  }

  #draw() {
    const { view } = this.context.navigation;
    const room = this.chat.room ?? this.context.config.room;
    const name = view.kind === "direct" ? view.name : room.name;
    part(this, "name").textContent = name;
    showText(part(this, "about"), view.kind === "direct" ? this.say("private_from") : this.#people());
    const unseen = this.chat.privateTalk.conversations.unseen;
    document.title = unseen > 0 ? `(${unseen}) ${name}` : name;
  }

  #people() {
    if (this.chat.room === null) return "";
    return this.say("people_here", { count: this.chat.place.occupants.count });
  }
}
