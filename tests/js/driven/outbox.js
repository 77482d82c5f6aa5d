/**
 * An outbox under a schedule: what it sends lies on a desk until the schedule says what becomes of it.
 */

import { newClientId } from "../../../static/js/chat/client_id.js";
import { Outbox } from "../../../static/js/chat/outbox.js";
import { KeyValueOutboxStore } from "../../../static/js/chat/outbox_store.js";
import { MemoryStorage } from "../support/house.js";
import { Seeded } from "../support/seeded.js";
import { settled, VirtualTimers } from "../support/virtual_timers.js";

/** @import { Item, Target } from "../../../static/js/chat/outbox.js" */
/** @import { Answer } from "../../../static/js/chat/types.js" */

export class DrivenOutbox {
  #timers = new VirtualTimers();
  #storage = new MemoryStorage();
  #store = new KeyValueOutboxStore(this.#storage, "ana");
  #chance = new Seeded(1);
  #isOpen = true;
  #here = 1;
  /** What was sent and is not answered, by a number of its own. @type {Map<number, (answer: Answer) => void>} */
  #underWay = new Map();
  #sent = 0;
  #page = 0;
  /** What was sent since the last call. @type {any[]} */
  #news = [];
  #outbox = this.#opened();

  /** @param {Target} target  @param {string} text */
  write(target, text) {
    const { clientId } = this.#outbox.add(target, text, this.#wall());
    return this.#told({ clientId });
  }

  /** @param {number} number  @param {Answer} answer */
  answer(number, answer) {
    const answered = this.#underWay.get(number);
    this.#underWay.delete(number);
    answered?.(answer);
    return this.#told();
  }

  /** The log brings it. @param {string} clientId */
  settle(clientId) {
    this.#outbox.settle(clientId);
    return this.#told();
  }

  /** The socket breaks. */
  disconnect() {
    this.#isOpen = false;
    const lost = [...this.#underWay.values()];
    this.#underWay.clear();
    for (const answered of lost) answered({ outcome: "lost" });
    return this.#told();
  }

  /** @param {number} here  the room that one is in then */
  connect(here) {
    this.#isOpen = true;
    this.#here = here;
    this.#outbox.drain();
    return this.#told();
  }

  /** A new page, which has only what the old one kept; answers to the old one reach nobody. */
  reload() {
    this.#isOpen = false;
    this.#underWay.clear();
    this.#outbox = this.#opened();
    this.#outbox.load();
    return this.#told();
  }

  /** @param {string} clientId */
  retry(clientId) {
    this.#outbox.retry(clientId);
    return this.#told();
  }

  /** @param {number} ms */
  async pass(ms) {
    await this.#timers.advance(ms);
    return this.#told();
  }

  #opened() {
    this.#page += 1;
    const page = this.#page;
    return new Outbox({
      store: this.#store,
      timers: this.#timers,
      wall: () => this.#wall(),
      random: this.#chance.next,
      newId: () => newClientId(this.#chance.fill),
      mayGo: ({ target, isUnsure }) =>
        page === this.#page && this.#isOpen && (target.kind === "direct" || isUnsure || target.room === this.#here),
      transmit: (item, answered) => this.#transmit(item, answered),
    });
  }

  /** @param {Item} item  @param {(answer: Answer) => void} answered */
  #transmit({ clientId, target, text }, answered) {
    this.#sent += 1;
    this.#underWay.set(this.#sent, answered);
    this.#news.push({ number: this.#sent, clientId, target, text });
  }

  #wall() {
    return this.#timers.now() + 1_700_000_000_000;
  }

  /** @param {object} [more] */
  async #told(more = {}) {
    await settled();
    const sent = this.#news;
    this.#news = [];
    const items = this.#outbox.items.map(({ clientId, state, target, text, code }) => ({
      clientId,
      state,
      target,
      text,
      code,
    }));
    const kept = this.#store.read().map(({ clientId }) => clientId);
    return { sent, items, kept, ...more };
  }
}
