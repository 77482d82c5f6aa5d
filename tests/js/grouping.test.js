import assert from "node:assert/strict";
import { test } from "node:test";

import { grouped } from "../../static/js/chat/grouping.js";

const MINUTE = 60 * 1000;
const BEN = { id: 2, login: "ben", name: "Ben" };
const EVA = { id: 3, login: "eva", name: "Eva" };

/** @param {number} at @param {any} author @param {boolean} isOwn */
function said(at, author, isOwn = false) {
  return { key: `${at}`, at: at * MINUTE, kind: "message", isOwn, entry: { author } };
}

/** @param {number} at @param {any} peer @param {boolean} isOwn */
function whispered(at, peer, isOwn = false) {
  return { key: `${at}`, at: at * MINUTE, kind: "private", isOwn, peer, entry: { author: peer } };
}

/** @param {number} at @param {any} target @param {string} state */
function waiting(at, target, state = "waiting") {
  return { key: `${at}`, at: at * MINUTE, kind: "waiting", item: { target, state } };
}

/** First, middle, last or alone, as a letter each. @param {any[]} rows */
function shape(...rows) {
  return grouped(rows)
    .map(({ isContinued, isLast }) => (isContinued ? (isLast ? "L" : "M") : isLast ? "A" : "F"))
    .join("");
}

test("what one author says within five minutes stands together", () => {
  assert.equal(shape(said(0, BEN), said(4, BEN), said(8, BEN)), "FML");
  assert.equal(shape(said(0, BEN), said(5, BEN)), "AA");
});

test("of a part of the rows each line is what it is in the whole", () => {
  const rows = /** @type {any[]} */ ([said(0, BEN), said(1, BEN), said(2, BEN), said(3, EVA)]);

  assert.deepEqual(grouped(rows, { from: 1, to: 3 }), grouped(rows).slice(1, 3));
});

test("another author, a day and a notice part them", () => {
  assert.equal(shape(said(0, BEN), said(1, EVA), said(2, BEN)), "AAA");
  assert.equal(shape(said(0, BEN), { kind: "day", at: MINUTE }, said(1, BEN)), "AAA");
  assert.equal(shape(said(0, BEN), { kind: "notice", at: MINUTE }, said(1, BEN)), "AAA");
});

test("what is on its way stands under what one has said", () => {
  assert.equal(shape(said(0, BEN, true), waiting(1, { kind: "room", room: 1 })), "FL");
});

test("what somebody must decide about stands alone", () => {
  const room = { kind: "room", room: 1 };

  assert.equal(shape(waiting(0, room), waiting(0, room, "refused"), waiting(0, room), waiting(0, room)), "AAFL");
  assert.equal(shape(waiting(0, room, "stale"), waiting(0, room, "stale")), "AA");
});

test("private messages stand with those to or from the same person only", () => {
  assert.equal(shape(said(0, BEN), whispered(1, BEN), whispered(2, BEN)), "AFL");
  assert.equal(shape(whispered(0, BEN, true), whispered(1, EVA, true)), "AA");
  assert.equal(shape(whispered(0, BEN, true), waiting(1, { kind: "direct", to: "ben" })), "FL");
  assert.equal(shape(whispered(0, BEN, true), waiting(1, { kind: "direct", to: "eva" })), "AA");
});
