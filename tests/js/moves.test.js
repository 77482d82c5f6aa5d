import assert from "node:assert/strict";
import { test } from "node:test";

import { House } from "./support/house.js";

test("a doubt about who is in a room takes nobody back who is on the way out of it", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");
  house.wire("ana").deliver({ type: "occupancy.changed", stream: "room:1", joined: [], left: [], count: 7 });
  await house.timers.advance(100);

  house.network.latency = 4000;
  await Promise.all([ana.enter(den), house.timers.advance(30_000)]);

  assert.equal(ana.room?.name, "Den");
  const rooms = house.wire("ana").sent.filter(({ type }) => type === "room.enter");
  assert.deepEqual(
    rooms.map(({ room }) => room),
    [den],
  );
});
