/**
 * A house to test in: a model server, a network, and chats of people on a virtual clock.
 */

import { Chat } from "../../../static/js/chat/chat.js";
import { newClientId } from "../../../static/js/chat/client_id.js";
import { KeyValueOutboxStore } from "../../../static/js/chat/outbox_store.js";
import { HostileNetwork } from "./hostile_network.js";
import { ModelServer } from "./model_server.js";
import { Seeded } from "./seeded.js";
import { VirtualTimers } from "./virtual_timers.js";

export class House {
  timers = new VirtualTimers();
  chance;
  server;
  network;
  /** What GET /session says. @type {"in" | "out" | "unknown"} */
  session = "in";
  /** What a browser keeps for each person. @type {Map<string, MemoryStorage>} */
  storages = new Map();

  /** @param {{ seed?: number, people?: string[] }} [options] */
  constructor({ seed = 1, people = ["ana", "ben"] } = {}) {
    this.chance = new Seeded(seed);
    this.server = new ModelServer(() => this.timers.now());
    this.network = new HostileNetwork(this);
    for (const login of people) this.server.join(login);
  }

  /**
   * Open the page of a person: the chat remembers only what the browser's storage kept.
   * @param {string} login
   * @param {{ id?: number, room?: number | null, seed?: import("../../../static/js/chat/chat.js").Seed | null }} [options]
   */
  chat(login, { id, room = null, seed = null } = {}) {
    const storage = this.storages.get(login) ?? new MemoryStorage();
    this.storages.set(login, storage);
    return new Chat(
      {
        openSocket: () => this.network.connect(login),
        askSession: async () => this.session,
        timers: this.timers,
        wall: () => this.timers.now() + 1_700_000_000_000,
        random: this.chance.next,
        newId: () => newClientId(this.chance.fill),
        outboxStore: new KeyValueOutboxStore(storage, login),
      },
      { id, login, language: "en", room, seed },
    );
  }

  /**
   * A chat that has started and caught up.
   * @param {string} login
   */
  async enter(login) {
    const chat = this.chat(login);
    chat.start();
    await this.timers.advance(3000);
    return chat;
  }

  /** The wire of a person's newest socket. @param {string} login */
  wire(login) {
    return /** @type {import("./hostile_network.js").Wire} */ (
      [...this.network.wires].filter((wire) => wire.login === login).at(-1)
    );
  }

  /** What the server holds of a stream, as texts. @param {string} key */
  texts(key) {
    return /** @type {any[]} */ (this.server.logs.get(key)).map(({ text }) => text);
  }
}

/** The part of `localStorage` that is used. */
export class MemoryStorage {
  /** @type {Map<string, string>} */
  #values = new Map();

  get length() {
    return this.#values.size;
  }

  /** @param {number} index */
  key(index) {
    return [...this.#values.keys()][index] ?? null;
  }

  /** @param {string} key */
  getItem(key) {
    return this.#values.get(key) ?? null;
  }

  /** @param {string} key  @param {string} value */
  setItem(key, value) {
    this.#values.set(key, value);
  }

  /** @param {string} key */
  removeItem(key) {
    this.#values.delete(key);
  }
}

/** The default room, as something to post to. */
export const LOBBY = /** @type {const} */ ({ kind: "room", room: 1, name: "Lobby" });

/** What a chat shows of the room it is in, as texts. @param {Chat} chat */
export function shownTexts(chat) {
  return (chat.log?.entries ?? []).map((entry) => /** @type {any} */ (entry).text);
}
