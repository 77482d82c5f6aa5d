/**
 * Whether this page is to be loaded anew: the server has a newer one, or a part of this one does not come. The server is
 * asked when the connection has come back: that is when it has been restarted.
 *
 * Emits `change`.
 */

/** @import { Chat } from "../chat/chat.js" */

export class Release extends EventTarget {
  #own;
  #ask;
  #takeOver;
  #isOld = false;
  #isIncomplete = false;

  /**
   * @param {string} own  of this page; empty where nobody knows, as in development
   * @param {() => Promise<string>} ask  which one the server has now, empty where that is not to be known
   * @param {() => Promise<void>} [takeOver]  let whatever serves the page's files become the newest too
   */
  constructor(own, ask, takeOver = async () => {}) {
    super();
    this.#own = own;
    this.#ask = ask;
    this.#takeOver = takeOver;
  }

  get isOld() {
    return this.#isOld;
  }

  get isIncomplete() {
    return this.#isIncomplete;
  }

  /** @param {boolean} isMissing  a part of the page, and not only for a moment */
  miss(isMissing) {
    if (isMissing === this.#isIncomplete) return;
    this.#isIncomplete = isMissing;
    this.#changed();
  }

  /** @param {Chat} chat */
  watch(chat) {
    let hasBroken = false;
    chat.addEventListener("status", () => {
      const { phase } = chat.connection.status;
      if (phase === "waiting") hasBroken = true;
      if (phase !== "open" || !hasBroken) return;
      hasBroken = false;
      this.check();
    });
  }

  /** Load the page anew, as what is newest. */
  async load() {
    await this.#takeOver().catch(() => {});
    location.reload();
  }

  async check() {
    if (this.#own === "" || this.#isOld) return;
    const newest = await this.#ask();
    if (newest === "" || newest === this.#own) return;
    this.#isOld = true;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}

/**
 * @param {string} address  that tells a client who it is, and which release the server has
 * @returns {Promise<string>}
 */
export async function askRelease(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    const { release } = response.ok ? await response.json() : {};
    return typeof release === "string" ? release : "";
  } catch {
    return "";
  }
}
