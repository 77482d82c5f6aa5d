/**
 * The head of the page: where one is, and how many are there; or how long a room has, while its creator is away.
 */

/** @import { RoomView } from "../chat/types.js" */

import { part, showText } from "../page/parts.js";
import { unreadInAll } from "../page/unread.js";
import { ChatElement } from "./chat_element.js";
import { closingText } from "./closing.js";
import { drawFace } from "./face.js";

const TICK_MS = 500;

export class ChatPlace extends ChatElement {
  /** The countdown that has been read out: once is enough. */
  #said = "";

  connected() {
    const draw = this.batched(() => this.#draw());
    this.listen(this.chat, ["room", "rooms", "occupants", "conversations", "clock"], draw);
    this.listen(this.context.navigation, "change", draw);
    this.listen(this.context.people, "change", draw);
    this.listen(document, "visibilitychange", draw);
    this.every(TICK_MS, () => this.#closingAt !== null && draw());
    draw();
  }

  #draw() {
    const { view, room } = this.context.navigation;
    const isPrivate = view.kind === "direct";
    const name = isPrivate ? view.name : room.name;
    part(this, "name").textContent = name;
    part(this, "name").title = name;
    part(this, "face").hidden = !isPrivate;
    if (isPrivate) drawFace(part(this, "face"), view);
    part(this, "sign").hidden = isPrivate || this.#room?.kind !== "temporary";
    // Names can be chosen alike, logins cannot: it stands there always.
    const about = isPrivate ? `@${view.login} · ${this.#presence(view.login)}` : this.#people();
    if (about !== null) showText(part(this, "about"), about);
    this.toggleAttribute("data-private", isPrivate);
    this.#drawClosing();
    const unread = unreadInAll(this.context);
    document.title = unread > 0 ? `(${unread}) ${name}` : name;
  }

  #drawClosing() {
    const at = this.#closingAt;
    const text = at === null ? "" : closingText(at, this.context);
    showText(part(this, "closing"), text);
    this.toggleAttribute("data-closing", at !== null);
    if (this.#said === (at ?? "")) return;
    this.#said = at ?? "";
    // Whose room it was will be told by name.
    if (at !== null) this.context.people.lookAt();
    part(this, "said").textContent = at === null ? "" : this.say("room_closes", { room: this.#room?.name ?? "", text });
  }

  /** @param {string} login */
  #presence(login) {
    this.context.people.lookAt();
    const { people } = this.context;
    if (people.isOnline(login)) return this.say("online");
    return people.isKnown ? this.say("offline_person") : this.say("private_from");
  }

  /** How many are here; null while what is printed is all that is known. @returns {string | null} */
  #people() {
    const { room } = this.chat;
    if (room === null) return null;
    if (room.id !== this.context.navigation.room.id) return "";
    return this.say("people_here", { count: this.chat.place.occupants.count });
  }

  /** The room that is shown, if one is. @returns {RoomView | undefined} */
  get #room() {
    const { view, room } = this.context.navigation;
    return view.kind === "room" ? this.chat.rooms.get(room.id) : undefined;
  }

  get #closingAt() {
    return this.#room?.closing_at ?? null;
  }
}
