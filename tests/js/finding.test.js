import assert from "node:assert/strict";
import { test } from "node:test";

import {
  conversationsInOrder,
  destinations,
  folded,
  isFound,
  isNewName,
  neighbour,
  peopleInOrder,
  roomsInOrder,
  secondsLeft,
} from "../../static/js/chat/finding.js";
import { findings } from "../../static/js/chat/findings.js";

/** @param {number} id @param {string} name @param {any} fields */
function room(id, name, fields = {}) {
  const rest = { access: "open", owner: null, capacity: null, occupants: 0, seq: 0, closing_at: null };
  return { id, name, kind: /** @type {const} */ ("permanent"), ...rest, ...fields };
}

/** @param {string} login @param {string} name @param {any} fields */
function user(login, name, fields = {}) {
  return { login, name, online: false, rooms: [], ...fields };
}

/** @param {string} login @param {string} name @param {any} fields */
function conversation(login, name, fields = {}) {
  return { login, name, seq: 1, at: "2026-11-20T10:30:00.123Z", text: "hola", read: 0, unread: 0, ...fields };
}

const LOBBY = room(1, "Lobby", { kind: "default" });

/** @param {Array<{ name: string }>} items */
const names = (items) => items.map(({ name }) => name);

test("a search knows no case, no accents and no order of words", () => {
  assert.equal(folded("  Ánna Ёлкина "), "anna елкина");
  assert.ok(isFound("perez ana", "Ana María", "Pérez"));
  assert.ok(isFound("", "anything"));
  assert.ok(!isFound("anax", "Ana"));
});

/** @param {string} time */
const at = (time) => ({ active_at: `2026-11-20T${time}:00.000Z` });

test("the default room stands first, then where something was said last, then by name", () => {
  const rooms = [
    room(5, "Zen"),
    room(4, "Attic"),
    room(3, "Zoo", at("10:30")),
    room(2, "Busy", at("10:31")),
    { ...LOBBY, ...at("09:00") },
  ];

  assert.deepEqual(names(roomsInOrder(rooms)), ["Lobby", "Busy", "Zoo", "Attic", "Zen"]);
  assert.deepEqual(names(roomsInOrder(rooms, "z")), ["Zoo", "Zen"]);
});

test("walking through rooms leads through all of them, whoever is where", () => {
  const walked = [];
  let here = 1;
  for (let step = 0; step < 4; step += 1) {
    const counted = [LOBBY, room(2, "Attic"), room(3, "Den"), room(4, "Zoo")].map((each) => ({
      ...each,
      occupants: each.id === here ? 1 : 0,
    }));
    const all = destinations([], counted);
    const there = neighbour(
      all,
      all.findIndex((place) => place.kind === "room" && place.room === here),
      1,
    );
    assert.ok(there?.kind === "room");
    here = there.room;
    walked.push(here);
  }

  assert.deepEqual(walked, [2, 3, 4, 1]);
});

test("conversations keep their order and are found by name and by login", () => {
  const talks = [conversation("x7", "Eva"), conversation("ben", "Ben Stone")];

  assert.deepEqual(names(conversationsInOrder(talks)), ["Eva", "Ben Stone"]);
  assert.deepEqual(names(conversationsInOrder(talks, "x7")), ["Eva"]);
  assert.deepEqual(names(conversationsInOrder(talks, "stone")), ["Ben Stone"]);
});

test("those who are online stand first, and whoever is in the room is online", () => {
  const users = [user("ana", "Ana"), user("ben", "Ben", { online: true }), user("eva", "Eva")];

  const people = peopleInOrder(users, [
    { login: "eva", name: "Eva" },
    { login: "zoe", name: "Zoe" },
  ]);

  assert.deepEqual(
    people.map(({ login, online }) => [login, online]),
    [
      ["ben", true],
      ["eva", true],
      ["zoe", true],
      ["ana", false],
    ],
  );
});

test("a room is offered only under a name that no room has", () => {
  assert.ok(isNewName("Torneo", [LOBBY]));
  assert.ok(!isNewName(" lóbby ", [LOBBY]));
  assert.ok(!isNewName("  ", [LOBBY]));
});

test("one steps through conversations and rooms as they are listed, and round", () => {
  const all = destinations([conversation("ben", "Ben"), conversation("", "")], [room(2, "Den"), LOBBY]);

  assert.deepEqual(all, [
    { kind: "direct", login: "ben", name: "Ben" },
    { kind: "room", room: 1 },
    { kind: "room", room: 2 },
  ]);
  assert.equal(neighbour(all, 1, 1), all[2]);
  assert.equal(neighbour(all, 2, 1), all[0]);
  assert.equal(neighbour(all, 0, -1), all[2]);
  assert.equal(neighbour(all, -1, 1), all[0]);
  assert.equal(neighbour(all, -1, -1), all[2]);
  assert.equal(neighbour([], -1, 1), undefined);
});

test("seconds are counted down to one, and never below none", () => {
  const at = "2026-11-20T10:30:15.500Z";

  assert.equal(secondsLeft(at, Date.parse("2026-11-20T10:30:00.600Z")), 15);
  assert.equal(secondsLeft(at, Date.parse("2026-11-20T10:30:15.499Z")), 1);
  assert.equal(secondsLeft(at, Date.parse("2026-11-20T10:31:00.000Z")), 0);
});

test("the finder lists conversations, rooms and people online, each person once and never oneself", () => {
  const state = {
    conversations: [conversation("ben", "Ben", { unread: 2 })],
    rooms: [LOBBY],
    people: [user("ben", "Ben", { online: true }), user("eva", "Eva", { online: true }), user("off", "Otto")],
    here: [{ login: "ana", name: "Ana" }],
    login: "ana",
    query: "",
    unreadIn: () => 3,
  };

  const found = findings(state);

  assert.deepEqual(
    found.map(({ key, isOnline, unseen }) => [key, isOnline, unseen]),
    [
      ["p/ben", true, 2],
      ["r/1", false, 3],
      ["p/eva", true, 0],
    ],
  );
});

test("whoever is looked for is found though they are away, and what is not there can be made", () => {
  const people = [user("off", "Otto")];
  const state = { conversations: [], rooms: [LOBBY], people, here: [], login: "ana", unreadIn: () => 0 };

  assert.deepEqual(
    findings({ ...state, query: "ot" }).map(({ key }) => key),
    ["p/off", "new"],
  );
  assert.deepEqual(
    findings({ ...state, query: "lobby" }).map(({ key }) => key),
    ["r/1"],
  );
});
