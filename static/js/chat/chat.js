/**
 * One person's chat: everything that a client knows and does, without a page around it.
 *
 * Emits, for whoever draws it: `status`, `room` (one is in another room), `rooms`, `occupants`, `log` (of the room, the
 * inbox or a conversation), `conversations`, `outbox`, `clock`; `arrived` with each message of somebody else that has
 * just come; `closed-room`; `refused` with the server's sentence when the room to begin in is full; `deposed` when the
 * session belongs to another person by now.
 */

/** @import { Answer, Command, DirectPosted, Entry, Frame, Heartbeat, MessagePosted, ReadMarked, RoomClosed,
 *    RoomGrew, Truncated, UserView, Welcome, World } from "./types.js" */
/** @import { Target } from "./outbox.js" */
/** @import { Timeline } from "./timeline.js" */

import { Arrivals } from "./arrivals.js";
import { ServerClock } from "./clock.js";
import { ClockSync } from "./clock_sync.js";
import { FRAME_TOO_LARGE } from "./close_codes.js";
import { wellFormed } from "./codec.js";
import { Connection } from "./connection.js";
import { readList } from "./lists.js";
import { Marks, placeWith } from "./marks.js";
import { Moves } from "./moves.js";
import { Place } from "./place.js";
import { Posting } from "./posting.js";
import { PrivateTalk } from "./private_talk.js";
import { RoomWatch } from "./room_watch.js";
import { INBOX, Streams, streamOf } from "./streams.js";

/** The printed page, as `rooms/pages/seed.py` gives it: streams by name, and the conversation that it shows.
 * @typedef {{ history: string, streams: Record<string, import("./timeline.js").Seed>,
 *   marks?: Record<string, number>, conversation?: { login: string, events: DirectPosted[], more: boolean, unread?: number }
 *   | null }} Seed  `marks`: up to where the place has been read */

export class Chat extends EventTarget {
  login;
  clock;
  connection;
  marks;
  place;
  privateTalk;
  streams;
  /** How many frames came of types that this page does not know. */
  unknownFrames = 0;
  /** Whose chat it is, also when a login has come to somebody else. @type {number | undefined} */
  #id;
  #world;
  #arrivals;
  #clockSync;
  #moves;
  #posting;
  #roomWatch;

  /**
   * @param {World} world
   * @param {{ id?: number, login: string, language: string, room: number | null, seed?: Seed | null }} who  and the room to begin in,
   *   null for the default one, with what the page was printed with
   */
  constructor(world, { id, login, language, room, seed = null }) {
    super();
    this.#id = id;
    this.login = login;
    this.#world = world;
    this.place = new Place(room);
    this.clock = new ServerClock(world.timers);
    this.connection = new Connection(world, () => this.#arrivals.greeting());
    this.streams = new Streams({ ...world, ask: this.#ask });
    this.marks = new Marks({ ask: this.#ask, timers: world.timers });
    this.privateTalk = new PrivateTalk({ ask: this.#ask, login, marks: this.marks });
    this.#posting = new Posting(world, this);
    const { clock, connection, marks, place, privateTalk, streams } = this;
    const told = () => this.#tell("clock");
    this.#clockSync = new ClockSync({ ...world, clock, connection, told });
    /** @type {import("./moves.js").Arrived} */
    const arrived = (...arrival) => this.#arrivals.moved(...arrival);
    const ended = () => this.outbox.drain();
    this.#moves = new Moves(world, { connection, place, streams, arrived, ended });
    const enter = (/** @type {number} */ room) => this.enter(room);
    this.#roomWatch = new RoomWatch({ ...world, ask: this.#ask, clock, marks, place, enter });
    const tell = (/** @type {string} */ topic, /** @type {string} */ detail = "") => this.#tell(topic, detail);
    const kept = { marks, place, streams, privateTalk, posting: this.#posting, roomWatch: this.#roomWatch };
    this.#arrivals = new Arrivals(world, { ...kept, login, language, tell, enter });
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

  /** The name of the server's history to which all that is held belongs, as far as that is known. */
  get history() {
    return this.#arrivals.history;
  }

  get room() {
    return this.place.room;
  }

  /** Has everything that was missed been told? */
  get isCaughtUp() {
    return this.connection.isOpen && this.#arrivals.isCaughtUp;
  }

  /** How much had been missed of the room when it was come back to, as far as that is known. */
  get missed() {
    return this.#arrivals.missed;
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
    this.outbox.load();
    this.connection.start();
  }

  /** The page was shown, as when another was closed, or the network came back: see at once whether the connection lives. */
  wake() {
    this.outbox.load();
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
    "room.entered": ({ room, occupants }) => this.#arrivals.arrived(room, occupants),
    "room.opened": ({ room }) => this.#roomWatch.put(room),
    "room.changed": ({ room }) => this.#roomWatch.put(room),
    "room.removed": ({ id }) => this.#roomWatch.remove(id),
    "occupancy.changed": (event) => this.#roomWatch.count(event),
    "room.grew": ({ heads }) => this.#grew(heads),
    "read.marked": (event) => this.#marked(event),
    heartbeat: (event) => this.#heartbeat(event),
    caught_up: (event) => this.#arrivals.caughtUp(event),
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
    const { you } = welcome;
    if (you.login !== this.login || you.id !== (this.#id ?? you.id)) {
      this.connection.stop("another_person");
      this.#tell("deposed");
      return;
    }
    this.clock.hear(welcome.server_time);
    this.#clockSync.restart();
    this.outbox.load();
    this.#arrivals.opened(welcome);
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
      else this.#grown(/** @type {MessagePosted} */ (entry));
      if (this.#isNews(entry)) this.#tell("arrived", entry);
    }
    this.#posting.settleRead();
    this.#tell("log");
  }

  /** @param {MessagePosted} entry  of a room, or of a kind that is not known here */
  #grown({ stream, seq, author }) {
    this.#roomWatch.grew(stream, seq);
    if (author?.login === this.login) this.marks.wrote(stream, seq);
  }

  /** @param {RoomGrew["heads"]} heads */
  #grew(heads) {
    for (const [stream, head] of Object.entries(heads)) this.#roomWatch.grew(stream, head);
  }

  /** @param {ReadMarked} event */
  #marked({ stream, with: login = "", read }) {
    this.marks.hear(stream ?? placeWith(login), read);
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
    this.#arrivals.mustAskAnew();
  }

  // internal

  /** @param {Command} command */
  #ask = (command) => this.connection.ask(command);

  /**
   * What the page was printed with is as true as if it had come over a connection: the first one resumes there.
   * @param {Seed} seed
   */
  #begin({ history, streams, marks = {}, conversation }) {
    this.#arrivals.resumeIn(history);
    this.streams.seed(streams);
    for (const [stream, { head }] of Object.entries(streams)) this.marks.grow(stream, head);
    for (const [place, read] of Object.entries(marks)) this.marks.hear(place, read);
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
    on(this.#roomWatch, "gone", (isGone) => this.#posting.giveUpOn(isGone) && this.#tell("outbox"));
    on(this.marks, "changed", (place) => this.#marksChanged(place));
    on(this.privateTalk, "changed", () => this.#tell("conversations"));
    on(this.privateTalk, "log", () => this.#tell("log"));
    on(this.outbox, "change", () => this.#tell("outbox"));
  }

  /** @param {string} place */
  #marksChanged(place) {
    if (place.startsWith("@")) this.privateTalk.marked(place.slice(1));
    else this.#tell("rooms");
  }

  /** @param {Entry} entry  is it somebody's message that came just now, not one that was missed? */
  #isNews(entry) {
    const { author } = /** @type {MessagePosted} */ (entry);
    return this.#arrivals.isCaughtUp && author !== undefined && author.login !== this.login;
  }

  /**
   * @param {string} type
   * @param {unknown} [detail]
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
