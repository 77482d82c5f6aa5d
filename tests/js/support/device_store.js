/**
 * What all tabs of a device keep their outbox in, with turns that they take; what is to be kept can be held back.
 */

export class DeviceStore extends EventTarget {
  /** @type {Map<string, any>} */
  #items = new Map();
  /** By lane, the turn that was asked for last. @type {Map<string, Promise<unknown>>} */
  #turns = new Map();
  /** @type {DeviceStore[]} */
  #tabs = [this];
  #held = Promise.resolve();

  /** Another tab's. */
  beside() {
    const other = new DeviceStore();
    other.#items = this.#items;
    other.#turns = this.#turns;
    other.#tabs = this.#tabs;
    this.#tabs.push(other);
    return other;
  }

  /** @param {(clientId: string) => void} react  to what another tab is done with */
  watch(react) {
    this.addEventListener("gone", (event) => react(/** @type {CustomEvent} */ (event).detail));
  }

  /** Keep nothing from now on. @returns {() => void} keep it after all */
  hold() {
    const { promise, resolve } = Promise.withResolvers();
    this.#held = promise;
    return () => resolve(undefined);
  }

  async load() {
    return [...this.#items.values()].map((item) => ({ ...item }));
  }

  /** @param {any} item */
  async save(item) {
    const kept = { ...item };
    await this.#held;
    this.#items.set(kept.clientId, kept);
  }

  /** @param {string} clientId */
  async remove(clientId) {
    this.#items.delete(clientId);
    for (const other of this.#tabs) {
      if (other !== this) other.dispatchEvent(new CustomEvent("gone", { detail: clientId }));
    }
  }

  /**
   * @template T
   * @param {string} lane
   * @param {() => Promise<T>} run
   * @returns {Promise<T>}
   */
  inTurn(lane, run) {
    const turn = (this.#turns.get(lane) ?? Promise.resolve()).then(run);
    this.#turns.set(lane, turn);
    return turn;
  }
}
