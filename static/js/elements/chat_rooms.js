/**
 * The open rooms with how many people are in each.
 */

/** @import { RoomView } from "../chat/types.js" */

import { roomsInOrder } from "../chat/finding.js";
import { KeyedRows } from "../page/keyed_rows.js";
import { fromTemplate, part, showText } from "../page/parts.js";
import { unreadInRoom } from "../page/unread.js";
import { showBadge } from "./badge.js";
import { ChatList } from "./chat_list.js";
import { closingText } from "./closing.js";

/** A countdown is drawn each second. */
const TICK_MS = 500;

export class ChatRooms extends ChatList {
  connected() {
    /** @type {KeyedRows<RoomView>} */
    const rows = new KeyedRows(part(this, "list"), {
      keyOf: ({ id }) => String(id),
      draw: (room, node) => this.#draw(room, node),
    });
    const signature = (/** @type {RoomView} */ room) =>
      JSON.stringify([
        { ...room, seq: 0, read: 0, active_at: "" },
        this.#isHere(room),
        this.#about(room),
        this.#unread(room),
      ]);
    rows.adopt();
    const draw = this.batched(() => {
      if (rows.isPrinted(this.chat.rooms.isRead)) return;
      rows.show(this.cut(roomsInOrder(this.chat.rooms.rooms, this.query)), signature);
    });
    this.listen(this.chat, ["rooms", "room"], draw);
    this.listen(this.context.navigation, "change", draw);
    this.listen(document, "visibilitychange", draw);
    this.listen(this, "click", (event) => this.#chosen(event));
    this.followSearch(draw);
    this.every(TICK_MS, () => this.chat.rooms.rooms.some(({ closing_at: at }) => at !== null) && draw());
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
    link.title = room.name;
    Object.assign(link.dataset, { room: String(room.id), kind: room.kind });
    if (this.#isHere(room)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    part(row, "name").textContent = room.name;
    const about = this.#about(room);
    showText(part(row, "about"), about);
    link.toggleAttribute("data-closing", room.closing_at !== null);
    const count = part(row, "count");
    count.textContent = room.capacity === null ? String(room.occupants) : `${room.occupants}/${room.capacity}`;
    const here = this.say("people_here", { count: room.occupants });
    count.title = here;
    const unread = this.#unread(room);
    const said = this.say("unseen", { count: unread });
    showBadge(part(row, "unseen"), unread, said);
    // A number alone says nothing to the ear.
    link.ariaLabel = [room.name, about, here, unread > 0 ? said : ""].filter((words) => words !== "").join(", ");
    count.toggleAttribute("data-empty", room.occupants === 0 && room.capacity === null);
    return row;
  }

  /** @param {RoomView} room */
  #about(room) {
    if (room.closing_at !== null) return closingText(room.closing_at, this.context);
    return room.kind === "temporary" ? this.say("temporary") : "";
  }

  /** @param {RoomView} room */
  #unread(room) {
    return unreadInRoom(this.context, room);
  }

  /** @param {RoomView} room */
  #isHere(room) {
    const { view } = this.context.navigation;
    return view.kind === "room" && room.id === this.context.navigation.room.id;
  }

  /** @param {MouseEvent} event */
  async #chosen(event) {
    const link = /** @type {Element} */ (event.target).closest("a");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.context.navigation.toRoom(Number(link.dataset.room), part(link, "name").textContent ?? "");
  }
}
