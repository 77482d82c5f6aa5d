/**
 * One person's chat: everything that a client knows and does, without a page around it.
 *
 * Emits, for whoever draws it: `status`, `room` (one is in another room), `rooms`, `occupants`, `log` (of the room, the
 * inbox or a conversation), `conversations`, `outbox`, `clock`; `arrived` with each message of somebody else that has
 * just come; `closed-room`; `deposed` when the session belongs to another person by now.
 */

/** @import { Answer, CaughtUp, Command, DirectPosted, Entry, Frame, Heartbeat, MessagePosted, Occupant,
 *    RoomClosed, RoomView, Truncated, UserView, Welcome, World } from "./types.js" */
/** @import { Target } from "./outbox.js" */
/** @import { Timeline } from "./timeline.js" */

import { ServerClock } from "./clock.js";
import { ClockSync } from "./clock_sync.js";
import { FRAME_TOO_LARGE } from "./close_codes.js";
import { wellFormed } from "./codec.js";
import { Connection } from "./connection.js";
import { greeting } from "./greeting.js";
import { readList } from "./lists.js";
import { Moves } from "./moves.js";
import { Place } from "./place.js";
import { Posting } from "./posting.js";
import { PrivateTalk } from "./private_talk.js";
import { RoomWatch } from "./room_watch.js";
import { INBOX, Streams, streamOf } from "./streams.js";

/** The printed page, as `rooms/pages/seed.py` gives it: streams by name, and the conversation that it shows.
 * @typedef {{ history: string, streams: Record<string, import("./timeline.js").Seed>,
 *   conversation?: { login: string, events: DirectPosted[], more: boolean } | null }} Seed */

/** Lists are not asked for again within this time, however often one falls behind. */
const ASK_ANEW_MS = 10_000;

export class Chat extends EventTarget {
  login;
  clock;
  connection;
  place;
  privateTalk;
  streams;
  /** How many frames came of types that this page does not know. */
  unknownFrames = 0;
  #world;
  #language;
  #clockSync;
  #moves;
  #posting;
  #roomWatch;
  /** @type {string | null} */
  #history = null;
  /** The room in which the last greeting asked to go on from a position. @type {number | null} */
  #resuming = null;
  /** The room that the last greeting asked for. @type {number | null} */
  #greetedFor = null;
  #isCaughtUp = false;
  #missed = 0;
  #isUpToDate = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param {World} world
   * @param {{ login: string, language: string, room: number | null, seed?: Seed | null }} who  and the room to begin in,
   *   null for the default one, with what the page was printed with
   */
  constructor(world, { login, language, room, seed = null }) {
    super();
    this.login = login;
    this.#world = world;
    this.#language = language;
    this.place = new Place(room);
    this.clock = new ServerClock(world.timers);
    this.connection = new Connection(world, () => this.#greeting());
    this.streams = new Streams({ ...world, ask: this.#ask });
    this.privateTalk = new PrivateTalk({ ask: this.#ask, login });
    this.#posting = new Posting(world, this);
    const { clock, connection, place, streams } = this;
    const told = () => this.#tell("clock");
    this.#clockSync = new ClockSync({ ...world, clock, connection, told });
    /** @type {import("./moves.js").Arrived} */
    const arrived = (...arrival) => this.#moved(...arrival);
    const ended = () => this.outbox.drain();
    this.#moves = new Moves(world, { connection, place, streams, arrived, ended });
    const recount = () => this.#recount();
    this.#roomWatch = new RoomWatch({ ...world, ask: this.#ask, place, recount });
    if (seed !== null) this.#begin(seed);
    this.#listen();
  }

  // questions

  get outbox() {
    return this.#posting.outbox;
  }

  get rooms() {
    return this.#roomWatch.rooms;
  }

  get room() {
    return this.place.room;
  }

  /** Has everything that was missed been told? */
  get isCaughtUp() {
    return this.connection.isOpen && this.#isCaughtUp;
  }

  /** How much had been missed of the room when it was come back to, as far as that is known. */
  get missed() {
    return this.#missed;
  }

  /** The log of the room one is in; before that is known, what was printed of the one to begin in. */
  get log() {
    const room = this.room?.id ?? this.place.destination;
    return room === null ? undefined : this.streams.get(streamOf(room));
  }

  /** Is there a log to show, if only as it was when the page was printed? */
  get hasLog() {
    return this.isCaughtUp || (this.room === null && this.log !== undefined);
  }

  /** Milliseconds since 1970 by the server's clock, by the device's own as long as that is not known. */
  get now() {
    return this.clock.now() ?? this.#world.wall();
  }

  /** By how much the device's clock is ahead of the server's, in milliseconds; 0 as long as that is not known. */
  get deviceIsAheadBy() {
    const now = this.clock.now();
    return now === null ? 0 : this.#world.wall() - now;
  }

  // actions

  start() {
    this.outbox.load(this.#world.wall());
    for (const entry of this.log?.entries ?? []) this.#posting.settle(entry);
    for (const entry of this.streams.inbox.entries) this.#posting.settle(entry);
    this.connection.start();
  }

  /** The page was shown, or the network came back: see at once whether the connection lives. */
  wake() {
    this.connection.wake();
  }

  /**
   * Say something in a room or to a person. It is shown at once and goes out when it can.
   * @param {string} text
   * @param {Target} target
   * @returns {boolean} false when it is too long to be ever sent
   */
  post(text, target) {
    return this.#posting.post(text, target, this.now);
  }

  /** A name for something to be sent. */
  newId() {
    return this.#world.newId();
  }

  /**
   * Have the server carry out a line that begins with `#`. Now, on a live connection, and never later by itself.
   * @param {string} line
   * @param {string} clientId  the same again when a line that was lost is repeated
   * @returns {Promise<Answer>}
   */
  run(line, clientId) {
    const text = wellFormed(line);
    return this.#moves.run({ type: "message.post", room: this.room?.id ?? 0, client_id: clientId, text });
  }

  /**
   * Go to a room. Without a connection the next one begins there.
   * @param {number} id
   * @returns {Promise<Answer>}
   */
  enter(id) {
    return this.#moves.enter(id);
  }

  /**
   * Make a room, and be in it.
   * @param {string} name
   * @param {"temporary" | "permanent"} kind
   * @param {number | null} [capacity]  null for as many as come
   * @returns {Promise<Answer>}
   */
  createRoom(name, kind, capacity = null) {
    const seats = capacity === null ? {} : { capacity };
    return this.#moves.run({ type: "room.create", name: wellFormed(name), kind, ...seats });
  }

  /**
   * Close a room that one has made; whoever is in it is moved to the default room.
   * @param {number} id
   * @returns {Promise<Answer>}
   */
  closeRoom(id) {
    return this.#ask({ type: "room.delete", room: id });
  }

  /**
   * @param {number} [pages]  so many are read at most
   * @returns {Promise<UserView[] | null>} null when the server did not answer
   */
  listUsers(pages = 5) {
    return readList(this.#ask, "user.list", "users", { pages });
  }

  // reactions

  /** What to do with each event. Those with a place in a stream need not be named; others that are not are counted.
   * @type {Record<string, (event: any) => void>} */
  #reactions = {
    "room.entered": ({ room, occupants }) => this.#arrived(room, occupants),
    "room.opened": ({ room }) => this.#roomWatch.put(room),
    "room.changed": ({ room }) => this.#roomWatch.put(room),
    "room.removed": ({ id }) => this.#roomWatch.remove(id),
    "occupancy.changed": (event) => this.#roomWatch.count(event),
    heartbeat: (event) => this.#heartbeat(event),
    caught_up: (event) => this.#caughtUp(event),
    truncated: (event) => this.#truncated(event),
  };

  /** @param {Frame} event */
  #react(event) {
    const reaction = this.#reactions[event.type];
    if (reaction !== undefined) reaction(event);
    else if (typeof event.stream === "string" && Number.isInteger(event.seq))
      this.streams.take(/** @type {any} */ (event));
    else this.unknownFrames += 1;
  }

  /** @param {Welcome} welcome */
  #opened(welcome) {
    if (welcome.you.login !== this.login) {
      this.connection.stop("another_person");
      this.#tell("deposed");
      return;
    }
    if (this.#history !== null && this.#history !== welcome.history) this.streams.clear();
    this.#history = welcome.history;
    this.#isUpToDate = false;
    this.clock.hear(welcome.server_time);
    this.#clockSync.restart();
    this.streams.inbox.startAt(welcome.inbox.seq);
    const isContinued = welcome.resumed && this.#resuming === welcome.room.id;
    const { destination } = this.place;
    const isStillUnderWay = destination !== this.#greetedFor && destination !== welcome.room.id;
    this.#arrived(welcome.room, welcome.occupants, { isContinued, next: isStillUnderWay ? destination : null });
  }

  /**
   * The connection is in this room now; its events follow.
   * @param {RoomView} room
   * @param {Occupant[]} occupants
   * @param {{ isContinued: boolean, next?: number | null }} [events]  whether they go on from the position held here, or
   *   start anew somewhere; and the room to which somebody wanted to go since this one was asked for
   */
  #arrived(room, occupants, { isContinued, next = null } = { isContinued: false }) {
    this.place.arrive(room, occupants);
    if (next !== null) this.place.want(next);
    const position = isContinued ? this.streams.position(streamOf(room.id)) : null;
    this.#missed = position === null ? 0 : Math.max(0, room.seq - position);
    this.streams.follow(streamOf(room.id), { isContinued });
    this.#posting.settleRead();
    this.#isCaughtUp = false;
    this.#roomWatch.put(room);
    for (const topic of ["room", "log", "status"]) this.#tell(topic);
    this.outbox.drain();
    if (next !== null) this.#goOn(next);
  }

  /** @param {number} room */
  async #goOn(room) {
    const answer = await this.enter(room);
    if (answer.outcome === "refused") this.#tell("room");
  }

  /** @param {Pick<CaughtUp, "streams">} event */
  #caughtUp({ streams }) {
    // Said again without a change of place: news may have been lost.
    if (this.#isCaughtUp && this.#world.timers.now() - this.#askedAt > ASK_ANEW_MS) this.#isUpToDate = false;
    this.streams.expect(streams);
    this.#isCaughtUp = true;
    // The page was printed around an older message: its end is still to be read.
    if (this.log?.endsInGap) this.streams.loadEarlier(this.log.stream, (this.log.position ?? 0) + 1);
    this.#tell("status");
    this.#tell("log");
    if (!this.#isUpToDate) this.#askAnew();
  }

  /** @param {Heartbeat} event */
  #heartbeat(event) {
    this.#clockSync.check(event);
    this.streams.expect(event.heads);
  }

  /** @param {Entry[]} entries  that have become part of their logs */
  #shown(entries) {
    for (const entry of entries) {
      this.#posting.settle(entry);
      if (entry.type === "direct.posted") this.privateTalk.take(/** @type {DirectPosted} */ (entry));
      else if (entry.type === "room.closed") this.#roomClosed(/** @type {RoomClosed} */ (entry));
      if (this.#isNews(entry)) this.#tell("arrived", entry);
    }
    this.#posting.settleRead();
    this.#tell("log");
  }

  /** @param {RoomClosed} entry */
  #roomClosed(entry) {
    this.#roomWatch.remove(entry.room.id);
    this.#tell("closed-room", entry);
  }

  /** @param {Truncated} mark */
  #truncated(mark) {
    this.streams.truncate(mark);
    // Of which conversation something is missing nobody knows: each is read anew.
    if (mark.stream === INBOX) this.#voided(this.streams.inbox);
  }

  /** @param {Timeline} timeline  that turned out to hold what is not true any more */
  #voided(timeline) {
    if (timeline !== this.streams.inbox) return;
    this.privateTalk.forget();
    this.#isUpToDate = false;
  }

  // internal

  /** @param {Command} command */
  #ask = (command) => this.connection.ask(command);

  /**
   * What the page was printed with is as true as if it had come over a connection: the first one resumes there.
   * @param {Seed} seed
   */
  #begin({ history, streams, conversation }) {
    this.#history = history;
    this.streams.seed(streams);
    if (conversation) this.privateTalk.seed(conversation);
  }

  #listen() {
    /** @type {(target: EventTarget, type: string, react: (detail: any) => void) => void} */
    const on = (target, type, react) =>
      target.addEventListener(type, (event) => react(/** @type {CustomEvent} */ (event).detail));
    on(this.connection, "opened", (welcome) => this.#opened(welcome));
    on(this.connection, "event", (event) => this.#react(event));
    on(this.connection, "closed", ({ code }) => code === FRAME_TOO_LARGE && this.#posting.refuseLargest());
    on(this.connection, "status", () => this.#tell("status"));
    on(this.streams, "shown", ({ entries }) => this.#shown(entries));
    on(this.streams, "voided", ({ timeline }) => this.#voided(timeline));
    on(this.streams, "changed", () => this.#tell("log"));
    on(this.#roomWatch, "rooms", () => this.#tell("rooms"));
    on(this.#roomWatch, "occupants", () => this.#tell("occupants"));
    on(this.#roomWatch, "gone", (isGone) => this.#posting.giveUpOn(isGone));
    on(this.privateTalk, "changed", () => this.#tell("conversations"));
    on(this.privateTalk, "log", () => this.#tell("log"));
    on(this.outbox, "change", () => this.#tell("outbox"));
  }

  #greeting() {
    const { place, streams } = this;
    const hello = greeting({ place, streams, history: this.#history, language: this.#language });
    this.#resuming = hello.resume?.room?.id ?? null;
    this.#greetedFor = hello.room ?? null;
    return hello;
  }

  /** @type {import("./moves.js").Arrived} */
  #moved(room, occupants, events) {
    if (room.id === this.room?.id) this.#stayed(room, occupants);
    else this.#arrived(room, occupants ?? this.#oneself(), events);
  }

  /**
   * Entering the room one is in changes nothing: its log goes on, and who is there is told anew.
   * @param {RoomView} room
   * @param {Occupant[]} [occupants]
   */
  #stayed(room, occupants) {
    this.place.arrive(room, occupants ?? this.place.occupants.people);
    this.#roomWatch.put(room);
  }

  /** Who is in a room that one has just made. */
  #oneself() {
    return this.place.occupants.people.filter(({ login }) => login === this.login);
  }

  /** Ask for what events do not repeat for one who was away. */
  #askAnew() {
    this.#isUpToDate = true;
    this.#askedAt = this.#world.timers.now();
    this.#roomWatch.refresh();
    this.privateTalk.refresh();
    const { inbox } = this.streams;
    if (inbox.entries.length === 0 && inbox.hasEarlier) this.streams.loadEarlier(INBOX);
  }

  #recount() {
    if (this.room !== null && this.connection.isOpen) this.enter(this.room.id);
  }

  /** @param {Entry} entry  is it somebody's message that came just now, not one that was missed? */
  #isNews(entry) {
    const { author } = /** @type {MessagePosted} */ (entry);
    return this.#isCaughtUp && author !== undefined && author.login !== this.login;
  }

  /**
   * @param {string} type
   * @param {unknown} [detail]
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
