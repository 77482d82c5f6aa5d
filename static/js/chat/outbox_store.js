/**
 * Keeps the outbox by key, one for each item, so that two tabs never write over one another. A browser's `localStorage`
 * is written at once: it is where items stand until there is something better, and where there is nothing better.
 */

/** @import { KeyValues } from "./key_values.js" */
/** @import { OutboxStore } from "./types.js" */

import { SafeKeyValues } from "./key_values.js";

/** @implements {OutboxStore} */
export class KeyValueOutboxStore {
  #values;
  #prefix;

  /**
   * @param {KeyValues | null} storage  null where the browser offers none
   * @param {string} owner  whose words these are; somebody else at the same device never sees them
   */
  constructor(storage, owner) {
    this.#values = new SafeKeyValues(storage);
    this.#prefix = `chat/outbox/${encodeURIComponent(owner)}/`;
  }

  async load() {
    return this.read();
  }

  /** @param {{ clientId: string }} item */
  async save(item) {
    this.write(item);
  }

  /** @param {string} clientId */
  async remove(clientId) {
    this.erase(clientId);
  }

  /**
   * Nobody takes turns here: what two tabs send at the same time is stored once anyway.
   * @template T
   * @param {string} _lane
   * @param {() => Promise<T>} run
   */
  inTurn(_lane, run) {
    return run();
  }

  // at once

  /** @returns {any[]} */
  read() {
    return this.#values.keys(this.#prefix).flatMap((key) => this.#values.read(key) ?? []);
  }

  /** @param {{ clientId: string }} item */
  write(item) {
    this.#values.write(this.#prefix + item.clientId, item);
  }

  /** @param {string} clientId */
  erase(clientId) {
    this.#values.remove(this.#prefix + clientId);
  }
}
