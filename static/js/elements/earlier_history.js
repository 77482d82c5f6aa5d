/**
 * Older history: read by itself, a page ahead of the reader who goes up, or by a button.
 */

/** @import { LogSource } from "./log_source.js" */

/** With fewer rows than this above what is in sight the next page is read. */
const AHEAD = 50;

export class EarlierHistory {
  #button;
  #source;
  #isLoading = false;
  /** Nothing came when it was last asked for: only the button asks again, until one is elsewhere or connected anew. */
  #isStuck = false;

  /**
   * @param {HTMLElement} button
   * @param {LogSource} source
   */
  constructor(button, source) {
    this.#button = button;
    this.#source = source;
  }

  // actions

  /** The reader goes up. @param {number} above  how many rows there are above those in sight */
  near(above) {
    if (above < AHEAD && !this.#isStuck && this.#source.hasEarlier) this.load();
  }

  async load() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    this.#button.setAttribute("aria-busy", "true");
    const { oldest, place } = this.#source;
    await this.#source.loadEarlier();
    this.#isLoading = false;
    this.#isStuck = this.#source.place === place && this.#source.oldest === oldest;
    this.#button.setAttribute("aria-busy", "false");
  }

  /** Another log is shown, or the connection is another one. */
  retry() {
    this.#isStuck = false;
  }

  /** @param {{ isTopShown: boolean, isEmpty: boolean }} log */
  draw({ isTopShown, isEmpty }) {
    this.#button.hidden = isEmpty || !isTopShown || !this.#source.hasEarlier;
  }
}
