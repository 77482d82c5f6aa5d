/**
 * The logs that are followed here: takes durable events in, keeps each stream whole, reads history.
 *
 * Emits `shown` with `{ timeline, entries }` when entries have become part of a log in their turn, `changed` when what
 * is held of a log has changed otherwise, and `voided` when a stream turned out to be another one than before.
 */

/** @import { Answer, Command, Entry, Timers, Truncated } from "./types.js" */

import { Repairs } from "./repairs.js";
import { Timeline } from "./timeline.js";

export const INBOX = "inbox";
/** Rooms left a while ago are let go of; coming back they are told anew. */
const ROOMS_HELD = 8;
/** Of what arrives more is scrolled back to, not held. What was scrolled back to stays: somebody reads it. */
export const ENTRIES_HELD = 2000;
export const ENTRIES_KEPT = 1500;
const PAGE = 50;

export class Streams extends EventTarget {
  #ask;
  #repairs;
  /** Those entered last come last. @type {Map<string, Timeline>} */
  #timelines = new Map([[INBOX, new Timeline(INBOX)]]);

  /** @param {{ ask: (command: Command) => Promise<Answer>, timers: Timers, random: () => number }} world */
  constructor({ ask, timers, random }) {
    super();
    this.#ask = ask;
    this.#repairs = new Repairs({
      ask,
      timers,
      random,
      takeIn: (timeline, entries) => this.#takeAll(timeline, entries),
    });
  }

  // questions

  get inbox() {
    return /** @type {Timeline} */ (this.#timelines.get(INBOX));
  }

  /** @param {string} stream */
  get(stream) {
    return this.#timelines.get(stream);
  }

  /** The seq to resume a stream from, or null where nothing is known of it. @param {string} stream */
  position(stream) {
    return this.#timelines.get(stream)?.position ?? null;
  }

  // actions

  /** Begin with what the page was printed with. @param {Record<string, import("./timeline.js").Seed>} pages  by stream */
  seed(pages) {
    for (const [stream, page] of Object.entries(pages)) {
      const timeline = this.#timelines.get(stream) ?? new Timeline(stream);
      timeline.seed(page);
      this.#timelines.set(stream, timeline);
    }
  }

  /**
   * Make ready for the events of a room that has just been entered.
   * @param {string} stream
   * @param {{ isContinued: boolean }} entry  whether they go on from this client's position, or start anew somewhere
   */
  follow(stream, { isContinued }) {
    const timeline = this.#timelines.get(stream) ?? new Timeline(stream);
    this.#timelines.delete(stream);
    this.#timelines.set(stream, timeline);
    if (!isContinued) timeline.clear();
    for (const other of this.#timelines.keys()) {
      if (this.#timelines.size <= ROOMS_HELD + 1) break;
      if (other !== INBOX) this.#timelines.delete(other);
    }
    this.#tell("changed", { timeline });
  }

  /** Another history: nothing that is held is true any more. */
  clear() {
    for (const timeline of this.#timelines.values()) this.#void(timeline);
  }

  /**
   * Read a page of what came before the log's oldest entry, or before the end of a gap in it.
   * @param {string} stream
   * @param {number} [before]
   * @returns {Promise<boolean>} whether it was read
   */
  async loadEarlier(stream, before) {
    const timeline = this.#timelines.get(stream);
    if (timeline === undefined || timeline.position === null) return false;
    const bound = before ?? timeline.firstMissing + 1;
    const answer = await this.#ask({ type: "history.fetch", stream, before: bound, limit: PAGE });
    if (answer.outcome !== "done") return false;
    timeline.addEarlier(answer.ack.events, { before: bound, more: answer.ack.more });
    this.#tell("changed", { timeline });
    return true;
  }

  // reactions

  /** @param {Entry} entry */
  take(entry) {
    const timeline = this.#timelines.get(entry.stream);
    if (timeline === undefined) return;
    this.#takeAll(timeline, [entry]);
    if (timeline.hasHole) this.#repairs.expect(timeline, entry.seq);
  }

  /** @param {Truncated} mark */
  truncate(mark) {
    const timeline = this.#timelines.get(mark.stream);
    if (timeline === undefined) return;
    if (timeline.truncate(mark)) this.#tell("voided", { timeline });
    this.#tell("changed", { timeline });
  }

  /**
   * The server says how far its streams go: at the end of catching up, and with each heartbeat.
   * @param {Record<string, number>} heads
   */
  expect(heads) {
    for (const [stream, head] of Object.entries(heads)) {
      const timeline = this.#timelines.get(stream);
      if (timeline === undefined) continue;
      if (head === 0) timeline.startAt(0);
      this.#repairs.expect(timeline, head);
    }
  }

  // internal

  /**
   * @param {Timeline} timeline
   * @param {Entry[]} entries
   */
  #takeAll(timeline, entries) {
    const shown = entries.flatMap((entry) => timeline.offer(entry));
    if (shown.length === 0) return;
    if (timeline.arrived > ENTRIES_HELD) timeline.trim(ENTRIES_KEPT);
    this.#tell("shown", { timeline, entries: shown });
  }

  /** @param {Timeline} timeline */
  #void(timeline) {
    timeline.clear();
    this.#tell("voided", { timeline });
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {number} id */
export function streamOf(id) {
  return `room:${id}`;
}

/** @param {string} stream  of a room */
export function idOf(stream) {
  return Number(stream.replace("room:", ""));
}
