/**
 * Reads from history what a timeline lacks, when something shows that it lacks it: a hole before an entry, or a head
 * that is further on. The server repairs its own losses first; this is the second line.
 */

/** @import { Answer, Command, Entry, Timers } from "./types.js" */
/** @import { Timeline } from "./timeline.js" */

/** What is a moment late is mostly on its way already. Spread, because many clients see the same hole. */
const FIRST_WAIT_MS = 1000;
const PAGE = 200;
/** So many at a go; the next heartbeat goes on with the rest. */
const MAX_PAGES = 5;

export class Repairs {
  #ask;
  #timers;
  #random;
  #takeIn;
  /** The streams that are being looked after. @type {Map<string, number>} */
  #wanted = new Map();

  /**
   * @param {object} options
   * @param {(command: Command) => Promise<Answer>} options.ask
   * @param {Timers} options.timers
   * @param {() => number} options.random
   * @param {(timeline: Timeline, entries: Entry[]) => void} options.takeIn  gives entries to the timeline, and shows what is new
   */
  constructor({ ask, timers, random, takeIn }) {
    this.#ask = ask;
    this.#timers = timers;
    this.#random = random;
    this.#takeIn = takeIn;
  }

  /**
   * The stream goes up to `head`. If the timeline has not got there after a moment, its rest is read.
   * @param {Timeline} timeline
   * @param {number} head
   */
  expect(timeline, head) {
    if ((timeline.position ?? -1) >= head) return;
    const isLookedAfter = this.#wanted.has(timeline.stream);
    this.#wanted.set(timeline.stream, Math.max(head, this.#wanted.get(timeline.stream) ?? 0));
    if (isLookedAfter) return;
    const wait = FIRST_WAIT_MS * (0.5 + this.#random());
    this.#timers.after(wait, () => this.#repair(timeline));
  }

  // internal

  /** @param {Timeline} timeline */
  async #repair(timeline) {
    for (let page = 0; page < MAX_PAGES && this.#lacksSomething(timeline); page += 1) {
      const position = timeline.position;
      const bounds = position === null ? {} : { after: position };
      const answer = await this.#ask({ type: "history.fetch", stream: timeline.stream, ...bounds, limit: PAGE });
      // A broken connection resumes, and a refused stream is not ours any more: both end this repair.
      if (answer.outcome !== "done" || answer.ack.events.length === 0) break;
      // Meanwhile the timeline may have been begun anew; then this page may leave out what it now needs.
      if (position !== null && timeline.position === null) break;
      this.#takeIn(timeline, answer.ack.events);
    }
    this.#wanted.delete(timeline.stream);
  }

  /** @param {Timeline} timeline */
  #lacksSomething(timeline) {
    return (timeline.position ?? -1) < (this.#wanted.get(timeline.stream) ?? 0);
  }
}
