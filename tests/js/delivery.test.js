/**
 * Whatever the network does: nothing lost, nothing twice, in order.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { House, LOBBY } from "./support/house.js";

const RUNS = Number(process.env.CHAT_JS_RUNS ?? 100);
const STEPS = 120;
const PEOPLE = ["ana", "ben", "eva"];

for (let seed = 1; seed <= RUNS; seed += 1) {
  test(`everything written arrives once and in order (seed ${seed})`, async () => {
    const run = new Run(seed);

    for (let step = 0; step < STEPS; step += 1) await run.step();
    await run.heal();

    run.expectEverythingWrittenIsStoredOnce();
    for (const login of PEOPLE) run.expectLogsAsTheServerHasThem(login);
  });
}

/** Three people, two rooms, and a hostile hand. */
class Run {
  house;
  /** @type {Map<string, import("../../static/js/chat/chat.js").Chat>} */
  chats = new Map();
  /** What was written: texts by author and target, in order. @type {Map<string, string[]>} */
  written = new Map();
  /** @type {import("../../static/js/chat/outbox.js").Target} */
  den;
  #count = 0;

  /** @param {number} seed */
  constructor(seed) {
    this.house = new House({ seed, people: PEOPLE });
    this.den = { kind: "room", room: this.house.server.open("Den"), name: "Den" };
    this.house.network.harm = 0.15;
    this.house.server.fails = () => (this.chance.happens(0.05) ? this.chance.pick(["before", "after"]) : null);
    for (const login of PEOPLE) this.#open(login);
  }

  get chance() {
    return this.house.chance;
  }

  async step() {
    const login = this.chance.pick(PEOPLE);
    const wire = this.house.wire(login);
    const action = this.chance.pick([
      "say",
      "say",
      "say",
      "whisper",
      "move",
      "cut",
      "lose answers",
      "die",
      "refuse",
      "reload",
      "wake",
    ]);
    if (action === "say") this.#say(login, this.chance.pick([LOBBY, this.den]));
    else if (action === "whisper") this.#whisper(login);
    else if (action === "move") this.chats.get(login)?.enter(this.chance.pick([1, 2]));
    else if (action === "cut") wire?.cut();
    else if (action === "lose answers") wire?.cut(1006, { upToo: false });
    else if (action === "die") wire?.die();
    else if (action === "refuse") this.house.network.isDown = this.chance.happens(0.3);
    else if (action === "reload" && this.chance.happens(0.3)) this.#open(login);
    else this.chats.get(login)?.wake();
    await this.house.timers.advance(this.chance.next() * 1500);
  }

  /** Everything works again, and everybody stays in each room long enough to say what waits for it. */
  async heal() {
    this.house.network.isDown = false;
    this.house.network.harm = 0;
    this.house.server.fails = () => null;
    await this.house.timers.advance(90_000);
    for (const room of [2, 1]) {
      for (const chat of this.chats.values()) await Promise.race([chat.enter(room), this.house.timers.advance(20_000)]);
      await this.house.timers.advance(40_000);
    }
  }

  expectEverythingWrittenIsStoredOnce() {
    for (const [key, texts] of this.written) {
      const [login, target] = key.split(" ");
      const log = /** @type {any[]} */ (this.house.server.logs.get(target));
      const stored = log.filter(({ author }) => author?.login === login).map(({ text }) => text);
      assert.deepEqual(
        stored.filter((text) => texts.includes(text)),
        texts,
        `what ${login} wrote to ${target}`,
      );
    }
    for (const [login, chat] of this.chats) assert.deepEqual(chat.outbox.items, [], `the outbox of ${login}`);
  }

  /** @param {string} login */
  expectLogsAsTheServerHasThem(login) {
    const chat = this.chats.get(login);
    assert.ok(chat?.log);
    for (const [timeline, key] of /** @type {const} */ ([
      [chat.log, "room:1"],
      [chat.streams.inbox, `inbox/${login}`],
    ])) {
      const log = /** @type {any[]} */ (this.house.server.logs.get(key));
      const held = timeline.entries.map(({ seq }) => seq);
      assert.equal(timeline.position, log.length, `how far ${login} has read ${key}`);
      assert.deepEqual(
        held,
        log.slice(-held.length || log.length).map(({ seq }) => seq),
        `what ${login} holds of ${key}`,
      );
    }
  }

  /** @param {string} login */
  #open(login) {
    this.chats.get(login)?.connection.stop("reload");
    const chat = this.house.chat(login, { room: this.chance.pick([1, 2]) });
    this.chats.set(login, chat);
    chat.start();
  }

  /** @param {string} login  @param {import("../../static/js/chat/outbox.js").Target & { kind: "room" }} target */
  #say(login, target) {
    this.#write(login, `room:${target.room}`, target);
  }

  /** @param {string} login */
  #whisper(login) {
    const to = this.chance.pick(PEOPLE.filter((other) => other !== login));
    this.#write(login, `inbox/${to}`, { kind: "direct", to, name: to });
  }

  /** @param {string} login  @param {string} key  @param {import("../../static/js/chat/outbox.js").Target} target */
  #write(login, key, target) {
    const text = `${login} ${++this.#count}`;
    this.chats.get(login)?.post(text, target);
    const texts = this.written.get(`${login} ${key}`) ?? [];
    this.written.set(`${login} ${key}`, [...texts, text]);
  }
}
