/**
 * IndexedDB with promises, as far as it is used here. Whoever asks learns by a rejection that the browser offers none,
 * that it is full, or that somebody has cleared it.
 */

/** Some browsers, now and then, never answer an opening; nobody waits for them longer. */
const OPENING_MS = 4000;

/**
 * @param {string} name
 * @param {number} version
 * @param {(database: IDBDatabase, from: number) => void} upgrade  from a version that is older, 0 for none
 * @returns {Promise<IDBDatabase>}
 */
export function openDatabase(name, version, upgrade) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("no answer")), OPENING_MS);
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, oldVersion);
    request.onsuccess = () => {
      const database = request.result;
      // A newer page wants to change its shape: it must not wait for this one.
      database.onversionchange = () => database.close();
      resolve(database);
    };
    request.onerror = request.onblocked = () => reject(request.error ?? new Error("blocked"));
  });
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
