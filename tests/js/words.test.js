import assert from "node:assert/strict";
import { test } from "node:test";

import { Words } from "../../static/js/page/words.js";

const TABLE = {
  hello: "Hello, {name}!",
  people: { one: "{count} человек", few: "{count} человека", many: "{count} человек", other: "{count} человека" },
};

test("names in braces are filled in, once, and never read again", () => {
  assert.equal(new Words(TABLE, "en").say("hello", { name: "{name} $& <b>" }), "Hello, {name} $& <b>!");
});

test("the form follows the language's own rules", () => {
  const words = new Words(TABLE, "ru");

  assert.deepEqual(
    [1, 3, 5, 21].map((count) => words.say("people", { count })),
    ["1 человек", "3 человека", "5 человек", "21 человек"],
  );
});

test("a word that is missing shows as its key", () => {
  assert.equal(new Words(TABLE, "en").say("nothing"), "nothing");
});
