/**
 * What stands in one line of a message: emphasis, code and links. In one pass: a mark that finds no partner stays text.
 */

import { addressAt, isHonest, urlOf } from "./markdown_links.js";
import {
  bracketsOf,
  canClose,
  canOpen,
  characterAt,
  characterBefore,
  endOfDestination,
  isInWord,
  runLength,
  twinsOf,
} from "./markdown_signs.js";

/** @typedef {{ kind: "text" | "code", text: string }} Leaf */
/** @typedef {{ kind: "strong" | "emphasis" | "strike", inlines: Inline[] }} Marked */
/** @typedef {{ kind: "link", url: string, inlines: Inline[] }} Link */
/** @typedef {Leaf | Marked | Link} Inline */
/** @typedef {{ mark: string, at: number, seen: number }} Opener  `at` among the nodes; how much was seen before it */

const SPECIAL = /[*_~`[hm]/gi;
const VISIBLE = /[^\s!-/:-@[-`{-~]/;
/** @type {Record<string, Marked["kind"]>} */
const KINDS = { "*": "emphasis", _: "emphasis", "**": "strong", "~~": "strike" };
/** @type {Record<string, string[]>} */
const MARKS = { "*": ["*"], "**": ["**"], "***": ["**", "*"], _: ["_"], "~~": ["~~"] };

/**
 * @param {string} line
 * @param {{ hasLinks: boolean }} options
 * @returns {Inline[]}
 */
export function inlinesOf(line, { hasLinks } = { hasLinks: true }) {
  return new LineReader(line, hasLinks).read();
}

/** Texts side by side become one. @param {Inline[]} nodes @returns {Inline[]} */
export function merged(nodes) {
  /** @type {Inline[]} */
  const result = [];
  /** @type {string[]} */
  let texts = [];
  const flush = () => {
    if (texts.length > 0) result.push({ kind: "text", text: texts.join("") });
    texts = [];
  };
  for (const node of nodes) {
    if (node.kind === "text") {
      texts.push(node.text);
    } else {
      flush();
      result.push(node);
    }
  }
  flush();
  return result;
}

/** @param {Inline[]} inlines @returns {string} */
export function textOf(inlines) {
  return inlines.map((node) => ("text" in node ? node.text : textOf(node.inlines))).join("");
}

class LineReader {
  #line;
  #hasLinks;
  #at = 0;
  /** Where the text begins that is no node yet. */
  #from = 0;
  /** @type {Inline[]} */
  #nodes = [];
  /** Marks that may still find their partner, at most one of each kind: nothing nests in its like. @type {Opener[]} */
  #openers = [];
  /** Grows with each piece in which there is something to see: marks around nothing but marks are a face. */
  #seen = 0;
  /** For the start of each run of backticks the start of the next run as long. @type {Map<number, number> | null} */
  #twins = null;
  /** For each opening bracket the next bracket. @type {Map<number, number> | null} */
  #brackets = null;

  /**
   * @param {string} line
   * @param {boolean} hasLinks
   */
  constructor(line, hasLinks) {
    this.#line = line;
    this.#hasLinks = hasLinks;
  }

  read() {
    for (;;) {
      SPECIAL.lastIndex = this.#at;
      const found = SPECIAL.exec(this.#line);
      if (found === null) break;
      this.#at = found.index;
      this.#take(found[0]);
    }
    this.#flush(this.#line.length);
    return merged(this.#nodes);
  }

  /** @param {string} sign */
  #take(sign) {
    if (sign === "`") this.#takeCode();
    else if (sign === "[") this.#takeLink();
    else if (sign in KINDS || sign === "~") this.#takeMarks(sign);
    else this.#takeAddress();
  }

  // code

  #takeCode() {
    const start = this.#at;
    this.#twins ??= twinsOf(this.#line);
    const length = runLength(this.#line, start);
    const end = this.#twins.get(start);
    const inside = end === undefined ? "" : this.#line.slice(start + length, end);
    if (end === undefined || inside.trim() === "") {
      this.#at += length;
      return;
    }
    // A space on each side lets code begin or end with a backtick.
    const isPadded = inside.startsWith(" ") && inside.endsWith(" ");
    this.#add({ kind: "code", text: isPadded ? inside.slice(1, -1) : inside }, end + length);
  }

  // links

  #takeLink() {
    const start = this.#at;
    this.#at += 1;
    if (!this.#hasLinks) return;
    this.#brackets ??= bracketsOf(this.#line);
    const middle = this.#brackets.get(start);
    if (middle === undefined || !this.#line.startsWith("](", middle)) return;
    const end = endOfDestination(this.#line, middle + 2);
    const typed = this.#line.slice(middle + 2, end);
    const url = end === -1 ? "" : urlOf(typed);
    if (url === "") return;
    const inlines = inlinesOf(this.#line.slice(start + 1, middle), { hasLinks: false });
    const label = textOf(inlines);
    if (label.trim() === "" || !isHonest(label, typed)) return;
    this.#at = start;
    this.#add({ kind: "link", url, inlines }, end + 1);
  }

  #takeAddress() {
    const start = this.#at;
    const address =
      this.#hasLinks && !isInWord(characterBefore(this.#line, start)) ? addressAt(this.#line, start) : null;
    if (address === null || address.url === "") {
      this.#at += address?.typed.length || 1;
      return;
    }
    const { typed, url } = address;
    this.#add({ kind: "link", url, inlines: [{ kind: "text", text: typed }] }, start + typed.length);
  }

  // marks

  /** @param {string} sign */
  #takeMarks(sign) {
    const start = this.#at;
    const length = runLength(this.#line, start);
    const marks = length > 3 ? undefined : MARKS[sign.repeat(length)];
    if (marks === undefined) {
      this.#at += length;
      return;
    }
    this.#flush(start);
    this.#at = this.#from = start + length;
    const before = characterBefore(this.#line, start);
    const after = characterAt(this.#line, start + length);
    // How a link or code ends is its own affair.
    const end = ["link", "code"].includes(this.#nodes.at(-1)?.kind ?? "") ? "x" : before;
    const left = this.#close(marks.filter((mark) => canClose(mark, end, after)));
    for (const mark of marks.filter((one) => !left.includes(one))) {
      if (canOpen(mark, before, after)) this.#open(mark);
      this.#nodes.push({ kind: "text", text: mark });
    }
  }

  /** @param {string} mark */
  #open(mark) {
    const earlier = this.#openers.findIndex((opener) => opener.mark === mark);
    if (earlier !== -1) this.#openers.splice(earlier, 1);
    this.#openers.push({ mark, at: this.#nodes.length, seen: this.#seen });
  }

  /** Close what these marks can close, the innermost first. @param {string[]} marks @returns {string[]} those used */
  #close(marks) {
    /** @type {string[]} */
    const used = [];
    // What follows an opening mark at once closes nothing.
    if (this.#openers.at(-1)?.at === this.#nodes.length - 1) return used;
    for (;;) {
      const index = this.#openers.findLastIndex(
        ({ mark, seen }) => marks.includes(mark) && !used.includes(mark) && seen < this.#seen,
      );
      if (index === -1) return used;
      used.push(this.#openers[index].mark);
      this.#wrap(this.#innermost(index));
    }
  }

  /** Three stars open both kinds, in the order in which they turn out to be closed. @param {number} index */
  #innermost(index) {
    const [outer, inner] = this.#openers.slice(index, index + 2);
    if (outer.mark !== "**" || inner?.mark !== "*" || inner.at !== outer.at + 1) return index;
    [outer.mark, inner.mark] = [inner.mark, outer.mark];
    [outer, inner].forEach(({ at, mark }) => {
      this.#nodes[at] = { kind: "text", text: mark };
    });
    return index + 1;
  }

  /** @param {number} index */
  #wrap(index) {
    const { mark, at } = this.#openers[index];
    const inlines = merged(this.#nodes.splice(at + 1));
    this.#nodes[at] = { kind: KINDS[mark], inlines };
    this.#openers.length = index;
  }

  // nodes

  /**
   * @param {Inline} node  that stands from here
   * @param {number} end  to there
   */
  #add(node, end) {
    this.#flush(this.#at);
    this.#nodes.push(node);
    this.#seen += 1;
    this.#at = this.#from = end;
  }

  /** @param {number} end */
  #flush(end) {
    if (end === this.#from) return;
    const text = this.#line.slice(this.#from, end);
    this.#nodes.push({ kind: "text", text });
    if (VISIBLE.test(text)) this.#seen += 1;
    this.#from = end;
  }
}
