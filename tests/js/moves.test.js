import assert from "node:assert/strict";
import { test } from "node:test";

import { House } from "./support/house.js";

/** Where somebody is, and is on the way to, each time that a room is reached. @param {import("../../static/js/chat/chat.js").Chat} chat */
function journeyOf(chat) {
  /** @type {string[]} */
  const journey = [];
  chat.addEventListener("room", () => journey.push(`${chat.room?.name} → ${chat.place.destination}`));
  return journey;
}

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

test("two rooms chosen one right after the other are gone through once", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const attic = house.server.open("Attic");
  const ana = await house.enter("ana");
  const journey = journeyOf(ana);

  await Promise.all([ana.enter(den), ana.enter(attic), house.timers.advance(1000)]);

  assert.deepEqual(journey, [`Den → ${attic}`, `Attic → ${attic}`]);
});

test("the answer to a command ends no way that was chosen after it", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");

  const asked = ana.run("#help", "id-1").then(() => ana.place.destination);
  await Promise.all([ana.enter(den), house.timers.advance(1000)]);

  assert.equal(await asked, den);
});

test("a room that takes nobody is wanted no more", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");

  await Promise.all([ana.enter(den), ana.enter(999), house.timers.advance(1000)]);

  assert.equal(ana.place.destination, den);
});
