/**
 * The private conversations: with whom, what was said last, and what has not been looked at since this page is open.
 */

/** @import { ConversationView, DirectPosted } from "./types.js" */

/** @typedef {ConversationView & { unseen: number }} Conversation */

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

  get unseen() {
    return this.all.reduce((sum, { unseen }) => sum + unseen, 0);
  }

  // actions

  /** @param {ConversationView[]} conversations  from the server, which may be older than what came live */
  merge(conversations) {
    this.isRead = true;
    for (const told of conversations) {
      const known = this.#byLogin.get(told.login);
      if (known === undefined || known.seq <= told.seq) {
        this.#byLogin.set(told.login, { ...told, unseen: known?.unseen ?? 0 });
      }
    }
  }

  /**
   * @param {DirectPosted} event
   * @param {{ you: string, isSeen: boolean }} reader  one's own login, and whether one is looking at this conversation
   */
  add(event, { you, isSeen }) {
    const isOwn = event.author.login === you;
    const peer = peerOf(event, you);
    const known = this.#byLogin.get(peer.login);
    if (known !== undefined && known.seq > event.seq) return;
    const unseen = isOwn || isSeen ? 0 : (known?.unseen ?? 0) + 1;
    const { seq, sent_at: at, text } = event;
    this.#byLogin.set(peer.login, { login: peer.login, name: peer.name, seq, at, text, unseen });
  }

  /** @param {string} login */
  markSeen(login) {
    const known = this.#byLogin.get(login);
    if (known !== undefined) known.unseen = 0;
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
