/**
 * What the signs of a line's marks stand next to, and where their partners are.
 */

const WORD = /[\p{L}\p{N}\p{M}]/u;
// Scripts that put no space between words, or glue endings to them.
const UNSPACED = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;
// A single star or line is more often a face, a path or a pattern than a mark: what it may not stand next to.
const NO_NEIGHBOUR = "\\/@#";
const NO_BEGINNING = "-.,;:!?)]}<>=+^|/\\";
const NO_END = "-([{<>=+^|/\\";
// Two of them are a pattern only in a path.
const IN_PATHS = "/\\";

/**
 * @param {string} mark
 * @param {string} before
 * @param {string} after
 */
export function canOpen(mark, before, after) {
  if (isSpace(after) || !isBorder(before, mark)) return false;
  return !(mark.length === 2 ? IN_PATHS : NO_BEGINNING).includes(after);
}

/**
 * @param {string} mark
 * @param {string} before
 * @param {string} after
 */
export function canClose(mark, before, after) {
  if (isSpace(before) || !isBorder(after, mark)) return false;
  return !(mark.length === 2 ? IN_PATHS : NO_END).includes(before);
}

/**
 * Does no word go on there?
 * @param {string} sign
 * @param {string} mark
 */
function isBorder(sign, mark) {
  if (isSpace(sign) || UNSPACED.test(sign)) return true;
  return !WORD.test(sign) && (mark.length === 2 || !NO_NEIGHBOUR.includes(sign));
}

/** Is it a part of a word? @param {string} sign */
export function isInWord(sign) {
  return WORD.test(sign);
}

/** So is the edge of the line. @param {string} sign */
function isSpace(sign) {
  return sign.trim() === "";
}

/** @param {string} line @param {number} at */
export function characterAt(line, at) {
  const code = line.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

/** @param {string} line @param {number} at */
export function characterBefore(line, at) {
  const isLow = at > 1 && (line.charCodeAt(at - 1) & 0xfc00) === 0xdc00;
  return at === 0 ? "" : characterAt(line, isLow ? at - 2 : at - 1);
}

/** How often the character there is repeated. @param {string} line @param {number} at */
export function runLength(line, at) {
  let end = at + 1;
  while (line[end] === line[at]) end += 1;
  return end - at;
}

/** @param {string} line */
export function twinsOf(line) {
  /** @type {Map<number, number>} */
  const twins = new Map();
  /** @type {Map<number, number>} */
  const last = new Map();
  for (let at = line.indexOf("`"); at !== -1; ) {
    const length = runLength(line, at);
    const twin = last.get(length);
    if (twin !== undefined) twins.set(twin, at);
    last.set(length, at);
    at = line.indexOf("`", at + length);
  }
  return twins;
}

/** @param {string} line */
export function bracketsOf(line) {
  /** @type {Map<number, number>} */
  const next = new Map();
  let open = -1;
  for (const { index } of line.matchAll(/[[\]]/g)) {
    if (open !== -1) next.set(open, index);
    open = line[index] === "[" ? index : -1;
  }
  return next;
}

/**
 * The bracket that closes it, -1 when something comes first that cannot stand in it. Stops at an opening square bracket,
 * where the next link would begin: no character is read twice.
 * @param {string} line
 * @param {number} from
 */
export function endOfDestination(line, from) {
  let depth = 0;
  for (let at = from; at < line.length; at += 1) {
    const sign = line[at];
    if (sign === "(") depth += 1;
    else if (sign === ")" && depth === 0) return at;
    else if (sign === ")") depth -= 1;
    else if (sign === "[" || sign.trim() === "") return -1;
  }
  return -1;
}
