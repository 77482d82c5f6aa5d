import assert from "node:assert/strict";
import { test } from "node:test";

import { golden } from "./support/golden.js";
import { House, LOBBY, shownTexts } from "./support/house.js";
import { settled } from "./support/virtual_timers.js";

/** @import { Seed } from "../../static/js/chat/chat.js" */

/** Somebody else says so much. @param {House} house @param {number} count */
function fill(house, count) {
  const before = house.texts("room:1").length;
  for (let number = before + 1; number <= before + count; number += 1) {
    house.server.post("eva", { room: 1, client_id: `${house.server.history}/${number}`, text: `m${number}` }, 1);
  }
}

/**
 * What the server would print now: the newest 30, or those around a message.
 * @param {House} house
 * @param {{ login?: string, last?: number }} [page]
 * @returns {Seed}
 */
function printed(house, { login = "ana", last = Infinity } = {}) {
  const room = /** @type {any[]} */ (house.server.logs.get("room:1"));
  const inbox = /** @type {any[]} */ (house.server.logs.get(`inbox/${login}`));
  const events = room.filter(({ seq }) => seq <= last).slice(-30);
  return {
    history: house.server.history,
    streams: {
      "room:1": { head: room.length, events, more: events.length > 0 && events[0].seq > 1 },
      inbox: { head: inbox.length, events: [], more: inbox.length > 0 },
    },
  };
}

/** What was asked and told over a person's newest socket, of this type. @param {House} house @param {string} type */
function asked(house, type) {
  return house.wire("ana").sent.filter((command) => command.type === type);
}

/** @param {House} house @param {Seed | null} seed */
async function open(house, seed) {
  const chat = house.chat("ana", { room: 1, seed });
  chat.start();
  await house.timers.advance(3000);
  return chat;
}

/** @param {number} first @param {number} last */
const lines = (first, last) => Array.from({ length: last - first + 1 }, (_, index) => `m${first + index}`);

test("a page shows what it was printed with though no connection ever comes", async () => {
  const house = new House();
  fill(house, 40);
  house.network.isDown = true;

  const ana = await open(house, printed(house));

  assert.deepEqual(shownTexts(ana), lines(11, 40));
  assert.equal(ana.hasLog, true);
});

test("the first connection goes on from where the page was printed, and nothing is asked for again", async () => {
  const house = new House();
  fill(house, 40);
  const seed = printed(house);
  fill(house, 2);

  const ana = await open(house, seed);

  const [hello] = asked(house, "hello");
  assert.deepEqual(hello.resume, { history: "history-1", room: { id: 1, seq: 40 }, inbox: 0 });
  assert.deepEqual(shownTexts(ana), lines(11, 42));
  assert.deepEqual(asked(house, "history.fetch"), []);
});

test("what is printed is not told as news", async () => {
  const house = new House();
  fill(house, 3);
  const chat = house.chat("ana", { room: 1, seed: printed(house) });
  /** @type {string[]} */
  const news = [];
  chat.addEventListener("arrived", (event) => news.push(/** @type {any} */ (event).detail.text));

  chat.start();
  await house.timers.advance(3000);
  fill(house, 1);
  await house.timers.advance(100);

  assert.deepEqual(news, ["m4"]);
});

test("earlier messages are read from before what was printed", async () => {
  const house = new House();
  fill(house, 40);
  const ana = await open(house, printed(house));
  assert.equal(ana.log?.hasEarlier, true);

  await Promise.all([ana.streams.loadEarlier("room:1"), house.timers.advance(100)]);

  assert.deepEqual(shownTexts(ana), lines(1, 40));
  assert.equal(ana.log?.hasEarlier, false);
});

test("a page that holds the beginning offers nothing before it", async () => {
  const house = new House();
  fill(house, 3);

  const ana = await open(house, printed(house));

  assert.equal(ana.log?.hasEarlier, false);
});

test("an old page that comes back is brought up to date, however much was missed", async () => {
  for (const missed of [5, 1200]) {
    const house = new House();
    fill(house, 40);
    const seed = printed(house);
    fill(house, missed);

    const ana = await open(house, seed);

    const shown = shownTexts(ana);
    assert.deepEqual(shown.slice(0, 30), lines(11, 40));
    assert.deepEqual(shown.slice(-5), lines(36 + missed, 40 + missed));
    assert.deepEqual([...(ana.log?.gaps ?? [])], missed > 1000 ? [{ from: 41, to: 1190 }] : []);
    assert.equal(new Set(shown).size, shown.length);
  }
});

test("what was printed of another history is dropped", async () => {
  const house = new House();
  fill(house, 40);
  const seed = printed(house);
  house.server.history = "history-2";
  house.server.logs.set("room:1", []);
  fill(house, 3);

  const ana = await open(house, seed);

  assert.deepEqual(shownTexts(ana), lines(1, 3));
});

test("a page around an older message reads the end of the log and knows of what lies between", async () => {
  const house = new House();
  fill(house, 200);

  const ana = await open(house, printed(house, { last: 60 }));

  assert.deepEqual(shownTexts(ana), [...lines(31, 60), ...lines(151, 200)]);
  assert.deepEqual([...(ana.log?.gaps ?? [])], [{ from: 61, to: 150 }]);
  fill(house, 1);
  await house.timers.advance(100);
  assert.equal(shownTexts(ana).at(-1), "m201");
});

test("a page around a message that is nearly the newest has no gap in the end", async () => {
  const house = new House();
  fill(house, 70);

  const ana = await open(house, printed(house, { last: 60 }));

  assert.deepEqual(shownTexts(ana), lines(21, 70));
  assert.deepEqual([...(ana.log?.gaps ?? [])], []);
});

test("what one sees printed of one's own is on its way no more", async () => {
  const house = new House();
  const old = await house.enter("ana");
  old.post("once", LOBBY);
  await settled();
  house.wire("ana").cut(1006, { upToo: false });
  await house.timers.advance(50);
  old.connection.stop("reload");
  assert.deepEqual(house.texts("room:1"), ["once"]);
  house.network.isDown = true;

  const ana = await open(house, printed(house));

  assert.deepEqual(ana.outbox.items, []);
  assert.deepEqual(shownTexts(ana), ["once"]);
});

test("a printed conversation is not read again, and what was said meanwhile is added", async () => {
  const house = new House();
  const say = (/** @type {number} */ number) =>
    house.server.direct("ben", { to: "ana", client_id: `d${number}`, text: `p${number}` });
  say(1);
  say(2);
  const events = [.../** @type {any[]} */ (house.server.logs.get("inbox/ana"))];
  const seed = {
    history: house.server.history,
    streams: { inbox: { head: 2, events: [], more: true } },
    conversation: { login: "ben", events, more: false },
  };
  say(3);
  const chat = house.chat("ana", { room: 1, seed });
  chat.privateTalk.open("ben");

  chat.start();
  await house.timers.advance(3000);

  assert.deepEqual(
    chat.privateTalk.logWith("ben").entries.map(({ text }) => text),
    ["p1", "p2", "p3"],
  );
  assert.deepEqual(asked(house, "conversation.fetch"), []);
});

test("events are taken as the contract writes them", async () => {
  const house = new House();
  house.network.isDown = true;
  const posted = golden("events").find(({ frame }) => frame?.type === "message.posted").frame;
  const stream = { head: posted.seq, events: [posted], more: true };
  const seed = { history: "h", streams: { [posted.stream]: stream } };

  const chat = house.chat("ana", { room: Number(posted.stream.split(":")[1]), seed });

  assert.deepEqual(chat.log?.entries, [posted]);
});

test("without anything printed the page asks as it always did", async () => {
  const house = new House();
  fill(house, 60);

  const ana = await open(house, null);

  assert.equal(asked(house, "hello")[0].resume, undefined);
  assert.deepEqual(shownTexts(ana), lines(11, 60));
});
