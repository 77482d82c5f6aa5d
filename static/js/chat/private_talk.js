/**
 * One's private conversations: the list of them, and the log of each that has been opened.
 *
 * Emits `changed` for the list, and `log` for what is said in a conversation.
 */

/** @import { Answer, Command, DirectPosted } from "./types.js" */

import { ConversationLog } from "./conversation_log.js";
import { Conversations, peerOf } from "./conversations.js";
import { readList } from "./lists.js";
import { ENTRIES_HELD, ENTRIES_KEPT } from "./streams.js";

export class PrivateTalk extends EventTarget {
  conversations = new Conversations();
  #ask;
  #login;
  /** By the other's login. @type {Map<string, ConversationLog>} */
  #logs = new Map();
  /** Whose conversation is being looked at. @type {string | null} */
  #open = null;

  /** @param {{ ask: (command: Command) => Promise<Answer>, login: string }} options  one's own login */
  constructor({ ask, login }) {
    super();
    this.#ask = ask;
    this.#login = login;
  }

  // actions

  /**
   * Begin with the newest page of a conversation, as it was read elsewhere.
   * @param {{ login: string, events: DirectPosted[], more: boolean }} page
   */
  seed({ login, events, more }) {
    this.logWith(login).addPage(events, more);
  }

  /**
   * Look at a conversation, or at none.
   * @param {string | null} login
   */
  open(login) {
    this.#open = login;
    if (login === null) return;
    this.conversations.markSeen(login);
    this.#tell("changed");
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
    this.conversations.add(entry, { you: this.#login, isSeen: login === this.#open });
    const log = this.#logs.get(login);
    log?.add(entry);
    if (log !== undefined && log.arrived > ENTRIES_HELD) log.trim(ENTRIES_KEPT);
    this.#tell("changed");
    this.#tell("log");
  }

  // internal

  /** @param {string} type */
  #tell(type) {
    this.dispatchEvent(new CustomEvent(type));
  }
}
