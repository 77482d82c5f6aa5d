/**
 * What two people have said to one another in private, as far as it has been read.
 */

/** @import { DirectPosted } from "./types.js" */

export class ConversationLog {
  login;
  /** By seq in one's own inbox, where the other conversations leave holes. @type {Map<number, DirectPosted>} */
  #entries = new Map();
  /** How many of them were asked for. */
  #readBack = 0;
  #hasEarlier = true;
  #isLoaded = false;

  /** @param {string} login  of the other */
  constructor(login) {
    this.login = login;
  }

  // questions

  /** Oldest first. @returns {DirectPosted[]} */
  get entries() {
    return [...this.#entries.values()].sort((a, b) => a.seq - b.seq);
  }

  get size() {
    return this.#entries.size;
  }

  /** How many of them came without being asked for. */
  get arrived() {
    return this.size - this.#readBack;
  }

  get hasEarlier() {
    return this.#hasEarlier;
  }

  /** Has its newest page been read? */
  get isLoaded() {
    return this.#isLoaded;
  }

  /** The seq before which the next page is read. */
  get oldest() {
    return this.entries[0]?.seq;
  }

  // actions

  /** @param {DirectPosted} entry */
  add(entry) {
    this.#entries.set(entry.seq, entry);
  }

  /**
   * @param {DirectPosted[]} entries
   * @param {boolean} more
   */
  addPage(entries, more) {
    const { size } = this;
    for (const entry of entries) this.add(entry);
    this.#readBack += this.size - size;
    this.#hasEarlier = more;
    this.#isLoaded = true;
  }

  /**
   * Let go of the oldest entries; they can be read again.
   * @param {number} limit  how many to keep
   */
  trim(limit) {
    for (const { seq } of this.entries.slice(0, -limit)) {
      this.#entries.delete(seq);
      this.#hasEarlier = true;
    }
    this.#readBack = 0;
  }

  /** To be read anew: something between may be missing. */
  clear() {
    this.#entries.clear();
    this.#readBack = 0;
    this.#hasEarlier = true;
    this.#isLoaded = false;
  }
}
