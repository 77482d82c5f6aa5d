/**
 * Whether the server has a newer page than this one. Asked when the connection has come back: that is when a server has
 * been restarted.
 *
 * Emits `change`.
 */

/** @import { Chat } from "../chat/chat.js" */

export class Release extends EventTarget {
  #own;
  #ask;
  #isOld = false;

  /**
   * @param {string} own  of this page; empty where nobody knows, as in development
   * @param {() => Promise<string>} ask  which one the server has now, empty where that is not to be known
   */
  constructor(own, ask) {
    super();
    this.#own = own;
    this.#ask = ask;
  }

  get isOld() {
    return this.#isOld;
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

  async check() {
    if (this.#own === "" || this.#isOld) return;
    const newest = await this.#ask();
    if (newest === "" || newest === this.#own) return;
    this.#isOld = true;
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
