import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { newClientId } from "../../static/js/chat/client_id.js";
import { Outbox } from "../../static/js/chat/outbox.js";
import { KeyValueOutboxStore } from "../../static/js/chat/outbox_store.js";
import { DatabaseOutboxStore } from "../../static/js/page/outbox_db.js";
import { FakeIndexedDB, KeyRange } from "./support/fake_indexed_db.js";
import { MemoryStorage } from "./support/house.js";
import { Seeded } from "./support/seeded.js";
import { settled, VirtualTimers } from "./support/virtual_timers.js";

const page = /** @type {any} */ (globalThis);
const NOW = 1_700_000_000_000;
const [BEN, EVA] = ["ben", "eva"].map((to) => ({ kind: /** @type {const} */ ("direct"), to, name: to }));
const DONE = { outcome: "done", ack: { type: "ack", ref: "1", stream: "inbox", seq: 7 } };
const REFUSED = { outcome: "refused", code: "user_not_found", message: "", retryAfter: null };
/** @type {FakeIndexedDB} */
let database;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  database = new FakeIndexedDB();
  Object.assign(page, { window: {}, indexedDB: database, IDBKeyRange: KeyRange });
});

afterEach(() => mock.timers.reset());

/** A page with an outbox that has begun; `sent` is what it sends. */
function opened({ storage = new MemoryStorage(), seed = 3, id = 1, isOpen = true } = {}) {
  const turns = { take: (/** @type {string} */ _name, /** @type {() => Promise<any>} */ run) => run() };
  const store = new DatabaseOutboxStore(`#${id}`, new KeyValueOutboxStore(storage, `#${id}`), turns);
  store.takeOver("ana", new KeyValueOutboxStore(storage, "ana"));
  const { fill } = new Seeded(seed);
  /** @type {{ item: any, answered: (answer: any) => void }[]} */
  const sent = [];
  const outbox = new Outbox({
    store,
    timers: new VirtualTimers(),
    wall: () => NOW,
    random: () => 1,
    newId: () => newClientId(fill),
    mayGo: () => isOpen,
    transmit: (item, answered) => sent.push({ item, answered }),
  });
  store.watch(
    () => {},
    () => outbox.load(),
  );
  outbox.load();
  return { outbox, sent, storage, texts: () => sent.map(({ item }) => item.text) };
}

const kept = () => [...database.rows.values()].map(({ item }) => item.text);

test("what was refused while the disk was full is not sent over and over", async () => {
  const { outbox, sent, texts } = opened();
  outbox.add(BEN, "to the erased", NOW);
  await settled();
  database.isFull = true;
  outbox.add(EVA, "to eva", NOW);
  await settled();

  sent[0].answered(REFUSED);
  await settled();

  assert.deepEqual(texts(), ["to the erased", "to eva"]);
  assert.equal(outbox.items[0].state, "refused");
});

test("a page that is loaded anew while the disk is full knows what was refused", async () => {
  const { outbox, sent, storage } = opened();
  outbox.add(BEN, "to the erased", NOW);
  await settled();
  database.isFull = true;
  sent[0].answered(REFUSED);
  await settled();

  const fresh = opened({ storage, seed: 4 });
  await settled();

  assert.deepEqual(fresh.texts(), []);
  assert.equal(fresh.outbox.items[0].state, "refused");
});

for (const isTold of [true, false]) {
  test(`what is stored is kept no more, though the connection to the database was lost (told of it: ${isTold})`, async () => {
    const { outbox, sent } = opened();
    outbox.add(BEN, "one", NOW);
    await settled();
    assert.deepEqual(kept(), ["one"]);

    database.lose({ isTold });
    sent[0].answered(DONE);
    await settled();
    assert.deepEqual(kept(), []);

    outbox.add(BEN, "two", NOW);
    await settled();
    assert.deepEqual(kept(), ["two"]);
  });
}

test("a database that could not be opened once is opened at the next use", async () => {
  database.isForbidden = true;
  const { outbox, storage } = opened();
  outbox.add(BEN, "one", NOW);
  await settled();
  assert.deepEqual([kept(), storage.length], [[], 1]);

  database.isForbidden = false;
  outbox.add(EVA, "two", NOW);
  await settled();

  assert.deepEqual(kept(), ["two"]);
});

test("what an old page has left is sent also where the database answers late", async () => {
  const old = opened();
  old.outbox.add(BEN, "one", NOW);
  await settled();
  const answer = database.hold();
  const { outbox, texts } = opened({ storage: old.storage, seed: 4 });
  await settled();

  mock.timers.tick(4000);
  await settled();
  assert.deepEqual(outbox.items, []);
  answer();
  await settled();

  assert.deepEqual(texts(), ["one"]);
  outbox.add(EVA, "two", NOW);
  await settled();
  assert.deepEqual(kept(), ["one", "two"]);
});

test("nobody waits twice for a database that does not answer", async () => {
  database.hold();
  const { outbox, texts } = opened();
  await settled();
  mock.timers.tick(4000);
  await settled();

  outbox.add(BEN, "one", NOW);
  await settled();

  assert.deepEqual(texts(), ["one"]);
});

test("who gets the login of an erased account sees and sends nothing of what its owner wrote", async () => {
  const { outbox, storage } = opened({ id: 1, isOpen: false });
  outbox.add(BEN, "in confidence", NOW);
  await settled();

  const other = opened({ storage, id: 2, seed: 4 });
  await settled();

  assert.deepEqual([other.outbox.items, other.texts()], [[], []]);
});

test("what an older page has kept by login is taken over once, and is nobody else's later", async () => {
  const storage = new MemoryStorage();
  const target = BEN;
  const item = { clientId: "1", target, text: "one", writtenAt: NOW, state: "waiting" };
  database.rows.set("ana/1", { login: "ana", item });
  new KeyValueOutboxStore(storage, "ana").write({ ...item, clientId: "2", text: "two" });

  const { outbox } = opened({ storage, id: 1, isOpen: false });
  const other = opened({ storage, id: 2, seed: 4 });
  await settled();

  assert.deepEqual(
    outbox.items.map(({ text }) => text),
    ["one", "two"],
  );
  assert.deepEqual(other.outbox.items, []);
});
