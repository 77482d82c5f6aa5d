/**
 * Where one was reading in each place when it was left, for a while; over a reload too, as long as the tab lives.
 */

/** @import { ReadingPlace } from "./log_scroll.js" */

/** A place that was left longer ago than this is entered at its end. */
const REMEMBERED_MS = 30 * 60 * 1000;

/** What was being read in a place when it was left. @typedef {{ places: ReadingPlace[], seen: string, at: number }} Left */

export class LeftPlaces {
  #storage;
  #key;
  #now;
  /** @type {Map<string, Left>} */
  #left;

  /**
   * @param {object} options
   * @param {() => Pick<Storage, "getItem" | "setItem">} options.storage  which a browser may not give
   * @param {string} options.login  of the reader
   * @param {() => number} options.now
   */
  constructor({ storage, login, now }) {
    this.#storage = storage;
    this.#key = `chat-left/${login}`;
    this.#now = now;
    this.#left = new Map(this.#kept());
  }

  /** @param {string} place  @returns {Left} nothing of a place that was left at its end, or long ago */
  of(place) {
    const left = this.#left.get(place);
    const isFresh = left !== undefined && this.#now() - left.at < REMEMBERED_MS;
    return isFresh ? left : { places: [], seen: "", at: 0 };
  }

  /**
   * @param {string} place
   * @param {Omit<Left, "at"> | null} left  null for one that is left at its end
   */
  leave(place, left) {
    if (left === null) this.#left.delete(place);
    else this.#left.set(place, { ...left, at: this.#now() });
  }

  /** For the page that comes after this one. */
  keep() {
    try {
      this.#storage().setItem(this.#key, JSON.stringify([...this.#left]));
    } catch {} // Full, or forbidden: then it is not remembered.
  }

  /** @returns {[string, Left][]} */
  #kept() {
    try {
      return JSON.parse(this.#storage().getItem(this.#key) ?? "[]");
    } catch {
      return [];
    }
  }
}
