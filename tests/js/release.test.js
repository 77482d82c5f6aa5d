import assert from "node:assert/strict";
import { test } from "node:test";

import { Release } from "../../static/js/page/release.js";

/** A chat of which only the state of its connection is looked at. */
class Wire extends EventTarget {
  connection = { status: { phase: "open" } };

  /** @param {string} phase */
  become(phase) {
    this.connection.status = { phase };
    this.dispatchEvent(new Event("status"));
  }
}

/** @param {string} own @param {string} newest */
function watched(own, newest) {
  const asked = { count: 0 };
  const wire = new Wire();
  const release = new Release(own, async () => {
    asked.count += 1;
    return newest;
  });
  release.watch(/** @type {any} */ (wire));
  return { asked, wire, release };
}

test("a page is old when the server that came back has another one", async () => {
  const { wire, release } = watched("one", "two");
  const told = new Promise((resolve) => release.addEventListener("change", resolve));

  for (const phase of ["waiting", "connecting", "open"]) wire.become(phase);
  await told;

  assert.ok(release.isOld);
});

test("nobody is asked as long as the connection holds", () => {
  const { asked, wire } = watched("one", "two");

  for (const phase of ["open", "open"]) wire.become(phase);

  assert.equal(asked.count, 0);
});

test("the same page, and one of which nothing is known, is not old", async () => {
  for (const [own, newest] of [
    ["one", "one"],
    ["one", ""],
    ["", "two"],
  ]) {
    const { release } = watched(own, newest);
    await release.check();
    assert.ok(!release.isOld, `${own} ${newest}`);
  }
});

test("a page lacks a part until it comes", () => {
  const { release } = watched("one", "one");
  let told = 0;
  release.addEventListener("change", () => {
    told += 1;
  });

  for (const isMissing of [false, true, true]) release.miss(isMissing);
  assert.ok(release.isIncomplete);
  assert.equal(told, 1);

  release.miss(false);
  assert.ok(!release.isIncomplete);
  assert.equal(told, 2);
});
