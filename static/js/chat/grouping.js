/**
 * Which messages stand together: those of one author that follow one another closely, under one name.
 */

/** @import { Row } from "./log_rows.js" */

/** One after another within this time, one person's messages stand under one name. */
const TOGETHER_MS = 5 * 60 * 1000;

/** @typedef {{ row: Row, isContinued: boolean, isLast: boolean }} Line  a row, whether it stands under the one before,
 *   and whether nothing stands under it */

/**
 * @param {Row[]} rows
 * @param {{ from: number, to: number }} [part]  of which the lines are wanted, the second bound not included
 * @returns {Line[]}
 */
export function grouped(rows, { from, to } = { from: 0, to: rows.length }) {
  return rows.slice(from, to).map((row, offset) => {
    const index = from + offset;
    const isLast = index + 1 === rows.length || !isContinued(rows[index + 1], row);
    return { row, isContinued: isContinued(row, rows[index - 1]), isLast };
  });
}

/**
 * @param {Row} row
 * @param {Row | undefined} before
 */
function isContinued(row, before) {
  if (before === undefined || authorOf(row) === null || authorOf(row) !== authorOf(before)) return false;
  return row.at - before.at < TOGETHER_MS;
}

/**
 * What two rows must share to stand under one name; null for what is no message.
 * @param {Row} row
 */
function authorOf(row) {
  if (row.kind === "message") return row.isOwn ? "own" : `of ${row.entry.author.id}`;
  if (row.kind === "private") return row.isOwn ? `private to ${row.peer.login}` : `private from ${row.peer.login}`;
  if (row.kind !== "waiting" || needsDecision(row.item)) return null;
  return row.item.target.kind === "room" ? "own" : `private to ${row.item.target.to}`;
}

/**
 * What was not accepted, or is too old to go by itself, stands alone with what can be done about it.
 * @param {import("./outbox.js").Item} item
 */
function needsDecision({ state }) {
  return state === "refused" || state === "stale";
}
