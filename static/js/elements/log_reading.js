/**
 * What is read: a message of which half has been in sight for a second, in a page that somebody looks at.
 */

const SECOND_MS = 1000;
/** At each of these shares of a message it is looked again. One that is higher than the log needs but half of the log. */
const SHARES = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5];

export class LogReading {
  #seen;
  #observer;
  /** Messages that are not read yet, and whether they are in sight. @type {Map<Element, boolean>} */
  #followed = new Map();
  /** @type {Map<Element, ReturnType<typeof setTimeout>>} */
  #timers = new Map();

  /**
   * @param {HTMLElement} scroller
   * @param {(node: HTMLElement) => void} seen
   */
  constructor(scroller, seen) {
    this.#seen = seen;
    const react = (/** @type {IntersectionObserverEntry[]} */ entries) => {
      for (const entry of entries) this.#moved(entry);
    };
    this.#observer = new IntersectionObserver(react, { root: scroller, threshold: SHARES });
  }

  // actions

  /** These are in the page and not read. @param {Element[]} nodes */
  follow(nodes) {
    const wanted = new Set(nodes);
    for (const node of this.#followed.keys()) if (!wanted.has(node)) this.#drop(node);
    for (const node of wanted) {
      if (this.#followed.has(node)) continue;
      this.#followed.set(node, false);
      this.#observer.observe(node);
    }
  }

  close() {
    this.follow([]);
    this.#observer.disconnect();
  }

  // reactions

  /** Somebody looks at the page, or no longer. */
  attend() {
    for (const [node, isInSight] of this.#followed) this.#time(node, isInSight);
  }

  // internal

  /** @param {IntersectionObserverEntry} entry */
  #moved({ target, intersectionRatio, intersectionRect, rootBounds }) {
    const isInSight = intersectionRatio >= 0.5 || intersectionRect.height >= (rootBounds?.height ?? Infinity) / 2;
    if (!this.#followed.has(target)) return;
    this.#followed.set(target, isInSight);
    this.#time(target, isInSight);
  }

  /**
   * @param {Element} node
   * @param {boolean} isInSight
   */
  #time(node, isInSight) {
    const isSeen = isInSight && document.visibilityState === "visible" && document.hasFocus();
    if (isSeen === this.#timers.has(node)) return;
    if (isSeen) {
      this.#timers.set(
        node,
        setTimeout(() => this.#read(node), SECOND_MS),
      );
      return;
    }
    clearTimeout(this.#timers.get(node));
    this.#timers.delete(node);
  }

  /** @param {Element} node */
  #read(node) {
    this.#drop(node);
    this.#seen(/** @type {HTMLElement} */ (node));
  }

  /** @param {Element} node */
  #drop(node) {
    clearTimeout(this.#timers.get(node));
    this.#timers.delete(node);
    this.#followed.delete(node);
    this.#observer.unobserve(node);
  }
}
