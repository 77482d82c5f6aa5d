import assert from "node:assert/strict";
import { test } from "node:test";

import { isFewEmoji } from "../../static/js/chat/emoji.js";

for (const text of ["👍", "👍👍", "🎉 🎉\n🎉", "❤️", "✌🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇺🇦🇪🇸", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👩🏽‍🚀", " 😀 "]) {
  test(`a few emoji: ${text}`, () => assert.ok(isFewEmoji(text)));
}

for (const text of [
  "",
  " ",
  "a",
  "1",
  "12",
  "👍a",
  "👍👍👍👍",
  "©",
  "™",
  "*",
  ":)",
  "#",
  "👍.",
  "\u200d",
  "\ufe0f",
  "🇺",
  "👍".repeat(60),
]) {
  test(`more, or something else: ${JSON.stringify(text)}`, () => assert.ok(!isFewEmoji(text)));
}
