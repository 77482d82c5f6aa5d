import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { ComposerTelling } from "../../static/js/elements/composer_telling.js";

/** As much of a paragraph as is written to. */
class Paragraph {
  textContent = "";
  hidden = true;
  /** @type {Record<string, string>} */
  dataset = {};
  attributes = new Map();

  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes.set(name, value);
  }

  /** @param {string} name */
  removeAttribute(name) {
    this.attributes.delete(name);
  }

  replaceChildren() {}
}

/** @type {Paragraph} */
let text;
/** @type {ComposerTelling} */
let telling;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {any} */ (globalThis).window = globalThis;
  text = new Paragraph();
  telling = new ComposerTelling(/** @type {any} */ (text), /** @type {any} */ (new Paragraph()));
});

afterEach(() => mock.timers.reset());

/** Count as the composer does. @param {number} count */
function countFrom(count) {
  if (count > 0) telling.countDown(`again in ${count}`, () => countFrom(count - 1));
  else if (telling.isCounting) telling.clear();
}

test("a countdown that has come to its end is gone", () => {
  countFrom(2);
  assert.equal(text.textContent, "again in 2");

  mock.timers.tick(1000);
  assert.equal(text.textContent, "again in 1");
  mock.timers.tick(1000);

  assert.ok(text.hidden);
});

test("a countdown is read out once, and what is told after it is read out too", () => {
  countFrom(3);
  assert.equal(text.attributes.get("aria-live"), undefined);

  mock.timers.tick(1000);
  assert.equal(text.attributes.get("aria-live"), "off");
  telling.problem("that is too long");

  assert.equal(text.attributes.get("aria-live"), undefined);
});
