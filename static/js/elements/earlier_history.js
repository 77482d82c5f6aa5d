/**
 * Older history: read by itself, a page ahead of the reader who goes up, or by a button.
 */

/** @import { Context } from "./chat_element.js" */

import { streamOf } from "../chat/streams.js";

/** With fewer rows than this above what is in sight the next page is read. */
const AHEAD = 50;

export class EarlierHistory {
  #button;
  #context;
  #isLoading = false;
  /** Nothing came when it was last asked for: only the button asks again, until one is elsewhere or connected anew. */
  #isStuck = false;

  /**
   * @param {HTMLElement} button
   * @param {Context} context
   */
  constructor(button, context) {
    this.#button = button;
    this.#context = context;
    context.chat.addEventListener("status", () => {
      this.#isStuck = false;
    });
  }

  // actions

  /** The reader goes up. @param {number} above  how many rows there are above those in sight */
  near(above) {
    if (above < AHEAD && !this.#isStuck && this.#hasEarlier) this.load();
  }

  async load() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    this.#button.setAttribute("aria-busy", "true");
    const before = this.#oldest;
    await this.#ask();
    this.#isLoading = false;
    this.#isStuck = this.#oldest === before && this.#hasEarlier;
    this.#button.setAttribute("aria-busy", "false");
  }

  /** Another log is shown. */
  forget() {
    this.#isStuck = false;
  }

  /** @param {{ isTopShown: boolean, isEmpty: boolean }} log */
  draw({ isTopShown, isEmpty }) {
    this.#button.hidden = isEmpty || !isTopShown || !this.#hasEarlier;
  }

  // internal

  async #ask() {
    const { chat, navigation } = this.#context;
    const { view } = navigation;
    if (view.kind === "direct") await chat.privateTalk.loadEarlier(chat.privateTalk.logWith(view.login));
    else await chat.streams.loadEarlier(streamOf(navigation.room.id));
  }

  get #hasEarlier() {
    return this.#log?.hasEarlier ?? false;
  }

  get #oldest() {
    const log = this.#log;
    return log === undefined ? 0 : "firstMissing" in log ? log.firstMissing : log.oldest;
  }

  get #log() {
    const { chat, navigation } = this.#context;
    const { view } = navigation;
    return view.kind === "direct" ? chat.privateTalk.logWith(view.login) : chat.streams.get(streamOf(navigation.room.id));
  }
}
