import assert from "node:assert/strict";
import { test } from "node:test";

import { Backoff } from "../../static/js/chat/backoff.js";

/** @param {() => number} random */
function backoff(random) {
  return new Backoff({ first: 500, ceiling: 30_000, random });
}

test("the ceiling of the waits doubles from half a second to thirty seconds", () => {
  const longest = backoff(() => 1);

  const waits = Array.from({ length: 9 }, () => longest.next());

  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test("the jitter is full: a wait may be anything below its ceiling", () => {
  assert.equal(backoff(() => 0).next(), 0);
  assert.equal(backoff(() => 0.25).next(), 125);
});

test("what has worked begins with short waits again", () => {
  const waits = backoff(() => 1);
  waits.next();
  waits.next();

  waits.reset();

  assert.equal(waits.next(), 500);
});
