import assert from "node:assert/strict";
import { test } from "node:test";

import { People } from "../../static/js/chat/people.js";
import { VirtualTimers } from "./support/virtual_timers.js";

const BEN = { login: "ben", name: "Ben", online: true, rooms: [] };

/** A list that counts how often it is read. @param {any[] | null} found */
function peopleOf(found) {
  const timers = new VirtualTimers();
  const told = { reads: 0, pages: 0, found };
  /** @param {number} pages */
  const list = async (pages) => {
    told.reads += 1;
    told.pages = pages;
    return told.found;
  };
  const here = () => [{ login: "eva", name: "Eva" }];
  return { timers, told, people: new People({ list, here, timers, random: () => 0.5 }) };
}

test("who looks twice reads once", async () => {
  const { people, told, timers } = peopleOf([BEN]);

  people.lookAt();
  people.lookAt();
  await timers.advance(1);
  people.lookAt();
  await timers.advance(1);

  assert.equal(told.reads, 1);
  assert.ok(people.isOnline("ben"));
  assert.equal(people.get("ben")?.name, "Ben");
});

test("what was read a minute ago is read again, when somebody looks", async () => {
  const { people, told, timers } = peopleOf([BEN]);
  people.lookAt();

  await timers.advance(61_000);
  assert.equal(told.reads, 1);
  people.lookAt();

  assert.equal(told.reads, 2);
});

test("however many come and go, the list is read once in a while", async () => {
  const { people, told, timers } = peopleOf([BEN]);

  for (let count = 0; count < 50; count += 1) people.expectChange();
  await timers.advance(10_000);

  assert.equal(told.reads, 1);
});

test("a list that could not be read leaves the one before", async () => {
  const { people, told, timers } = peopleOf([BEN]);
  people.lookAt();
  await timers.advance(1);

  told.found = null;
  people.expectChange();
  await timers.advance(10_000);

  assert.equal(told.reads, 2);
  assert.deepEqual(people.all, [BEN]);
});

test("whoever is in the room is online before any list was read", () => {
  const { people } = peopleOf(null);

  assert.ok(people.isOnline("eva"));
  assert.equal(people.nameOf("eva"), "Eva");
  assert.equal(people.nameOf("ben"), undefined);
  assert.ok(!people.isOnline("ben"));
  assert.ok(!people.isKnown);
});

test("the rest of a long list is read when somebody is looked for, and of a short one nothing more", async () => {
  const short = peopleOf([BEN]);
  short.people.lookAt();
  await short.timers.advance(1);
  short.people.lookFor();
  assert.equal(short.told.reads, 1);

  const long = peopleOf(Array.from({ length: 1000 }, (_, number) => ({ ...BEN, login: `ben${number}` })));
  long.people.lookAt();
  await long.timers.advance(1);
  long.people.lookFor();
  await long.timers.advance(1);
  long.people.lookFor();

  assert.equal(long.told.reads, 2);
  assert.equal(long.told.pages, 25);
});

test("the more people there are, the later they ask who has come", async () => {
  const many = peopleOf(Array.from({ length: 500 }, (_, number) => ({ ...BEN, login: `ben${number}` })));
  many.people.lookAt();
  await many.timers.advance(1);

  many.people.expectChange();
  await many.timers.advance(25_000);
  assert.equal(many.told.reads, 1);
  await many.timers.advance(10_000);

  assert.equal(many.told.reads, 2);
});

test("whoever asks now is told when it has been read, once for all who ask", async () => {
  const { people, told } = peopleOf([BEN]);

  await Promise.all([people.refresh(), people.refresh()]);
  assert.equal(told.reads, 1);
  assert.deepEqual(people.all, [BEN]);
  await people.refresh();

  assert.equal(told.reads, 2);
});
