import assert from "node:assert/strict";
import { test } from "node:test";

import { LIMIT, RowWindow } from "../../static/js/chat/row_window.js";

/** @param {number} from @param {number} to  not included */
function keys(from, to) {
  return Array.from({ length: to - from }, (_, index) => `k${from + index}`);
}

/** @param {number} first @param {number} last */
function sight(first, last) {
  return { first: `k${first}`, last: `k${last}` };
}

test("a short log is in the page as a whole", () => {
  assert.deepEqual(new RowWindow().over(keys(0, 120), sight(0, 9)), { from: 0, to: 120 });
  assert.deepEqual(new RowWindow().over([], null), { from: 0, to: 0 });
});

test("at the end the newest rows are in the page", () => {
  const { from, to } = new RowWindow().over(keys(0, 1000), null);

  assert.equal(to, 1000);
  assert.ok(to - from <= LIMIT);
});

test("reading on a little moves nothing", () => {
  const view = new RowWindow();
  const all = keys(0, 1000);
  const before = view.over(all, sight(500, 510));

  assert.equal(view.moves(all, sight(470, 480)), false);
  assert.deepEqual(view.over(all, sight(470, 480)), before);
});

test("what is in sight always has rows around it on both sides, as long as there are any", () => {
  const view = new RowWindow();
  const all = keys(0, 1000);
  view.over(all, null);
  for (let top = 985; top >= 0; top -= 7) {
    const { from, to } = view.over(all, sight(top, top + 14));

    assert.ok(to - from <= LIMIT);
    assert.ok(from === 0 || top - from >= 40, `${top} ${from}`);
    assert.ok(to === 1000 || to - (top + 15) >= 40, `${top} ${to}`);
  }
});

test("older rows that are read come into the page only when one gets near them", () => {
  const view = new RowWindow();
  view.over(keys(100, 1000), sight(400, 410));

  const { from, to } = view.over(keys(50, 1000), sight(400, 410));

  assert.equal(from, 400 + 5 - 100 - 50);
  assert.equal(to - from, 200);
});

test("new rows below do not push out what is being read", () => {
  const view = new RowWindow();
  const before = view.over(keys(0, 1000), sight(300, 310));

  assert.deepEqual(view.over(keys(0, 1050), sight(300, 310)), before);
});

test("rows that came in between do not make the page too long", () => {
  const view = new RowWindow();
  view.over(keys(0, 1000), sight(300, 310));
  const all = [...keys(0, 305), ...keys(5000, 5100), ...keys(305, 1000)];

  const { from, to } = view.over(all, sight(300, 310));

  assert.ok(to - from <= LIMIT);
  assert.ok(from <= 300 && to > 410);
});

test("a row at the edge of what is in sight that goes takes nobody to the end", () => {
  for (const gone of [{ first: "gone" }, { last: "gone" }]) {
    const { from, to } = new RowWindow().over(keys(0, 1000), { ...sight(300, 310), ...gone });

    assert.ok(from <= 260 && to >= 350, `${from} ${to}`);
  }
});

test("where what was in sight is gone, one is at the end", () => {
  const { to } = new RowWindow().over(keys(0, 1000), { first: "gone", last: "gone too" });

  assert.equal(to, 1000);
});
