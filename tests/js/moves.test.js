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

/** What is said of rooms that take nobody. @param {import("../../static/js/chat/chat.js").Chat} chat */
function refusalsOf(chat) {
  /** @type {string[]} */
  const told = [];
  chat.addEventListener("refused", (event) => told.push(/** @type {CustomEvent} */ (event).detail));
  return told;
}

test("who comes to a room that is full is told so", async () => {
  const house = new House();
  const den = house.server.open("Den", 1);
  const ben = await house.enter("ben");
  await Promise.all([ben.enter(den), house.timers.advance(100)]);
  const ana = house.chat("ana", { room: den });
  const told = refusalsOf(ana);

  ana.start();
  await house.timers.advance(1000);

  assert.equal(ana.room?.name, "Lobby");
  assert.equal(ana.place.destination, 1);
  assert.deepEqual(told, ["no: room_full"]);
});

test("whose seat was taken while the connection was gone is told so", async () => {
  const house = new House();
  const den = house.server.open("Den", 1);
  const [ana, ben] = [await house.enter("ana"), await house.enter("ben")];
  await Promise.all([ana.enter(den), house.timers.advance(100)]);
  const told = refusalsOf(ana);

  house.network.isDown = true;
  house.wire("ana").cut();
  await house.timers.advance(100);
  await Promise.all([ben.enter(den), house.timers.advance(100)]);
  house.network.isDown = false;
  await house.timers.advance(30_000);

  assert.equal(ana.room?.name, "Lobby");
  assert.deepEqual(told, ["no: room_full"]);
});

test("of a room that closed while the connection was gone only its closing is told", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");
  await Promise.all([ana.enter(den), house.timers.advance(100)]);
  const told = refusalsOf(ana);

  house.wire("ana").cut();
  house.server.close(den);
  await house.timers.advance(30_000);

  assert.equal(ana.room?.name, "Lobby");
  assert.deepEqual(told, []);
});
