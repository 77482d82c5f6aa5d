/**
 * Keeps what is seen for when there is no network (./kept_db.js): of the place that is shown, its newest messages.
 *
 * Nothing is kept of somebody who logs out, whose session has ended, or in whose place somebody else has logged in.
 */

/** @import { Context } from "../elements/chat_element.js" */
/** @import { View } from "./navigation.js" */

import { placeWith } from "../chat/marks.js";
import { INBOX, streamOf } from "../chat/streams.js";
import { forgetKept, keep } from "./kept_db.js";
import { newestOf } from "./kept_log.js";

/** The first goes soon, as somebody may be leaving; then it is written so often at most, however much comes. */
const SOON_MS = 100;
const EVERY_MS = 1000;
const ROOMS = 200;
const CONVERSATIONS = 50;
/** After these nobody is logged in here, or not the same person. */
const ENDS = new Set(["session_ended", "banned", "another_person"]);

export class Keeper {
  #context;
  /** What has changed since it was kept last, by place. @type {Map<string, View>} */
  #changed = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #keptAt = Number.NEGATIVE_INFINITY;
  #isOver = false;

  /** @param {Context} context */
  constructor(context) {
    this.#context = context;
  }

  start() {
    const { chat } = this.#context;
    for (const type of ["log", "rooms", "conversations"]) chat.addEventListener(type, () => this.#note());
    this.#context.navigation.addEventListener("change", () => this.#note());
    chat.addEventListener("status", () => ENDS.has(chat.connection.status.why) && this.stop());
    document.addEventListener("chat-left", () => this.stop());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.#keepNow());
    this.#note();
  }

  /** Keep nothing any more, and nothing of what has been kept. */
  stop() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    forgetKept();
  }

  // internal

  #note() {
    const { chat, navigation } = this.#context;
    // What is shown before that is what has been kept.
    if (!chat.isCaughtUp || this.#isOver) return;
    const { view } = navigation;
    this.#changed.set(this.#nameOf(view), view);
    this.#timer ??= setTimeout(() => this.#keepNow(), Math.max(SOON_MS, this.#keptAt + EVERY_MS - performance.now()));
  }

  async #keepNow() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { history } = this.#context.chat;
    if (this.#isOver || history === null || this.#changed.size === 0) return;
    const places = [...this.#changed.values()].flatMap((view) => this.#place(view, history) ?? []);
    this.#changed.clear();
    this.#keptAt = performance.now();
    await keep(this.#person(history), places);
    // Somebody has left while this was being written.
    if (this.#isOver) forgetKept();
  }

  /** @param {View} view */
  #nameOf(view) {
    return view.kind === "direct" ? placeWith(view.login) : streamOf(view.room ?? this.#context.navigation.room.id);
  }

  /** @param {string} history @returns {import("./kept_db.js").Person} */
  #person(history) {
    const { chat, config } = this.#context;
    const { id: whose, login, name, mayKeepRooms } = config;
    const rooms = chat.rooms.rooms.slice(0, ROOMS);
    const conversations = chat.privateTalk.conversations.all.slice(0, CONVERSATIONS);
    const names = [...rooms.map(({ id }) => streamOf(id)), ...conversations.map((other) => placeWith(other.login))];
    return {
      id: whose,
      login,
      place: "",
      at: Date.now(),
      history,
      name,
      mayKeepRooms,
      theme: document.documentElement.dataset.theme ?? "",
      // Who is where, and what is about to close, nobody knows later.
      rooms: rooms.map((room) => ({ ...room, occupants: 0, closing_at: null })),
      conversations,
      // Where one has never been there is none.
      marks: Object.fromEntries(names.flatMap((place) => markOf(place, chat.marks.readOf(place)))),
      inbox: newestOf(chat.streams.inbox),
    };
  }

  /**
   * @param {View} view
   * @param {string} history
   * @returns {import("./kept_db.js").KeptPlace | null} null where it is not known yet
   */
  #place(view, history) {
    const { chat, navigation } = this.#context;
    const place = this.#nameOf(view);
    const row = { login: chat.login, place, at: Date.now(), history };
    if (view.kind === "direct") {
      const { entries, hasEarlier, isLoaded } = chat.privateTalk.logWith(view.login);
      const position = chat.streams.position(INBOX) ?? 0;
      return isLoaded ? { ...row, name: view.name, log: newestOf({ entries, hasEarlier, position, gaps: [] }) } : null;
    }
    const log = chat.streams.get(place);
    if (log === undefined || log.position === null || log.endsInGap) return null;
    const name = chat.rooms.get(view.room ?? 0)?.name ?? view.name ?? navigation.room.name;
    return { ...row, name, log: newestOf(log) };
  }
}

/**
 * @param {string} place
 * @param {number | null} read
 * @returns {Array<[string, number]>}
 */
function markOf(place, read) {
  return read === null ? [] : [[place, read]];
}
