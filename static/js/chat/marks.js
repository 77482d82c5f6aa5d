/**
 * Up to where the person has read each place, how far each goes, and what of it is still to be told to the server.
 *
 * A place is the stream of a room, or `@login` for a private conversation. Marks only go forward, whoever says so: this
 * page, another device, a list. Emits `changed` with the place whose mark has moved, or whose room has grown.
 */

/** @import { Answer, Command, Timers } from "./types.js" */

import { isOutcomeUnknown } from "./error_codes.js";

/** The first goes at once; then they are told so often at most, however much is read. */
const EVERY_MS = 2000;

export class Marks extends EventTarget {
  #ask;
  #timers;
  /** @type {Map<string, number>} */
  #read = new Map();
  /** @type {Map<string, number>} */
  #heads = new Map();
  /** What the server has not confirmed. @type {Map<string, number>} */
  #untold = new Map();
  #toldAt = Number.NEGATIVE_INFINITY;
  #isAwaited = false;

  /** @param {{ ask: (command: Command) => Promise<Answer>, timers: Timers }} options */
  constructor({ ask, timers }) {
    super();
    this.#ask = ask;
    this.#timers = timers;
  }

  // questions

  /** Up to where it has been read; null where that is not known. @param {string} place */
  readOf(place) {
    return this.#read.get(place) ?? null;
  }

  /** How much of a room is unread; nothing where it is not known. @param {string} stream */
  unreadIn(stream) {
    return Math.max(0, (this.#heads.get(stream) ?? 0) - (this.#read.get(stream) ?? Number.POSITIVE_INFINITY));
  }

  // actions

  /**
   * The person has seen everything up to here.
   * @param {string} place
   * @param {number} seq
   */
  see(place, seq) {
    if (!this.#move(place, seq)) return;
    this.#untold.set(place, seq);
    this.tell();
  }

  /**
   * The person has said this: then they have read it, if what came before it is.
   * @param {string} stream
   * @param {number} seq
   */
  wrote(stream, seq) {
    if (this.readOf(stream) === seq - 1) this.see(stream, seq);
  }

  /** Tell the server what it does not know, now or in a moment. */
  tell() {
    if (this.#isAwaited || this.#untold.size === 0) return;
    this.#isAwaited = true;
    this.#timers.after(Math.max(0, this.#toldAt + EVERY_MS - this.#timers.now()), () => this.#tellNow());
  }

  /** Tell it now: there may be no later. */
  tellAtOnce() {
    if (this.#untold.size > 0) this.#tellNow();
  }

  /** Another history: nothing that is held is true any more. */
  clear() {
    for (const map of [this.#read, this.#heads, this.#untold]) map.clear();
  }

  // reactions

  /**
   * It has been read so far, here or elsewhere.
   * @param {string} place
   * @param {number | null | undefined} read
   */
  hear(place, read) {
    if (typeof read === "number") this.#move(place, read);
  }

  /**
   * @param {string} stream
   * @param {number} head
   * @returns {boolean}  whether that is further than what was known
   */
  grow(stream, head) {
    if (head <= (this.#heads.get(stream) ?? 0)) return false;
    this.#heads.set(stream, head);
    this.#changed(stream);
    return true;
  }

  // internal

  /**
   * @param {string} place
   * @param {number} seq
   */
  #move(place, seq) {
    if (seq <= (this.#read.get(place) ?? -1)) return false;
    this.#read.set(place, seq);
    this.#changed(place);
    return true;
  }

  #tellNow() {
    this.#isAwaited = false;
    this.#toldAt = this.#timers.now();
    for (const [place, seq] of this.#untold) this.#tellOne(place, seq);
    this.#untold.clear();
  }

  /**
   * @param {string} place
   * @param {number} seq
   */
  async #tellOne(place, seq) {
    const where = place.startsWith("@") ? { with: place.slice(1) } : { stream: place };
    const answer = await this.#ask({ type: "read.mark", ...where, seq });
    const isDone = answer.outcome === "done" || (answer.outcome === "refused" && !isOutcomeUnknown(answer.code));
    // Else it is told again, with what has been read by then: now and again, or when one is back.
    if (isDone || !this.#read.has(place)) return;
    this.#untold.set(place, Math.max(seq, this.#untold.get(place) ?? 0));
    // A connection that lives on brings nobody back.
    if (answer.outcome === "refused") this.tell();
  }

  /** @param {string} place */
  #changed(place) {
    this.dispatchEvent(new CustomEvent("changed", { detail: place }));
  }
}

/** The place that a private conversation is. @param {string} login */
export function placeWith(login) {
  return `@${login}`;
}
