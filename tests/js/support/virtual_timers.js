/**
 * A clock that moves only when told to, with the timers that hang on it.
 */

export class VirtualTimers {
  #now = 1_000_000;
  #nextId = 1;
  /** @type {Map<number, { at: number, run: () => void }>} */
  #due = new Map();

  now() {
    return this.#now;
  }

  /** @param {number} ms  @param {() => void} run */
  after(ms, run) {
    const id = this.#nextId++;
    this.#due.set(id, { at: this.#now + Math.max(0, ms), run });
    return id;
  }

  /** @param {unknown} id */
  cancel(id) {
    this.#due.delete(/** @type {number} */ (id));
  }

  /**
   * Let time pass, running what falls due in its order, promises included.
   * @param {number} ms
   */
  async advance(ms) {
    const end = this.#now + ms;
    await settled();
    for (;;) {
      const next = this.#next(end);
      if (next === null) break;
      this.#due.delete(next.id);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settled();
    }
    this.#now = end;
  }

  /** @param {number} end */
  #next(end) {
    let next = null;
    for (const [id, { at, run }] of this.#due) {
      if (at <= end && (next === null || at < next.at)) next = { id, at, run };
    }
    return next;
  }
}

/** Until all promises that can go on have gone on. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}
