/**
 * As much of IndexedDB as the page uses, with what goes wrong with it: one that is full, that does not answer, or whose
 * connections are lost.
 */

/** @typedef {{ login: string, item: any }} Row */

/** As `bound` gives it here, the first part of the keys that are meant. */
export const KeyRange = { bound: (/** @type {[string]} */ [first]) => first };

export class FakeIndexedDB {
  /** @type {Map<string, Row>} */
  rows = new Map();
  /** Can it be read only? */
  isFull = false;
  /** The end of the transaction that was begun last: one follows the other. @type {Promise<unknown>} */
  turn = Promise.resolve();
  /** Does each opening fail? */
  isForbidden = false;
  /** @type {Set<FakeConnection>} */
  #connections = new Set();
  /** @type {(() => void)[] | null} */
  #held = null;

  /** Answer no opening from now on. @returns {() => void} answer them after all */
  hold() {
    /** @type {(() => void)[]} */
    const held = [];
    this.#held = held;
    return () => {
      this.#held = null;
      for (const answer of held) answer();
    };
  }

  /** Lose all connections. @param {{ isTold: boolean }} options  whether the page hears of it */
  lose({ isTold }) {
    for (const connection of this.#connections) {
      connection.close();
      if (isTold) connection.onclose?.();
    }
    this.#connections.clear();
  }

  open() {
    const connection = new FakeConnection(this);
    /** @type {any} */
    const request = { result: connection, error: null };
    const answer = () => {
      if (this.isForbidden) return request.onerror?.();
      this.#connections.add(connection);
      request.onsuccess?.();
    };
    if (this.#held === null) queueMicrotask(answer);
    else this.#held.push(answer);
    return request;
  }
}

class FakeConnection {
  /** @type {(() => void) | null} */
  onclose = null;
  #isOpen = true;
  #database;

  /** @param {FakeIndexedDB} database */
  constructor(database) {
    this.#database = database;
  }

  close() {
    this.#isOpen = false;
  }

  transaction() {
    if (!this.#isOpen) throw new Error("InvalidStateError");
    const { rows, isFull } = this.#database;
    /** @type {any} */
    const transaction = { error: null };
    const ended = Promise.withResolvers();
    const begun = this.#database.turn;
    this.#database.turn = ended.promise;
    let asked = 0;
    const end = (/** @type {() => void} */ tell) => {
      tell();
      ended.resolve(null);
    };
    /** @param {() => unknown} act @param {boolean} isWriting */
    const done = (act, isWriting) => {
      /** @type {any} */
      const request = {};
      asked += 1;
      begun.then(() => {
        if (isWriting && isFull) return end(transaction.onabort);
        request.result = act();
        request.onsuccess?.();
        asked -= 1;
        if (asked === 0) end(transaction.oncomplete);
      });
      return request;
    };
    const keyOf = (/** @type {string} */ login, /** @type {string} */ clientId) => `${login}/${clientId}`;
    const of = (/** @type {string} */ login) => [...rows.values()].filter((row) => row.login === login);
    const isMeant = (/** @type {Row} */ row, /** @type {string | [string, string]} */ keys) =>
      typeof keys === "string" ? row.login === keys : keyOf(row.login, row.item.clientId) === keyOf(...keys);
    const remove = (/** @type {string | [string, string]} */ keys) => {
      for (const [key, row] of [...rows]) if (isMeant(row, keys)) rows.delete(key);
    };
    transaction.objectStore = () => ({
      getAll: (/** @type {string} */ login) => done(() => structuredClone(of(login)), false),
      put: (/** @type {Row} */ row) => done(() => rows.set(keyOf(row.login, row.item.clientId), row) && [], true),
      delete: (/** @type {string | [string, string]} */ keys) => done(() => remove(keys), true),
    });
    return transaction;
  }
}
