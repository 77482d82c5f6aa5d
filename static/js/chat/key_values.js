/**
 * What a browser keeps by key, where it keeps anything. Storage that is full or forbidden is no error: then it is kept
 * for as long as the page is there, by whoever wrote it.
 */

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} KeyValues */

export class SafeKeyValues {
  #storage;

  /** @param {KeyValues | null} storage  null where the browser offers none */
  constructor(storage) {
    this.#storage = storage;
  }

  /**
   * @param {string} key
   * @returns {any} what was kept as JSON, null where there is nothing that can be read
   */
  read(key) {
    return this.#attempt((storage) => JSON.parse(storage.getItem(key) ?? "null")) ?? null;
  }

  /**
   * @param {string} key
   * @param {unknown} value
   */
  write(key, value) {
    this.#attempt((storage) => storage.setItem(key, JSON.stringify(value)));
  }

  /** @param {string} key */
  remove(key) {
    this.#attempt((storage) => storage.removeItem(key));
  }

  /** @param {string} prefix */
  keys(prefix) {
    const count = this.#attempt((storage) => storage.length) ?? 0;
    const keys = Array.from({ length: count }, (_, index) => this.#attempt((storage) => storage.key(index)) ?? "");
    return keys.filter((key) => key.startsWith(prefix));
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
