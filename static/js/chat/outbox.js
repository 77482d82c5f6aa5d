/**
 * What was written and is not known to be stored. It keeps trying until it is, or until the server says a final no.
 *
 * Guarantees. An item is shown at once, and sent only when the store has it, or cannot have it; there it stays until it is
 * settled, so it outlives the page. It goes out under the same `client_id` each time. Of each lane (a room, or all private
 * messages) one is under way at a time on the whole device, oldest first, so one's own words keep their order, whatever
 * tab they were written in. Nothing is called refused that may have been stored.
 *
 * Emits `change`.
 */

/** @import { Ack, Answer, OutboxStore, Timers } from "./types.js" */

import { Backoff } from "./backoff.js";
import { isOutcomeUnknown } from "./error_codes.js";
import { isItem, isOld, laneOf, newItem, takenUp } from "./outbox_items.js";

const SECOND = 1000;
/** After "not now" the waits double up to this: the server's promise is that sends work 5 s after its database is back. */
const PAUSE_CEILING_MS = 4 * SECOND;
/** @typedef {import("./outbox_items.js").Item} Item */
/** @typedef {import("./outbox_items.js").ItemState} ItemState */
/** @typedef {import("./outbox_items.js").Target} Target */

/** Of so many it is remembered that they are done with, so that an older reading of the store brings none of them back. */
const DONE_WITH = 1000;

export class Outbox extends EventTarget {
  #store;
  #timers;
  #transmit;
  #mayGo;
  #isInLog;
  #wall;
  #newId;
  #backoff;
  /** In the order written. @type {Map<string, Item>} */
  #items = new Map();
  /** Those that the store does not have yet. @type {Set<string>} */
  #unkept = new Set();
  /** Whoever waits for what becomes of those under way. @type {Map<string, (settled: Promise<boolean>) => void>} */
  #underWay = new Map();
  /** Lanes that are worked through, each with whether somebody has asked meanwhile. @type {Map<string, boolean>} */
  #lanes = new Map();
  /** @type {Set<string>} */
  #doneWith = new Set();
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
   * @param {(item: Item) => boolean} [options.isInLog]  is it known to be stored?
   * @param {(item: Item, answered: (answer: Answer) => void) => void} options.transmit
   */
  constructor({ store, timers, wall, random, newId, mayGo, isInLog = () => false, transmit }) {
    super();
    this.#store = store;
    this.#timers = timers;
    this.#wall = wall;
    this.#newId = newId;
    this.#mayGo = mayGo;
    this.#isInLog = isInLog;
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

  /** Take up what other pages have left, and go on with it. */
  async load() {
    this.#takeUp(await this.#store.load());
    this.drain();
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
    const item = newItem({ clientId, target, text, writtenAt, keptAt: this.#wall() });
    this.#items.set(clientId, item);
    this.#unkept.add(clientId);
    this.#store.save(item).then(() => {
      this.#unkept.delete(clientId);
      this.drain();
    });
    this.#changed();
    return item;
  }

  /** Send what may go: to call when the connection opens, and when the place has changed. */
  drain() {
    this.#setOldAside();
    for (const lane of new Set(this.pending.map(laneOf))) {
      if (this.#lanes.has(lane)) this.#lanes.set(lane, true);
      else if (this.#next(lane) !== undefined) this.#work(lane);
    }
  }

  /**
   * The log holds it: whatever the answer was or will be, it is stored and shown.
   * @param {string} clientId
   * @returns {Promise<void>} until the store has forgotten it too
   */
  async settle(clientId) {
    if (!this.#items.has(clientId)) return;
    const removed = this.#store.remove(clientId);
    this.#drop(clientId, removed);
    await removed;
  }

  /**
   * Another tab is done with it.
   * @param {string} clientId
   */
  forget(clientId) {
    if (this.#items.has(clientId)) this.#drop(clientId, Promise.resolve());
    else this.#noteDone(clientId);
  }

  /**
   * A person takes it back.
   * @param {string} clientId
   * @returns {Item | undefined}
   */
  withdraw(clientId) {
    const item = this.#items.get(clientId);
    this.settle(clientId);
    return item;
  }

  /** A person takes all back that is not stored. */
  async withdrawAll() {
    const unsent = this.items.filter(({ state }) => state !== "stored");
    await Promise.all(unsent.map(({ clientId }) => this.settle(clientId)));
  }

  /**
   * A person says: send it after all.
   * @param {string} clientId
   */
  retry(clientId) {
    const item = this.#items.get(clientId);
    if (item === undefined || (item.state !== "refused" && item.state !== "stale")) return;
    this.#update(item, { state: "waiting", code: "", reason: "", keptAt: this.#wall() });
    this.#store.save(item);
    this.drain();
  }

  /**
   * The final no, from wherever it is known.
   * @param {Item} item
   * @param {{ code: string, message?: string }} refusal
   * @returns {Promise<void>} until the store knows it
   */
  async refuse(item, { code, message = "" }) {
    this.#update(item, { state: "refused", code, reason: message, isUnsure: false });
    const saved = this.#store.save(item);
    this.drain();
    await saved;
  }

  // lanes

  /**
   * The oldest of a lane, if it may go now.
   * @param {string} lane
   */
  #next(lane) {
    if (this.#timers.now() < this.#pausedUntil) return undefined;
    const first = this.pending.find((item) => laneOf(item) === lane);
    const mayGo = first?.state === "waiting" && !this.#unkept.has(first.clientId) && this.#mayGo(first);
    return mayGo ? first : undefined;
  }

  /**
   * Send what may go of a lane, one after the other, each in a turn that no other tab has at the same time.
   * @param {string} lane
   */
  async #work(lane) {
    let goesOn = true;
    while (goesOn) {
      this.#lanes.set(lane, false);
      const isAnswered = await this.#store.inTurn(lane, () => this.#sendOldest(lane));
      goesOn = (isAnswered || this.#lanes.get(lane) === true) && this.#next(lane) !== undefined;
    }
    this.#lanes.delete(lane);
  }

  /**
   * Another tab may have sent or written something since, so the lane is read again in each turn.
   * @param {string} lane
   * @returns {Promise<boolean>} whether it was sent, and its outcome is known
   */
  async #sendOldest(lane) {
    const kept = await this.#store.load();
    const ofLane = kept.filter((item) => isItem(item) && laneOf(item) === lane);
    this.#agree(ofLane);
    this.#takeUp(ofLane);
    this.#setOldAside();
    const item = this.#next(lane);
    return item === undefined ? false : this.#send(item);
  }

  /**
   * @param {Item} item
   * @returns {Promise<boolean>}
   */
  #send(item) {
    return new Promise((resolve) => {
      this.#underWay.set(item.clientId, resolve);
      this.#update(item, { state: "sending", isUnsure: true });
      this.#transmit(item, (answer) => {
        this.#underWay.delete(item.clientId);
        resolve(this.#answered(item, answer));
      });
    });
  }

  // reactions

  /**
   * @param {Item} item
   * @param {Answer} answer
   * @returns {Promise<boolean>} whether its outcome is known, once the store knows it too
   */
  async #answered(item, answer) {
    const isOurs = this.#items.get(item.clientId) === item && item.state === "sending";
    if (isOurs && answer.outcome === "lost") this.#update(item, { state: "waiting" });
    else if (isOurs && answer.outcome === "done") await this.#acknowledged(item, answer.ack);
    else if (isOurs && answer.outcome === "refused") await this.#denied(item, answer);
    return answer.outcome !== "lost";
  }

  /**
   * @param {Item} item
   * @param {Ack} ack
   */
  async #acknowledged(item, ack) {
    this.#backoff.reset();
    this.#wasPutOff = false;
    const removed = this.#store.remove(item.clientId);
    this.#noteDone(item.clientId);
    this.#update(item, { state: "stored", seq: ack.seq, isUnsure: false });
    this.dispatchEvent(new CustomEvent("stored", { detail: item }));
    await removed;
  }

  /**
   * @param {Item} item
   * @param {{ code: string, message: string, retryAfter: number | null }} answer
   */
  async #denied(item, { code, message, retryAfter }) {
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
    } else {
      await this.refuse(item, { code, message });
    }
  }

  // internal

  /** @param {any[]} kept  whatever is in the store */
  #takeUp(kept) {
    const unknown = kept.filter((item) => isItem(item) && !this.#items.has(item.clientId));
    const left = unknown.filter((item) => !this.#doneWith.has(item.clientId) && !this.#isInLog(item));
    for (const item of unknown) if (!left.includes(item)) this.#store.remove(item.clientId);
    if (left.length === 0) return;
    const fresh = left.map((item) => takenUp(item, this.#wall()));
    const all = [...this.items, ...fresh].sort((a, b) => a.writtenAt - b.writtenAt);
    this.#items = new Map(all.map((item) => [item.clientId, item]));
    this.#lastWrittenAt = Math.max(this.#lastWrittenAt, ...all.map(({ writtenAt }) => writtenAt));
    this.#changed();
  }

  /** A page may have slept for days. */
  #setOldAside() {
    const now = this.#wall();
    for (const item of this.pending) {
      if (item.state === "waiting" && isOld(item, now)) this.#update(item, { state: "stale" });
    }
  }

  /** What another tab was told in the end counts here too. @param {Item[]} kept */
  #agree(kept) {
    for (const { clientId, state, code, reason, keptAt } of kept) {
      const item = this.#items.get(clientId);
      if (item?.state === "waiting" && state === "refused") this.#update(item, { state, code, reason });
      else if (item?.state === "refused" && state === "waiting" && (keptAt ?? 0) > (item.keptAt ?? 0))
        // Not what the store has not learned yet: a person has said since that it shall go.
        this.#update(item, { state, code: "", reason: "", keptAt });
    }
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

  /**
   * @param {string} clientId
   * @param {Promise<void>} removed  from the store, before which its turn does not end
   */
  #drop(clientId, removed) {
    this.#items.delete(clientId);
    this.#noteDone(clientId);
    this.#underWay.get(clientId)?.(removed.then(() => true));
    this.#underWay.delete(clientId);
    this.#changed();
    this.drain();
  }

  /** @param {string} clientId */
  #noteDone(clientId) {
    this.#doneWith.add(clientId);
    const [oldest] = this.#doneWith;
    if (this.#doneWith.size > DONE_WITH) this.#doneWith.delete(oldest);
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
