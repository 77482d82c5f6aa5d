/**
 * What concerns only this reader, and only now: answers to commands, a room that has closed.
 */

/** @import { RoomClosed } from "../chat/types.js" */
/** @import { Chat } from "../chat/chat.js" */
/** @import { People } from "../chat/people.js" */
/** @import { Notice, NoticeAction, NoticeEntry } from "../chat/log_rows.js" */
/** @import { Words } from "./words.js" */

const LIMIT = 50;

export class Notices extends EventTarget {
  #chat;
  #nextId = 1;
  /** @type {Notice[]} */
  #all = [];

  /**
   * @param {Chat} chat
   * @param {Words} words
   * @param {People} people
   */
  constructor(chat, words, people) {
    super();
    this.#chat = chat;
    chat.addEventListener("room", () => this.#moved());
    chat.addEventListener("closed-room", (event) => {
      const { room, reason } = /** @type {CustomEvent<RoomClosed>} */ (event).detail;
      // Where one was oneself, it is known whose it was.
      const owner = chat.room?.id === room.id ? people.nameOf(chat.room.owner ?? "") : undefined;
      const key = `closed_${reason}`;
      const isNamed = owner !== undefined && words.has(`${key}_by`);
      this.add("closed", words.say(isNamed ? `${key}_by` : key, { room: room.name, name: owner ?? "" }));
    });
  }

  /** Oldest first. */
  get all() {
    return this.#all;
  }

  /**
   * @param {string} kind
   * @param {string} text
   * @param {{ entries?: NoticeEntry[], actions?: NoticeAction[], room?: number }} [more]  what one can go on with, and the
   *   room that it is true in
   */
  add(kind, text, { entries = [], actions = [], room } = {}) {
    const notice = { id: this.#nextId++, at: this.#chat.now, kind, text, entries, actions, room };
    this.#all = [...this.#all, notice].slice(-LIMIT);
    this.dispatchEvent(new CustomEvent("change", { detail: notice }));
  }

  /** @param {number} id */
  dismiss(id) {
    this.#all = this.#all.filter((notice) => notice.id !== id);
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** What was told of being in a room says nothing anywhere else. */
  #moved() {
    const here = this.#chat.room?.id;
    const still = this.#all.filter(({ room }) => room === undefined || room === here);
    if (still.length === this.#all.length) return;
    this.#all = still;
    this.dispatchEvent(new CustomEvent("change"));
  }
}
