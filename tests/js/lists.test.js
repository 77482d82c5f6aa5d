import assert from "node:assert/strict";
import { test } from "node:test";

import { ConversationLog } from "../../static/js/chat/conversation_log.js";
import { Conversations, peerOf } from "../../static/js/chat/conversations.js";
import { readList } from "../../static/js/chat/lists.js";
import { Occupants } from "../../static/js/chat/occupants.js";
import { RoomList } from "../../static/js/chat/room_list.js";

const ANA = { id: 1, login: "ana", name: "Ana" };
const NOW = "2026-11-20T10:30:00.123Z";
const BEN = { id: 2, login: "ben", name: "Ben" };

/** @param {number} id @param {string} name @param {any} fields */
function room(id, name, fields = {}) {
  const rest = { access: "open", owner: null, capacity: null, occupants: 0, seq: 0, closing_at: null };
  return { id, name, kind: /** @type {const} */ ("permanent"), ...rest, ...fields };
}

/** @param {number} seq @param {typeof ANA} author @param {typeof ANA} to @param {string} text */
function direct(seq, author, to, text) {
  const type = /** @type {const} */ ("direct.posted");
  return { type, stream: "inbox", seq, author, to, text, sent_at: "2026-11-20T10:30:00.123Z", client_id: String(seq) };
}

test("the default room comes first, the others by name", () => {
  const list = new RoomList();

  list.replace([room(3, "Zoo"), room(2, "attic"), room(1, "Lobby", { kind: "default" })]);

  assert.deepEqual(
    list.rooms.map(({ name }) => name),
    ["Lobby", "attic", "Zoo"],
  );
});

test("what changed while a list was read is not undone by it", () => {
  const list = new RoomList();
  list.replace([room(1, "Lobby"), room(2, "Den")]);

  list.beginListing();
  list.put(room(3, "Attic"), NOW);
  list.remove(2);
  list.count(1, 5);
  list.replace([room(1, "Lobby"), room(2, "Den")]);

  assert.deepEqual(
    list.rooms.map(({ name, occupants }) => [name, occupants]),
    [
      ["Attic", 0],
      ["Lobby", 5],
    ],
  );
});

test("a room keeps when it was active last, and is the newest when something is said there", () => {
  const list = new RoomList();
  list.replace([room(2, "Den", { active_at: "2026-11-20T09:00:00.000Z" }), room(3, "Attic", { active_at: NOW })]);

  list.put(room(2, "Den", { occupants: 4 }), "2026-11-20T11:00:00.000Z");
  assert.equal(list.get(2)?.active_at, "2026-11-20T09:00:00.000Z");

  list.stir(2, "2026-11-20T12:00:00.000Z");
  list.count(2, 5);
  list.put(room(4, "Zoo"), "2026-11-20T13:00:00.000Z");

  assert.deepEqual(
    [2, 3, 4].map((id) => list.get(id)?.active_at.slice(11, 13)),
    ["12", "10", "13"],
  );
});

test("a list that did not come leaves nothing behind for the next one", () => {
  const list = new RoomList();

  list.beginListing();
  list.put(room(2, "Den"), NOW);
  list.endListing();
  list.replace([room(1, "Lobby")]);

  assert.deepEqual(
    list.rooms.map(({ name }) => name),
    ["Lobby"],
  );
});

test("pages of a list are read until its end", async () => {
  /** @type {any[]} */
  const asked = [];
  /** @param {any} command */
  const ask = async (command) => {
    asked.push(command.after);
    const next = command.after === undefined ? "b" : null;
    return {
      outcome: /** @type {const} */ ("done"),
      ack: { type: /** @type {const} */ ("ack"), ref: "1", rooms: [command.after ?? "a"], next },
    };
  };

  assert.deepEqual(await readList(ask, "room.list", "rooms"), ["a", "b"]);
  assert.deepEqual(asked, [undefined, "b"]);
});

test("half a list is no list", async () => {
  assert.equal(await readList(async () => ({ outcome: "lost" }), "room.list", "rooms"), null);
});

test("who is here follows who comes and who goes", () => {
  const here = new Occupants();
  here.replace([ANA], 1);

  here.change({ joined: [BEN], left: [], count: 2 });
  assert.deepEqual(
    here.people.map(({ login }) => login),
    ["ana", "ben"],
  );
  assert.ok(!here.isDoubtful);

  here.change({ joined: [], left: [ANA], count: 1 });
  assert.deepEqual(
    here.people.map(({ login }) => login),
    ["ben"],
  );
});

test("a count that does not fit is doubtful; beyond two hundred names it is all there is", () => {
  const here = new Occupants();
  here.replace([ANA], 1);
  here.change({ joined: [], left: [], count: 2 });
  assert.ok(here.isDoubtful);

  const crowd = Array.from({ length: 200 }, (_, index) => ({ login: `p${index}`, name: `P${index}` }));
  here.replace(crowd, 450);
  assert.equal(here.count, 450);
  assert.ok(!here.isWhole && !here.isDoubtful);
  here.change({ joined: [], left: [], count: 150 });
  assert.ok(here.isDoubtful);
});

test("the newest conversation comes first, with what is unread of it", () => {
  const talk = new Conversations();
  const reader = { you: "ana", read: 0 };

  talk.add(direct(1, BEN, ANA, "hi"), reader);
  talk.add(direct(2, ANA, { id: 3, login: "eva", name: "Eva" }, "hey"), reader);
  talk.add(direct(3, BEN, ANA, "there?"), reader);

  assert.deepEqual(
    talk.all.map(({ login, text, unread }) => [login, text, unread]),
    [
      ["ben", "there?", 2],
      ["eva", "hey", 0],
    ],
  );
  talk.mark("ben", 3, null);
  assert.equal(talk.unread, 0);
});

test("a list that is older than what came live changes nothing", () => {
  const talk = new Conversations();
  talk.add(direct(5, BEN, ANA, "new"), { you: "ana", read: 0 });

  talk.merge([
    { login: "ben", name: "Ben", seq: 4, at: "", text: "old", read: 0, unread: 4 },
    { login: "eva", name: "Eva", seq: 1, at: "", text: "hey", read: 1, unread: 0 },
  ]);

  assert.deepEqual(
    talk.all.map(({ text, unread }) => [text, unread]),
    [
      ["new", 1],
      ["hey", 0],
    ],
  );
});

test("of a conversation that is read further here than the server knows, what is read stays so", () => {
  const talk = new Conversations();
  const told = { login: "ben", name: "Ben", seq: 5, at: "", text: "five", read: 1, unread: 4 };
  talk.merge([told]);
  talk.mark("ben", 4, 1);

  talk.merge([told]);
  assert.deepEqual([talk.get("ben")?.read, talk.get("ben")?.unread], [4, 1]);
  talk.mark("ben", 3, 2);
  assert.deepEqual([talk.get("ben")?.read, talk.get("ben")?.unread], [4, 1]);

  talk.merge([{ ...told, read: 5, unread: 0 }]);
  assert.equal(talk.unread, 0);
});

test("what a list has counted already is not counted again when it is told", () => {
  const talk = new Conversations();
  talk.merge([{ login: "ben", name: "Ben", seq: 7, at: "", text: "seven", read: 6, unread: 1 }]);

  talk.add(direct(7, BEN, ANA, "seven"), { you: "ana", read: 6 });

  assert.equal(talk.unread, 1);
});

test("how much is unread beyond a mark is not known where the conversation is not held", () => {
  const talk = new Conversations();
  talk.merge([{ login: "ben", name: "Ben", seq: 6, at: "", text: "mine", read: 4, unread: 1 }]);

  assert.equal(talk.mark("ben", 5, null), false);
  assert.equal(talk.mark("ben", 5, null), true, "asked once");
  assert.equal(talk.mark("ben", 6, null), true);
  assert.equal(talk.unread, 0);
});

test("what one has read before it is told again, and what one has said, is not unread", () => {
  const talk = new Conversations();

  talk.add(direct(3, BEN, ANA, "read elsewhere"), { you: "ana", read: 3 });
  talk.add(direct(4, ANA, BEN, "mine"), { you: "ana", read: 3 });

  assert.equal(talk.unread, 0);
});

test("the other one of the two is the one that one is not", () => {
  assert.equal(peerOf(direct(1, ANA, BEN, ""), "ana"), BEN);
  assert.equal(peerOf(direct(1, BEN, ANA, ""), "ana"), BEN);
});

test("a conversation stands in order however its pages come, each message once", () => {
  const log = new ConversationLog("ben");
  log.add(direct(9, BEN, ANA, "live"));

  log.addPage([direct(5, ANA, BEN, "a"), direct(9, BEN, ANA, "live")], true);
  log.addPage([direct(2, BEN, ANA, "first")], false);

  assert.deepEqual(
    log.entries.map(({ seq }) => seq),
    [2, 5, 9],
  );
  assert.ok(!log.hasEarlier);
  assert.equal(log.oldest, 2);
});
