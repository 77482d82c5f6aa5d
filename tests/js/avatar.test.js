import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { hueOf, initialsOf } from "../../static/js/chat/avatar.js";

const CASES = JSON.parse(readFileSync(new URL("../contract/avatars.json", import.meta.url), "utf8"));

for (const { login, name, initials, hue } of CASES) {
  test(`the face of ${JSON.stringify(login.slice(0, 12))} is that of the table`, () => {
    assert.equal(initialsOf(name), initials);
    assert.equal(hueOf(login), hue);
  });
}
