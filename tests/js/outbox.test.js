import assert from "node:assert/strict";
import { test } from "node:test";

import { newClientId } from "../../static/js/chat/client_id.js";
import { Outbox } from "../../static/js/chat/outbox.js";
import { KeyValueOutboxStore } from "../../static/js/chat/outbox_store.js";
import { LOBBY, MemoryStorage } from "./support/house.js";
import { Seeded } from "./support/seeded.js";
import { VirtualTimers } from "./support/virtual_timers.js";

const DEN = /** @type {const} */ ({ kind: "room", room: 2, name: "Den" });
const BEN = /** @type {const} */ ({ kind: "direct", to: "ben", name: "Ben" });
const NOW = 1_700_000_000_000;
const DAY = 24 * 60 * 60 * 1000;

/** An outbox with a desk that takes what it sends, and answers when told to. */
class Desk {
  timers = new VirtualTimers();
  storage;
  /** @type {{ item: any, answered: (answer: any) => void }[]} */
  sent = [];
  isOpen = true;
  here = 1;
  /** What the device's clock says. */
  wall = NOW;

  constructor(storage = new MemoryStorage(), seed = 3) {
    this.storage = storage;
    const { fill } = new Seeded(seed);
    this.outbox = new Outbox({
      store: new KeyValueOutboxStore(storage, "ana"),
      timers: this.timers,
      wall: () => this.wall,
      random: () => 1,
      newId: () => newClientId(fill),
      mayGo: ({ target, isUnsure }) =>
        this.isOpen && (target.kind === "direct" || isUnsure || target.room === this.here),
      transmit: (item, answered) => this.sent.push({ item, answered }),
    });
  }

  /** @param {any} answer  to what was sent last */
  answer(answer) {
    this.sent.at(-1)?.answered(answer);
  }

  /** @param {string} code @param {number | null} retryAfter */
  refuse(code, retryAfter = null) {
    this.answer({ outcome: "refused", code, message: `no: ${code}`, retryAfter });
  }

  get texts() {
    return this.sent.map(({ item }) => item.text);
  }

  get states() {
    return this.outbox.items.map(({ state }) => state);
  }
}

const DONE = { outcome: "done", ack: { type: "ack", ref: "1", stream: "room:1", seq: 7 } };

test("what is written goes out at once, and is kept until it is known to be stored", () => {
  const desk = new Desk();

  desk.outbox.add(LOBBY, "hello", NOW);
  assert.deepEqual(desk.texts, ["hello"]);
  assert.equal(desk.storage.length, 1);

  desk.answer(DONE);
  assert.equal(desk.storage.length, 0);
  assert.deepEqual(desk.states, ["stored"]);
});

test("what the log shows is on its way no more", () => {
  const desk = new Desk();
  const { clientId } = desk.outbox.add(LOBBY, "hello", NOW);

  desk.outbox.settle(clientId);
  desk.answer(DONE);

  assert.deepEqual(desk.outbox.items, []);
  assert.equal(desk.storage.length, 0);
});

test("one is under way at a time for each room, and one privately, each in order", () => {
  const desk = new Desk();

  for (const text of ["one", "two"]) desk.outbox.add(LOBBY, text, NOW);
  desk.outbox.add(BEN, "psst", NOW);
  assert.deepEqual(desk.texts, ["one", "psst"]);

  desk.sent[0].answered(DONE);
  assert.deepEqual(desk.texts, ["one", "psst", "two"]);
});

test("what is lost goes out again under the same id, before what was written later", () => {
  const desk = new Desk();
  const { clientId } = desk.outbox.add(LOBBY, "one", NOW);
  desk.outbox.add(LOBBY, "two", NOW);

  desk.isOpen = false;
  desk.answer({ outcome: "lost" });
  assert.deepEqual(desk.states, ["waiting", "waiting"]);

  desk.isOpen = true;
  desk.outbox.drain();
  assert.deepEqual(desk.texts, ["one", "one"]);
  assert.equal(desk.sent[1].item.clientId, clientId);
});

for (const code of ["unavailable", "internal"]) {
  test(`after ${code} it is repeated with the same id, with longer waits`, async () => {
    const desk = new Desk();
    const { clientId } = desk.outbox.add(LOBBY, "one", NOW);

    desk.refuse(code);
    await desk.timers.advance(499);
    assert.equal(desk.sent.length, 1);
    await desk.timers.advance(1);
    assert.equal(desk.sent.length, 2);

    desk.refuse(code);
    await desk.timers.advance(999);
    assert.equal(desk.sent.length, 2);
    await desk.timers.advance(1);
    assert.equal(desk.sent.length, 3);
    assert.ok(desk.sent.every(({ item }) => item.clientId === clientId));
  });
}

test("it is held up from the moment that the server cannot store anything until something is stored", async () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);
  assert.equal(desk.outbox.isHeldUp, false);

  desk.refuse("unavailable");
  assert.equal(desk.outbox.isHeldUp, true);
  await desk.timers.advance(500);
  assert.deepEqual(desk.states, ["sending"]);
  assert.equal(desk.outbox.isHeldUp, true);

  desk.answer(DONE);
  desk.outbox.add(LOBBY, "two", NOW);
  assert.equal(desk.outbox.isHeldUp, false);
});

test("nothing is held up where nothing waits, or where the server answers otherwise", async () => {
  const desk = new Desk();
  const { clientId } = desk.outbox.add(LOBBY, "one", NOW);
  desk.refuse("unavailable");
  desk.outbox.withdraw(clientId);
  assert.equal(desk.outbox.isHeldUp, false);

  await desk.timers.advance(500);
  desk.outbox.add(LOBBY, "two", NOW);
  desk.refuse("rate_limited", 4);
  assert.equal(desk.outbox.isHeldUp, false);
});

test("a rate limit is waited out", async () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);

  desk.refuse("rate_limited", 4);
  desk.outbox.add(LOBBY, "two", NOW);
  await desk.timers.advance(3999);
  assert.deepEqual(desk.texts, ["one"]);

  await desk.timers.advance(1);
  assert.deepEqual(desk.texts, ["one", "one"]);
});

test("what waited goes out also where the clock runs a little behind the timer", async () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);
  desk.refuse("rate_limited", 4);

  const { timers } = desk;
  const exact = timers.now.bind(timers);
  timers.now = () => exact() - 0.1;
  await timers.advance(4000);

  assert.deepEqual(desk.texts, ["one", "one"]);
});

test("a final no is shown with its reason, its text is kept, and the next one goes", () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);
  desk.outbox.add(LOBBY, "two", NOW);

  desk.refuse("forbidden");

  const [first] = desk.outbox.items;
  assert.equal(first.state, "refused");
  assert.equal(first.reason, "no: forbidden");
  assert.equal(first.text, "one");
  assert.deepEqual(desk.texts, ["one", "two"]);
});

test("what was refused goes out again only when a person says so", () => {
  const desk = new Desk();
  const { clientId } = desk.outbox.add(LOBBY, "one", NOW);
  desk.refuse("forbidden");

  desk.outbox.drain();
  assert.equal(desk.sent.length, 1);

  desk.outbox.retry(clientId);
  assert.equal(desk.sent.length, 2);
});

test("what was written for another room waits until one is there", () => {
  const desk = new Desk();

  desk.outbox.add(DEN, "for the den", NOW);
  assert.deepEqual(desk.texts, []);

  desk.here = 2;
  desk.outbox.drain();
  assert.deepEqual(desk.texts, ["for the den"]);
});

test("what may have been stored in another room is asked about from here, and waits if it was not", () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);
  desk.here = 2;

  desk.answer({ outcome: "lost" });
  desk.outbox.drain();
  assert.deepEqual(desk.texts, ["one", "one"]);

  desk.refuse("not_in_room");
  assert.deepEqual(desk.states, ["waiting"]);
  assert.equal(desk.sent.length, 2);
});

test("the server's word counts when it says that one is not in the room one believes to be in", () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);

  desk.refuse("not_in_room");

  assert.deepEqual(desk.states, ["refused"]);
});

test("a new page takes up what an old one left, in the order written", () => {
  const storage = new MemoryStorage();
  const old = new Desk(storage);
  old.isOpen = false;
  for (const text of ["one", "two", "three"]) old.outbox.add(LOBBY, text, NOW);

  const desk = new Desk(storage);
  desk.outbox.load();
  desk.outbox.drain();
  desk.answer(DONE);
  desk.answer(DONE);

  assert.deepEqual(desk.texts, ["one", "two", "three"]);
});

test("what another page has left goes out in its turn, one at a time", () => {
  const storage = new MemoryStorage();
  const other = new Desk(storage, 4);
  other.isOpen = false;
  const desk = new Desk(storage);
  for (const text of ["first", "second"]) other.outbox.add(LOBBY, text, NOW);
  desk.outbox.add(LOBBY, "mine", NOW + 5);
  desk.outbox.add(LOBBY, "mine too", NOW + 6);

  desk.outbox.load();
  desk.outbox.drain();
  assert.deepEqual(desk.texts, ["mine"]);

  for (let count = 0; count < 4; count += 1) desk.answer(DONE);
  assert.deepEqual(desk.texts, ["mine", "first", "second", "mine too"]);
});

test("what is held already is not taken up anew", () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);
  desk.refuse("forbidden");

  desk.outbox.load();

  assert.deepEqual(
    desk.outbox.items.map(({ text, state, reason }) => [text, state, reason]),
    [["one", "refused", "no: forbidden"]],
  );
});

test("words of yesterday wait for a person to say that they shall go", () => {
  const storage = new MemoryStorage();
  const { clientId } = new Desk(storage).outbox.add(LOBBY, "old", NOW);

  const desk = new Desk(storage);
  desk.wall = NOW + DAY + 1;
  desk.outbox.load();
  desk.outbox.drain();
  assert.deepEqual(desk.states, ["stale"]);
  assert.deepEqual(desk.texts, []);

  desk.outbox.retry(clientId);
  assert.deepEqual(desk.texts, ["old"]);
});

test("on a device whose clock is days ahead, words of just now go out by themselves", () => {
  const storage = new MemoryStorage();
  const old = new Desk(storage);
  old.wall = NOW + 2 * DAY;
  old.outbox.add(LOBBY, "just now", NOW);

  const desk = new Desk(storage);
  desk.wall = NOW + 2 * DAY + 1000;
  desk.outbox.load();
  desk.outbox.drain();

  assert.deepEqual(desk.texts, ["just now"]);
});

test("what is withdrawn is forgotten, also by the store", () => {
  const desk = new Desk();
  desk.isOpen = false;
  const { clientId } = desk.outbox.add(LOBBY, "one", NOW);

  assert.equal(desk.outbox.withdraw(clientId)?.text, "one");

  assert.deepEqual(desk.outbox.items, []);
  assert.equal(desk.storage.length, 0);
});

test("what somebody else left at this device is not taken up", () => {
  const storage = new MemoryStorage();
  new KeyValueOutboxStore(storage, "ana.b").save({ clientId: "1" });
  new KeyValueOutboxStore(storage, "an").save({ clientId: "2" });

  assert.deepEqual(new KeyValueOutboxStore(storage, "ana").load(), []);
});

test("a storage that is full, forbidden or holds rubbish costs nothing", () => {
  const forbidden = new KeyValueOutboxStore(null, "ana");
  forbidden.save({ clientId: "1" });
  assert.deepEqual(forbidden.load(), []);

  const storage = new MemoryStorage();
  storage.setItem("chat/outbox/ana/1", "{");
  storage.setItem("chat/outbox/ana/2", '{"clientId":"2"}');
  const desk = new Desk(storage);
  desk.outbox.load();
  assert.deepEqual(desk.outbox.items, []);

  storage.setItem = () => {
    throw new Error("full");
  };
  desk.outbox.add(LOBBY, "one", NOW);
  assert.deepEqual(desk.texts, ["one"]);
});

test("another tab's key leads to the item that it is done with", () => {
  const store = new KeyValueOutboxStore(new MemoryStorage(), "ana");

  assert.equal(store.clientIdOf("chat/outbox/ana/42"), "42");
  assert.equal(store.clientIdOf("chat/outbox/ben/42"), null);
  assert.equal(store.clientIdOf(null), null);
});
