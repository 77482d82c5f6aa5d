/**
 * All people of the chat, as last read. The server tells no changes of this list; it is read again while looked at.
 *
 * Emits `change`.
 */

/** @import { Occupant, Timers, UserView } from "./types.js" */

/** Read again after this time, while somebody looks. */
const STALE_MS = 60_000;
/** Somebody came or went: read it soon, but not each time, and not everybody at once. */
const SOON_MS = 4000;
/** The more people, the later: whatever their number, together they ask the server no more often. */
const LATER_MS_EACH = 60;
const PEOPLE_A_PAGE = 200;
/** Of a longer list the rest is read only when somebody is looked for. */
const PAGES = 5;
const ALL_PAGES = 25;

export class People extends EventTarget {
  #list;
  #here;
  #timers;
  #random;
  /** @type {UserView[]} */
  #all = [];
  #readAt = Number.NEGATIVE_INFINITY;
  /** @type {Promise<void> | null} */
  #reading = null;
  #pages = PAGES;
  #isAwaited = false;

  /**
   * @param {object} world
   * @param {(pages: number) => Promise<UserView[] | null>} world.list
   * @param {() => Occupant[]} world.here  who is in the room with one: online, whatever an older list says
   * @param {Timers} world.timers
   * @param {() => number} world.random
   */
  constructor({ list, here, timers, random }) {
    super();
    this.#list = list;
    this.#here = here;
    this.#timers = timers;
    this.#random = random;
  }

  // questions

  get all() {
    return this.#all;
  }

  /** @param {string} login */
  get(login) {
    return this.#all.find((person) => person.login === login);
  }

  /** Has it been read at all? */
  get isKnown() {
    return this.#readAt !== Number.NEGATIVE_INFINITY;
  }

  /** @param {string} login @returns {string | undefined} undefined while it is not known */
  nameOf(login) {
    return (this.#here().find((person) => person.login === login) ?? this.get(login))?.name;
  }

  /** @param {string} login */
  isOnline(login) {
    return this.#here().some((person) => person.login === login) || this.get(login)?.online === true;
  }

  // actions

  /** Somebody looks at the list: read it unless that has just been done. */
  lookAt() {
    if (this.#timers.now() - this.#readAt > STALE_MS) this.refresh();
  }

  /** Read it now. Over when that has been done, or could not be. */
  refresh() {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Somebody is looked for, who may be further down than what has been read. */
  lookFor() {
    if (this.#pages === ALL_PAGES || this.#all.length < PAGES * PEOPLE_A_PAGE) return;
    this.#pages = ALL_PAGES;
    this.refresh();
  }

  /** Somebody looks at it, and somebody came or went. */
  expectChange() {
    if (this.#isAwaited) return;
    this.#isAwaited = true;
    const wait = Math.min(STALE_MS, Math.max(SOON_MS, LATER_MS_EACH * this.#all.length));
    this.#timers.after(wait * (0.5 + this.#random()), () => {
      this.#isAwaited = false;
      this.refresh();
    });
  }

  // internal

  async #read() {
    const found = await this.#list(this.#pages);
    if (found === null) return;
    this.#all = found;
    this.#readAt = this.#timers.now();
    this.dispatchEvent(new CustomEvent("change"));
  }
}
