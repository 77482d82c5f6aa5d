import assert from "node:assert/strict";
import { test } from "node:test";

import { actionsFor } from "../../static/js/chat/message_actions.js";

const BEN = { id: 2, login: "ben", name: "Ben" };

/** @param {any} fields @returns {any} */
function message(fields = {}) {
  return { kind: "message", isOwn: false, entry: { author: BEN }, ...fields };
}

test("somebody's message can be quoted, copied, linked to, and answered in private", () => {
  assert.deepEqual(actionsFor(message(), null), ["quote", "copy", "link", "private"]);
});

test("nobody writes in private to oneself or to a deleted account", () => {
  assert.deepEqual(actionsFor(message({ isOwn: true }), null), ["quote", "copy", "link"]);
  const nobody = { id: 0, login: "", name: "" };
  assert.deepEqual(actionsFor(message({ entry: { author: nobody } }), null), ["quote", "copy", "link"]);
});

test("a private message has no address, and in its conversation one is private already", () => {
  assert.deepEqual(actionsFor(message({ kind: "private" }), null), ["quote", "copy", "private"]);
  assert.deepEqual(actionsFor(message({ kind: "private" }), "ben"), ["quote", "copy"]);
});

test("what is not stored yet can be copied, and what is no message can be nothing", () => {
  assert.deepEqual(actionsFor(/** @type {any} */ ({ kind: "waiting" }), null), ["copy"]);
  assert.deepEqual(actionsFor(/** @type {any} */ ({ kind: "notice" }), null), []);
});
