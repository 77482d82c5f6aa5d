/**
 * Keeps the outbox over a reload and over a restart of the browser.
 *
 * Any object with these three methods will do; one on IndexedDB, which holds pictures too, can take the place.
 */

/** @import { OutboxStore } from "./types.js" */

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} KeyValues */

/**
 * One key for each item, so that two tabs never write over one another. Storage that is full or forbidden is no error
 * here: the item is still held in memory.
 * @implements {OutboxStore}
 */
export class KeyValueOutboxStore {
  #storage;
  #prefix;

  /**
   * @param {KeyValues | null} storage  null where the browser offers none
   * @param {string} login  whose words these are; somebody else at the same device never sees them
   */
  constructor(storage, login) {
    this.#storage = storage;
    this.#prefix = `chat/outbox/${encodeURIComponent(login)}/`;
  }

  /** @returns {any[]} whatever is there, in no order */
  load() {
    return this.#keys().flatMap((key) => {
      const item = parsed(this.#attempt((storage) => storage.getItem(key)) ?? null);
      return item === null ? [] : [item];
    });
  }

  /** @param {{ clientId: string }} item */
  save(item) {
    this.#attempt((storage) => storage.setItem(this.#prefix + item.clientId, JSON.stringify(item)));
  }

  /** @param {string} clientId */
  remove(clientId) {
    this.#attempt((storage) => storage.removeItem(this.#prefix + clientId));
  }

  /**
   * The item that another tab has just removed, from the key of its `storage` event.
   * @param {string | null} key
   */
  clientIdOf(key) {
    return key?.startsWith(this.#prefix) ? key.slice(this.#prefix.length) : null;
  }

  #keys() {
    const count = this.#attempt((storage) => storage.length) ?? 0;
    const keys = Array.from({ length: count }, (_, index) => this.#attempt((storage) => storage.key(index)) ?? "");
    return keys.filter((key) => key.startsWith(this.#prefix));
  }

  /**
   * @template T
   * @param {(storage: KeyValues) => T} use
   * @returns {T | undefined}
   */
  #attempt(use) {
    if (this.#storage === null) return undefined;
    try {
      return use(this.#storage);
    } catch {
      return undefined;
    }
  }
}

/** @param {string | null} text */
function parsed(text) {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
