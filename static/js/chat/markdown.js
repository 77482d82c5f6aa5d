/**
 * A message's text as a small tree: paragraphs, quotes, lists, code. No HTML, no headings, no pictures, no tables.
 *
 * Whatever is not closed, or could as well be meant as typed, stays as typed; line breaks are kept. One pass for each
 * level, and the levels are few, so that no text takes long.
 */

/** @import { Inline } from "./markdown_inlines.js" */

import { inlinesOf, merged, textOf } from "./markdown_inlines.js";

/** @typedef {{ kind: "paragraph", inlines: Inline[] }} Paragraph */
/** @typedef {{ kind: "code", text: string, language: string }} CodeBlock */
/** @typedef {{ kind: "quote", blocks: Block[] }} Quote */
/** @typedef {{ number: number | null, blocks: Block[] }} Item */
/** @typedef {{ kind: "list", sign: string, items: Item[] }} List  `sign`: "-", or what follows the numbers: "." or ")" */
/** @typedef {Paragraph | CodeBlock | Quote | List} Block */
/** @typedef {{ sign: string, number: number | null, indent: number, width: number }} Bullet */
/** @typedef {{ end: number, block: Block | null }} Read  up to which line; null: it stays as typed */

const DEEPEST = 4;
const FENCE = /^ {0,3}(`{3,})([^`]*)$/;
const LANGUAGE = /^[a-z0-9_+#.-]{1,20}$/i;
const QUOTE = /^ {0,3}>(?: |$)/;
const BULLET = /^( {0,3})(?:[-*]|(0|[1-9][0-9]{0,2})([.)]))[ \t]+(?=\S)/;
const NESTED = 2;

/**
 * @param {string} text
 * @returns {Block[]}
 */
export function parse(text) {
  return blocksOf(text.split("\n"), 0);
}

/** The text without its marks, for where there is room for a line only. @param {string} text */
export function plainText(text) {
  return plain(parse(text));
}

/** @param {Block[]} blocks @returns {string} */
function plain(blocks) {
  return blocks.map(plainBlock).join("\n");
}

/** @param {Block} block @returns {string} */
function plainBlock(block) {
  if (block.kind === "paragraph") return textOf(block.inlines);
  if (block.kind === "code") return block.text;
  if (block.kind === "quote") return plain(block.blocks);
  return block.items
    .map(({ number, blocks }) => `${number === null ? "•" : `${number}${block.sign}`} ${plain(blocks)}`)
    .join("\n");
}

/**
 * @param {string[]} lines
 * @param {number} depth
 * @returns {Block[]}
 */
function blocksOf(lines, depth) {
  /** @type {Block[]} */
  const blocks = [];
  const fences = fencesOf(lines);
  let from = 0;
  let at = 0;
  while (at < lines.length) {
    const read =
      readFence(lines, at, fences) ??
      (depth < DEEPEST ? (readQuote(lines, at, depth) ?? readList(lines, at, depth)) : null);
    if (read?.block) {
      blocks.push(...paragraph(lines.slice(from, at), from > 0, true), read.block);
      from = read.end;
    }
    at = read?.end ?? at + 1;
  }
  blocks.push(...paragraph(lines.slice(from), from > 0, false));
  return blocks;
}

/**
 * The lines between two blocks; the space around blocks stands for empty lines there.
 * @param {string[]} lines
 * @param {boolean} isAfter
 * @param {boolean} isBefore
 * @returns {Paragraph[]}
 */
function paragraph(lines, isAfter, isBefore) {
  let from = 0;
  let to = lines.length;
  if (isAfter) while (from < to && isEmpty(lines[from])) from += 1;
  if (isBefore) while (from < to && isEmpty(lines[to - 1])) to -= 1;
  if (from === to) return [];
  const inlines = lines
    .slice(from, to)
    .flatMap((line, index) =>
      index === 0 ? inlinesOf(line) : [/** @type {Inline} */ ({ kind: "text", text: "\n" }), ...inlinesOf(line)],
    );
  return [{ kind: "paragraph", inlines: merged(inlines) }];
}

// code

/**
 * For each line that opens a block of code the line that ends with as many backticks.
 * @param {string[]} lines
 */
function fencesOf(lines) {
  /** @type {Map<number, number>} */
  const fences = new Map();
  /** @type {Map<number, number>} */
  const closing = new Map();
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const opening = FENCE.exec(lines[at]);
    const end = opening === null ? undefined : closing.get(opening[1].length);
    if (end !== undefined) fences.set(at, end);
    const line = lines[at].trimEnd();
    let length = 0;
    while (line[line.length - 1 - length] === "`") length += 1;
    if (length >= 3) closing.set(length, at);
  }
  return fences;
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {Map<number, number>} fences
 * @returns {Read | null}
 */
function readFence(lines, at, fences) {
  const close = fences.get(at);
  if (close === undefined) return null;
  const [, ticks, rest] = /** @type {RegExpExecArray} */ (FENCE.exec(lines[at]));
  const last = lines[close].trimEnd().slice(0, -ticks.length);
  // The word that names a language stands on a line of its own, and so does the end.
  const isLanguage = LANGUAGE.test(rest.trim()) && isEmpty(last);
  const inside = lines.slice(at + 1, close);
  if (!isLanguage && !isEmpty(rest)) inside.unshift(rest);
  if (!isEmpty(last)) inside.push(last);
  const text = inside.join("\n");
  const language = isLanguage ? rest.trim() : "";
  return { end: close + 1, block: isEmpty(text) ? null : { kind: "code", text, language } };
}

// quotes

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {number} depth
 * @returns {Read | null}
 */
function readQuote(lines, at, depth) {
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  if (end === at) return null;
  const inside = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  if (inside.every(isEmpty)) return { end, block: null };
  return { end, block: { kind: "quote", blocks: blocksOf(inside, depth + 1) } };
}

// lists

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {number} depth
 * @returns {Read | null}
 */
function readList(lines, at, depth) {
  const first = bulletOf(lines[at]);
  if (first === null) return null;
  /** @type {Item[]} */
  const items = [];
  let end = at;
  let next = at;
  for (;;) {
    const bullet = next < lines.length ? bulletOf(lines[next]) : null;
    if (bullet === null || bullet.sign !== first.sign || bullet.indent >= first.indent + NESTED) break;
    end = endOfItem(lines, next, bullet);
    const [line, ...more] = lines.slice(next, end);
    const inside = [line.slice(bullet.width), ...more.map((each) => outdented(each, bullet.width))];
    items.push({ number: bullet.number, blocks: blocksOf(inside, depth + 1) });
    next = afterEmpty(lines, end);
  }
  // One thing is no list: a dash may open a line of dialogue, or be a minus.
  const isList = items.length > 1 || items[0].blocks.some(({ kind }) => kind !== "paragraph");
  return { end, block: isList ? { kind: "list", sign: first.sign, items } : null };
}

/** @param {string} line @returns {Bullet | null} */
function bulletOf(line) {
  const found = BULLET.exec(line);
  if (found === null) return null;
  const [{ length: width }, { length: indent }, number, sign = "-"] = found;
  return { sign, number: number === undefined ? null : Number(number), indent, width };
}

/**
 * An item goes on as long as lines are further in, over empty ones too.
 * @param {string[]} lines
 * @param {number} at
 * @param {Bullet} bullet
 */
function endOfItem(lines, at, { indent }) {
  let end = at + 1;
  for (;;) {
    const next = afterEmpty(lines, end);
    if (next >= lines.length || indentOf(lines[next]) < indent + NESTED) return end;
    end = next + 1;
  }
}

/** @param {string[]} lines @param {number} at */
function afterEmpty(lines, at) {
  let next = at;
  while (next < lines.length && isEmpty(lines[next])) next += 1;
  return next;
}

/** @param {string} line */
function indentOf(line) {
  if (line.startsWith("\t")) return NESTED + 4;
  let indent = 0;
  while (line[indent] === " ") indent += 1;
  return indent;
}

/** @param {string} line @param {number} width */
function outdented(line, width) {
  if (line.startsWith("\t")) return line.slice(1);
  return line.slice(Math.min(indentOf(line), width));
}

/** @param {string} line */
function isEmpty(line) {
  return line.trim() === "";
}
