import assert from "node:assert/strict";
import { test } from "node:test";

import { DayNames } from "../../static/js/page/day_names.js";

const NOON = new Date(2026, 10, 20, 12).getTime();
const HOUR = 60 * 60 * 1000;

test("today and yesterday are called so, other days by their date", () => {
  const days = new DayNames("en-GB");

  assert.equal(days.nameOf(NOON - 11 * HOUR, NOON), "Today");
  assert.equal(days.nameOf(NOON - 13 * HOUR, NOON), "Yesterday");
  assert.match(days.nameOf(NOON - 72 * HOUR, NOON), /^Tuesday,? 17 November$/);
  assert.match(days.nameOf(NOON - 366 * 24 * HOUR, NOON), /2025/);
});

test("each language has its own words", () => {
  assert.equal(new DayNames("es").nameOf(NOON, NOON), "Hoy");
  assert.equal(new DayNames("ru").nameOf(NOON - 24 * HOUR, NOON), "Вчера");
});

test("a day has one word from its first moment to its last", () => {
  const days = new DayNames("en");
  const midnight = new Date(2026, 10, 20).getTime();

  assert.equal(days.dayOf(midnight), days.dayOf(midnight + 24 * HOUR - 1));
  assert.notEqual(days.dayOf(midnight), days.dayOf(midnight - 1));
});
