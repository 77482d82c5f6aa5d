/**
 * Where one was reading: remembered for half an hour, over a reload, and not by force.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { LeftPlaces } from "../../static/js/elements/left_places.js";
import { MemoryStorage } from "./support/house.js";

const HERE = { places: [{ key: "room:1/7", offset: 12 }], seen: "room:1/9" };
const NOWHERE = { places: [], seen: "", at: 0 };

/** @param {() => any} storage */
function tab(storage, login = "ana") {
  const clock = { at: 1000 };
  return { clock, left: new LeftPlaces({ storage, login, now: () => clock.at }) };
}

test("a place that was left further up is come back to, for half an hour", () => {
  const { clock, left } = tab(() => new MemoryStorage());
  left.leave("r/1", HERE);

  assert.deepEqual(left.of("r/1"), { ...HERE, at: 1000 });
  assert.deepEqual(left.of("r/2"), NOWHERE);
  clock.at += 30 * 60 * 1000;
  assert.deepEqual(left.of("r/1"), NOWHERE);
});

test("one that was left at its end is entered at its end", () => {
  const { left } = tab(() => new MemoryStorage());
  left.leave("r/1", HERE);
  left.leave("r/1", null);

  assert.deepEqual(left.of("r/1"), NOWHERE);
});

test("the next page of the tab knows it too, if it is the same person's", () => {
  const storage = new MemoryStorage();
  const { left } = tab(() => storage);
  left.leave("r/1", HERE);
  left.keep();

  assert.deepEqual(tab(() => storage).left.of("r/1").places, HERE.places);
  assert.deepEqual(tab(() => storage, "ben").left.of("r/1"), NOWHERE);
});

test("where nothing may be kept, or what was kept is broken, nothing is remembered and nothing breaks", () => {
  const forbidden = () => {
    throw new DOMException("no", "SecurityError");
  };
  const { left } = tab(forbidden);
  left.leave("r/1", HERE);
  left.keep();
  assert.deepEqual(left.of("r/1").places, HERE.places);

  const storage = new MemoryStorage();
  storage.setItem("chat-left/ana", "[");
  assert.deepEqual(tab(() => storage).left.of("r/1"), NOWHERE);
});
