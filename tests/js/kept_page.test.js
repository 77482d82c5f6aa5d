import assert from "node:assert/strict";
import { test } from "node:test";

import { newestOf } from "../../static/js/page/kept_log.js";
import { pageOf } from "../../static/js/page/kept_page.js";

const CONFIG = /** @type {any} */ ({ home: "/", language: "en", login: "", name: "", release: "r" });
const LOBBY = { id: 1, name: "General", kind: "default" };
const ATTIC = { id: 5, name: "Attic", kind: "temporary" };

const BEN = { login: "ben" };
const ANA = { login: "ana" };

/** @param {number} from @param {number} to */
const entries = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ seq: from + index, author: BEN, to: ANA }));

/** @param {number} from @param {number} to @param {number} [head] */
const log = (from, to, head = to) => ({ events: entries(from, to), head, more: true });

/** @param {string} place @param {any} fields */
function row(place, fields) {
  return { login: "ana", place, at: 0, history: "h", name: place, ...fields };
}

/** @param {any[]} places @param {any} [person] */
function kept(places, person = {}) {
  const lists = { rooms: [LOBBY, ATTIC], conversations: [], marks: {}, inbox: log(8, 9) };
  return /** @type {any} */ ({
    person: { ...row("", lists), id: 7, name: "Ana", mayKeepRooms: false, ...person },
    places,
  });
}

const ROOMS = [row("room:5", { name: "Attic", log: log(3, 9) }), row("room:1", { name: "General", log: log(1, 4) })];

test("of a log its newest messages are kept, and nothing from beyond a hole", () => {
  const long = { entries: /** @type {any} */ (entries(1, 80)), position: 80, hasEarlier: false, gaps: [] };
  const torn = { ...long, gaps: [{ from: 60, to: 70 }] };

  assert.deepEqual(newestOf(long), { events: entries(31, 80), head: 80, more: true });
  assert.deepEqual(newestOf(torn), { events: entries(71, 80), head: 80, more: true });
});

test("the page shows the place that the address names, in the name of whose it is", () => {
  const page = pageOf(kept(ROOMS), CONFIG, "/r/5/7/");

  assert.deepEqual(page?.config.room, { id: 5, name: "Attic" });
  assert.deepEqual(page?.config.view, { kind: "room" });
  assert.deepEqual([page?.config.id, page?.config.login], [7, "ana"]);
  assert.equal(page?.config.isKept, true);
  assert.equal(page?.address, "/r/5/");
  assert.deepEqual(Object.keys(page?.seed.streams ?? {}), ["room:5", "room:1", "inbox"]);
});

test("what is not kept gives way to the room where everybody lands, and that to what was seen last", () => {
  assert.equal(pageOf(kept(ROOMS), CONFIG, "/p/nobody/")?.address, "/");
  assert.equal(pageOf(kept(ROOMS), CONFIG, "/r/%E0%A4%A/")?.address, "/");
  assert.equal(pageOf(kept(ROOMS.slice(0, 1)), CONFIG, "/")?.address, "/r/5/");
  assert.equal(pageOf(kept([]), CONFIG, "/"), null);
});

test("a private conversation is shown with the room behind it", () => {
  const ben = row("@ben", { name: "Ben", log: log(2, 6, 9) });

  const page = pageOf(kept([...ROOMS, ben]), CONFIG, "/p/ben/");

  assert.deepEqual(page?.config.view, { kind: "direct", login: "ben", name: "Ben" });
  assert.deepEqual(page?.config.room, { id: 1, name: "General" });
  assert.equal(page?.seed.conversation?.login, "ben");
});

test("the inbox is told again from where a conversation had been read, and not where nothing came after it", () => {
  const ben = row("@ben", { log: log(2, 4, 4) });
  const carl = row("@carl", { log: log(1, 3, 3) });
  const silent = {
    conversations: [
      { login: "ben", seq: 4 },
      { login: "carl", seq: 3 },
    ],
  };
  const missed = {
    conversations: [
      { login: "ben", seq: 7 },
      { login: "carl", seq: 3 },
    ],
  };

  const whole = pageOf(kept([...ROOMS, ben, carl], silent), CONFIG, "/");
  const torn = pageOf(kept([...ROOMS, ben, carl], missed), CONFIG, "/");

  assert.equal(whole?.seed.streams.inbox.head, 9);
  assert.equal(torn?.seed.streams.inbox.head, 4);
  assert.deepEqual(torn?.seed.streams.inbox.events, []);
});

test("what was said in a conversation while another place was shown is there", () => {
  const ben = row("@ben", { log: log(2, 4, 7) });
  const carl = row("@carl", { log: log(1, 3, 7) });
  const lists = {
    conversations: [
      { login: "ben", seq: 9 },
      { login: "carl", seq: 3 },
    ],
  };

  const page = pageOf(kept([...ROOMS, ben, carl], lists), CONFIG, "/p/ben/");

  assert.deepEqual(page?.seed.conversation?.events, [...entries(2, 4), ...entries(8, 9)]);
  assert.deepEqual(page?.talks[1].events, entries(1, 3));
  assert.equal(page?.seed.streams.inbox.head, 9);
});
