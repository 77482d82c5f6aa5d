/**
 * Where the reader is in the log, and that this stays so whatever becomes of the rows: older ones that come above,
 * others that go, pictures and fonts that arrive late.
 *
 * What is in sight is remembered by where it lies in the log. When it lies elsewhere than it did, the log has moved under
 * the reader, and is moved back; what the reader scrolls makes no difference to that.
 */

/** As far from the end as this, one is still reading the end. */
const NEAR_PX = 100;
/** Of so many rows in sight the place is remembered: some may be taken away. */
const ANCHORS = 8;

/** @typedef {{ node: HTMLElement, place: number }} Anchor  a row, and where it ends in the log */
/** @typedef {{ key: string, offset: number }} ReadingPlace  a row, and where it ends below the upper edge of the log */

export class LogScroll {
  isAtEnd = true;
  #scroller;
  #rows;
  /** @type {Anchor[]} */
  #anchors = [];
  /** From the end, when that was last known. */
  #distance = 0;
  /** Height of the log and of its window then, and how far it was scrolled. */
  #shape = "";
  #top = 0;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} rows  whose children carry `data-key`
   */
  constructor(scroller, rows) {
    this.#scroller = scroller;
    this.#rows = rows;
  }

  // questions

  /**
   * The keys of the first and the last row in sight.
   * @param {(key: string) => boolean} isThere  whether there still is such a row
   */
  sight(isThere) {
    const first = this.#anchors.map(({ node }) => node.dataset.key ?? "").find(isThere);
    const last = this.#lastInSight();
    return first === undefined ? null : { first, last: last?.dataset.key ?? "" };
  }

  /** To come back to. @returns {ReadingPlace[]} */
  get readingPlaces() {
    const { scrollTop } = this.#scroller;
    return this.#anchors.map(({ node, place }) => ({ key: node.dataset.key ?? "", offset: place - scrollTop }));
  }

  // actions

  /** The rows may have changed, or their heights: keep the reader's place. */
  settle() {
    if (this.isAtEnd) this.#keepDistance();
    else this.#scroller.scrollTop += this.#drift();
    this.#look();
  }

  /** The reader, or the browser, has scrolled. */
  scrolled() {
    const drift = this.#drift();
    if (this.isAtEnd && this.#isOnlyReshaped) this.#keepDistance();
    else if (drift !== 0) this.#scroller.scrollTop += drift;
    this.#look();
    this.isAtEnd = this.#distance <= NEAR_PX;
  }

  toEnd() {
    this.isAtEnd = true;
    this.#distance = 0;
    this.#keepDistance();
    this.#look();
  }

  /**
   * Bring a row to where it was, counted from the upper edge of the log to the row's end.
   * @param {HTMLElement} node
   * @param {number} offset
   */
  bring(node, offset) {
    this.#scroller.scrollTop += this.#endOf(node) - this.#scroller.scrollTop - offset;
    this.#look();
    // A log that ends in sight is not scrolled, and nothing else would say so.
    this.isAtEnd = this.#distance <= NEAR_PX;
  }

  /** @param {HTMLElement} node  to the middle */
  center(node) {
    this.bring(node, (this.#scroller.clientHeight + node.offsetHeight) / 2);
  }

  // internal

  #keepDistance() {
    const { scrollHeight, clientHeight } = this.#scroller;
    this.#scroller.scrollTop = scrollHeight - clientHeight - this.#distance;
  }

  /** Remember what is in sight. */
  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#shape = this.#shapeNow;
    this.#top = scrollTop;
    this.#distance = Math.max(0, scrollHeight - scrollTop - clientHeight);
    this.#anchors = [];
    const end = scrollTop + clientHeight;
    let node = this.#firstEndingAfter(scrollTop);
    while (node !== null && this.#anchors.length < ANCHORS) {
      const place = this.#endOf(node);
      // A day's name does not stay with what is below it.
      if (!node.classList.contains("day")) this.#anchors.push({ node, place });
      if (place > end) break;
      node = /** @type {HTMLElement | null} */ (node.nextElementSibling);
    }
  }

  /** By how much what was in sight lies lower now. */
  #drift() {
    const anchor = this.#anchors.find(({ node }) => node.parentElement === this.#rows);
    return anchor === undefined ? 0 : this.#endOf(anchor.node) - anchor.place;
  }

  /** Where a row ends in the log, whatever is scrolled: its head may go or come with the one before it.
   * @param {HTMLElement} node */
  #endOf(node) {
    const top = this.#scroller.getBoundingClientRect().top + this.#scroller.clientTop;
    return node.getBoundingClientRect().bottom - top + this.#scroller.scrollTop;
  }

  /** @param {number} place  @returns {HTMLElement | null} */
  #firstEndingAfter(place) {
    const { children } = this.#rows;
    let low = 0;
    let high = children.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#endOf(/** @type {HTMLElement} */ (children[middle])) <= place) low = middle + 1;
      else high = middle;
    }
    return /** @type {HTMLElement | null} */ (children[low] ?? null);
  }

  #lastInSight() {
    const node = this.#firstEndingAfter(this.#scroller.scrollTop + this.#scroller.clientHeight);
    return /** @type {HTMLElement | undefined} */ (node ?? this.#rows.lastElementChild ?? undefined);
  }

  /** A keyboard that opens or a line that wraps moves the end away; that is not the reader going up. */
  get #isOnlyReshaped() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const isGoingUp = scrollTop < this.#top - 1 && scrollTop + clientHeight < scrollHeight - 1;
    return this.#shape !== this.#shapeNow && !isGoingUp;
  }

  get #shapeNow() {
    return `${this.#scroller.scrollHeight} ${this.#scroller.clientHeight}`;
  }
}
