/**
 * What has been written and not sent, for each place. Outlives the page, the browser and a log-in; not for ever.
 */

/** @import { KeyValues } from "./key_values.js" */

import { SafeKeyValues } from "./key_values.js";

const DAY = 24 * 60 * 60 * 1000;
const KEPT_MS = 30 * DAY;
const PLACES = 30;
/** What is longer is held by the page only: storage is small, and is needed for what waits to be sent. */
const LENGTH = 16_000;

export class Drafts {
  #kept;
  #prefix;
  #now;
  /** As read or written on this page, also where nothing can be kept. @type {Map<string, string>} */
  #here = new Map();

  /**
   * @param {KeyValues | null} storage
   * @param {string} owner  whose words these are, by a name that nobody else ever has: not a login, which may become free
   * @param {() => number} now  milliseconds since 1970
   */
  constructor(storage, owner, now) {
    this.#kept = new SafeKeyValues(storage);
    this.#prefix = `chat/draft/${encodeURIComponent(owner)}/`;
    this.#now = now;
    this.#tidy();
  }

  /** @param {string} place */
  read(place) {
    const text = this.#here.get(place) ?? this.#keptText(place);
    if (text !== "") this.#here.set(place, text);
    return text;
  }

  /**
   * What another tab keeps of a place goes only for what is being written there on this page.
   * @param {string} place
   * @param {string} text  empty where nothing is being written any more
   */
  write(place, text) {
    // Only what another tab has written over is kept again, not what it has taken away: somebody wants it gone.
    if (text === (this.#here.get(place) ?? "") && ["", text].includes(text && this.#keptText(place))) return;
    this.#here.set(place, text);
    if (text === "" || text.length > LENGTH) this.#kept.remove(this.#prefix + place);
    else this.#kept.write(this.#prefix + place, { text, at: this.#now() });
    this.#tidy();
  }

  /** Somebody leaves this device, and wants to leave nothing on it: nor does this page keep anything from now on. */
  clear() {
    this.#here.clear();
    for (const key of this.#kept.keys(this.#prefix)) this.#kept.remove(key);
    this.#kept = new SafeKeyValues(null);
  }

  // internal

  /** @param {string} place */
  #keptText(place) {
    const text = this.#kept.read(this.#prefix + place)?.text;
    return typeof text === "string" ? text : "";
  }

  /** Keep the newest only. A clock that was set back makes nothing old. */
  #tidy() {
    const drafts = this.#kept.keys(this.#prefix).map((key) => ({ key, at: Number(this.#kept.read(key)?.at ?? 0) }));
    drafts.sort((a, b) => b.at - a.at);
    for (const [index, { key, at }] of drafts.entries()) {
      if (index >= PLACES || this.#now() - at > KEPT_MS) this.#kept.remove(key);
    }
  }
}
