/**
 * What lies over the page — a panel, a sheet — with a step of the browser's history for each, so that Back closes what
 * was opened last before it leads anywhere else.
 *
 * Made before anything else that listens to `popstate`, because it may keep such an event to itself.
 */

/** @typedef {Pick<Window, "addEventListener" | "history" | "setTimeout" | "clearTimeout">} Browser */

/** A browser may drop a step back without a word; then nothing would close any more. A slow one is no reason. */
const STEP_MS = 3000;

export class Layers {
  #browser;
  /** How to close each, the topmost last. @type {Array<() => void>} */
  #closings = [];
  /** How many steps back have been asked for and have not arrived. */
  #stepsBack = 0;
  /** Called instead of everything else when the step back that is under way has arrived.
   * @type {(() => void) | null} */
  #arrival = null;
  #patience = 0;

  /** @param {Browser} browser */
  constructor(browser) {
    this.#browser = browser;
    browser.addEventListener("popstate", (event) => this.#popped(event));
  }

  get depth() {
    return this.#closings.length;
  }

  /**
   * The page is here now. Loaded anew while something lay over it, it goes back over the steps that are left of that:
   * they would lead nowhere.
   * @param {object} state
   * @param {string} address
   */
  begin(state, address) {
    const { history } = this.#browser;
    const left = history.state?.layer ?? 0;
    const step = { ...state, layer: 0 };
    history.replaceState(step, "", address);
    if (left === 0) return;
    this.#arrival = () => history.replaceState(step, "", address);
    this.#stepBack(left);
  }

  /**
   * Something lies over the page from now on.
   * @param {() => void} close  called once, whichever way it ends; it must not call back
   */
  open(close) {
    this.#closings.push(close);
    this.#browser.history.pushState({ ...this.#browser.history.state, layer: this.depth }, "");
  }

  /** Close what lies topmost, by going back, so that the history has no step that does nothing. */
  close() {
    this.#stepBack(Math.min(1, this.depth));
  }

  /** Close all that lies over the page. */
  closeAll() {
    this.#stepBack(this.depth);
  }

  /**
   * Go to another address. What lies over the page closes, and its steps give way: Back leads to the page below.
   * @param {object} state
   * @param {string} address
   */
  go(state, address) {
    const depth = Math.max(0, this.depth - this.#stepsBack);
    this.#closeDownTo(0);
    const put = () => this.#put({ ...state, layer: 0 }, address, depth);
    if (this.#stepsBack > 0) this.#arrival = put;
    else put();
  }

  // internal

  /**
   * A second tap, before the first one's step has arrived, would lead out of the page.
   * @param {number} count
   */
  #stepBack(count) {
    if (count === 0 || this.#stepsBack > 0) return;
    this.#stepsBack = count;
    this.#go(-count, this.depth - count);
  }

  /**
   * @param {number} steps
   * @param {number} layer  of the step that this leads to
   */
  #go(steps, layer) {
    this.#patience = this.#browser.setTimeout(() => {
      this.#arrived(layer);
      this.#remember(this.depth);
    }, STEP_MS);
    this.#browser.history.go(steps);
  }

  /**
   * @param {object} step
   * @param {string} address
   * @param {number} depth  how many steps of layers give way
   */
  #put(step, address, depth) {
    const { history } = this.#browser;
    if (depth === 0) history.pushState(step, "", address);
    else if (depth === 1) history.replaceState(step, "", address);
    else {
      this.#arrival = () => history.replaceState(step, "", address);
      this.#go(1 - depth, 0);
    }
  }

  /** @param {PopStateEvent} event */
  #popped(event) {
    if (this.#arrived(event.state?.layer ?? 0)) event.stopImmediatePropagation();
  }

  /**
   * @param {number} layer  of the step that one is at now
   * @returns {boolean}  whether that was on the way to somewhere else, and is nobody's business
   */
  #arrived(layer) {
    this.#browser.clearTimeout(this.#patience);
    this.#stepsBack = 0;
    const arrival = this.#arrival;
    this.#arrival = null;
    // Forward, or after a reload: nothing is there to be opened again.
    if (arrival !== null) arrival();
    else if (layer > this.depth) this.#remember(this.depth);
    else this.#closeDownTo(layer);
    return arrival !== null;
  }

  /** @param {number} depth */
  #closeDownTo(depth) {
    while (this.#closings.length > depth) this.#closings.pop()?.();
  }

  /** @param {number} layer */
  #remember(layer) {
    const { history } = this.#browser;
    history.replaceState({ ...history.state, layer }, "");
  }
}
