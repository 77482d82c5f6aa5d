/**
 * Keeps the children of an element in step with a list: what stays is moved or left alone, never made anew, so that
 * focus, selection and scrolling hold.
 */

/** No signature: what is only printed differs from whatever is to be drawn. */
const NEVER_DRAWN = "\u0000";

/**
 * @template Row
 */
export class KeyedRows {
  #parent;
  #keyOf;
  #draw;
  /** @type {Map<string, { node: Element, signature: string }>} */
  #drawn = new Map();
  #isPrinted = false;

  /**
   * @param {Element} parent
   * @param {object} how
   * @param {(row: Row) => string} how.keyOf
   * @param {(row: Row, node: Element | null) => Element} how.draw  makes the node, or brings the given one up to date
   */
  constructor(parent, { keyOf, draw }) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#draw = draw;
  }

  /**
   * Take over what the server has printed: children that carry `data-key` are brought up to date like one's own; the
   * others go.
   * @returns {string[]} the keys, in order
   */
  adopt() {
    const keys = [];
    for (const node of [...this.#parent.children]) {
      const key = node instanceof HTMLElement ? (node.dataset.key ?? "") : "";
      if (key === "") node.remove();
      else {
        this.#drawn.set(key, { node, signature: NEVER_DRAWN });
        keys.push(key);
      }
    }
    this.#isPrinted = keys.length > 0;
    return keys;
  }

  /**
   * Does what the server has printed still stand in for what is not known here?
   * @param {boolean} isKnown
   */
  isPrinted(isKnown) {
    this.#isPrinted &&= !isKnown;
    return this.#isPrinted;
  }

  /**
   * @param {Row[]} rows
   * @param {(row: Row, index: number) => string} [signatureOf]  all that the drawing depends on; equal means nothing to do
   */
  show(rows, signatureOf = (row) => JSON.stringify(row)) {
    const focused = this.#focused;
    const keys = new Set(rows.map(this.#keyOf));
    for (const [key, { node }] of this.#drawn) {
      if (keys.has(key)) continue;
      node.remove();
      this.#drawn.delete(key);
    }
    let place = this.#parent.firstElementChild;
    for (const [index, row] of rows.entries()) {
      const node = this.#drawnNode(row, signatureOf(row, index));
      if (node === place) place = place.nextElementSibling;
      else this.#parent.insertBefore(node, place);
    }
    // A node that is moved loses the focus.
    if (focused !== null && focused !== this.#focused) focused.focus({ preventScroll: true });
  }

  // internal

  /** What has the focus in one of the rows. */
  get #focused() {
    const { activeElement } = this.#parent.ownerDocument;
    return activeElement instanceof HTMLElement && this.#parent.contains(activeElement) ? activeElement : null;
  }

  /**
   * @param {Row} row
   * @param {string} signature
   */
  #drawnNode(row, signature) {
    const key = this.#keyOf(row);
    const known = this.#drawn.get(key);
    if (known?.signature === signature) return known.node;
    const node = this.#draw(row, known?.node ?? null);
    this.#drawn.set(key, { node, signature });
    return node;
  }
}
