/**
 * What a device keeps of what somebody has seen, for when there is no network: the newest messages of the places where they
 * have been, and their lists. In IndexedDB, of one person at a time; nothing of it is ever sent.
 *
 * It is opened for each use and closed again, so that whoever wants it gone waits for nobody.
 */

/** @import { ConversationView, RoomView } from "../chat/types.js" */
/** @import { Seed as Log } from "../chat/timeline.js" */

import { inTransaction, openDatabase } from "./database.js";

/** As the log-in page has it, which deletes it: ./forgetting.js. */
const NAME = "chat-kept";
const ROWS = "rows";
/** Those seen longest ago go first. */
export const PLACES = 20;
/** As long as a log-in lasts. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Whose it is, with their lists: the row whose place is empty.
 * @typedef {{ id: number, login: string, place: "", at: number, history: string, name: string, mayKeepRooms: boolean,
 *   theme: string, rooms: RoomView[], conversations: ConversationView[], marks: Record<string, number>, inbox: Log }} Person */
/** A room, by its stream, or `@login`. `head`: up to where it is whole; of a conversation that is a seq of the inbox.
 * @typedef {{ login: string, place: string, at: number, history: string, name: string, log: Log }} KeptPlace */
/** @typedef {{ person: Person, places: KeptPlace[] }} Kept  the place seen last comes first */

/**
 * @param {Person} person
 * @param {KeptPlace[]} places  what has changed
 */
export async function keep(person, places) {
  await use("readwrite", (rows) => {
    rows.delete(IDBKeyRange.upperBound([person.login], true));
    rows.delete(IDBKeyRange.lowerBound([person.login, []]));
    for (const place of places) rows.put(place);
    rows.put(person);
    const all = rows.index("age").getAllKeys();
    all.onsuccess = () => {
      // The person's own is always among the newest.
      for (const key of all.result.slice(0, -PLACES - 1)) rows.delete(key);
    };
    return all;
  });
}

/**
 * @param {number} now  milliseconds since 1970
 * @returns {Promise<Kept | null>} null where there is nothing, or it is too old
 */
export async function readKept(now) {
  const rows = (await use("readonly", (store) => store.index("age").getAll())) ?? [];
  const person = rows.find(({ place }) => place === "");
  // Before they had an id here nobody can say whose it is.
  if (person?.id === undefined || now - person.at > KEPT_MS) return null;
  const isTheirs = (/** @type {KeptPlace} */ { login, place, history }) =>
    login === person.login && place !== "" && history === person.history;
  return { person, places: rows.filter(isTheirs).toReversed() };
}

/** Keep nothing of anybody. */
export function forgetKept() {
  try {
    indexedDB.deleteDatabase(NAME);
  } catch {
    // Where the browser offers none there is none.
  }
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(rows: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T | null>} null where the browser keeps nothing
 */
async function use(mode, act) {
  try {
    const database = await openDatabase(NAME, 1, (fresh) => {
      fresh.createObjectStore(ROWS, { keyPath: ["login", "place"] }).createIndex("age", "at");
    });
    try {
      return await inTransaction(database, ROWS, mode, act);
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}
