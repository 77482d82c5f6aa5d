import assert from "node:assert/strict";
import { test } from "node:test";

import { golden } from "./support/golden.js";
import { House, LOBBY, shownTexts } from "./support/house.js";

const BEN = /** @type {const} */ ({ kind: "direct", to: "ben", name: "Ben" });

/** Write so many messages into a log, as somebody else. @param {House} house @param {number} count @param {number} [room] */
function fill(house, count, room = 1) {
  for (let number = 1; number <= count; number += 1) {
    house.server.post(
      "eva",
      { room, client_id: `${house.server.history}/${room}/${house.texts(`room:${room}`).length}`, text: `m${number}` },
      room,
    );
  }
}

test("two people talk both ways", async () => {
  const house = new House();
  const ana = await house.enter("ana");
  const ben = await house.enter("ben");

  ana.post("hello", LOBBY);
  await house.timers.advance(100);
  ben.post("hello yourself", LOBBY);
  await house.timers.advance(100);

  assert.deepEqual(shownTexts(ana), ["hello", "hello yourself"]);
  assert.deepEqual(shownTexts(ben), ["hello", "hello yourself"]);
});

test("one's own message is there before the server has it, and once afterwards", async () => {
  const house = new House();
  const ana = await house.enter("ana");

  ana.post("hello", LOBBY);
  assert.deepEqual(
    ana.outbox.items.map(({ text, state }) => [text, state]),
    [["hello", "waiting"]],
  );
  await house.timers.advance(100);

  assert.deepEqual(ana.outbox.items, []);
  assert.deepEqual(shownTexts(ana), ["hello"]);
});

test("what is written without a connection waits and goes out once", async () => {
  const house = new House();
  const ana = await house.enter("ana");
  house.network.isDown = true;
  house.wire("ana").cut();
  await house.timers.advance(5000);

  for (const text of ["one", "two", "three"]) ana.post(text, LOBBY);
  await house.timers.advance(20_000);
  assert.deepEqual(house.texts("room:1"), []);
  house.network.isDown = false;
  ana.wake();
  await house.timers.advance(2000);

  assert.deepEqual(house.texts("room:1"), ["one", "two", "three"]);
  assert.deepEqual(shownTexts(ana), ["one", "two", "three"]);
});

test("what waits outlives the page", async () => {
  const house = new House();
  const old = await house.enter("ana");
  house.network.isDown = true;
  house.wire("ana").cut();
  await house.timers.advance(1000);
  old.post("written in a tunnel", LOBBY);
  old.connection.stop("reload");

  house.network.isDown = false;
  await house.enter("ana");

  assert.deepEqual(house.texts("room:1"), ["written in a tunnel"]);
});

test("what a closed tab has left is sent by the tab that stays", async () => {
  const house = new House();
  await house.enter("ana");
  const closed = house.chat("ana");
  house.network.isDown = true;
  house.wire("ana").cut();
  closed.post("written in the other tab", LOBBY);

  house.network.isDown = false;
  await house.timers.advance(10_000);

  assert.deepEqual(house.texts("room:1"), ["written in the other tab"]);
});

test("what a closed tab has left is sent when another one is looked at", async () => {
  const house = new House();
  const ana = await house.enter("ana");
  house.chat("ana").post("written in the other tab", LOBBY);

  ana.wake();
  await house.timers.advance(100);

  assert.deepEqual(house.texts("room:1"), ["written in the other tab"]);
  assert.deepEqual(ana.outbox.items, []);
});

test("an answer that is lost makes no second message", async () => {
  const house = new House();
  const ana = await house.enter("ana");

  ana.post("once", LOBBY);
  house.wire("ana").cut(1006, { upToo: false });
  await house.timers.advance(5000);

  assert.deepEqual(house.texts("room:1"), ["once"]);
  assert.deepEqual(shownTexts(ana), ["once"]);
  assert.deepEqual(ana.outbox.items, []);
});

test("what was missed is there after coming back", async () => {
  const house = new House({ people: ["ana", "eva"] });
  const ana = await house.enter("ana");
  house.network.isDown = true;
  house.wire("ana").cut();
  await house.timers.advance(1000);

  fill(house, 500);
  house.network.isDown = false;
  ana.wake();
  await house.timers.advance(1000);

  assert.deepEqual(shownTexts(ana), house.texts("room:1"));
});

test("how much was missed is known on coming back", async () => {
  const house = new House();
  const ana = await house.enter("ana");
  house.network.isDown = true;
  house.wire("ana").cut();
  fill(house, 3);
  /** @type {number[]} */
  const told = [];
  ana.addEventListener("room", () => told.push(ana.missed));

  house.network.isDown = false;
  ana.wake();
  await house.timers.advance(1000);

  assert.deepEqual(told, [3]);
});

test("more than can be told again is marked and can be read", async () => {
  const house = new House({ people: ["ana", "eva"] });
  fill(house, 10);
  const ana = await house.enter("ana");
  house.network.isDown = true;
  house.wire("ana").cut();
  await house.timers.advance(1000);

  fill(house, 1200);
  house.network.isDown = false;
  ana.wake();
  await house.timers.advance(1000);
  assert.deepEqual(ana.log?.gaps, [{ from: 11, to: 1160 }]);

  for (let page = 0; page < 25; page += 1) {
    const gap = ana.log?.gaps[0];
    if (gap === undefined) break;
    await Promise.all([ana.streams.loadEarlier("room:1", gap.to + 1), house.timers.advance(100)]);
  }
  assert.deepEqual(ana.log?.gaps, []);
  assert.deepEqual(shownTexts(ana), house.texts("room:1"));
});

test("a conversation of which more was missed than is told again shows no two messages side by side that are not", async () => {
  const house = new House();
  const say = (/** @type {number} */ number) =>
    house.server.direct("ben", { to: "ana", client_id: `id-${number}`, text: `m${number}` });
  say(1);
  const ana = await house.enter("ana");
  ana.privateTalk.open("ben");
  await house.timers.advance(100);

  house.network.isDown = true;
  house.wire("ana").cut();
  for (let number = 2; number <= 1100; number += 1) say(number);
  house.network.isDown = false;
  await house.timers.advance(40_000);
  say(1101);
  await house.timers.advance(100);

  const log = ana.privateTalk.logWith("ben");
  const texts = log.entries.map(({ text }) => text);
  const first = 1101 - texts.length + 1;
  assert.deepEqual(
    texts,
    Array.from({ length: texts.length }, (_, index) => `m${first + index}`),
  );
  assert.ok(texts.length >= 50);
  assert.equal(log.hasEarlier, true);
});

test("after another history nothing of the old one is shown", async () => {
  const house = new House({ people: ["ana", "ben", "eva"] });
  fill(house, 10);
  const ana = await house.enter("ana");
  house.server.direct("ben", { to: "ana", client_id: "old", text: "old secret" });
  await house.timers.advance(100);

  house.server.history = "history-2";
  house.server.logs.set("room:1", []);
  house.server.logs.set("inbox/ana", []);
  fill(house, 3);
  house.wire("ana").cut();
  await house.timers.advance(3000);

  assert.deepEqual(shownTexts(ana), ["m1", "m2", "m3"]);
  assert.deepEqual(ana.streams.inbox.entries, []);
  assert.deepEqual(ana.privateTalk.conversations.all, []);
});

test("a hole on a live connection is read from history", async () => {
  const house = new House({ people: ["ana", "eva"] });
  const ana = await house.enter("ana");
  const wire = house.wire("ana");
  const deliver = wire.deliver.bind(wire);

  wire.deliver = (frame) => (frame.seq === 2 ? undefined : deliver(frame));
  fill(house, 3);
  await house.timers.advance(3000);

  assert.deepEqual(shownTexts(ana), ["m1", "m2", "m3"]);
});

test("the loss of the last message is found by the next beat", async () => {
  const house = new House({ people: ["ana", "eva"] });
  const ana = await house.enter("ana");
  const wire = house.wire("ana");
  const deliver = wire.deliver.bind(wire);

  wire.deliver = (frame) => (frame.seq === 3 && frame.ref === undefined ? undefined : deliver(frame));
  fill(house, 3);
  await house.timers.advance(17_000);

  assert.deepEqual(shownTexts(ana), ["m1", "m2", "m3"]);
});

test("one goes to another room and finds its newest messages, and back to where one was", async () => {
  const house = new House({ people: ["ana", "eva"] });
  const den = house.server.open("Den");
  fill(house, 60);
  fill(house, 80, den);
  const ana = await house.enter("ana");
  await Promise.all([ana.streams.loadEarlier("room:1"), house.timers.advance(100)]);

  await Promise.all([ana.enter(den), house.timers.advance(100)]);
  assert.equal(ana.room?.name, "Den");
  assert.equal(ana.log?.entries.length, 50);
  fill(house, 5);
  await Promise.all([ana.enter(1), house.timers.advance(100)]);

  assert.deepEqual(shownTexts(ana), house.texts("room:1"));
});

test("the room one wants to go to without a connection is where the next one begins", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");
  house.network.isDown = true;
  house.wire("ana").cut();
  await house.timers.advance(1000);

  ana.enter(den);
  house.network.isDown = false;
  ana.wake();
  await house.timers.advance(1000);

  assert.equal(ana.room?.name, "Den");
});

test("the room one wants to go to while a connection is being opened is gone to as soon as it is", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");
  house.wire("ana").cut();
  while (ana.connection.status.phase !== "connecting") await house.timers.advance(10);
  await house.timers.advance(25);

  ana.enter(den);
  await house.timers.advance(1000);

  assert.equal(ana.room?.name, "Den");
});

test("a room that does not take one who wanted to go there leaves one where one is", async () => {
  const house = new House();
  const ana = await house.enter("ana");
  house.wire("ana").cut();
  while (ana.connection.status.phase !== "connecting") await house.timers.advance(10);
  await house.timers.advance(25);

  ana.enter(999);
  await house.timers.advance(1000);

  assert.equal(ana.room?.name, "Lobby");
  assert.equal(ana.place.destination, 1);
});

test("what was written for a room waits there while one is elsewhere, and goes out on coming back", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");
  await Promise.all([ana.enter(den), house.timers.advance(100)]);

  ana.post("for the lobby", LOBBY);
  await house.timers.advance(5000);
  assert.deepEqual(house.texts("room:1"), []);

  await Promise.all([ana.enter(1), house.timers.advance(100)]);
  assert.deepEqual(house.texts("room:1"), ["for the lobby"]);
});

test("a room that closes takes its people to the default room, and says why", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");
  await Promise.all([ana.enter(den), house.timers.advance(100)]);
  /** @type {any[]} */
  const closed = [];
  ana.addEventListener("closed-room", (event) => closed.push(/** @type {CustomEvent} */ (event).detail));

  house.server.close(den);
  await house.timers.advance(100);

  assert.equal(ana.room?.name, "Lobby");
  assert.deepEqual(
    closed.map(({ room, reason }) => [room.name, reason]),
    [["Den", "deleted"]],
  );
  assert.equal(ana.rooms.get(den), undefined);
});

test("a room that closed while one was away: one learns of it, and what waited for it is given back", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");
  await Promise.all([ana.enter(den), house.timers.advance(100)]);
  house.network.isDown = true;
  house.wire("ana").cut();
  await house.timers.advance(1000);
  ana.post("too late", { kind: "room", room: den, name: "Den" });
  let closings = 0;
  ana.addEventListener("closed-room", () => {
    closings += 1;
  });

  house.server.close(den);
  house.network.isDown = false;
  ana.wake();
  await house.timers.advance(2000);

  assert.equal(ana.room?.name, "Lobby");
  assert.equal(closings, 1);
  const [item] = ana.outbox.items;
  assert.deepEqual([item.text, item.state, item.code], ["too late", "refused", "room_closed"]);
});

test("what another tab has had stored in a room before it closed is not called refused", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const [there, here] = [await house.enter("ana"), house.chat("ana")];
  await Promise.all([there.enter(den), house.timers.advance(100)]);
  house.network.isDown = true;
  house.wire("ana").cut();
  await house.timers.advance(100);
  there.post("once", { kind: "room", room: den, name: "Den" });
  await house.timers.advance(100);
  there.connection.stop("ended");
  house.network.isDown = false;
  here.start();
  await house.timers.advance(3000);
  const [{ clientId, text, isUnsure }] = here.outbox.items;
  assert.equal(isUnsure, false);

  // The tab that is there is closed before it hears that it is stored.
  house.server.post("ana", { room: den, client_id: clientId, text }, den);
  house.server.close(den);
  await house.timers.advance(1000);

  assert.deepEqual(house.texts(`room:${den}`).slice(0, 1), ["once"]);
  assert.deepEqual(here.outbox.items, []);
});

test("words more than a day old for a room that has vanished are given back when they shall be sent", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = house.chat("ana");
  ana.post("too old", { kind: "room", room: den, name: "Den" });
  await house.timers.advance(25 * 60 * 60 * 1000);
  house.server.close(den);
  // So the server says to those who have never been there.
  house.server.post = () => ({ refused: "not_in_room" });

  const back = await house.enter("ana");
  const [old] = back.outbox.items;
  assert.equal(old.state, "stale");
  assert.ok(back.rooms.isGone(den));
  back.outbox.retry(old.clientId);
  await house.timers.advance(100);

  const [item] = back.outbox.items;
  assert.deepEqual([item.text, item.state, item.code, item.reason], ["too old", "refused", "room_closed", ""]);
});

test("a private message reaches the other wherever they are, and stands in both conversations", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");
  const ben = await house.enter("ben");
  await Promise.all([ben.enter(den), house.timers.advance(100)]);

  ana.post("psst", BEN);
  await house.timers.advance(100);

  assert.deepEqual(
    ana.privateTalk.conversations.all.map(({ login, text, unread }) => [login, text, unread]),
    [["ben", "psst", 0]],
  );
  assert.deepEqual(
    ben.privateTalk.conversations.all.map(({ login, text, unread }) => [login, text, unread]),
    [["ana", "psst", 1]],
  );
  assert.deepEqual(ana.outbox.items, []);
});

test("a conversation that is looked at goes on live, and what is seen of it is read", async () => {
  const house = new House();
  const ana = await house.enter("ana");
  const ben = await house.enter("ben");
  ana.post("one", BEN);
  await house.timers.advance(100);

  ben.privateTalk.open("ana");
  await house.timers.advance(100);
  ana.post("two", BEN);
  await house.timers.advance(100);

  assert.deepEqual(
    ben.privateTalk.logWith("ana").entries.map(({ text }) => text),
    ["one", "two"],
  );
  assert.equal(ben.privateTalk.conversations.unread, 2);
  ben.marks.see("@ana", 1);
  assert.equal(ben.privateTalk.conversations.unread, 1);
  ben.marks.see("@ana", 2);
  assert.equal(ben.privateTalk.conversations.unread, 0);
});

test("of a long conversation what is old is let go of, and read again", async () => {
  const house = new House();
  const ben = await house.enter("ben");
  ben.privateTalk.open("ana");
  await house.timers.advance(100);
  for (let number = 1; number <= 2500; number += 1)
    house.server.direct("ana", { to: "ben", client_id: `id-${number}`, text: `m${number}` });
  await house.timers.advance(100);

  const log = ben.privateTalk.logWith("ana");
  assert.ok(log.size <= 2000);
  assert.equal(log.hasEarlier, true);
  const { size } = log;
  await Promise.all([ben.privateTalk.loadEarlier(log), house.timers.advance(100)]);

  const texts = log.entries.map(({ text }) => text);
  assert.ok(texts.length > size);
  assert.deepEqual(
    texts,
    Array.from({ length: texts.length }, (_, index) => `m${2500 - texts.length + 1 + index}`),
  );
});

test("a command line goes to the server at once, and never into the outbox", async () => {
  const house = new House();
  const ana = await house.enter("ana");

  const [answer] = await Promise.all([ana.run("#gr2", "id-1"), house.timers.advance(100)]);

  assert.deepEqual(answer.outcome === "refused" && answer.code, "unknown_command");
  assert.deepEqual(ana.outbox.items, []);
});

test("a command line without a connection is lost at once and not sent later", async () => {
  const house = new House();
  const ana = await house.enter("ana");
  house.network.isDown = true;
  house.wire("ana").cut();
  await house.timers.advance(1000);

  const answer = await ana.run("#cR Den", "id-1");
  house.network.isDown = false;
  await house.timers.advance(60_000);

  assert.equal(answer.outcome, "lost");
  assert.ok(house.wire("ana").sent.every(({ text }) => text === undefined));
});

test("who comes and goes is counted, and asked for anew when the count does not fit", async () => {
  const house = new House();
  const ana = await house.enter("ana");
  const wire = house.wire("ana");
  const joined = [{ login: "ben", name: "Ben" }];

  wire.deliver({ type: "occupancy.changed", stream: "room:1", joined, left: [], count: 2 });
  await house.timers.advance(100);
  assert.deepEqual(
    ana.place.occupants.people.map(({ login }) => login),
    ["ana", "ben"],
  );

  wire.deliver({ type: "occupancy.changed", stream: "room:1", joined: [], left: [], count: 1 });
  await house.timers.advance(5000);
  assert.deepEqual(
    ana.place.occupants.people.map(({ login }) => login),
    ["ana"],
  );
});

for (const type of ["room.list", "conversation.list"]) {
  test(`a ${type} that the server had no time for is asked for again until it is read`, async () => {
    const house = new House();
    house.server.fails = (command) => (command.type === type ? "before" : null);
    const ana = await house.enter("ana");
    await house.timers.advance(40_000);
    house.server.fails = () => null;
    await house.timers.advance(25_000);

    assert.ok(ana.rooms.isRead);
    assert.ok(ana.privateTalk.conversations.isRead);
    const { sent } = house.wire("ana");
    const asked = () => sent.filter((command) => command.type === type).length;
    assert.ok(asked() <= 6, String(asked()));
    const before = asked();
    await house.timers.advance(60_000);
    assert.equal(asked(), before);
  });
}

test("the frame that closed the socket for its size is not sent again", async () => {
  const house = new House();
  const ana = await house.enter("ana");
  ana.post("large", LOBBY);
  ana.post("small", LOBBY);

  house.wire("ana").cut(1009);
  await house.timers.advance(3000);

  assert.deepEqual(
    ana.outbox.items.map(({ text, code }) => [text, code]),
    [["large", "too_large"]],
  );
  assert.deepEqual(house.texts("room:1"), ["small"]);
});

test("what can never be sent is refused before it is tried", async () => {
  const house = new House();
  const ana = await house.enter("ana");

  assert.ok(!ana.post("x".repeat(70_000), LOBBY));
  assert.deepEqual(ana.outbox.items, []);
});

test("the server's clock is known after opening, and the device's error with it", async () => {
  const house = new House();
  const ana = await house.enter("ana");

  assert.equal(Math.round(ana.now - house.server.milliseconds()), 0);
  assert.equal(Math.round(ana.deviceIsAheadBy), 0);
});

test("news is what comes live from others, not what was missed", async () => {
  const house = new House({ people: ["ana", "eva"] });
  fill(house, 3);
  const ana = house.chat("ana");
  /** @type {string[]} */
  const news = [];
  ana.addEventListener("arrived", (event) => news.push(/** @type {CustomEvent} */ (event).detail.text));
  ana.start();
  await house.timers.advance(3000);

  ana.post("mine", LOBBY);
  house.server.post("eva", { room: 1, client_id: "x", text: "theirs" }, 1);
  await house.timers.advance(100);

  assert.deepEqual(news, ["theirs"]);
});

for (const { name, frame } of [...golden("events"), ...golden("answers")].filter(({ frame }) => frame !== undefined)) {
  test(`a client takes what the contract shows, and lives on: ${name}`, async () => {
    const house = new House();
    const ana = await house.enter("ana");
    const known = ana.unknownFrames;

    house.wire("ana").deliver(frame);
    await house.timers.advance(30_000);

    assert.equal(ana.unknownFrames - known, name === "an event of a later version" ? 1 : 0);
    assert.equal(ana.connection.status.phase, "open");
  });
}

test("every command that a client sends has the fields of the contract and no others", async () => {
  const house = new House();
  const den = house.server.open("Den");
  const ana = await house.enter("ana");
  ana.post("hello", LOBBY);
  ana.post("psst", BEN);
  for (const doing of [
    ana.run("#help", ana.newId()),
    ana.enter(den),
    ana.createRoom("Attic", "permanent"),
    ana.listUsers(),
  ]) {
    await Promise.all([doing, house.timers.advance(500)]);
  }
  ana.privateTalk.open("ben");
  ana.streams.loadEarlier("room:1");
  ana.marks.see("room:1", 1);
  ana.marks.see("@ben", 1);
  ana.wake();
  house.wire("ana").connection?.beat();
  await house.timers.advance(10_000);
  const first = house.wire("ana").sent;
  house.wire("ana").cut();
  await house.timers.advance(3000);

  const allowed = fieldsOfTheContract();
  const sent = [...first, ...house.wire("ana").sent];
  for (const command of sent) {
    const strange = Object.keys(command).filter((field) => !allowed.get(command.type)?.has(field));
    assert.deepEqual(strange, [], command.type);
  }
  const types = new Set(sent.map(({ type }) => type));
  for (const type of [
    "hello",
    "message.post",
    "direct.post",
    "room.enter",
    "room.create",
    "room.list",
    "user.list",
    "history.fetch",
    "conversation.list",
    "conversation.fetch",
    "read.mark",
    "clock.sync",
    "ping",
  ])
    assert.ok(types.has(type), type);
});

/** By type of command, what may stand in it. */
function fieldsOfTheContract() {
  /** @type {Map<string, Set<string>>} */
  const fields = new Map();
  for (const { name, frame, expect } of golden("commands")) {
    if (name.includes("unknown field") || expect?.command === undefined) continue;
    const known = fields.get(frame.type) ?? new Set();
    fields.set(frame.type, new Set([...known, ...Object.keys(frame)]));
  }
  return fields;
}
