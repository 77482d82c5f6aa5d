/**
 * One stream as far as it is held here: its entries in order, each once, and the holes that were said.
 *
 * `position` is the highest seq up to which everything has been taken in, so the seq to resume from. It is null as
 * long as nothing is known of the stream. Entries that arrive beyond a hole wait until it is filled.
 */

/** @import { Entry } from "./types.js" */

/** A stretch of the stream that was skipped and may be asked for. Both bounds are missing.
 * @typedef {{ from: number, to: number }} Gap */

/** A page of a stream, oldest first, with how far the stream went, and whether there is more before it.
 * @typedef {{ events: Entry[], head: number, more: boolean }} Seed */

/** How many entries may wait beyond a hole. A page of history closes it, so more is only memory. */
const WAITING_LIMIT = 1000;

export class Timeline {
  stream;
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Gap[]} */
  #gaps = [];
  /** @type {number | null} */
  #position = null;
  /** @type {Map<number, Entry>} */
  #waiting = new Map();
  /** The server has said that it keeps nothing older, whatever the seq. */
  #isBeginningHeld = false;
  /** How many of the entries were asked for. */
  #readBack = 0;

  /** @param {string} stream */
  constructor(stream) {
    this.stream = stream;
  }

  // questions

  get position() {
    return this.#position;
  }

  /** Oldest first. @returns {readonly Entry[]} */
  get entries() {
    return this.#entries;
  }

  /** @returns {readonly Gap[]} */
  get gaps() {
    return this.#gaps;
  }

  /** How many of the entries came without being asked for. */
  get arrived() {
    return this.#entries.length - this.#readBack;
  }

  /** May there be something before the oldest entry held? */
  get hasEarlier() {
    return this.#position !== null && this.firstMissing > 0 && !this.#isBeginningHeld;
  }

  /** The highest seq below everything held, 0 when the beginning is held. */
  get firstMissing() {
    return (this.#entries[0]?.seq ?? (this.#position ?? 0) + 1) - 1;
  }

  /** Does something wait beyond a hole? */
  get hasHole() {
    return this.#waiting.size > 0;
  }

  /** @param {number} seq */
  has(seq) {
    const index = this.#indexOf(seq);
    return this.#entries[index]?.seq === seq;
  }

  /** Was the last that was said of it that it goes on beyond what is held? */
  get endsInGap() {
    const gap = this.#gaps.at(-1);
    return gap !== undefined && gap.to === this.#position && gap.from > (this.#entries.at(-1)?.seq ?? 0);
  }

  // actions

  /**
   * Begin with a page that was read elsewhere, somewhere in the stream.
   * @param {Seed} page
   */
  seed({ events, head, more }) {
    this.clear();
    this.#entries = [...events];
    this.#position = head;
    const last = events.at(-1)?.seq ?? head;
    if (last < head) this.#gaps.push({ from: last + 1, to: head });
    this.#isBeginningHeld = !more;
  }

  /**
   * Take in an entry, live or from history.
   * @param {Entry} entry
   * @returns {Entry[]} what is new in the log by it, in order; nothing for a repetition or beyond a hole
   */
  offer(entry) {
    if (this.#position === null) return this.#append(entry);
    if (entry.seq === this.#position + 1) return [...this.#append(entry), ...this.#drain()];
    if (entry.seq > this.#position) {
      if (this.#waiting.size < WAITING_LIMIT) this.#waiting.set(entry.seq, entry);
      return [];
    }
    return this.#insert(entry) ? [entry] : [];
  }

  /**
   * The stream was read up to here: from the server's word, where nothing is held yet.
   * @param {number} seq
   */
  startAt(seq) {
    if (this.#position === null) this.#position = seq;
  }

  /**
   * The server skipped a stretch and says so. What is held stays, unless the mark says that it is void: a stretch
   * that begins at or below what was already read means that this stream is another one than before.
   * @param {Gap} mark
   * @returns {boolean} whether what was held was dropped
   */
  truncate({ from, to }) {
    const isVoid = this.#position !== null && from <= this.#position;
    if (isVoid) this.clear();
    if (this.#entries.length > 0 && to >= from) this.#gaps.push({ from, to });
    this.#position = to;
    for (const seq of this.#waiting.keys()) if (seq <= to) this.#waiting.delete(seq);
    return isVoid;
  }

  /** Forget everything: the stream will be told anew. */
  clear() {
    this.#entries = [];
    this.#gaps = [];
    this.#position = null;
    this.#waiting.clear();
    this.#isBeginningHeld = false;
    this.#readBack = 0;
  }

  /**
   * Take in a page of earlier history.
   * @param {Entry[]} entries  oldest first
   * @param {{ before: number, more: boolean }} page  as it was asked for, and whether there is more before it
   */
  addEarlier(entries, { before, more }) {
    if (!more && before <= this.firstMissing + 1) this.#isBeginningHeld = true;
    for (const entry of entries.toReversed()) this.#readBack += this.offer(entry).length;
    const reached = entries[0]?.seq ?? before;
    this.#gaps = this.#gaps.flatMap((gap) => {
      if (before <= gap.from || before > gap.to + 1) return [gap];
      const to = more ? Math.min(gap.to, reached - 1) : gap.from - 1;
      return to >= gap.from ? [{ from: gap.from, to }] : [];
    });
  }

  /**
   * Let go of the oldest entries; they can be asked for again.
   * @param {number} limit  how many to keep
   */
  trim(limit) {
    if (this.#entries.length <= limit) return;
    this.#entries = this.#entries.slice(-limit);
    this.#isBeginningHeld = false;
    this.#readBack = 0;
    const first = this.#entries[0].seq;
    // What came late may lie within a gap: the rest of it is missing still.
    this.#gaps = this.#gaps.flatMap(({ from, to }) => (to > first ? [{ from: Math.max(from, first + 1), to }] : []));
  }

  // internal

  /**
   * @param {Entry} entry
   * @returns {Entry[]}
   */
  #append(entry) {
    this.#entries.push(entry);
    this.#position = entry.seq;
    return [entry];
  }

  /** @returns {Entry[]} those that waited and may now go on */
  #drain() {
    const drained = [];
    for (;;) {
      const next = /** @type {number} */ (this.#position) + 1;
      const entry = this.#waiting.get(next);
      if (entry === undefined) break;
      this.#waiting.delete(next);
      drained.push(...this.#append(entry));
    }
    for (const seq of this.#waiting.keys()) {
      if (seq <= /** @type {number} */ (this.#position)) this.#waiting.delete(seq);
    }
    return drained;
  }

  /**
   * Put an entry of the past in its place. One that would leave a hole below what is held is not taken: it belongs
   * to what may be asked for.
   * @param {Entry} entry
   */
  #insert(entry) {
    if (entry.seq < this.firstMissing) return false;
    const index = this.#indexOf(entry.seq);
    if (this.#entries[index]?.seq === entry.seq) return false;
    this.#entries.splice(index, 0, entry);
    return true;
  }

  /** @param {number} seq  @returns {number} of the first entry that is not before it */
  #indexOf(seq) {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#entries[middle].seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
