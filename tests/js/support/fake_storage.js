/**
 * A browser's storage, which may be full.
 */

export class FakeStorage {
  #values = new Map();
  #isFull;

  constructor({ isFull = false } = {}) {
    this.#isFull = isFull;
  }

  get length() {
    return this.#values.size;
  }

  /** @param {number} index */
  key(index) {
    return [...this.#values.keys()][index] ?? null;
  }

  /** @param {string} key */
  getItem(key) {
    return this.#values.get(key) ?? null;
  }

  /** @param {string} key @param {string} value */
  setItem(key, value) {
    if (this.#isFull) throw new Error("QuotaExceededError");
    this.#values.set(key, value);
  }

  /** @param {string} key */
  removeItem(key) {
    this.#values.delete(key);
  }
}
