import assert from "node:assert/strict";
import { test } from "node:test";

import { Times } from "../../static/js/page/times.js";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const NOW = new Date(2026, 10, 20, 12, 0).getTime();

test("a length of time is told in the unit that says most, in the reader's language", () => {
  const spans = [3 * SECOND, 89 * SECOND, 90 * SECOND, HOUR, 2 * HOUR, 72 * HOUR];

  assert.deepEqual(
    spans.map((ms) => new Times("en").span(ms)),
    ["3 seconds", "89 seconds", "2 minutes", "60 minutes", "2 hours", "3 days"],
  );
  assert.equal(new Times("ru").span(21 * SECOND), "21 секунда");
  assert.equal(new Times("es").span(3 * SECOND), "3 segundos");
});

test("an error of the clock is told to the thousandth of a second", () => {
  assert.equal(new Times("en").fraction(0.00149), "0.001s");
  assert.equal(new Times("ru").fraction(1.5), "1,5 с");
});

test("a time is as brief as it can be told apart", () => {
  const times = new Times("en");

  assert.equal(times.brief(NOW - HOUR, NOW), "11:00");
  assert.equal(times.brief(NOW - 24 * HOUR, NOW), "Thu");
  assert.equal(times.brief(NOW - 7 * 24 * HOUR, NOW), "Nov 13");
});
