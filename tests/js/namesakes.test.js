import assert from "node:assert/strict";
import { test } from "node:test";

import { namesakes } from "../../static/js/chat/namesakes.js";

test("a name is shared when two logins bear it, however it is written", () => {
  const people = [
    { login: "ben1", name: "Ben Stone" },
    { login: "ben2", name: "ben stone" },
    { login: "eva", name: "Eva" },
  ];

  assert.deepEqual([...namesakes(people)], ["ben stone"]);
});

test("the same person twice is nobody's namesake", () => {
  const ben = { login: "ben", name: "Ben" };

  assert.equal(namesakes([ben, { ...ben }]).size, 0);
});
