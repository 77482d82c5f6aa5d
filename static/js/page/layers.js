/**
 * What lies over the page — a panel, a sheet — with a step of the browser's history for each, so that Back closes what
 * was opened last before it leads anywhere else.
 *
 * Made before anything else that listens to `popstate`, because it may keep such an event to itself.
 */

/** @typedef {Pick<Window, "addEventListener" | "history">} Browser */

export class Layers {
  #browser;
  /** How to close each, the topmost last. @type {Array<() => void>} */
  #closings = [];
  /** Called instead of everything else when the step back that is under way has arrived.
   * @type {(() => void) | null} */
  #arrival = null;

  /** @param {Browser} browser */
  constructor(browser) {
    this.#browser = browser;
    this.#remember(0);
    browser.addEventListener("popstate", (event) => this.#popped(event));
  }

  get depth() {
    return this.#closings.length;
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
    if (this.depth > 0) this.#browser.history.back();
  }

  /** Close all that lies over the page. */
  closeAll() {
    if (this.depth > 0) this.#browser.history.go(-this.depth);
  }

  /**
   * Go to another address. What lies over the page closes, and its steps give way: Back leads to the page below.
   * @param {object} state
   * @param {string} address
   */
  go(state, address) {
    const { depth } = this;
    const { history } = this.#browser;
    this.#closeDownTo(0);
    const step = { ...state, layer: 0 };
    if (depth === 0) history.pushState(step, "", address);
    else if (depth === 1) history.replaceState(step, "", address);
    else {
      this.#arrival = () => history.replaceState(step, "", address);
      history.go(1 - depth);
    }
  }

  // internal

  /** @param {PopStateEvent} event */
  #popped(event) {
    if (this.#arrival !== null) {
      this.#arrival();
      this.#arrival = null;
      event.stopImmediatePropagation();
      return;
    }
    const layer = event.state?.layer ?? 0;
    // Forward, or after a reload: nothing is there to be opened again.
    if (layer > this.depth) this.#remember(this.depth);
    else this.#closeDownTo(layer);
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
