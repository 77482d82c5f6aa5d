/**
 * Chance that repeats itself: the same seed gives the same run.
 */

export class Seeded {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** In [0, 1): mulberry32. */
  next = () => {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };

  /** @param {number} probability */
  happens(probability) {
    return this.next() < probability;
  }

  /**
   * @template T
   * @param {readonly T[]} items
   */
  pick(items) {
    return items[Math.floor(this.next() * items.length)];
  }

  /** @param {Uint8Array} bytes */
  fill = (bytes) => {
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = Math.floor(this.next() * 256);
  };
}
