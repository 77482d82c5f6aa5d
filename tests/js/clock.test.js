import assert from "node:assert/strict";
import { test } from "node:test";

import { ServerClock } from "../../static/js/chat/clock.js";

/** A clock over a monotonic one that stands at 1000. */
function clock() {
  return new ServerClock({ now: () => 1000 });
}

test("nothing is known before the server has said anything", () => {
  assert.equal(clock().now(), null);
});

test("an exchange over equal ways gives the exact offset", () => {
  const known = clock();

  known.add({ t0: 1000, t1: 51_010, t2: 51_012, t3: 1022 });

  assert.equal(known.offset, 50_000);
  assert.equal(known.now(), 51_000);
  assert.equal(known.uncertainty, 10);
});

test("of the last five exchanges the quickest counts", () => {
  const known = clock();

  known.add({ t0: 0, t1: 500, t2: 500, t3: 2 });
  for (let slow = 0; slow < 4; slow += 1) known.add({ t0: 0, t1: 900, t2: 900, t3: 300 });
  assert.equal(known.offset, 499);

  known.add({ t0: 0, t1: 900, t2: 900, t3: 300 });
  assert.equal(known.offset, 750);
});

test("a time that a frame tells is better than nothing, and worse than an exchange", () => {
  const known = clock();

  known.hear("1970-01-01T00:01:00.000Z");
  assert.equal(known.now(), 60_000);

  known.add({ t0: 0, t1: 70_000, t2: 70_000, t3: 0 });
  assert.equal(known.now(), 71_000);
});

test("a heartbeat far from what is believed contradicts it", () => {
  const known = clock();
  known.add({ t0: 0, t1: 59_000, t2: 59_000, t3: 0 });

  assert.ok(!known.contradicts("1970-01-01T00:01:01.500Z", 2000));
  assert.ok(known.contradicts("1970-01-01T00:01:03.000Z", 2000));
});
