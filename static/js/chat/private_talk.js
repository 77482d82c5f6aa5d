/**
 * One's private conversations: the list of them, and the log of each that has been opened.
 *
 * Emits `changed` for the list, and `log` for what is said in a conversation.
 */

/** @import { Answer, Command, DirectPosted } from "./types.js" */
/** @import { Marks } from "./marks.js" */

import { ConversationLog } from "./conversation_log.js";
import { Conversations, peerOf } from "./conversations.js";
import { readList } from "./lists.js";
import { placeWith } from "./marks.js";
import { ENTRIES_HELD, ENTRIES_KEPT } from "./streams.js";

export class PrivateTalk extends EventTarget {
  conversations = new Conversations();
  #ask;
  #login;
  /** By the other's login. @type {Map<string, ConversationLog>} */
  #logs = new Map();
  #marks;
  /** Whose conversation is being looked at. @type {string | null} */
  #open = null;
  /** How much was unread of the one that the page was printed with. */
  #printed = { login: "", unread: 0 };

  /** @param {{ ask: (command: Command) => Promise<Answer>, login: string, marks: Marks }} options  one's own login */
  constructor({ ask, login, marks }) {
    super();
    this.#ask = ask;
    this.#login = login;
    this.#marks = marks;
  }

  // questions

  /** How much has not been read of what somebody has said. @param {string} login */
  unreadWith(login) {
    const printed = this.#printed.login === login && !this.conversations.isRead ? this.#printed.unread : 0;
    return this.conversations.get(login)?.unread ?? printed;
  }

  // actions

  /**
   * Begin with the newest page of a conversation, as it was read elsewhere.
   * @param {{ login: string, events: DirectPosted[], more: boolean, unread?: number }} page
   */
  seed({ login, events, more, unread = 0 }) {
    this.logWith(login).addPage(events, more);
    this.#printed = { login, unread };
  }

  /**
   * Look at a conversation, or at none.
   * @param {string | null} login
   */
  open(login) {
    this.#open = login;
    if (login === null) return;
    const log = this.logWith(login);
    if (!log.isLoaded) this.loadEarlier(log);
  }

  /** @param {string} login */
  logWith(login) {
    const log = this.#logs.get(login) ?? new ConversationLog(login);
    this.#logs.set(login, log);
    return log;
  }

  /**
   * Read the newest page of a conversation, then with each call the one before.
   * @param {ConversationLog} log
   */
  async loadEarlier(log) {
    const { isLoaded } = log;
    const before = isLoaded && log.oldest !== undefined ? { before: log.oldest } : {};
    const answer = await this.#ask({ type: "conversation.fetch", with: log.login, ...before });
    // An older page of a log that has been forgotten meanwhile would leave a hole.
    if (answer.outcome !== "done" || log.isLoaded !== isLoaded) return;
    log.addPage(answer.ack.events, answer.ack.more);
    this.#tell("log");
  }

  /**
   * Read what events do not repeat for one who was away.
   * @returns {Promise<boolean>} whether the list was read
   */
  async refresh() {
    this.open(this.#open);
    const found = await readList(this.#ask, "conversation.list", "conversations", { pages: 1 });
    if (found === null) return false;
    this.conversations.merge(found);
    for (const { login, read } of found) this.#marks.hear(placeWith(login), read);
    this.#tell("changed");
    return true;
  }

  /** Nothing that is held is true any more, or there may be holes in it: read it anew when it is looked at. */
  forget() {
    this.conversations.clear();
    for (const log of this.#logs.values()) log.clear();
    this.#tell("changed");
    this.#tell("log");
  }

  // reactions

  /** @param {DirectPosted} entry  that has become part of the inbox */
  take(entry) {
    const { login } = peerOf(entry, this.#login);
    this.conversations.add(entry, { you: this.#login, read: this.#marks.readOf(placeWith(login)) ?? 0 });
    const log = this.#logs.get(login);
    log?.add(entry);
    if (log !== undefined && log.arrived > ENTRIES_HELD) log.trim(ENTRIES_KEPT);
    this.#tell("changed");
    this.#tell("log");
  }

  /** A mark has moved. @param {string} login */
  marked(login) {
    const read = this.#marks.readOf(placeWith(login)) ?? 0;
    const isCounted = this.conversations.mark(login, read, this.#unreadAfter(login, read));
    this.#tell("changed");
    if (!isCounted) this.refresh();
  }

  // internal

  /**
   * How much somebody has said since, if all of it is held.
   * @param {string} login
   * @param {number} read
   */
  #unreadAfter(login, read) {
    const log = this.#logs.get(login);
    if (!log?.isLoaded || (log.hasEarlier && (log.oldest ?? 0) > read)) return null;
    return log.entries.filter(({ seq, author }) => seq > read && author.login === login).length;
  }

  /** @param {string} type */
  #tell(type) {
    this.dispatchEvent(new CustomEvent(type));
  }
}
