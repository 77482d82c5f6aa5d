/**
 * IndexedDB with promises, as far as it is used here. Whoever asks learns by a rejection that the browser offers none,
 * that it is full, or that somebody has cleared it.
 */

/** Some browsers, now and then, do not answer an opening; nobody waits for them longer. */
const OPENING_MS = 4000;

/** From a version that is older, 0 for none. @typedef {(database: IDBDatabase, from: number) => void} Upgrade */

/**
 * A connection that is opened at its first use, and anew when that has failed or it was lost, as browsers lose them that
 * are short of memory or have slept. One whose opening is waited for no longer is used as soon as it is there.
 */
export class Database {
  /** @type {(lost: () => void) => Promise<IDBDatabase>} */
  #open;
  /** @type {Promise<IDBDatabase> | null} */
  #opening = null;
  /** It is there, when nobody waited for it any more. */
  late = () => {};

  /**
   * @param {string} name
   * @param {number} version
   * @param {Upgrade} upgrade
   */
  constructor(name, version, upgrade) {
    this.#open = (lost) => opened(name, version, upgrade, lost);
  }

  /**
   * Do something in one transaction. It must be safe to be done twice.
   * @template T
   * @param {string} name  of the object store
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T>} act
   * @returns {Promise<T>} its result, when it would outlive a crash
   */
  async use(name, mode, act) {
    const isFresh = this.#opening === null;
    try {
      return await this.#try(name, mode, act);
    } catch (problem) {
      // It may have been lost without a word.
      if (isFresh) throw problem;
      return this.#try(name, mode, act);
    }
  }

  /**
   * @template T
   * @param {string} name
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T>} act
   */
  async #try(name, mode, act) {
    this.#opening ??= this.#connect();
    const opening = this.#opening;
    const database = await opening;
    try {
      return await inTransaction(database, name, mode, act);
    } catch (problem) {
      database.close();
      if (this.#opening === opening) this.#opening = null;
      throw problem;
    }
  }

  #connect() {
    const forget = () => {
      this.#opening = null;
    };
    const opening = this.#open(forget);
    const inTime = limited(opening);
    let isLate = false;
    inTime.catch(() => {
      isLate = true;
    });
    opening.then(() => {
      if (!isLate) return;
      this.#opening = opening;
      this.late();
    }, forget);
    return inTime;
  }
}

/**
 * @param {string} name
 * @param {number} version
 * @param {Upgrade} upgrade
 * @returns {Promise<IDBDatabase>}
 */
export function openDatabase(name, version, upgrade) {
  return limited(opened(name, version, upgrade));
}

/**
 * Do something in one transaction.
 * @template T
 * @param {IDBDatabase} database
 * @param {string} name  of the object store
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} use
 * @returns {Promise<T>} its result, when it would outlive a crash
 */
export function inTransaction(database, name, mode, use) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode, { durability: "strict" });
    const request = use(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
  });
}

/**
 * @param {string} name
 * @param {number} version
 * @param {Upgrade} upgrade
 * @param {() => void} [lost]  called when the connection can be used no more
 * @returns {Promise<IDBDatabase>}
 */
function opened(name, version, upgrade, lost = () => {}) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, oldVersion);
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = lost;
      // A newer page wants to change its shape: it must not wait for this one.
      database.onversionchange = () => {
        database.close();
        lost();
      };
      resolve(database);
    };
    request.onerror = request.onblocked = () => reject(request.error ?? new Error("blocked"));
  });
}

/**
 * @param {Promise<IDBDatabase>} opening
 * @returns {Promise<IDBDatabase>}
 */
function limited(opening) {
  return new Promise((resolve, reject) => {
    opening.then(resolve, reject);
    setTimeout(() => reject(new Error("no answer")), OPENING_MS);
  });
}
