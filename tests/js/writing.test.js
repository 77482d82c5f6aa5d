import assert from "node:assert/strict";
import { test } from "node:test";

import { riskOf } from "../../static/js/chat/command_risk.js";
import { quoted } from "../../static/js/chat/quote.js";

test("a quotation names its author and marks every line", () => {
  assert.equal(quoted("Ana", "one\n\ntwo"), "> Ana: one\n>\n> two");
});

test("of long words only the beginning is quoted", () => {
  assert.equal(quoted("Ana", "1\n2\n3\n4\n5"), "> Ana: 1\n> 2\n> 3\n> 4…");
  assert.equal(quoted("Ana", "👍".repeat(300)), `> Ana: ${"👍".repeat(240)}…`);
});

test("an answer is quoted without what it answered, unless it is nothing else", () => {
  assert.equal(quoted("Ana", "> Ben: when?\n\nAt nine"), "> Ana: At nine");
  assert.equal(quoted("Ana", "> When?"), "> Ana: When?");
});

/** @type {any[]} */
const ROOMS = [
  { kind: "default", owner: null, name: "General" },
  { kind: "permanent", owner: "ana", name: "Garden" },
  { kind: "temporary", owner: "ana", name: "Tent" },
];

/** @param {string} name @param {string} argument @param {object} [state] */
const risk = (name, argument, state = {}) =>
  riskOf({ name, argument }, { waiting: 0, rooms: ROOMS, login: "ana", ...state });

test("closing a room of one's own is worth a question, however it is written", () => {
  assert.deepEqual(risk("#dR", "Tent"), { kind: "closes", room: "Tent" });
  assert.deepEqual(risk("#dR", "  gARDEN"), { kind: "closes", room: "Garden" });
});

test("of what cannot be closed nothing is asked, for the server answers", () => {
  const own = [{ kind: "default", owner: "ana", name: "General" }];
  assert.equal(risk("#dR", "General"), null);
  assert.equal(risk("#dR", "General", { rooms: own }), null);
  assert.equal(risk("#dR", "Tent", { login: "ben" }), null);
  assert.equal(risk("#dR", "Nowhere"), null);
  assert.equal(risk("#dR", ""), null);
});

test("leaving is worth a question while words wait, or while one's own room would close", () => {
  assert.deepEqual(risk("#exit", "", { waiting: 2 }), { kind: "leaves_words", count: 2 });
  assert.deepEqual(risk("#exit", ""), { kind: "leaves_room", room: "Tent" });
  assert.equal(risk("#exit", "", { login: "ben" }), null);
});

test("everything else is carried out at once", () => {
  assert.equal(risk("#gR", "Tent", { waiting: 2 }), null);
  assert.equal(riskOf(null, { waiting: 2, rooms: ROOMS, login: "ana" }), null);
});
