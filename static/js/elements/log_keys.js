/**
 * The log by keyboard: one row at a time can be reached with Tab, the arrow keys go from row to row, Enter leads to what
 * can be done with one, Escape back to writing. What arrives never moves the focus.
 */

/** Rows that the focus passes over. */
const PASSED = ".day, .unread";

export class LogKeys {
  #rows;
  #scroller;
  #nameOf;
  #reach;
  #act;
  #leave;
  /** Key of the row that Tab leads to; the last one as long as none was chosen. */
  #current = "";

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} rows
   * @param {object} ways
   * @param {(row: HTMLElement) => string} ways.nameOf
   * @param {(end: "first" | "last") => void} ways.reach  bring the first or the last row that is held into the page
   * @param {(row: HTMLElement) => void} ways.act
   * @param {() => void} ways.leave
   */
  constructor(scroller, rows, { nameOf, reach, act, leave }) {
    this.#scroller = scroller;
    this.#rows = rows;
    this.#nameOf = nameOf;
    this.#reach = reach;
    this.#act = act;
    this.#leave = leave;
  }

  // reactions

  /** The rows are other ones: still exactly one can be reached. */
  changed() {
    const rows = this.#all;
    const chosen = rows.find(({ dataset }) => dataset.key === this.#current) ?? rows.at(-1);
    for (const row of rows) {
      const tabIndex = row === chosen ? 0 : -1;
      if (row.tabIndex !== tabIndex) row.tabIndex = tabIndex;
    }
    this.#scroller.tabIndex = chosen === undefined ? 0 : -1;
  }

  /** @param {FocusEvent} event */
  focused(event) {
    const row = this.#rowOf(event.target);
    if (row === null) return;
    if (event.target === row) row.setAttribute("aria-label", this.#nameOf(row));
    if (row.dataset.key === this.#current) return;
    this.#current = row.dataset.key ?? "";
    this.changed();
  }

  /** Whoever reads on without the focus hears the row itself. @param {FocusEvent} event */
  left(event) {
    this.#rowOf(event.target)?.removeAttribute("aria-label");
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const row = this.#rowOf(event.target);
    if (row === null || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const isOnRow = event.target === row;
    if (event.key === "Escape") {
      if (isOnRow) this.#leave();
      else row.focus({ preventScroll: true });
    } else if (isOnRow && event.key === "Enter") this.#act(row);
    else if (!isOnRow || !this.#go(event.key, row)) return;
    event.preventDefault();
  }

  // internal

  /**
   * @param {string} key
   * @param {HTMLElement} row
   * @returns {boolean} whether the key leads from row to row
   */
  #go(key, row) {
    const rows = this.#all;
    const index = rows.indexOf(row);
    if (key === "ArrowUp") this.#focus(rows[index - 1]);
    else if (key === "ArrowDown") this.#focus(rows[index + 1]);
    else if (key === "PageUp") this.#focus(this.#pageAway(rows, index, -1));
    else if (key === "PageDown") this.#focus(this.#pageAway(rows, index, 1));
    else if (key === "Home" || key === "End") {
      this.#reach(key === "Home" ? "first" : "last");
      this.#focus(this.#all.at(key === "Home" ? 0 : -1));
    } else return false;
    return true;
  }

  /**
   * @param {HTMLElement[]} rows
   * @param {number} index
   * @param {1 | -1} direction
   */
  #pageAway(rows, index, direction) {
    const from = rows[index].getBoundingClientRect().top;
    const page = this.#scroller.clientHeight * 0.9;
    let there = index;
    while (rows[there + direction] !== undefined) {
      there += direction;
      if (Math.abs(rows[there].getBoundingClientRect().top - from) >= page) break;
    }
    return rows[there];
  }

  /** @param {HTMLElement | undefined} row */
  #focus(row) {
    if (row === undefined) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  /** @returns {HTMLElement[]} */
  get #all() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.#rows.querySelectorAll(`:scope > :not(${PASSED})`))];
  }

  /** @param {EventTarget | null} target  @returns {HTMLElement | null} */
  #rowOf(target) {
    let node = target instanceof HTMLElement ? target : null;
    while (node !== null && node.parentElement !== this.#rows) node = node.parentElement;
    return node;
  }
}
