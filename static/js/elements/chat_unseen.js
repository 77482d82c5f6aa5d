/**
 * How much is unread, in private and in rooms.
 */

import { unreadInAll } from "../page/unread.js";
import { showBadge } from "./badge.js";
import { ChatElement } from "./chat_element.js";

export class ChatUnseen extends ChatElement {
  connected() {
    const draw = this.batched(() => this.#draw());
    this.listen(this.chat, ["conversations", "rooms", "room"], draw);
    this.listen(this.context.navigation, "change", draw);
    this.listen(document, "visibilitychange", draw);
    this.#draw();
  }

  #draw() {
    const count = unreadInAll(this.context);
    showBadge(this, count, this.say("unseen", { count }));
  }
}
