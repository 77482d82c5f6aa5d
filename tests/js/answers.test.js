import assert from "node:assert/strict";
import { test } from "node:test";

import { noticeFor } from "../../static/js/page/answers.js";

test("every room of a list leads there, also the one in which it was asked for", () => {
  /** @type {number[]} */
  const gone = [];
  const rooms = [1, 2].map((id) => ({ id, name: `Room ${id}`, kind: "permanent", occupants: 0 }));
  const context = /** @type {any} */ ({
    chat: { room: rooms[0] },
    navigation: { toRoom: (/** @type {number} */ id) => gone.push(id) },
    words: { say: (/** @type {string} */ key) => key },
  });

  for (const { run } of noticeFor({ command: "room.list", rooms }, context)?.entries ?? []) run?.();

  assert.deepEqual(gone, [1, 2]);
});
