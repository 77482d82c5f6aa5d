/**
 * The open rooms with how many people are in each.
 */

/** @import { RoomView } from "../chat/types.js" */

import { KeyedRows } from "../page/keyed_rows.js";
import { fromTemplate, part } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

export class ChatRooms extends ChatElement {
  connected() {
    /** @type {KeyedRows<RoomView>} */
    const rows = new KeyedRows(part(this, "list"), {
      keyOf: ({ id }) => String(id),
      draw: (room, node) => this.#draw(room, node),
    });
    const signature = (/** @type {RoomView} */ room) => JSON.stringify([{ ...room, seq: 0 }, this.#isHere(room)]);
    const draw = this.batched(() => rows.show(this.chat.rooms.rooms, signature));
    this.listen(this.chat, ["rooms", "room"], draw);
    this.listen(this.context.navigation, "change", draw);
    this.listen(this, "click", (event) => this.#chosen(event));
    draw();
  }

  /**
   * @param {RoomView} room
   * @param {Element | null} node
   */
  #draw(room, node) {
    const row = /** @type {HTMLElement} */ (node ?? fromTemplate("room-template"));
    const link = /** @type {HTMLAnchorElement} */ (part(row, "link"));
    link.href = this.context.navigation.addressOfRoom(room.id);
    link.dataset.room = String(room.id);
    if (this.#isHere(room)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    part(row, "name").textContent = room.name;
    part(row, "about").textContent = this.#about(room);
    const count = part(row, "count");
    count.textContent = room.capacity === null ? String(room.occupants) : `${room.occupants}/${room.capacity}`;
    count.title = this.say("people_here", { count: room.occupants });
    return row;
  }

  /** @param {RoomView} room */
  #about(room) {
    if (room.closing_at !== null) {
      return this.say("closes_at", { time: this.context.times.seconds(Date.parse(room.closing_at)) });
    }
    return room.kind === "temporary" ? this.say("temporary") : "";
  }

  /** @param {RoomView} room */
  #isHere(room) {
    return room.id === this.chat.room?.id && this.context.navigation.view.kind === "room";
  }

  /** @param {MouseEvent} event */
  async #chosen(event) {
    const link = /** @type {Element} */ (event.target).closest("a");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const answer = await this.context.navigation.toRoom(Number(link.dataset.room));
    if (answer.outcome === "refused") this.context.notices.add("refused", answer.message);
  }
}
