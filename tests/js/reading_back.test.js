import assert from "node:assert/strict";
import { test } from "node:test";

import { House, shownTexts } from "./support/house.js";

const LONG = 2600;

/** Read back until nothing is left to be read. @param {House} house @param {() => Promise<unknown>} read @param {() => boolean} hasMore */
async function readAll(house, read, hasMore) {
  for (let page = 0; page < LONG / 50 && hasMore(); page += 1) {
    await Promise.all([read(), house.timers.advance(100)]);
  }
}

test("one new message takes nothing away from who has read far back", async () => {
  const house = new House({ people: ["ana", "eva"] });
  const say = (/** @type {number} */ number) =>
    house.server.post("eva", { room: 1, client_id: `id-${number}`, text: `m${number}` }, 1);
  for (let number = 1; number <= LONG; number += 1) say(number);
  const ana = await house.enter("ana");
  const read = () => ana.streams.loadEarlier("room:1");
  await readAll(house, read, () => ana.log?.hasEarlier ?? false);

  say(LONG + 1);
  await house.timers.advance(100);

  assert.deepEqual(shownTexts(ana), house.texts("room:1"));
});

test("one new private message takes nothing away from who has read far back", async () => {
  const house = new House();
  const say = (/** @type {number} */ number) =>
    house.server.direct("ben", { to: "ana", client_id: `id-${number}`, text: `m${number}` });
  for (let number = 1; number <= LONG; number += 1) say(number);
  const ana = await house.enter("ana");
  const log = ana.privateTalk.logWith("ben");
  await readAll(
    house,
    () => ana.privateTalk.loadEarlier(log),
    () => log.hasEarlier,
  );

  say(LONG + 1);
  await house.timers.advance(100);

  assert.equal(log.size, LONG + 1);
});

test("of what arrives no more than so much is held, also after reading back", async () => {
  const house = new House({ people: ["ana", "eva"] });
  const say = (/** @type {number} */ number) =>
    house.server.post("eva", { room: 1, client_id: `id-${number}`, text: `m${number}` }, 1);
  for (let number = 1; number <= 300; number += 1) say(number);
  const ana = await house.enter("ana");
  await Promise.all([ana.streams.loadEarlier("room:1"), house.timers.advance(100)]);

  for (let number = 301; number <= 2600; number += 1) say(number);
  await house.timers.advance(100);

  assert.ok((ana.log?.entries.length ?? 0) <= 2050);
  assert.equal(shownTexts(ana).at(-1), "m2600");
});
