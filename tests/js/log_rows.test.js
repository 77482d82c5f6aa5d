import assert from "node:assert/strict";
import { test } from "node:test";

import { ConversationLog } from "../../static/js/chat/conversation_log.js";
import { conversationRows, isJustWritten, roomRows } from "../../static/js/chat/log_rows.js";
import { Timeline } from "../../static/js/chat/timeline.js";

const ANA = { id: 1, login: "ana", name: "Ana" };
const BEN = { id: 2, login: "ben", name: "Ben" };
const MIDNIGHT = Date.parse("2026-11-20T00:00:00Z");
const HOUR = 60 * 60 * 1000;

/** @param {number} at */
const dayOf = (at) => new Date(at).toISOString().slice(0, 10);

/** @param {number} seq @param {number} hours @param {any} fields */
function message(seq, hours, fields = {}) {
  const sent_at = new Date(MIDNIGHT + hours * HOUR).toISOString();
  return {
    type: "message.posted",
    stream: "room:1",
    seq,
    author: BEN,
    text: `m${seq}`,
    sent_at,
    client_id: `c${seq}`,
    ...fields,
  };
}

/** @param {number} seq @param {number} hours @param {any} fields */
function direct(seq, hours, fields = {}) {
  return message(seq, hours, {
    type: "direct.posted",
    stream: "inbox",
    to: ANA,
    text: `p${seq}`,
    client_id: `d${seq}`,
    ...fields,
  });
}

/** @param {string} stream @param {any[]} entries */
function timeline(stream, ...entries) {
  const held = new Timeline(stream);
  held.startAt(entries.length > 0 ? entries[0].seq - 1 : 0);
  for (const entry of entries) held.offer(entry);
  return held;
}

/** @param {any} state */
function rowsOf(state) {
  const inbox = timeline("inbox");
  return roomRows({ inbox, items: [], notices: [], login: "ana", dayOf, ...state });
}

/** @param {any[]} rows */
function told(rows) {
  return rows.map((row) => row.entry?.text ?? row.item?.text ?? row.notice?.text ?? row.kind);
}

/** @param {string} text @param {any} target @param {any} fields */
function item(text, target, fields = {}) {
  return {
    clientId: text,
    target,
    text,
    writtenAt: MIDNIGHT,
    state: "waiting",
    isUnsure: false,
    code: "",
    reason: "",
    seq: null,
    ...fields,
  };
}

const LOBBY = { kind: "room", room: 1, name: "Lobby" };

test("private messages and notices stand among a room's messages by time", () => {
  const log = timeline("room:1", message(1, 9), message(2, 11));
  const inbox = timeline("inbox", direct(1, 10));
  const notices = [{ id: 1, at: MIDNIGHT + 10.5 * HOUR, kind: "answer", text: "n1" }];

  assert.deepEqual(told(rowsOf({ log, inbox, notices })), ["day", "m1", "p1", "n1", "m2"]);
});

test("each stream keeps its own order, whatever the times say", () => {
  const log = timeline("room:1", message(1, 11), message(2, 9), message(3, 12));

  assert.deepEqual(told(rowsOf({ log })), ["day", "m1", "m2", "m3"]);
});

test("what waits and was not there before has just been written, what was refused or is old has not", () => {
  const rowFor = (/** @type {any} */ fields) =>
    rowsOf({ log: timeline("room:1"), items: [item("x", LOBBY, fields)] })[0];

  assert.ok(isJustWritten(rowFor({ state: "sending" }), ["room:1/1"]));
  assert.ok(!isJustWritten(rowFor({ state: "sending" }), ["x"]));
  assert.ok(!isJustWritten(rowFor({ state: "refused" }), ["room:1/1"]));
  assert.ok(!isJustWritten(rowFor({ state: "stale" }), ["room:1/1"]));
});

test("a day begins with its name", () => {
  const log = timeline("room:1", message(1, 23), message(2, 25), message(3, 26));

  assert.deepEqual(told(rowsOf({ log })), ["day", "m1", "day", "m2", "m3"]);
});

test("private messages from before the oldest message shown wait for it to be read", () => {
  const inbox = timeline("inbox", direct(1, 1), direct(2, 11));

  assert.deepEqual(told(rowsOf({ log: timeline("room:1", message(5, 10)), inbox })), ["day", "m5", "p2"]);
  assert.deepEqual(told(rowsOf({ log: timeline("room:1", message(1, 10)), inbox })), ["day", "p1", "m1", "p2"]);
});

test("what is on its way stands at the end, in its room only", () => {
  const log = timeline("room:1", message(1, 9));
  const items = [
    item("here", LOBBY),
    item("elsewhere", { ...LOBBY, room: 2 }),
    item("psst", { kind: "direct", to: "ben", name: "Ben" }),
  ];

  assert.deepEqual(told(rowsOf({ log, items })), ["day", "m1", "here", "psst"]);
});

test("what was refused for a room that is gone is shown wherever one is", () => {
  const items = [item("too late", { kind: "room", room: 9, name: "Den" }, { state: "refused", code: "room_closed" })];

  assert.deepEqual(told(rowsOf({ log: timeline("room:1", message(1, 9)), items })), ["day", "m1", "too late"]);
});

test("words more than a day old for a room that has vanished are seen where one is, and wait for nobody to go there", () => {
  const old = item("too old", { kind: "room", room: 9, name: "Den" }, { state: "stale" });
  const young = { ...old, clientId: "young", text: "young", state: "waiting" };
  const state = { log: timeline("room:1", message(1, 9)), items: [old, young] };

  assert.deepEqual(told(rowsOf({ ...state, isGone: (/** @type {number} */ room) => room === 9 })), [
    "day",
    "m1",
    "too old",
  ]);
  assert.deepEqual(told(rowsOf({ ...state, isGone: () => false })), ["day", "m1"]);
});

test("one's own message is one row with one key, from being written to being stored", () => {
  const before = rowsOf({ log: timeline("room:1"), items: [item("c1", LOBBY)] });
  const both = rowsOf({ log: timeline("room:1", message(1, 9, { author: ANA })), items: [item("c1", LOBBY)] });

  assert.deepEqual(
    before.map(({ key }) => key),
    ["c1"],
  );
  assert.deepEqual(both.map(({ key }) => key).slice(1), ["c1"]);
});

test("no two rows have the same key", () => {
  const log = timeline("room:1", message(1, 1), message(2, 25), message(3, 50, { author: ANA }));
  const inbox = timeline("inbox", direct(1, 2), direct(2, 26), direct(3, 51, { author: ANA, to: BEN }));
  log.truncate({ from: 4, to: 8 });
  log.offer(message(9, 60));

  const keys = rowsOf({ log, inbox }).map(({ key }) => key);

  assert.equal(new Set(keys).size, keys.length);
});

test("a gap stands where something was left out", () => {
  const log = timeline("room:1", message(1, 9));
  log.truncate({ from: 2, to: 8 });
  assert.deepEqual(told(rowsOf({ log })), ["day", "m1", "gap"]);

  log.offer(message(9, 10));
  assert.deepEqual(told(rowsOf({ log })), ["day", "m1", "gap", "m9"]);
});

test("the closing of a room is no message", () => {
  const closing = {
    type: "room.closed",
    stream: "room:1",
    seq: 2,
    room: { id: 1, name: "Den" },
    reason: "deleted",
    moved_to: 1,
  };

  assert.deepEqual(told(rowsOf({ log: timeline("room:1", message(1, 9), closing) })), ["day", "m1"]);
});

test("a conversation shows its two people and nobody else", () => {
  const conversation = new ConversationLog("ben");
  conversation.addPage(/** @type {any} */ ([direct(1, 9), direct(4, 10, { author: ANA, to: BEN })]), false);
  const items = /** @type {any} */ ([
    item("to ben", { kind: "direct", to: "ben" }),
    item("to eva", { kind: "direct", to: "eva" }),
    item("here", LOBBY),
  ]);

  const rows = conversationRows({ conversation, items, notices: [], login: "ana", dayOf });

  assert.deepEqual(told(rows), ["day", "p1", "p4", "to ben"]);
  assert.deepEqual(
    rows.slice(1, 3).map((row) => row.kind === "private" && [row.isOwn, row.peer.login]),
    [
      [false, "ben"],
      [true, "ben"],
    ],
  );
});
