/**
 * What the log is of: the room that is shown or a private conversation, its rows, and whether there is more of it.
 */

/** @import { Row } from "../chat/log_rows.js" */
/** @import { Context } from "./chat_element.js" */

import { conversationRows, roomRows } from "../chat/log_rows.js";
import { placeWith } from "../chat/marks.js";
import { streamOf } from "../chat/streams.js";
import { Timeline } from "../chat/timeline.js";

export class LogSource {
  #context;
  #dayOf;
  /** What the server has printed, until the log is known here. @type {Row[]} */
  #printed;
  /** What was unread when this place was come to. @type {import("../chat/log_rows.js").Unread | null} */
  #unread = null;

  /**
   * @param {Context} context
   * @param {object} page
   * @param {(at: number) => string} page.dayOf
   * @param {string[]} page.printed  keys of the messages that the server has printed
   */
  constructor(context, { dayOf, printed }) {
    this.#context = context;
    this.#dayOf = dayOf;
    this.#printed = printed.map((key) => ({ key, at: 0, kind: "printed" }));
  }

  // questions

  /** A name for it that no other place has. */
  get place() {
    return this.peer === null ? `r/${this.#room.id}` : `p/${this.peer.login}`;
  }

  /** With whom one talks in private. */
  get peer() {
    const { view } = this.#context.navigation;
    return view.kind === "direct" ? view : null;
  }

  /** As what it is marked when it has been read. */
  get marked() {
    return this.peer === null ? this.#stream : placeWith(this.peer.login);
  }

  /** Up to where it has been read, null as long as that is not known. */
  get read() {
    const { marks, privateTalk } = this.#context.chat;
    const nothing = this.peer !== null && privateTalk.conversations.isRead ? 0 : null;
    return marks.readOf(this.marked) ?? nothing;
  }

  get unread() {
    return this.#unread;
  }

  /** Is all that was unread held here, without a hole? */
  get isUnreadHeld() {
    const log = this.#log;
    if (this.#unread === null || log === undefined) return false;
    const { after } = this.#unread;
    const gaps = log instanceof Timeline ? log.gaps : [];
    return (!log.hasEarlier || (this.oldest ?? 0) <= after) && gaps.every(({ to }) => to <= after);
  }

  /** The highest seq that is held. */
  get newest() {
    const log = this.#log;
    return (log instanceof Timeline ? log.position : log?.entries.at(-1)?.seq) ?? 0;
  }

  get label() {
    const { words } = this.#context;
    if (this.peer !== null) return words.say("messages_with", { name: this.peer.name });
    return words.say("messages_in", { room: this.#room.name });
  }

  /** Of the place itself, to be shared. */
  get address() {
    const { navigation } = this.#context;
    return new URL(navigation.addressOfRoom(this.#room.id), location.href).href;
  }

  /** Has all been read that belongs at the end of the log? */
  get isKnown() {
    const { chat, config } = this.#context;
    if (this.peer !== null) return chat.privateTalk.logWith(this.peer.login).isLoaded;
    return chat.hasLog && (chat.room ?? config.room).id === this.#room.id;
  }

  get hasEarlier() {
    return this.#log?.hasEarlier ?? false;
  }

  /** Changes whenever something older has been read. */
  get oldest() {
    const log = this.#log;
    if (log === undefined) return 0;
    return log instanceof Timeline ? log.firstMissing : log.oldest;
  }

  /** All there are. @returns {Row[]} */
  get rows() {
    const { chat, notices } = this.#context;
    const told = { items: chat.outbox.items, notices: notices.all, login: chat.login, dayOf: this.#dayOf };
    const state = { ...told, unread: this.isUnreadHeld ? this.#unread : null };
    if (this.peer !== null) {
      return this.#withPrinted(conversationRows({ ...state, conversation: chat.privateTalk.logWith(this.peer.login) }));
    }
    // Before the first connection there is no log, but something may have been written for it.
    const log = chat.streams.get(this.#stream) ?? new Timeline(this.#stream);
    const isGone = (/** @type {number} */ room) => chat.rooms.isGone(room);
    return this.#withPrinted(roomRows({ ...state, log, inbox: chat.streams.inbox, isGone }));
  }

  // actions

  /** It is come to: what is unread by now stands under a line until it is left. */
  arrive() {
    const { marks, privateTalk } = this.#context.chat;
    const after = this.read;
    const count = this.peer === null ? marks.unreadIn(this.#stream) : privateTalk.unreadWith(this.peer.login);
    this.#unread = after === null || count === 0 ? null : { after, count };
  }

  /**
   * Read a page of what came before.
   * @param {number} [before]  the end of a gap in a room's log
   */
  async loadEarlier(before) {
    const { chat } = this.#context;
    if (this.peer !== null) await chat.privateTalk.loadEarlier(chat.privateTalk.logWith(this.peer.login));
    else await chat.streams.loadEarlier(this.#stream, before);
  }

  // internal

  /**
   * What the server has printed stands until the log is known here.
   * @param {Row[]} rows
   * @returns {Row[]}
   */
  #withPrinted(rows) {
    if (this.#printed.length === 0 || this.isKnown) {
      this.#printed = [];
      return rows;
    }
    const keys = new Set(this.#printed.map(({ key }) => key));
    return [...this.#printed, ...rows.filter(({ kind, key }) => kind === "waiting" && !keys.has(key))];
  }

  get #log() {
    const { chat } = this.#context;
    return this.peer === null ? chat.streams.get(this.#stream) : chat.privateTalk.logWith(this.peer.login);
  }

  get #stream() {
    return streamOf(this.#room.id);
  }

  /** Also on the way there: what is held of it is shown at once. */
  get #room() {
    return this.#context.navigation.room;
  }
}
