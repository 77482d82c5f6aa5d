/**
 * The private conversations: with whom, what was said last, and how much of it has not been read.
 */

/** @import { ConversationView, DirectPosted } from "./types.js" */

/** @typedef {ConversationView} Conversation */

export class Conversations {
  /** By the other's login. @type {Map<string, Conversation>} */
  #byLogin = new Map();
  /** Has the list been read at all? */
  isRead = false;

  // questions

  /** Newest first. @returns {Conversation[]} */
  get all() {
    return [...this.#byLogin.values()].sort((a, b) => b.seq - a.seq);
  }

  /** @param {string} login */
  get(login) {
    return this.#byLogin.get(login);
  }

  get unread() {
    return this.all.reduce((sum, { unread }) => sum + unread, 0);
  }

  // actions

  /** @param {ConversationView[]} conversations  from the server, which may be older than what came live */
  merge(conversations) {
    this.isRead = true;
    for (const told of conversations) {
      const known = this.#byLogin.get(told.login);
      if (known === undefined) this.#byLogin.set(told.login, told);
      // What has been read here meanwhile the server may not know yet.
      else if (known.seq <= told.seq) {
        const isOlder = told.read < known.read;
        this.#byLogin.set(told.login, isOlder ? { ...told, read: known.read, unread: known.unread } : told);
      }
    }
  }

  /**
   * @param {DirectPosted} event
   * @param {{ you: string, read: number }} reader  one's own login, and up to where one has read this conversation
   */
  add(event, { you, read }) {
    const isOwn = event.author.login === you;
    const peer = peerOf(event, you);
    const known = this.#byLogin.get(peer.login);
    if (known !== undefined && known.seq >= event.seq) return;
    const { seq, sent_at: at, text } = event;
    const unread = (known?.unread ?? 0) + (isOwn || seq <= read ? 0 : 1);
    this.#byLogin.set(peer.login, { login: peer.login, name: peer.name, seq, at, text, read, unread });
  }

  /**
   * It has been read so far.
   * @param {string} login
   * @param {number} read
   * @param {number | null} rest  how much is unread beyond, null where that is not known here
   * @returns {boolean}  whether it is known now how much is unread
   */
  mark(login, read, rest) {
    const known = this.#byLogin.get(login);
    if (known === undefined || read <= known.read) return true;
    known.read = read;
    if (read >= known.seq) known.unread = 0;
    else if (rest !== null) known.unread = rest;
    else return known.unread === 0;
    return true;
  }

  /** Another history of the server: nothing here holds any more. */
  clear() {
    this.#byLogin.clear();
  }
}

/**
 * The other one of the two.
 * @param {DirectPosted} event
 * @param {string} you  one's own login
 */
export function peerOf(event, you) {
  return event.author.login === you ? event.to : event.author;
}
