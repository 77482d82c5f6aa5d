import assert from "node:assert/strict";
import { test } from "node:test";

import { Timeline } from "../../static/js/chat/timeline.js";

/** @param {number} seq */
function entry(seq) {
  return { type: "message.posted", stream: "room:1", seq, text: `text ${seq}` };
}

/** @param {...number} seqs */
function timelineWith(...seqs) {
  const timeline = new Timeline("room:1");
  for (const seq of seqs) timeline.offer(entry(seq));
  return timeline;
}

/** @param {Timeline} timeline */
function held(timeline) {
  return timeline.entries.map(({ seq }) => seq);
}

test("entries in order are shown as they come", () => {
  const timeline = timelineWith(4, 5);

  assert.deepEqual(timeline.offer(entry(6)), [entry(6)]);
  assert.deepEqual(held(timeline), [4, 5, 6]);
  assert.equal(timeline.position, 6);
});

test("a repeated entry is shown once", () => {
  const timeline = timelineWith(4, 5);

  assert.deepEqual(timeline.offer(entry(5)), []);
  assert.deepEqual(timeline.offer(entry(4)), []);
  assert.deepEqual(held(timeline), [4, 5]);
});

test("what comes beyond a hole waits until the hole is filled, and then goes on in order", () => {
  const timeline = timelineWith(4);

  assert.deepEqual(timeline.offer(entry(7)), []);
  assert.deepEqual(timeline.offer(entry(6)), []);
  assert.ok(timeline.hasHole);
  assert.equal(timeline.position, 4);

  assert.deepEqual(timeline.offer(entry(5)), [entry(5), entry(6), entry(7)]);
  assert.ok(!timeline.hasHole);
  assert.equal(timeline.position, 7);
});

test("an entry far below what is held leaves no silent hole: it is not taken", () => {
  const timeline = timelineWith(10);

  assert.deepEqual(timeline.offer(entry(7)), []);
  assert.deepEqual(timeline.offer(entry(9)), [entry(9)]);
  assert.deepEqual(held(timeline), [9, 10]);
});

test("a stretch left out is marked and what was held stays", () => {
  const timeline = timelineWith(40, 41);

  const isVoid = timeline.truncate({ from: 42, to: 1977 });
  timeline.offer(entry(1978));

  assert.ok(!isVoid);
  assert.deepEqual(held(timeline), [40, 41, 1978]);
  assert.deepEqual(timeline.gaps, [{ from: 42, to: 1977 }]);
  assert.equal(timeline.position, 1978);
});

test("a mark from below what was read says that all that is held is void", () => {
  const timeline = timelineWith(40, 41);

  const isVoid = timeline.truncate({ from: 1, to: 7 });
  timeline.offer(entry(8));

  assert.ok(isVoid);
  assert.deepEqual(held(timeline), [8]);
  assert.deepEqual(timeline.gaps, []);
  assert.ok(timeline.hasEarlier);
});

test("a void stream that is empty by now begins at nought", () => {
  const timeline = timelineWith(40);

  timeline.truncate({ from: 1, to: 0 });

  assert.equal(timeline.position, 0);
  assert.ok(!timeline.hasEarlier);
  assert.deepEqual(timeline.offer(entry(1)), [entry(1)]);
});

test("a gap is read backwards page by page until it is closed", () => {
  const timeline = timelineWith(1, 2);
  timeline.truncate({ from: 3, to: 6 });
  timeline.offer(entry(7));

  timeline.addEarlier([entry(5), entry(6)], { before: 7, more: true });
  assert.deepEqual(timeline.gaps, [{ from: 3, to: 4 }]);

  timeline.addEarlier([entry(1), entry(2), entry(3), entry(4)], { before: 5, more: false });
  assert.deepEqual(timeline.gaps, []);
  assert.deepEqual(held(timeline), [1, 2, 3, 4, 5, 6, 7]);
});

test("earlier pages are put before what is held", () => {
  const timeline = timelineWith(10, 11);

  timeline.addEarlier([entry(8), entry(9)], { before: 10, more: true });

  assert.deepEqual(held(timeline), [8, 9, 10, 11]);
  assert.equal(timeline.firstMissing, 7);
  assert.ok(timeline.hasEarlier);
});

test("where the server keeps nothing older there is nothing earlier, whatever the seq", () => {
  const timeline = timelineWith(10);

  timeline.addEarlier([entry(9)], { before: 10, more: false });

  assert.ok(!timeline.hasEarlier);
});

test("an empty stream has a position and nothing before it", () => {
  const timeline = new Timeline("room:9");
  assert.equal(timeline.position, null);

  timeline.startAt(0);

  assert.equal(timeline.position, 0);
  assert.ok(!timeline.hasEarlier);
});

test("what is let go of can be asked for again", () => {
  const timeline = timelineWith(1, 2, 3, 4);

  timeline.trim(2);

  assert.deepEqual(held(timeline), [3, 4]);
  assert.ok(timeline.hasEarlier);
  assert.equal(timeline.position, 4);
});

test("what is missing is still said when the oldest are let go of up to something that came late into a gap", () => {
  const timeline = timelineWith(1, 2);
  timeline.truncate({ from: 3, to: 9 });
  timeline.offer(entry(4));
  timeline.offer(entry(10));

  timeline.trim(2);

  assert.deepEqual(held(timeline), [4, 10]);
  assert.deepEqual(timeline.gaps, [{ from: 5, to: 9 }]);
});
