/**
 * Read marks: they only go forward, are told in a measured way, and again after whatever was lost.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Marks } from "../../static/js/chat/marks.js";
import { House, LOBBY } from "./support/house.js";
import { VirtualTimers } from "./support/virtual_timers.js";

const ROOM = "room:7";

class Asked {
  timers = new VirtualTimers();
  /** @type {any[]} */
  commands = [];
  /** @type {any} */
  answer = { outcome: "done", ack: { read: 0 } };
  marks = new Marks({ ask: async (command) => this.#take(command), timers: this.timers });
  /** @type {string[]} */
  changed = [];

  constructor() {
    this.marks.addEventListener("changed", (event) => this.changed.push(/** @type {CustomEvent} */ (event).detail));
  }

  /** @param {any} command */
  #take(command) {
    this.commands.push([command.stream ?? `@${command.with}`, command.seq]);
    return this.answer;
  }
}

test("what lies between mark and head is unread, and nothing where no mark is known", () => {
  const { marks } = new Asked();
  marks.grow(ROOM, 5);
  assert.equal(marks.unreadIn(ROOM), 0);

  marks.hear(ROOM, 2);
  assert.equal(marks.unreadIn(ROOM), 3);
  marks.grow(ROOM, 4);
  assert.equal(marks.unreadIn(ROOM), 3);
  marks.hear(ROOM, 9);
  assert.equal(marks.unreadIn(ROOM), 0);
});

test("a mark goes forward only, whoever says so, and says when it has", () => {
  const asked = new Asked();
  asked.marks.hear(ROOM, 4);
  asked.marks.hear(ROOM, 3);
  asked.marks.hear(ROOM, null);
  asked.marks.see(ROOM, 4);

  assert.equal(asked.marks.readOf(ROOM), 4);
  assert.equal(asked.marks.readOf("@ben"), null);
  assert.deepEqual(asked.changed, [ROOM]);
  assert.deepEqual(asked.commands, []);
});

test("the first is told at once, then the furthest every two seconds", async () => {
  const asked = new Asked();
  asked.marks.see(ROOM, 1);
  await asked.timers.advance(0);
  assert.deepEqual(asked.commands, [[ROOM, 1]]);

  for (let seq = 2; seq <= 9; seq += 1) {
    asked.marks.see(ROOM, seq);
    await asked.timers.advance(100);
  }
  asked.marks.see("@ben", 3);
  await asked.timers.advance(1000);
  assert.equal(asked.commands.length, 1);

  await asked.timers.advance(500);
  assert.deepEqual(asked.commands.slice(1), [
    [ROOM, 9],
    ["@ben", 3],
  ]);
  await asked.timers.advance(60_000);
  assert.equal(asked.commands.length, 3);
});

for (const [name, answer, isRepeated] of /** @type {const} */ ([
  ["lost", { outcome: "lost" }, true],
  ["refused", { outcome: "refused", code: "not_found" }, false],
])) {
  test(`what is ${name} is told again: ${isRepeated}`, async () => {
    const asked = new Asked();
    asked.answer = answer;
    asked.marks.see(ROOM, 1);
    await asked.timers.advance(5000);
    asked.answer = { outcome: "done", ack: { read: 1 } };
    assert.equal(asked.commands.length, 1, "not before one is back");

    asked.marks.tell();
    await asked.timers.advance(5000);

    assert.equal(asked.commands.length, isRepeated ? 2 : 1);
    assert.equal(asked.marks.readOf(ROOM), 1);
  });
}

test("what is not known to be done is told until it is, on the same connection", async () => {
  const asked = new Asked();
  asked.answer = { outcome: "refused", code: "unavailable" };
  asked.marks.see(ROOM, 1);
  await asked.timers.advance(5000);
  assert.equal(asked.commands.length, 3);

  asked.answer = { outcome: "done", ack: { read: 1 } };
  await asked.timers.advance(60_000);

  assert.equal(asked.commands.length, 4);
});

test("whoever leaves tells at once what they have read", async () => {
  const asked = new Asked();
  asked.marks.see(ROOM, 1);
  await asked.timers.advance(100);
  asked.marks.see(ROOM, 2);

  asked.marks.tellAtOnce();
  await asked.timers.advance(60_000);

  assert.deepEqual(asked.commands, [
    [ROOM, 1],
    [ROOM, 2],
  ]);
});

test("one's own words are read if what came before them is", () => {
  const { marks } = new Asked();
  marks.hear(ROOM, 4);
  marks.wrote(ROOM, 5);
  assert.equal(marks.readOf(ROOM), 5);

  marks.wrote(ROOM, 7);
  assert.equal(marks.readOf(ROOM), 5);
});

test("after another history nothing is known, nor told", async () => {
  const asked = new Asked();
  asked.marks.see(ROOM, 4);
  asked.marks.grow(ROOM, 9);

  asked.marks.clear();
  await asked.timers.advance(5000);

  assert.equal(asked.marks.readOf(ROOM), null);
  assert.equal(asked.marks.unreadIn(ROOM), 0);
  assert.deepEqual(asked.commands, []);
});

test("in another room one learns what is unread here, and on all devices that it has been read", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");
  const phone = await house.enter("ana");
  const ben = await house.enter("ben");
  await Promise.all([ana.enter(den), phone.enter(den), house.timers.advance(100)]);

  ben.post("one", LOBBY);
  ben.post("two", LOBBY);
  await house.timers.advance(100);
  assert.deepEqual(
    [ana, phone, ben].map((chat) => chat.marks.unreadIn("room:1")),
    [2, 2, 0],
  );

  ana.marks.see("room:1", 2);
  await house.timers.advance(3000);
  assert.equal(phone.marks.unreadIn("room:1"), 0);
});

test("whoever comes back learns what was read and said meanwhile, and tells what could not be told", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");
  const ben = await house.enter("ben");
  await Promise.all([ana.enter(den), house.timers.advance(100)]);
  ben.post("one", LOBBY);
  await house.timers.advance(100);
  house.wire("ana").cut();
  ana.marks.see("room:1", 1);
  ben.post("two", LOBBY);
  ben.post("psst", { kind: "direct", to: "ana", name: "Ana" });

  await house.timers.advance(20_000);

  assert.equal(ana.marks.unreadIn("room:1"), 1);
  assert.equal(house.server.marks.get("ana/room:1"), 1);
  assert.equal(ana.privateTalk.unreadWith("ben"), 1);
});

test("a room that one comes into for the first time has nothing unread", async () => {
  const house = new House();
  const ben = await house.enter("ben");
  ben.post("before ana came", LOBBY);
  await house.timers.advance(100);
  const den = house.server.open("Den");
  const ana = await house.enter("ana");
  assert.equal(ana.marks.unreadIn("room:1"), 0);
  await Promise.all([ben.enter(den), house.timers.advance(100)]);
  ben.post("in the den", { kind: "room", room: den, name: "Den" });
  await house.timers.advance(100);
  assert.equal(ana.marks.unreadIn(`room:${den}`), 0, "where one has never been");

  await Promise.all([ana.enter(den), house.timers.advance(100)]);
  const lobby = ana.enter(1);
  await Promise.all([lobby, house.timers.advance(100)]);
  ben.post("and another", { kind: "room", room: den, name: "Den" });
  await house.timers.advance(100);

  assert.equal(ana.marks.unreadIn(`room:${den}`), 1);
});
