/**
 * Turns that the tabs of a browser take: what is run in one is run by one tab at a time. A tab that dies gives its turn
 * back. One that sleeps, or that has no luck with its network, loses it after a while: so whatever is done in a turn must be
 * safe to be done twice.
 *
 * Plain http has no Web Locks; there a row in IndexedDB says whose turn it is and until when.
 */

import { Database } from "./database.js";

/** Nobody has a turn for longer while another one waits. */
const TURN_MS = 10_000;
/** So often the row is looked at where another tab has the turn. */
const LOOK_MS = 200;
const ROWS = "turns";

/** Whose turn it is, and until when by the clock of the device. @typedef {{ holder: string, until: number }} Row */
/** @typedef {{ take<T>(name: string, run: () => Promise<T>): Promise<T> }} Turns */

/** @returns {Turns} */
export function browserTurns() {
  if ("locks" in navigator) return new LockedTurns(navigator.locks);
  return new LeasedTurns(crypto.getRandomValues(new Uint32Array(2)).join());
}

/** @implements {Turns} */
class LockedTurns {
  #locks;

  /** @param {LockManager} locks */
  constructor(locks) {
    this.#locks = locks;
  }

  /**
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} run
   * @returns {Promise<T>}
   */
  take(name, run) {
    return new Promise((resolve) => {
      const had = () => {
        const done = run();
        resolve(done);
        return done;
      };
      // What becomes of the lock is of no interest any more when it has been taken away: the run goes on.
      this.#locks.request(name, { signal: AbortSignal.timeout(TURN_MS) }, had).catch((problem) => {
        if (problem?.name === "TimeoutError") this.#locks.request(name, { steal: true }, had).catch(() => {});
      });
    });
  }
}

/** @implements {Turns} */
class LeasedTurns {
  #me;
  #database;

  /** @param {string} me  this tab */
  constructor(me) {
    this.#me = me;
    this.#database = new Database("chat-turns", 1, (database) => database.createObjectStore(ROWS));
  }

  /**
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} run
   * @returns {Promise<T>}
   */
  async take(name, run) {
    while (!(await this.#claim(name))) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    try {
      return await run();
    } finally {
      await this.#release(name);
    }
  }

  /**
   * @param {string} name
   * @returns {Promise<boolean>} whether it is this tab's turn; so it is where there is no database
   */
  async #claim(name) {
    const now = Date.now();
    const isFree = (/** @type {Row | undefined} */ row) =>
      row === undefined || row.until <= now || row.until > now + TURN_MS;
    const row = await this.#change(name, (row, rows) => {
      if (isFree(row)) rows.put({ holder: this.#me, until: now + TURN_MS }, name);
    });
    return isFree(row);
  }

  /** @param {string} name */
  async #release(name) {
    await this.#change(name, (row, rows) => {
      if (row?.holder === this.#me) rows.delete(name);
    });
  }

  /**
   * @param {string} name
   * @param {(row: Row | undefined, rows: IDBObjectStore) => void} change
   * @returns {Promise<Row | undefined>} as it was before
   */
  async #change(name, change) {
    try {
      return await this.#database.use(ROWS, "readwrite", (rows) => {
        /** @type {IDBRequest<Row | undefined>} */
        const request = rows.get(name);
        request.onsuccess = () => change(request.result, rows);
        return request;
      });
    } catch {
      return undefined;
    }
  }
}
