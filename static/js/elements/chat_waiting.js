/**
 * What waits for another room than the one that is shown: it goes out when one goes there.
 */

import { KeyedRows } from "../page/keyed_rows.js";
import { fromTemplate, part, showButton } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

/** @typedef {{ room: number, name: string, count: number }} Elsewhere */

export class ChatWaiting extends ChatElement {
  connected() {
    /** @type {KeyedRows<Elsewhere>} */
    const rows = new KeyedRows(part(this, "list"), {
      keyOf: ({ room }) => String(room),
      draw: (elsewhere, node) => this.#draw(elsewhere, node),
    });
    const draw = this.batched(() => {
      const elsewhere = this.#elsewhere();
      rows.show(elsewhere);
      this.hidden = elsewhere.length === 0;
    });
    this.listen(this.chat, ["outbox", "room"], draw);
    this.listen(this.context.navigation, "change", draw);
    draw();
  }

  /**
   * @param {Elsewhere} elsewhere
   * @param {Element | null} node
   */
  #draw({ room, name, count }, node) {
    const row = /** @type {HTMLElement} */ (node ?? fromTemplate("waiting-template"));
    part(row, "text").textContent = this.say("waits_elsewhere", { count, room: name });
    showButton(part(row, "enter"), this.say("enter_and_send"), () => this.context.navigation.toRoom(room, name));
    return row;
  }

  /** @returns {Elsewhere[]} */
  #elsewhere() {
    /** @type {Map<number, Elsewhere>} */
    const rooms = new Map();
    const here = this.context.navigation.room.id;
    for (const { state, target } of this.chat.outbox.items) {
      if (target.kind !== "room" || target.room === here || state === "stored" || state === "refused") continue;
      // The log has it: nobody can go there.
      if (state === "stale" && this.chat.rooms.isGone(target.room)) continue;
      const known = rooms.get(target.room) ?? { room: target.room, name: target.name, count: 0 };
      rooms.set(target.room, { ...known, count: known.count + 1 });
    }
    return [...rooms.values()];
  }
}
