/**
 * What a log shows, line by line, put together from what is known: the stream, private messages, what is on its way,
 * and what concerns only this reader.
 *
 * Pure: from the same state always the same rows. A row's key stays the same for as long as the row is the same thing.
 */

/** @import { DirectPosted, Entry, MessagePosted } from "./types.js" */
/** @import { ConversationLog } from "./conversation_log.js" */
/** @import { Item } from "./outbox.js" */
/** @import { Gap, Timeline } from "./timeline.js" */

import { peerOf } from "./conversations.js";

/** What one can go on with from a notice. `run` is null where there is nowhere to go.
 * @typedef {{ label: string, about: string, run: (() => void) | null }} NoticeEntry */
/** @typedef {{ label: string, run: () => void }} NoticeAction */

/** Something told to this reader only: the answer to a command, that a room has closed.
 * @typedef {{ id: number, at: number, kind: string, text: string, entries?: NoticeEntry[], actions?: NoticeAction[],
 *   room?: number }} Notice */

/**
 * @typedef {{ key: string, at: number } & (
 *     { kind: "message", entry: MessagePosted, isOwn: boolean }
 *   | { kind: "private", entry: DirectPosted, isOwn: boolean, peer: import("./types.js").Person }
 *   | { kind: "waiting", item: Item }
 *   | { kind: "notice", notice: Notice }
 *   | { kind: "gap", gap: Gap }
 *   | { kind: "day" }
 *   | { kind: "new", count: number }
 *   | { kind: "printed" })} Row  the last: a message as the server has printed it
 */

/** What was unread when the place was come to, if it is held: the seq up to which one had read, and how much came after.
 * @typedef {{ after: number, count: number }} Unread */

/** The key of the line above it. */
export const NEW = "new";

/**
 * The log of a room. Private messages and notices stand among its messages by time; each stream keeps its own order,
 * whatever the times say.
 * @param {object} state
 * @param {Timeline} state.log
 * @param {Timeline} state.inbox
 * @param {Item[]} state.items  of the outbox
 * @param {Notice[]} state.notices
 * @param {string} state.login  of the reader
 * @param {(at: number) => string} state.dayOf  the day by the reader's calendar
 * @param {Unread | null} [state.unread]
 * @param {(room: number) => boolean} [state.isGone]
 * @returns {Row[]}
 */
export function roomRows({ log, inbox, items, notices, login, dayOf, unread = null, isGone = () => false }) {
  const messages = log.entries.filter(isMessage).map((entry) => messageRow(entry, login));
  const room = withNew(messages, unread);
  const oldest = log.hasEarlier ? (room[0]?.at ?? -Infinity) : -Infinity;
  const direct = inbox.entries.filter(isDirect).map((entry) => privateRow(entry, login));
  const told = merge(
    withGaps(room, log.gaps),
    merge(direct, notices.map(noticeRow)).filter(({ at }) => at >= oldest),
  );
  // What was refused elsewhere is shown here: the room may be gone, and the words must not be. So is what is too old to go
  // by itself, where nobody can go to its room any more and say that it shall.
  const isHere = (/** @type {Item} */ { state, target }) =>
    target.kind === "direct" ||
    `room:${target.room}` === log.stream ||
    state === "refused" ||
    (state === "stale" && isGone(target.room));
  return [...withDays(told, dayOf), ...waitingRows(items.filter(isHere), told)];
}

/**
 * The log of a private conversation.
 * @param {object} state
 * @param {ConversationLog} state.conversation
 * @param {Item[]} state.items
 * @param {Notice[]} state.notices
 * @param {string} state.login
 * @param {(at: number) => string} state.dayOf
 * @param {Unread | null} [state.unread]
 * @returns {Row[]}
 */
export function conversationRows({ conversation, items, notices, login, dayOf, unread = null }) {
  const messages = conversation.entries.map((entry) => privateRow(entry, login));
  const direct = withNew(messages, unread);
  const isHere = (/** @type {Item} */ { target }) => target.kind === "direct" && target.to === conversation.login;
  const told = merge(direct, notices.map(noticeRow));
  return [...withDays(told, dayOf), ...waitingRows(items.filter(isHere), told)];
}

/**
 * Has this been written just now? What was refused, or asks whether it shall go, stands last without anybody's doing when
 * what was written after it has gone up into the log.
 * @param {Row} row
 * @param {string[]} keysBefore  of the rows that there were
 */
export function isJustWritten(row, keysBefore) {
  if (row.kind !== "waiting" || row.item.state === "refused" || row.item.state === "stale") return false;
  return !keysBefore.includes(row.key);
}

/** Rows that were made before: a long log is put together anew with each change. @type {WeakMap<Entry, Made>} */
const made = new WeakMap();
/** @typedef {{ row: Row, login: string }} Made */

/**
 * @template {Entry} Of
 * @param {(entry: Of, login: string) => Row} make
 * @returns {(entry: Of, login: string) => Row}
 */
function once(make) {
  return (entry, login) => {
    const known = made.get(entry);
    if (known?.login === login) return known.row;
    const row = make(entry, login);
    made.set(entry, { row, login });
    return row;
  };
}

const messageRow = once(makeMessageRow);
const privateRow = once(makePrivateRow);

/**
 * @param {MessagePosted} entry
 * @param {string} login
 * @returns {Row}
 */
function makeMessageRow(entry, login) {
  const isOwn = entry.author.login === login;
  return { key: keyOf(entry, isOwn), at: Date.parse(entry.sent_at), kind: "message", entry, isOwn };
}

/**
 * @param {DirectPosted} entry
 * @param {string} login
 * @returns {Row}
 */
function makePrivateRow(entry, login) {
  const isOwn = entry.author.login === login;
  const peer = peerOf(entry, login);
  return { key: keyOf(entry, isOwn), at: Date.parse(entry.sent_at), kind: "private", entry, isOwn, peer };
}

/**
 * One's own message keeps its key from being written to being stored, so that it stays the same row.
 * @param {MessagePosted | DirectPosted} entry
 * @param {boolean} isOwn
 */
function keyOf(entry, isOwn) {
  return isOwn ? entry.client_id : `${entry.stream}/${entry.seq}`;
}

/**
 * What is on its way, without what the log shows already.
 * @param {Item[]} items
 * @param {Row[]} told
 * @returns {Row[]}
 */
function waitingRows(items, told) {
  const known = new Set(told.map(({ key }) => key));
  return items
    .filter(({ clientId }) => !known.has(clientId))
    .map((item) => ({ key: item.clientId, at: item.writtenAt, kind: /** @type {const} */ ("waiting"), item }));
}

/** @param {Notice} notice @returns {Row} */
function noticeRow(notice) {
  return { key: `notice/${notice.id}`, at: notice.at, kind: "notice", notice };
}

/**
 * The line stands above the first message of somebody else that one had not read.
 * @param {Row[]} rows
 * @param {Unread | null} unread
 * @returns {Row[]}
 */
function withNew(rows, unread) {
  if (unread === null) return rows;
  const { after, count } = unread;
  const first = rows.findIndex((row) => "entry" in row && !row.isOwn && row.entry.seq > after);
  return first === -1 ? rows : rows.toSpliced(first, 0, { key: NEW, at: rows[first].at, kind: "new", count });
}

/**
 * @param {Row[]} rows  of a room, in order
 * @param {readonly Gap[]} gaps
 * @returns {Row[]}
 */
function withGaps(rows, gaps) {
  const marked = [...rows];
  for (const gap of gaps) {
    const index = marked.findIndex((row) => row.kind === "message" && row.entry.seq > gap.to);
    const place = index === -1 ? marked.length : index;
    const at = marked[Math.min(place, marked.length - 1)]?.at ?? 0;
    marked.splice(place, 0, { key: `gap/${gap.from}`, at, kind: "gap", gap });
  }
  return marked;
}

/**
 * Two lists into one by time; within each the order stays as it is.
 * @param {Row[]} first
 * @param {Row[]} second
 * @returns {Row[]}
 */
function merge(first, second) {
  const rows = [];
  let next = 0;
  for (const row of first) {
    while (next < second.length && second[next].at < row.at) rows.push(second[next++]);
    rows.push(row);
  }
  return [...rows, ...second.slice(next)];
}

/**
 * @param {Row[]} rows
 * @param {(at: number) => string} dayOf
 * @returns {Row[]}
 */
function withDays(rows, dayOf) {
  let day = "";
  /** A day comes again where two streams disagree about the time. @type {Map<string, number>} */
  const seen = new Map();
  return rows.flatMap((row) => {
    const its = dayOf(row.at);
    if (its === day) return [row];
    day = its;
    const count = (seen.get(its) ?? 0) + 1;
    seen.set(its, count);
    return [{ key: `day/${its}/${count}`, at: row.at, kind: /** @type {const} */ ("day") }, row];
  });
}

/** @param {Entry} entry  @returns {entry is MessagePosted} */
function isMessage(entry) {
  return entry.type === "message.posted";
}

/** @param {Entry} entry  @returns {entry is DirectPosted} */
function isDirect(entry) {
  return entry.type === "direct.posted";
}
