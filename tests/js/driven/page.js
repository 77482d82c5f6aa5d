/**
 * A page's chat under a schedule: what it does to its sockets is told, and what they bring comes with the next call.
 */

import { Chat } from "../../../static/js/chat/chat.js";
import { newClientId } from "../../../static/js/chat/client_id.js";
import { KeyValueOutboxStore } from "../../../static/js/chat/outbox_store.js";
import { MemoryStorage } from "../support/house.js";
import { Seeded } from "../support/seeded.js";
import { VirtualTimers } from "../support/virtual_timers.js";

/** @import { Target } from "../../../static/js/chat/outbox.js" */
/** @import { Socket } from "../../../static/js/chat/types.js" */

/** @typedef {"opened" | "heard" | "closed"} What */

export class DrivenPage {
  #login;
  #timers = new VirtualTimers();
  #chance = new Seeded(7);
  #storage = new MemoryStorage();
  /** By a number of their own. @type {Map<number, Socket>} */
  #sockets = new Map();
  #count = 0;
  /** What was done to the sockets since the last call. @type {any[]} */
  #deeds = [];
  #chat;

  /** @param {string} login  @param {number} room */
  constructor(login, room) {
    this.#login = login;
    this.#chat = this.#opened(room);
  }

  /** @param {number} room */
  reload(room) {
    this.#chat.connection.stop("reload");
    this.#chat = this.#opened(room);
  }

  /** @param {string} text  @param {Target} target */
  post(text, target) {
    this.#chat.post(text, target);
  }

  /** @param {number} room */
  enter(room) {
    this.#chat.enter(room);
  }

  wake() {
    this.#chat.wake();
  }

  /**
   * Take what the sockets bring, and let time pass.
   * @param {number} ms
   * @param {[What, number, any][]} news
   */
  async pass(ms, news) {
    for (const [what, number, detail] of news) {
      const socket = this.#sockets.get(number);
      if (what === "opened") /** @type {any} */ (socket)?.onopen?.();
      else if (what === "heard") socket?.onmessage?.({ data: detail });
      else socket?.onclose?.({ code: detail });
    }
    await this.#timers.advance(ms);
    const deeds = this.#deeds;
    this.#deeds = [];
    return deeds;
  }

  /** What it shows and holds. */
  state() {
    const { isCaughtUp, outbox, room, streams } = this.#chat;
    const logs = ["room:1", "room:2", "inbox"].flatMap((stream) => {
      const timeline = streams.get(stream);
      if (timeline === undefined) return [];
      const { entries, firstMissing, gaps, position } = timeline;
      const held = entries.map((entry) => [entry.seq, /** @type {any} */ (entry).client_id ?? null]);
      return [{ stream, held, position, gaps, firstMissing }];
    });
    const items = outbox.items.map(({ clientId, state, target }) => ({
      clientId,
      state,
      room: target.kind === "room" ? target.room : null,
    }));
    return { isCaughtUp, room: room?.id ?? null, logs, items };
  }

  /** @param {number} room */
  #opened(room) {
    const chat = new Chat(
      {
        openSocket: () => this.#openSocket(),
        askSession: async () => "in",
        timers: this.#timers,
        wall: () => this.#timers.now() + 1_700_000_000_000,
        random: this.#chance.next,
        newId: () => newClientId(this.#chance.fill),
        outboxStore: new KeyValueOutboxStore(this.#storage, this.#login),
      },
      { login: this.#login, language: "en", room },
    );
    chat.start();
    return chat;
  }

  #openSocket() {
    this.#count += 1;
    const number = this.#count;
    const tell = (/** @type {any[]} */ ...deed) => this.#deeds.push(deed);
    /** @type {Socket} */
    const socket = {
      onopen: null,
      onmessage: null,
      onclose: null,
      send: (data) => tell("send", number, data),
      close: () => tell("close", number),
    };
    this.#sockets.set(number, socket);
    tell("connect", number);
    return socket;
  }
}
