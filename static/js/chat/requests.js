/**
 * The commands of one socket that wait for their answer.
 */

/** @import { Ack, Answer, ErrorFrame } from "./types.js" */

/** @typedef {(answer: Answer) => void} Answered */

export class Requests {
  #nextRef = 1;
  /** In the order sent, which is the order in which the server answers.
   * @type {Map<string, { answered: Answered, sentAt: number }>} */
  #waiting = new Map();

  /**
   * @param {Answered} answered  called once, and at once when the answer is read, so before the events that follow it
   * @param {number} now
   * @returns {string} the ref to send
   */
  open(answered, now) {
    const ref = String(this.#nextRef);
    this.#nextRef += 1;
    this.#waiting.set(ref, { answered, sentAt: now });
    return ref;
  }

  /**
   * @param {Ack | ErrorFrame} frame
   * @returns {boolean} whether somebody waited for it
   */
  settle(frame) {
    const request = frame.ref === undefined ? undefined : this.#waiting.get(frame.ref);
    if (request === undefined) return false;
    this.#waiting.delete(/** @type {string} */ (frame.ref));
    request.answered(asAnswer(frame));
    return true;
  }

  /** The socket is gone: of what was under way nobody knows what became. */
  loseAll() {
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { answered } of lost) answered({ outcome: "lost" });
  }

  /** When the request that waits longest was sent, or null. */
  get oldest() {
    for (const { sentAt } of this.#waiting.values()) return sentAt;
    return null;
  }
}

/**
 * @param {Ack | ErrorFrame} frame
 * @returns {Answer}
 */
function asAnswer(frame) {
  if (frame.type === "ack") return { outcome: "done", ack: /** @type {Ack} */ (frame) };
  const { code, message, retry_after: retryAfter } = /** @type {ErrorFrame} */ (frame);
  return { outcome: "refused", code, message, retryAfter: retryAfter ?? null };
}
