/**
 * What every element of the chat page does: gets the chat from the page, and stops listening when it leaves it.
 */

/** @import { Chat } from "../chat/chat.js" */
/** @import { People } from "../chat/people.js" */
/** @import { Drafts } from "../chat/drafts.js" */
/** @import { DeviceSettings } from "../page/device_settings.js" */
/** @import { Config, Navigation } from "../page/navigation.js" */
/** @import { Layers } from "../page/layers.js" */
/** @import { Notices } from "../page/notices.js" */
/** @import { Release } from "../page/release.js" */
/** @import { Sheets } from "../page/sheets.js" */
/** @import { Times } from "../page/times.js" */
/** @import { Words } from "../page/words.js" */

/** What is done with messages and commands. @typedef {typeof import("../deeds.js").DEEDS} Deeds */
/** @typedef {{ chat: Chat, people: People, words: Words, times: Times, navigation: Navigation, layers: Layers, sheets: Sheets,
 *   notices: Notices, settings: DeviceSettings, drafts: Drafts, release: Release, config: Config, deeds: Promise<Deeds> }} Context */

/** So long a frame is waited for: the page may be hidden by now. */
const FRAMELESS_MS = 200;

export class ChatElement extends HTMLElement {
  /** @type {Context} */
  // @ts-expect-error: asked for when connected, and nothing of an element runs before
  context;
  #listening = new AbortController();

  // lifecycle

  connectedCallback() {
    this.#listening = new AbortController();
    const detail = (/** @type {Context} */ context) => {
      this.context = context;
    };
    this.dispatchEvent(new CustomEvent("chat-context", { bubbles: true, detail }));
    this.connected();
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  /** To be overridden: wire what the element listens to, and draw it. */
  connected() {}

  // for subclasses

  get chat() {
    return this.context.chat;
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   */
  say(key, values) {
    return this.context.words.say(key, values);
  }

  /**
   * @param {EventTarget} target
   * @param {string | string[]} types
   * @param {(event: any) => void} react
   * @param {{ capture?: boolean }} [how]
   */
  listen(target, types, react, how = {}) {
    const { signal } = this.#listening;
    for (const type of [types].flat()) target.addEventListener(type, react, { ...how, signal });
  }

  /**
   * Draw soon, once for all that changes until then. A hidden page, which gets no frames, draws too: it may be looked at
   * through its title.
   * @param {() => void} draw
   * @returns {() => void}
   */
  batched(draw) {
    let isAwaited = false;
    return () => {
      if (isAwaited) return;
      isAwaited = true;
      const run = () => {
        cancelAnimationFrame(frame);
        clearTimeout(timer);
        isAwaited = false;
        if (this.isConnected) draw();
      };
      const frame = requestAnimationFrame(run);
      const timer = setTimeout(run, FRAMELESS_MS);
    };
  }

  /**
   * Run every so often, as long as the element is there.
   * @param {number} ms
   * @param {() => void} run
   */
  every(ms, run) {
    const timer = setInterval(run, ms);
    this.onLeave(() => clearInterval(timer));
  }

  /** @param {() => void} run  once, when the element leaves the page */
  onLeave(run) {
    this.#listening.signal.addEventListener("abort", run);
  }
}
