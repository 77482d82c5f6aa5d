/**
 * How long to wait before the next try: full jitter under a doubling ceiling.
 *
 * Full jitter, because many clients lose the same server in the same moment and must not come back in the same moment.
 */

export class Backoff {
  #first;
  #ceiling;
  #random;
  #failures = 0;

  /** @param {{ first: number, ceiling: number, random: () => number }} options  milliseconds */
  constructor({ first, ceiling, random }) {
    this.#first = first;
    this.#ceiling = ceiling;
    this.#random = random;
  }

  /** @returns {number} milliseconds to wait now; the ceiling doubles with each call */
  next() {
    const limit = Math.min(this.#ceiling, this.#first * 2 ** this.#failures);
    this.#failures += 1;
    return this.#random() * limit;
  }

  /** To call when it has worked. */
  reset() {
    this.#failures = 0;
  }
}
