import assert from "node:assert/strict";
import { test } from "node:test";

import { newClientId } from "../../static/js/chat/client_id.js";
import { Outbox } from "../../static/js/chat/outbox.js";
import { KeyValueOutboxStore } from "../../static/js/chat/outbox_store.js";
import { DeviceStore } from "./support/device_store.js";
import { LOBBY, MemoryStorage } from "./support/house.js";
import { Seeded } from "./support/seeded.js";
import { settled, VirtualTimers } from "./support/virtual_timers.js";

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
  /** What the log shows. @type {string[]} */
  arrived = [];

  constructor(storage = new MemoryStorage(), seed = 3, store = new KeyValueOutboxStore(storage, "ana")) {
    this.storage = storage;
    const { fill } = new Seeded(seed);
    this.outbox = new Outbox({
      store,
      timers: this.timers,
      wall: () => this.wall,
      random: () => 1,
      newId: () => newClientId(fill),
      mayGo: ({ target, isUnsure }) =>
        this.isOpen && (target.kind === "direct" || isUnsure || target.room === this.here),
      isInLog: ({ text }) => this.arrived.includes(text),
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

test("what is written goes out at once, and is kept until it is known to be stored", async () => {
  const desk = new Desk();

  desk.outbox.add(LOBBY, "hello", NOW);

  await settled();
  assert.deepEqual(desk.texts, ["hello"]);
  assert.equal(desk.storage.length, 1);

  desk.answer(DONE);

  await settled();
  assert.equal(desk.storage.length, 0);
  assert.deepEqual(desk.states, ["stored"]);
});

test("what the log shows is on its way no more", async () => {
  const desk = new Desk();
  const { clientId } = desk.outbox.add(LOBBY, "hello", NOW);
  await settled();

  desk.outbox.settle(clientId);

  await settled();
  desk.answer(DONE);
  await settled();

  assert.deepEqual(desk.outbox.items, []);
  assert.equal(desk.storage.length, 0);
});

test("one is under way at a time for each room, and one privately, each in order", async () => {
  const desk = new Desk();

  for (const text of ["one", "two"]) desk.outbox.add(LOBBY, text, NOW);

  await settled();
  desk.outbox.add(BEN, "psst", NOW);
  await settled();
  assert.deepEqual(desk.texts, ["one", "psst"]);

  desk.sent[0].answered(DONE);

  await settled();
  assert.deepEqual(desk.texts, ["one", "psst", "two"]);
});

test("what is lost goes out again under the same id, before what was written later", async () => {
  const desk = new Desk();
  const { clientId } = desk.outbox.add(LOBBY, "one", NOW);
  await settled();
  desk.outbox.add(LOBBY, "two", NOW);
  await settled();

  desk.isOpen = false;
  desk.answer({ outcome: "lost" });
  await settled();
  assert.deepEqual(desk.states, ["waiting", "waiting"]);

  desk.isOpen = true;
  desk.outbox.drain();
  await settled();
  assert.deepEqual(desk.texts, ["one", "one"]);
  assert.equal(desk.sent[1].item.clientId, clientId);
});

for (const code of ["unavailable", "internal"]) {
  test(`after ${code} it is repeated with the same id, with longer waits`, async () => {
    const desk = new Desk();
    const { clientId } = desk.outbox.add(LOBBY, "one", NOW);
    await settled();

    desk.refuse(code);

    await settled();
    await desk.timers.advance(499);
    assert.equal(desk.sent.length, 1);
    await desk.timers.advance(1);
    assert.equal(desk.sent.length, 2);

    desk.refuse(code);

    await settled();
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
  await settled();
  assert.equal(desk.outbox.isHeldUp, false);

  desk.refuse("unavailable");

  await settled();
  assert.equal(desk.outbox.isHeldUp, true);
  await desk.timers.advance(500);
  assert.deepEqual(desk.states, ["sending"]);
  assert.equal(desk.outbox.isHeldUp, true);

  desk.answer(DONE);

  await settled();
  desk.outbox.add(LOBBY, "two", NOW);
  await settled();
  assert.equal(desk.outbox.isHeldUp, false);
});

test("nothing is held up where nothing waits, or where the server answers otherwise", async () => {
  const desk = new Desk();
  const { clientId } = desk.outbox.add(LOBBY, "one", NOW);
  await settled();
  desk.refuse("unavailable");
  await settled();
  desk.outbox.withdraw(clientId);
  assert.equal(desk.outbox.isHeldUp, false);

  await desk.timers.advance(500);
  desk.outbox.add(LOBBY, "two", NOW);
  await settled();
  desk.refuse("rate_limited", 4);
  await settled();
  assert.equal(desk.outbox.isHeldUp, false);
});

test("a rate limit is waited out", async () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);
  await settled();

  desk.refuse("rate_limited", 4);

  await settled();
  desk.outbox.add(LOBBY, "two", NOW);
  await settled();
  await desk.timers.advance(3999);
  assert.deepEqual(desk.texts, ["one"]);

  await desk.timers.advance(1);
  assert.deepEqual(desk.texts, ["one", "one"]);
});

test("what waited goes out also where the clock runs a little behind the timer", async () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);
  await settled();
  desk.refuse("rate_limited", 4);
  await settled();

  const { timers } = desk;
  const exact = timers.now.bind(timers);
  timers.now = () => exact() - 0.1;
  await timers.advance(4000);

  assert.deepEqual(desk.texts, ["one", "one"]);
});

test("a final no is shown with its reason, its text is kept, and the next one goes", async () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);
  await settled();
  desk.outbox.add(LOBBY, "two", NOW);
  await settled();

  desk.refuse("forbidden");

  await settled();

  const [first] = desk.outbox.items;
  assert.equal(first.state, "refused");
  assert.equal(first.reason, "no: forbidden");
  assert.equal(first.text, "one");
  assert.deepEqual(desk.texts, ["one", "two"]);
});

test("what was refused goes out again only when a person says so", async () => {
  const desk = new Desk();
  const { clientId } = desk.outbox.add(LOBBY, "one", NOW);
  await settled();
  desk.refuse("forbidden");
  await settled();

  desk.outbox.drain();

  await settled();
  assert.equal(desk.sent.length, 1);

  desk.outbox.retry(clientId);

  await settled();
  assert.equal(desk.sent.length, 2);
});

test("what was written for another room waits until one is there", async () => {
  const desk = new Desk();

  desk.outbox.add(DEN, "for the den", NOW);

  await settled();
  assert.deepEqual(desk.texts, []);

  desk.here = 2;
  desk.outbox.drain();
  await settled();
  assert.deepEqual(desk.texts, ["for the den"]);
});

test("what may have been stored in another room is asked about from here, and waits if it was not", async () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);
  await settled();
  desk.here = 2;

  desk.answer({ outcome: "lost" });

  await settled();
  desk.outbox.drain();
  await settled();
  assert.deepEqual(desk.texts, ["one", "one"]);

  desk.refuse("not_in_room");

  await settled();
  assert.deepEqual(desk.states, ["waiting"]);
  assert.equal(desk.sent.length, 2);
});

test("the server's word counts when it says that one is not in the room one believes to be in", async () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);
  await settled();

  desk.refuse("not_in_room");

  await settled();

  assert.deepEqual(desk.states, ["refused"]);
});

test("a new page takes up what an old one left, in the order written", async () => {
  const storage = new MemoryStorage();
  const old = new Desk(storage);
  old.isOpen = false;
  for (const text of ["one", "two", "three"]) old.outbox.add(LOBBY, text, NOW);
  await settled();

  const desk = new Desk(storage);
  desk.outbox.load();
  await settled();
  desk.outbox.drain();
  await settled();
  desk.answer(DONE);
  await settled();
  desk.answer(DONE);
  await settled();

  assert.deepEqual(desk.texts, ["one", "two", "three"]);
});

test("what another page has left goes out before what was written later, one at a time", async () => {
  const storage = new MemoryStorage();
  const other = new Desk(storage, 4);
  other.isOpen = false;
  const desk = new Desk(storage);
  for (const text of ["first", "second"]) other.outbox.add(LOBBY, text, NOW);
  desk.outbox.add(LOBBY, "mine", NOW + 5);
  desk.outbox.add(LOBBY, "mine too", NOW + 6);

  await settled();
  assert.deepEqual(desk.texts, ["first"]);

  for (let count = 0; count < 4; count += 1) {
    desk.answer(DONE);
    await settled();
  }
  assert.deepEqual(desk.texts, ["first", "second", "mine", "mine too"]);
});

test("what is held already is not taken up anew", async () => {
  const desk = new Desk();
  desk.outbox.add(LOBBY, "one", NOW);
  await settled();
  desk.refuse("forbidden");
  await settled();

  desk.outbox.load();

  await settled();

  assert.deepEqual(
    desk.outbox.items.map(({ text, state, reason }) => [text, state, reason]),
    [["one", "refused", "no: forbidden"]],
  );
});

test("words of yesterday wait for a person to say that they shall go", async () => {
  const storage = new MemoryStorage();
  const { clientId } = new Desk(storage).outbox.add(LOBBY, "old", NOW);
  await settled();

  const desk = new Desk(storage);
  desk.wall = NOW + DAY + 1;
  desk.outbox.load();
  await settled();
  desk.outbox.drain();
  await settled();
  assert.deepEqual(desk.states, ["stale"]);
  assert.deepEqual(desk.texts, []);

  desk.outbox.retry(clientId);

  await settled();
  assert.deepEqual(desk.texts, ["old"]);
});

test("a page that has slept for days asks before it sends what waited in it", async () => {
  const desk = new Desk();
  desk.isOpen = false;
  const { clientId } = desk.outbox.add(BEN, "old", NOW);
  await settled();
  desk.wall = NOW + 3 * DAY;
  desk.isOpen = true;

  await desk.outbox.load();
  await settled();
  assert.deepEqual(desk.states, ["stale"]);
  assert.deepEqual(desk.texts, []);

  desk.outbox.retry(clientId);
  await settled();
  desk.answer({ outcome: "lost" });
  desk.outbox.drain();
  await settled();
  assert.deepEqual(desk.texts, ["old", "old"]);
});

test("what was under way when the page went to sleep for days is not sent again by itself", async () => {
  const desk = new Desk();
  desk.outbox.add(BEN, "old", NOW);
  await settled();
  desk.outbox.add(BEN, "old too", NOW);
  desk.wall = NOW + 3 * DAY;

  desk.answer({ outcome: "lost" });
  desk.outbox.drain();
  await settled();

  assert.deepEqual(desk.states, ["stale", "stale"]);
  assert.deepEqual(desk.texts, ["old"]);
});

test("on a device whose clock is days ahead, words of just now go out by themselves", async () => {
  const storage = new MemoryStorage();
  const old = new Desk(storage);
  old.wall = NOW + 2 * DAY;
  old.outbox.add(LOBBY, "just now", NOW);
  await settled();

  const desk = new Desk(storage);
  desk.wall = NOW + 2 * DAY + 1000;
  desk.outbox.load();
  await settled();
  desk.outbox.drain();
  await settled();

  assert.deepEqual(desk.texts, ["just now"]);
});

test("what is withdrawn is forgotten, also by the store", async () => {
  const desk = new Desk();
  desk.isOpen = false;
  const { clientId } = desk.outbox.add(LOBBY, "one", NOW);
  await settled();

  assert.equal(desk.outbox.withdraw(clientId)?.text, "one");

  assert.deepEqual(desk.outbox.items, []);
  assert.equal(desk.storage.length, 0);
});

test("what somebody else left at this device is not taken up", async () => {
  const storage = new MemoryStorage();
  new KeyValueOutboxStore(storage, "ana.b").save({ clientId: "1" });
  new KeyValueOutboxStore(storage, "an").save({ clientId: "2" });

  assert.deepEqual(new KeyValueOutboxStore(storage, "ana").read(), []);
});

test("a storage that is full, forbidden or holds rubbish costs nothing", async () => {
  const forbidden = new KeyValueOutboxStore(null, "ana");
  forbidden.save({ clientId: "1" });
  assert.deepEqual(forbidden.read(), []);

  const storage = new MemoryStorage();
  storage.setItem("chat/outbox/ana/1", "{");
  storage.setItem("chat/outbox/ana/2", '{"clientId":"2"}');
  const desk = new Desk(storage);
  desk.outbox.load();
  await settled();
  assert.deepEqual(desk.outbox.items, []);

  storage.setItem = () => {
    throw new Error("full");
  };
  desk.outbox.add(LOBBY, "one", NOW);
  await settled();
  assert.deepEqual(desk.texts, ["one"]);
});

test("nothing is sent before it is kept", async () => {
  const store = new DeviceStore();
  const desk = new Desk(undefined, 3, store);

  const finish = store.hold();
  desk.outbox.add(LOBBY, "one", NOW);
  await settled();
  assert.deepEqual(desk.states, ["waiting"]);
  assert.deepEqual(desk.texts, []);

  finish();
  await settled();
  assert.deepEqual(desk.texts, ["one"]);
});

/** Two tabs of one person. */
function twoTabs() {
  const stores = [new DeviceStore()];
  stores.push(stores[0].beside());
  const [first, second] = stores.map((store, index) => new Desk(undefined, index, store));
  stores[0].watch((clientId) => first.outbox.forget(clientId));
  stores[1].watch((clientId) => second.outbox.forget(clientId));
  return { store: stores[0], first, second };
}

test("of two tabs one sends at a time, and the other goes on from there", async () => {
  const { first, second } = twoTabs();

  first.outbox.add(LOBBY, "one", NOW);
  second.outbox.add(LOBBY, "two", NOW + 1);
  first.outbox.add(LOBBY, "three", NOW + 2);
  await settled();
  assert.deepEqual([first.texts, second.texts], [["one"], []]);

  first.answer(DONE);
  await settled();
  assert.deepEqual([first.texts, second.texts], [["one"], ["two"]]);

  second.answer(DONE);
  await settled();
  assert.deepEqual([...first.texts, ...second.texts].toSorted(), ["one", "three", "two"]);
});

test("what a tab loses with its connection, another one sends under the same id", async () => {
  const { first, second } = twoTabs();
  const { clientId } = first.outbox.add(LOBBY, "one", NOW);
  await settled();
  second.outbox.add(LOBBY, "two", NOW + 1);

  first.isOpen = false;
  first.answer({ outcome: "lost" });
  await settled();

  assert.deepEqual(second.texts, ["one"]);
  assert.equal(second.sent[0].item.clientId, clientId);
});

test("what another tab is done with is forgotten, and comes back from no older reading", async () => {
  const { store, first, second } = twoTabs();
  first.isOpen = second.isOpen = false;
  const { clientId } = first.outbox.add(LOBBY, "one", NOW);
  await settled();
  await second.outbox.load();
  const older = await store.load();

  first.outbox.withdraw(clientId);
  store.load = async () => older;
  await Promise.all([first.outbox.load(), second.outbox.load()]);

  assert.deepEqual([first.outbox.items, second.outbox.items], [[], []]);
});

test("what another tab was refused is not sent again from here", async () => {
  const { first, second } = twoTabs();
  second.here = 2;
  first.outbox.add(LOBBY, "one", NOW);
  await settled();
  second.outbox.load();
  await settled();

  first.refuse("forbidden");
  await settled();

  assert.deepEqual(second.texts, []);
  assert.deepEqual(second.states, ["refused"]);
});

test("what has arrived already is not taken up", async () => {
  const storage = new MemoryStorage();
  new Desk(storage).outbox.add(LOBBY, "one", NOW);
  const desk = new Desk(storage);
  desk.arrived = ["one"];

  await desk.outbox.load();

  assert.deepEqual(desk.outbox.items, []);
  assert.equal(storage.length, 0);
});
