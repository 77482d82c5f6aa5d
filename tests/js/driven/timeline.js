/**
 * A timeline under a schedule: entries are only their numbers, and each answer tells what it holds.
 */

import { Timeline } from "../../../static/js/chat/timeline.js";

export class DrivenTimeline {
  #timeline = new Timeline("room:1");

  /** @param {number} seq */
  startAt(seq) {
    this.#timeline.startAt(seq);
    return this.#told();
  }

  /** @param {number[]} seqs */
  offer(seqs) {
    return this.#told(this.#offered(seqs));
  }

  clear() {
    this.#timeline.clear();
  }

  /** @param {number} from  @param {number} to  @param {number[]} newest  that follow the mark */
  truncate(from, to, newest) {
    this.#timeline.truncate({ from, to });
    return this.#told(this.#offered(newest));
  }

  /** @param {number[]} seqs  @param {number} before  @param {boolean} more */
  addEarlier(seqs, before, more) {
    this.#timeline.addEarlier(seqs.map(entryOf), { before, more });
    return this.#told();
  }

  /** @param {number} limit */
  trim(limit) {
    this.#timeline.trim(limit);
    return this.#told();
  }

  /** @param {number[]} seqs */
  #offered(seqs) {
    return seqs.flatMap((seq) => this.#timeline.offer(entryOf(seq)).map((entry) => entry.seq));
  }

  /** @param {number[]} [shown] */
  #told(shown = []) {
    const { entries, firstMissing, gaps, hasEarlier, hasHole, position } = this.#timeline;
    return { shown, held: entries.map(({ seq }) => seq), position, gaps, hasHole, hasEarlier, firstMissing };
  }
}

/** @param {number} seq */
function entryOf(seq) {
  return { type: "message.posted", stream: "room:1", seq };
}
