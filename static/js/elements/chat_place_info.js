/**
 * About the room or the person that is shown: facts, its address, and what one can do there.
 */

/** @import { RoomView } from "../chat/types.js" */

import { copy } from "../page/clipboard.js";
import { part, showText } from "../page/parts.js";
import { clockRemark } from "./chat_clock.js";
import { ChatElement } from "./chat_element.js";
import { closingText } from "./closing.js";
import { drawFace } from "./face.js";

const TICK_MS = 500;
const KINDS = { default: "kind_default", temporary: "kind_temporary", permanent: "kind_permanent" };
const SECOND = 1000;
/** As in the remark: less is not worth a word. */
const REMARKABLE_MS = 2 * SECOND;

export class ChatPlaceInfo extends ChatElement {
  connected() {
    this.listen(this.#dialog, "opening", () => this.#opening());
    this.every(TICK_MS, () => this.#dialog.open && this.#draw());
    this.listen(part(this, "copy"), "click", () => this.#copy());
    this.listen(part(this, "leave"), "click", () => this.#leave());
    this.listen(part(this, "close"), "click", () => this.#ask(true));
    this.listen(part(this, "sure-no"), "click", () => this.#ask(false));
    this.listen(part(this, "sure-yes"), "click", () => this.#closeRoom());
  }

  // actions

  #opening() {
    this.#ask(false);
    part(this, "problem").textContent = "";
    part(this, "copy-text").textContent = this.say("copy_link");
    this.context.people.lookAt();
    this.#draw();
  }

  async #copy() {
    const isCopied = await copy(this.#link.value);
    if (!isCopied) this.#link.select();
    part(this, "copy-text").textContent = this.say(isCopied ? "copied" : "copy_by_hand");
  }

  /** From a room to where everybody is, from a conversation to the room one is in. */
  #leave() {
    const { navigation } = this.context;
    const start = this.chat.rooms.rooms.find(({ kind }) => kind === "default");
    if (this.#isPrivate || start === undefined) navigation.toThisRoom();
    else navigation.toRoom(start.id);
  }

  async #closeRoom() {
    const room = this.#room;
    if (room === undefined) return;
    const answer = await this.chat.closeRoom(room.id);
    if (answer.outcome === "done") this.context.sheets.close();
    else part(this, "problem").textContent = answer.outcome === "refused" ? answer.message : this.say("no_answer");
  }

  // drawing

  #draw() {
    const { view, room } = this.context.navigation;
    part(this, "sign").hidden = this.#isPrivate;
    part(this, "face").hidden = !this.#isPrivate;
    if (view.kind === "direct") {
      part(this, "name").textContent = view.name;
      drawFace(part(this, "face"), view);
      this.#drawPerson(view.login, this.context.people.isOnline(view.login));
    } else {
      part(this, "name").textContent = room.name;
      this.#drawRoom();
    }
    part(this, "clock").textContent = this.#clock();
  }

  /**
   * @param {string} login
   * @param {boolean} isOnline
   */
  #drawPerson(login, isOnline) {
    this.#show({ owner: "", login, kind: this.say("private_talk") });
    const rooms = (this.context.people.get(login)?.rooms ?? []).map((id) => this.chat.rooms.get(id)?.name ?? "");
    const where = rooms.filter((name) => name !== "").join(", ");
    part(this, "where-label").textContent = this.say("now");
    part(this, "where").textContent = isOnline ? where || this.say("online") : this.say("offline_person");
    const card = /** @type {HTMLAnchorElement} */ (part(this, "card"));
    card.href = `${this.context.config.home}people/${encodeURIComponent(login)}/`;
    card.hidden = false;
    part(this, "copy-row").hidden = true;
    part(this, "invite").hidden = true;
    part(this, "close").hidden = true;
    part(this, "leave").hidden = this.chat.room === null;
    part(this, "leave-text").textContent = this.say("back_to_room", { room: this.chat.room?.name ?? "" });
  }

  #drawRoom() {
    const room = this.#room;
    const { id } = this.context.navigation.room;
    part(this, "sign").dataset.kind = room?.kind ?? "permanent";
    const owner = room?.owner ?? "";
    this.#show({
      owner: this.context.people.nameOf(owner) ?? owner,
      login: "",
      kind: room === undefined ? "" : this.#kind(room),
    });
    part(this, "where-label").textContent = this.say("here_now");
    const { occupants: count, capacity } = room ?? { occupants: this.chat.place.occupants.count, capacity: null };
    part(this, "where").textContent =
      capacity === null ? this.say("people", { count }) : this.say("people_of", { count, capacity });
    part(this, "card").hidden = true;
    part(this, "copy-row").hidden = false;
    this.#link.value = new URL(this.context.navigation.addressOfRoom(id), location.href).href;
    const invite = /** @type {HTMLAnchorElement} */ (part(this, "invite"));
    invite.href = this.context.navigation.invitationTo(id);
    invite.hidden = false;
    const isDefault = room === undefined || room.kind === "default";
    part(this, "leave").hidden = isDefault;
    part(this, "leave-text").textContent = this.say("leave_room");
    const isOwn = owner === this.chat.login && !isDefault;
    part(this, "close").hidden = !isOwn || !part(this, "sure").hidden;
    part(this, "sure-text").textContent = this.say("close_room_sure", { room: room?.name ?? "" });
  }

  /** @param {{ owner: string, login: string, kind: string }} facts  empty where there is nothing to say */
  #show({ owner, login, kind }) {
    showText(part(this, "kind"), kind);
    for (const [name, text] of Object.entries({ owner, login })) {
      part(this, `${name}-row`).hidden = text === "";
      part(this, name).textContent = text;
    }
  }

  /** @param {RoomView} room */
  #kind(room) {
    const about = this.say(KINDS[room.kind]);
    return room.closing_at === null
      ? about
      : `${about} ${this.say("owner_away")} ${closingText(room.closing_at, this.context)}`;
  }

  #clock() {
    const { clock, deviceIsAheadBy } = this.chat;
    const now = clock.now();
    if (now === null) return "–";
    const error = Number.isFinite(clock.uncertainty) ? Math.max(0.001, clock.uncertainty / SECOND) : null;
    const time = this.context.times.seconds(now);
    const known = error === null ? time : `${time} ± ${this.context.times.fraction(error)}`;
    const isOff = Math.abs(deviceIsAheadBy) > REMARKABLE_MS;
    return isOff ? `${known}. ${clockRemark(deviceIsAheadBy, this.context)}` : known;
  }

  /** @param {boolean} isAsked */
  #ask(isAsked) {
    part(this, "sure").hidden = !isAsked;
    part(this, "close").hidden = isAsked;
    if (isAsked) part(this, "sure-no").focus();
  }

  // internal

  get #isPrivate() {
    return this.context.navigation.view.kind === "direct";
  }

  get #room() {
    return this.chat.rooms.get(this.context.navigation.room.id);
  }

  get #link() {
    return /** @type {HTMLInputElement} */ (part(this, "link"));
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.closest("dialog"));
  }
}
