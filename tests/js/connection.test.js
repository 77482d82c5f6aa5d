import assert from "node:assert/strict";
import { test } from "node:test";

import { House } from "./support/house.js";

/** @param {import("../../static/js/chat/chat.js").Chat} chat */
function phase(chat) {
  return chat.connection.status.phase;
}

/** How many sockets a person has opened. @param {House} house */
function counting(house) {
  const { network } = house;
  const connect = network.connect.bind(network);
  const opened = { count: 0 };
  network.connect = (login) => {
    opened.count += 1;
    return connect(login);
  };
  return opened;
}

test("nothing is sent before the socket is open, and hello comes first", async () => {
  const house = new House();
  const chat = house.chat("ana");

  chat.start();
  assert.deepEqual(house.wire("ana").sent, []);
  await house.timers.advance(100);

  const [hello] = house.wire("ana").sent;
  assert.equal(hello.type, "hello");
  assert.equal(hello.protocol, 1);
  assert.equal(hello.resume, undefined);
});

test("each command has its own ref and its own answer", async () => {
  const house = new House();
  const chat = await house.enter("ana");

  const [pong, rooms] = await Promise.all([
    chat.connection.ask({ type: "ping" }),
    chat.connection.ask({ type: "room.list" }),
    house.timers.advance(100),
  ]);

  assert.ok(pong.outcome === "done" && pong.ack.server_time);
  assert.ok(rooms.outcome === "done" && rooms.ack.rooms);
  const refs = house.wire("ana").sent.map(({ ref }) => ref);
  assert.equal(new Set(refs).size, refs.length);
});

test("a broken connection comes back by itself within half a second and resumes", async () => {
  const house = new House();
  const chat = await house.enter("ana");
  await house.timers.advance(10_000);

  house.wire("ana").cut();
  await house.timers.advance(50);
  assert.equal(phase(chat), "waiting");
  await house.timers.advance(600);

  assert.equal(phase(chat), "open");
  const [hello] = house.wire("ana").sent;
  assert.deepEqual(hello.resume, { history: "history-1", room: { id: 1, seq: 0 }, inbox: 0 });
});

test("what was under way is answered with lost, once", async () => {
  const house = new House();
  const chat = await house.enter("ana");
  /** @type {string[]} */
  const outcomes = [];

  chat.connection.request({ type: "ping" }, ({ outcome }) => outcomes.push(outcome));
  house.wire("ana").cut();
  await house.timers.advance(5000);

  assert.deepEqual(outcomes, ["lost"]);
});

for (const [code, why] of /** @type {const} */ ([
  [1000, "left"],
  [4400, "protocol"],
  [4401, "session_ended"],
  [4403, "banned"],
  [4409, "too_many_connections"],
])) {
  test(`after ${code} nothing is tried until a person asks for it`, async () => {
    const house = new House();
    const chat = await house.enter("ana");
    const opened = counting(house);

    house.wire("ana").cut(code);
    await house.timers.advance(600_000);
    chat.wake();
    await house.timers.advance(1000);
    assert.equal(phase(chat), "ended");
    assert.equal(chat.connection.status.why, why);
    assert.equal(opened.count, 0);

    chat.connection.start();
    await house.timers.advance(1000);
    assert.equal(phase(chat), "open");
  });
}

for (const code of [1006, 1009, 1011, 1012, 4408, 4429, 4500, 4503, 4999]) {
  test(`after ${code} it comes back`, async () => {
    const house = new House();
    const chat = await house.enter("ana");

    house.wire("ana").cut(code);
    await house.timers.advance(2000);

    assert.equal(phase(chat), "open");
  });
}

test("a server of another version is left alone and not asked again and again", async () => {
  const house = new House();
  const opened = counting(house);
  house.server.accept = (_login, send, close) =>
    /** @type {any} */ ({
      /** @param {any} hello */
      receive({ ref }) {
        send({ type: "error", ref, code: "bad_protocol", message: "This program speaks another version." });
        send({ type: "goodbye", code: 4400, reason: "protocol", retry_in_ms: 0 });
        house.timers.after(100, () => close(4400));
      },
      beat() {},
      gone() {},
    });

  const chat = await house.enter("ana");
  await house.timers.advance(600_000);

  assert.equal(opened.count, 1);
  assert.equal(phase(chat), "ended");
  assert.equal(chat.connection.status.why, "protocol");
});

test("a server that says good-bye is given the time it asks for", async () => {
  const house = new House();
  const chat = await house.enter("ana");

  house.wire("ana").deliver({ type: "goodbye", code: 1012, reason: "restart", retry_in_ms: 1870 });
  await house.timers.advance(20);
  house.wire("ana").cut(1012);
  await house.timers.advance(1880);
  assert.equal(phase(chat), "waiting");
  assert.equal(chat.connection.status.why, "restart");

  await house.timers.advance(200);
  assert.equal(phase(chat), "open");
});

test("after good-bye nothing more is sent, and the code of it counts though the close is lost", async () => {
  const house = new House();
  const chat = await house.enter("ana");
  const wire = house.wire("ana");
  const before = wire.sent.length;

  wire.deliver({ type: "goodbye", code: 4403, reason: "banned", retry_in_ms: 0 });
  await house.timers.advance(100);
  chat.post("hello", { kind: "room", room: 1, name: "Lobby" });
  await house.timers.advance(4000);

  assert.equal(wire.sent.length, before);
  assert.equal(chat.connection.status.why, "banned");
});

test("a server that is away is not run down: the waits grow", async () => {
  const house = new House();
  const chat = await house.enter("ana");
  const opened = counting(house);
  house.network.isDown = true;

  house.wire("ana").cut();
  await house.timers.advance(600_000);
  assert.ok(opened.count > 20 && opened.count < 80, `${opened.count} tries in ten minutes`);

  house.network.isDown = false;
  await house.timers.advance(31_000);
  assert.equal(phase(chat), "open");
});

test("after two refused handshakes the page asks whether the session is still good", async () => {
  const house = new House();
  const chat = await house.enter("ana");
  house.network.isDown = true;
  house.session = "out";

  house.wire("ana").cut();
  await house.timers.advance(10_000);

  assert.equal(phase(chat), "ended");
  assert.equal(chat.connection.status.why, "session_ended");
});

test("a refused handshake with a good session is only trouble", async () => {
  const house = new House();
  const chat = await house.enter("ana");
  house.network.isDown = true;
  house.session = "unknown";

  house.wire("ana").cut();
  await house.timers.advance(60_000);

  assert.notEqual(phase(chat), "ended");
});

test("a dead wire is noticed by the missing beats", async () => {
  const house = new House();
  const chat = await house.enter("ana");

  house.wire("ana").die();
  await house.timers.advance(45_000);

  assert.equal(phase(chat), "open");
  assert.equal(house.wire("ana").sent[0].type, "hello");
  assert.ok(house.wire("ana").sent[0].resume);
});

test("on waking a dead wire is found out within three seconds", async () => {
  const house = new House();
  const chat = await house.enter("ana");
  const opened = counting(house);
  house.wire("ana").die();

  chat.wake();
  await house.timers.advance(2900);
  assert.equal(opened.count, 0);
  await house.timers.advance(200);

  assert.equal(opened.count, 1);
  assert.equal(phase(chat), "open");
});

test("a wire that loses only what one sends is found out though beats still come", async () => {
  const house = new House();
  const chat = await house.enter("ana");
  const opened = counting(house);
  house.wire("ana").mute();

  chat.wake();
  house.wire("ana").connection?.beat();
  await house.timers.advance(3300);

  assert.equal(opened.count, 1);
  assert.equal(phase(chat), "open");
});

test("an answer that waits behind much else is waited for as long as all that comes, and half a minute at most", async () => {
  const house = new House();
  const chat = await house.enter("ana");
  const opened = counting(house);
  house.wire("ana").mute();

  chat.wake();
  for (let second = 0; second < 29; second += 1) {
    house.wire("ana").connection?.beat();
    await house.timers.advance(1000);
  }
  assert.equal(opened.count, 0);
  await house.timers.advance(2000);

  assert.equal(opened.count, 1);
});

test("on waking a live wire is left alone, however often it is asked", async () => {
  const house = new House();
  const chat = await house.enter("ana");
  const opened = counting(house);

  for (let event = 0; event < 4; event += 1) chat.wake();
  await house.timers.advance(10_000);

  assert.equal(opened.count, 0);
  assert.equal(house.wire("ana").sent.filter(({ type }) => type === "ping").length, 1);
});

test("on waking there is no waiting for the next try", async () => {
  const house = new House();
  const chat = await house.enter("ana");
  house.network.isDown = true;
  house.wire("ana").cut();
  await house.timers.advance(120_000);

  house.network.isDown = false;
  chat.wake();
  await house.timers.advance(200);

  assert.equal(phase(chat), "open");
});

test("an idle connection lives on its beats alone", async () => {
  const house = new House();
  const chat = await house.enter("ana");
  const opened = counting(house);
  const before = house.wire("ana").sent.length;

  await house.timers.advance(120_000);

  assert.equal(phase(chat), "open");
  assert.equal(opened.count, 0);
  assert.equal(house.wire("ana").sent.length, before);
});

test("a socket of somebody else's session is left at once, and nothing is sent on it", async () => {
  const house = new House();
  const chat = house.chat("ana");
  chat.post("for my eyes", { kind: "room", room: 1, name: "Lobby" });
  house.network.connect = (
    (connect) => () =>
      connect("ben")
  )(house.network.connect.bind(house.network));
  let isDeposed = false;
  chat.addEventListener("deposed", () => {
    isDeposed = true;
  });

  chat.start();
  await house.timers.advance(1000);

  assert.ok(isDeposed);
  assert.equal(phase(chat), "ended");
  assert.deepEqual(house.texts("room:1"), []);
});

test("a socket of who has got the login of an erased account is left at once too", async () => {
  const house = new House();
  const { id } = house.server.person("ana");
  const [chat, old] = [house.chat("ana", { id }), house.chat("ana", { id: id + 1 })];
  old.post("for my eyes", { kind: "room", room: 1, name: "Lobby" });
  let isDeposed = false;
  old.addEventListener("deposed", () => {
    isDeposed = true;
  });

  old.start();
  await house.timers.advance(1000);
  assert.ok(isDeposed);
  assert.deepEqual(house.texts("room:1"), []);

  chat.start();
  await house.timers.advance(1000);
  assert.equal(phase(chat), "open");
});
