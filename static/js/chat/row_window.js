/**
 * Which rows of a long log are in the page: those around what is in sight, so that the page stays light however much is
 * held in memory.
 *
 * Pure: it knows rows by their keys only. As long as what is in sight is far from both ends, the window does not move.
 */

/** So many rows are in the page at most. */
export const LIMIT = 250;
/** As many as it begins with when it moves. */
const SIZE = 200;
/** It moves when fewer than these are left on a side where there are more. */
const MARGIN = 40;

/** The first and the last row that can be seen. @typedef {{ first: string, last: string }} Sight */

export class RowWindow {
  /** Key of the first row in the page. */
  #first = "";
  /** Key of the last one. */
  #last = "";

  /**
   * @param {string[]} keys  of all rows, in order
   * @param {Sight | null} sight  null at the end of the log
   * @returns {{ from: number, to: number }} the rows to have in the page, the second bound not included
   */
  over(keys, sight) {
    const bounds = this.#bounds(keys, sight);
    this.#first = keys[bounds.from] ?? "";
    this.#last = keys[bounds.to - 1] ?? "";
    return bounds;
  }

  /**
   * Would the rows in the page be other ones?
   * @param {string[]} keys
   * @param {Sight | null} sight
   */
  moves(keys, sight) {
    const { from, to } = this.#bounds(keys, sight);
    return keys[from] !== this.#first || keys[to - 1] !== this.#last;
  }

  // internal

  /**
   * @param {string[]} keys
   * @param {Sight | null} sight
   */
  #bounds(keys, sight) {
    const count = keys.length;
    if (count <= SIZE) return { from: 0, to: count };
    if (sight === null) return { from: count - SIZE, to: count };
    const last = keys.lastIndexOf(sight.last);
    const first = keys.indexOf(sight.first);
    if (first === -1 && last === -1) return { from: count - SIZE, to: count };
    // One of the two may have been taken away: a remark that was dismissed, a gap that was filled.
    const top = first === -1 ? last : first;
    const bottom = Math.max(top, last);
    const from = keys.indexOf(this.#first);
    const to = keys.lastIndexOf(this.#last) + 1;
    const isKnown = from !== -1 && to > from && to - from <= LIMIT && from <= top && bottom < to;
    const hasRoom = (from === 0 || top - from >= MARGIN) && (to === count || to - 1 - bottom >= MARGIN);
    return isKnown && hasRoom ? { from, to } : around((top + bottom) >> 1, count);
  }
}

/**
 * @param {number} middle
 * @param {number} count
 */
function around(middle, count) {
  const from = Math.min(Math.max(0, middle - SIZE / 2), count - SIZE);
  return { from, to: from + SIZE };
}
