import assert from "node:assert/strict";
import { test } from "node:test";

import { onWaking } from "../../static/js/page/world.js";

/** @type {any} */
const page = globalThis;

for (const type of ["pageshow", "online", "offline", "focus"]) {
  test(`the socket is asked whether it lives at ${type}`, () => {
    let asked = 0;
    page.document = new EventTarget();
    page.window = new EventTarget();
    onWaking(() => {
      asked += 1;
    });

    page.window.dispatchEvent(new Event(type));

    assert.equal(asked, 1);
  });
}
