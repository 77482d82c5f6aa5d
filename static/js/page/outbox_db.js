/**
 * Keeps the outbox in IndexedDB, where it outlives a reload, a closed tab and a restart of the browser, and where all tabs
 * of a person see the same.
 *
 * An item is written into `localStorage` first, which is done at once, so that a tab that is closed in the same moment has
 * it; it goes from there as soon as the database has it for good. What older pages have left there moves in the same way.
 */

/** @import { KeyValueOutboxStore } from "../chat/outbox_store.js" */
/** @import { OutboxStore } from "../chat/types.js" */
/** @import { Turns } from "./turns.js" */

import { Database } from "./database.js";

const ITEMS = "items";

/** @implements {OutboxStore} */
export class DatabaseOutboxStore {
  #owner;
  #doorstep;
  #turns;
  #news;
  #database;

  /**
   * @param {string} owner  whose words these are; somebody else at the same device never sees them
   * @param {KeyValueOutboxStore} doorstep  theirs too
   * @param {Turns} turns
   */
  constructor(owner, doorstep, turns) {
    this.#owner = owner;
    this.#doorstep = doorstep;
    this.#turns = turns;
    this.#news = "BroadcastChannel" in window ? new BroadcastChannel(`chat/outbox/${owner}`) : null;
    this.#database = new Database("chat-outbox", 1, (database) => {
      // Whose it is stands there as `login`, as which it began.
      database.createObjectStore(ITEMS, { keyPath: ["login", "item.clientId"] });
    });
  }

  /**
   * @param {(clientId: string) => void} settled  called with the `client_id` of whatever another tab is done with
   * @param {() => void} grown  called when there may be more than was loaded
   */
  watch(settled, grown) {
    this.#news?.addEventListener("message", (event) => settled(event.data));
    this.#database.late = grown;
  }

  /**
   * Take over what older pages have kept by a login, which may be somebody else's one day. Whatever is asked later finds it.
   * @param {string} login
   * @param {KeyValueOutboxStore} doorstep
   */
  takeOver(login, doorstep) {
    for (const item of doorstep.read()) {
      this.#doorstep.write(item);
      doorstep.erase(item.clientId);
    }
    const move = (/** @type {IDBObjectStore} */ items) => {
      const left = items.getAll(allOf(login));
      left.onsuccess = () => {
        for (const { item } of left.result) items.put({ login: this.#owner, item });
        items.delete(allOf(login));
      };
      return left;
    };
    this.#try("readwrite", move, null);
  }

  async load() {
    const left = this.#doorstep.read();
    const kept = await this.#try("readonly", (items) => items.getAll(allOf(this.#owner)), []);
    // What has not gone from there is newer: the database may be read, and yet be full.
    const newer = new Set(left.map(({ clientId }) => clientId));
    return [...kept.map(({ item }) => item).filter(({ clientId }) => !newer.has(clientId)), ...left];
  }

  /** @param {{ clientId: string }} item */
  async save(item) {
    this.#doorstep.write(item);
    const row = { login: this.#owner, item: { ...item } };
    const key = await this.#try("readwrite", (items) => items.put(row), null);
    if (key !== null) this.#doorstep.erase(item.clientId);
  }

  /** @param {string} clientId */
  async remove(clientId) {
    this.#doorstep.erase(clientId);
    this.#news?.postMessage(clientId);
    await this.#try("readwrite", (items) => items.delete([this.#owner, clientId]), undefined);
  }

  /**
   * @template T
   * @param {string} lane
   * @param {() => Promise<T>} run
   */
  inTurn(lane, run) {
    return this.#turns.take(`chat/outbox/${this.#owner}/${lane}`, run);
  }

  // internal

  /**
   * @template T
   * @template [U=T]
   * @param {IDBTransactionMode} mode
   * @param {(items: IDBObjectStore) => IDBRequest<T>} use
   * @param {U} otherwise
   * @returns {Promise<T | U>}
   */
  async #try(mode, use, otherwise) {
    try {
      return await this.#database.use(ITEMS, mode, use);
    } catch {
      return otherwise;
    }
  }
}

/** @param {string} owner */
function allOf(owner) {
  return IDBKeyRange.bound([owner], [owner, []]);
}
