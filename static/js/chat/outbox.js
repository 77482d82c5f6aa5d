/**
 * What was written and is not known to be stored. It keeps trying until it is, or until the server says a final no.
 *
 * Guarantees. An item is in the store before it is sent for the first time and until it is settled, so it outlives the
 * page. It goes out under the same `client_id` each time. Of each lane (a room, or all private messages) one is under
 * way at a time, oldest first, so one's own words keep their order. Nothing is called refused that may have been stored.
 *
 * Emits `change`.
 */

/** @import { Ack, Answer, OutboxStore, Timers } from "./types.js" */

import { Backoff } from "./backoff.js";
import { isOutcomeUnknown } from "./error_codes.js";

const SECOND = 1000;
/** After "not now" the waits double up to this: the server's promise is that sends work 5 s after its database is back. */
const PAUSE_CEILING_MS = 4 * SECOND;
/** Words a day old may be embarrassing: older ones wait until a person says so. */
const STALE_MS = 24 * 60 * 60 * SECOND;

/** @typedef {{ kind: "room", room: number, name: string } | { kind: "direct", to: string, name: string }} Target */

/**
 * `waiting`: goes out as soon as it can. `sending`: under way. `stored`: acknowledged; shown until the log brings it.
 * `refused`: the server's final no, kept with its reason for the person to decide. `stale`: too old to go by itself.
 * @typedef {"waiting" | "sending" | "stored" | "refused" | "stale"} ItemState
 */

/**
 * @typedef {object} Item
 * @property {string} clientId
 * @property {Target} target
 * @property {string} text
 * @property {number} writtenAt  milliseconds since 1970, by the best clock known when it was written
 * @property {number} [keptAt]  the same by the device's own clock, which tells its age; older pages did not keep it
 * @property {ItemState} state
 * @property {boolean} isUnsure  it was sent before, and nobody knows what became of it
 * @property {string} code  of the refusal
 * @property {string} reason  the server's sentence for it; empty where there was no need to ask the server
 * @property {number | null} seq  once acknowledged
 */

export class Outbox extends EventTarget {
  #store;
  #timers;
  #transmit;
  #mayGo;
  #wall;
  #newId;
  #backoff;
  /** In the order written. @type {Map<string, Item>} */
  #items = new Map();
  /** So that items keep their order in a store that has none, also when the clock is set back. */
  #lastWrittenAt = 0;
  /** Until when nothing is sent, on the timers' clock. */
  #pausedUntil = 0;
  /** The same where the server has asked for slower sending. */
  #slowedUntil = 0;
  /** Did the server say of what was sent last that it cannot store it now? */
  #wasPutOff = false;
  /** @type {unknown} */
  #pauseTimer = null;

  /**
   * @param {object} options
   * @param {OutboxStore} options.store
   * @param {Timers} options.timers
   * @param {() => number} options.wall  milliseconds since 1970, as the device has it
   * @param {() => number} options.random
   * @param {() => string} options.newId
   * @param {(item: Item) => boolean} options.mayGo  is this the time and the place for it?
   * @param {(item: Item, answered: (answer: Answer) => void) => void} options.transmit
   */
  constructor({ store, timers, wall, random, newId, mayGo, transmit }) {
    super();
    this.#store = store;
    this.#timers = timers;
    this.#wall = wall;
    this.#newId = newId;
    this.#mayGo = mayGo;
    this.#transmit = transmit;
    this.#backoff = new Backoff({ first: SECOND / 2, ceiling: PAUSE_CEILING_MS, random });
  }

  // questions

  /** @returns {Item[]} in the order written */
  get items() {
    return [...this.#items.values()];
  }

  /** @returns {Item[]} those that will go out by themselves */
  get pending() {
    return this.items.filter(({ state }) => state === "waiting" || state === "sending");
  }

  /** For how long the server wants no more from here, milliseconds. */
  get slowedForMs() {
    return Math.max(0, this.#slowedUntil - this.#timers.now());
  }

  /** Can the server store nothing at the moment? Then something waits that only its recovery lets go. */
  get isHeldUp() {
    return this.#wasPutOff && this.pending.length > 0;
  }

  // actions

  /** Take up what other pages have left. Whether it was sent is not known: one of them may be at it still. */
  load() {
    const left = this.#store.load().filter((item) => isItem(item) && !this.#items.has(item.clientId));
    if (left.length === 0) return;
    const all = [...this.items, ...left.map((item) => this.#takenUp(item))].sort((a, b) => a.writtenAt - b.writtenAt);
    this.#items = new Map(all.map((item) => [item.clientId, item]));
    this.#lastWrittenAt = Math.max(this.#lastWrittenAt, ...all.map(({ writtenAt }) => writtenAt));
    this.#changed();
  }

  /**
   * @param {Target} target
   * @param {string} text
   * @param {number} now  milliseconds since 1970
   * @returns {Item}
   */
  add(target, text, now) {
    const clientId = this.#newId();
    const writtenAt = Math.max(now, this.#lastWrittenAt + 1);
    this.#lastWrittenAt = writtenAt;
    /** @type {Item} */
    const item = {
      clientId,
      target,
      text,
      writtenAt,
      keptAt: this.#wall(),
      state: "waiting",
      isUnsure: false,
      code: "",
      reason: "",
      seq: null,
    };
    this.#items.set(clientId, item);
    this.#store.save(item);
    this.#changed();
    this.drain();
    return item;
  }

  /** Send what may go: to call when the connection opens, and when the place has changed. */
  drain() {
    if (this.#timers.now() < this.#pausedUntil) return;
    const busy = new Set(this.items.filter(({ state }) => state === "sending").map(laneOf));
    for (const item of this.items) {
      const lane = laneOf(item);
      if (item.state !== "waiting" || busy.has(lane)) continue;
      busy.add(lane);
      if (this.#mayGo(item)) this.#send(item);
    }
  }

  /**
   * The log holds it: whatever the answer was or will be, it is stored and shown.
   * @param {string} clientId
   */
  settle(clientId) {
    if (!this.#remove(clientId)) return;
    this.#changed();
    this.drain();
  }

  /**
   * A person takes it back, or another tab of theirs is done with it.
   * @param {string} clientId
   * @returns {Item | undefined}
   */
  withdraw(clientId) {
    const item = this.#items.get(clientId);
    this.settle(clientId);
    return item;
  }

  /**
   * A person says: send it after all.
   * @param {string} clientId
   */
  retry(clientId) {
    const item = this.#items.get(clientId);
    if (item === undefined || (item.state !== "refused" && item.state !== "stale")) return;
    this.#update(item, { state: "waiting", code: "", reason: "" });
    this.#store.save(item);
    this.drain();
  }

  /**
   * The final no, from wherever it is known.
   * @param {Item} item
   * @param {{ code: string, message?: string }} refusal
   */
  refuse(item, { code, message = "" }) {
    this.#update(item, { state: "refused", code, reason: message, isUnsure: false });
    this.#store.save(item);
    this.drain();
  }

  // reactions

  /**
   * @param {Item} item
   * @param {Answer} answer
   */
  #answered(item, answer) {
    if (this.#items.get(item.clientId) !== item || item.state !== "sending") return;
    if (answer.outcome === "lost") this.#update(item, { state: "waiting" });
    else if (answer.outcome === "done") this.#acknowledged(item, answer.ack);
    else this.#denied(item, answer);
  }

  /**
   * @param {Item} item
   * @param {Ack} ack
   */
  #acknowledged(item, ack) {
    this.#backoff.reset();
    this.#wasPutOff = false;
    this.#store.remove(item.clientId);
    this.#update(item, { state: "stored", seq: ack.seq, isUnsure: false });
    this.dispatchEvent(new CustomEvent("stored", { detail: item }));
    this.drain();
  }

  /**
   * @param {Item} item
   * @param {{ code: string, message: string, retryAfter: number | null }} answer
   */
  #denied(item, { code, message, retryAfter }) {
    this.#wasPutOff = isOutcomeUnknown(code);
    if (this.#wasPutOff) {
      this.#update(item, { state: "waiting" });
      this.#pause(this.#backoff.next());
    } else if (code === "rate_limited") {
      this.#slowedUntil = this.#timers.now() + (retryAfter ?? 1) * SECOND;
      this.#update(item, { state: "waiting", isUnsure: false });
      this.#pause((retryAfter ?? 1) * SECOND);
    } else if (code === "not_in_room" && !this.#isHere(item)) {
      // It is not stored and the person has gone on to another room: it waits for their coming back.
      this.#update(item, { state: "waiting", isUnsure: false });
      this.drain();
    } else {
      this.refuse(item, { code, message });
    }
  }

  // internal

  /**
   * @param {Item} item  as it was kept
   * @returns {Item}
   */
  #takenUp(item) {
    const isStale = this.#wall() - (item.keptAt ?? item.writtenAt) > STALE_MS;
    const state = item.state === "refused" ? "refused" : isStale ? "stale" : "waiting";
    return { ...item, state, isUnsure: true, seq: null };
  }

  /** @param {Item} item */
  #send(item) {
    this.#update(item, { state: "sending", isUnsure: true });
    this.#transmit(item, (answer) => this.#answered(item, answer));
  }

  /**
   * Would it go out now, had it never been sent?
   * @param {Item} item
   */
  #isHere(item) {
    return this.#mayGo({ ...item, isUnsure: false });
  }

  /** @param {number} delay */
  #pause(delay) {
    this.#pausedUntil = this.#timers.now() + delay;
    this.#timers.cancel(this.#pauseTimer);
    this.#pauseTimer = this.#timers.after(delay, () => this.#goOn());
  }

  /** The clock may say that it is a little too early: nothing else would wake up what waits. */
  #goOn() {
    this.#pausedUntil = 0;
    this.drain();
  }

  /** @param {string} clientId */
  #remove(clientId) {
    this.#store.remove(clientId);
    return this.#items.delete(clientId);
  }

  /**
   * @param {Item} item
   * @param {Partial<Item>} change
   */
  #update(item, change) {
    Object.assign(item, change);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}

/** @param {Item} item */
export function laneOf({ target }) {
  return target.kind === "room" ? `room:${target.room}` : "inbox";
}

/**
 * Is it what this version wrote, and not something that an older one left behind?
 * @param {any} value
 * @returns {value is Item}
 */
function isItem(value) {
  const { clientId, target, text, writtenAt } = value ?? {};
  const hasTarget = (target?.kind === "room" && Number.isInteger(target.room)) || typeof target?.to === "string";
  return typeof clientId === "string" && typeof text === "string" && typeof writtenAt === "number" && hasTarget;
}
