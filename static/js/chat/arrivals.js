/**
 * From a new socket to being up to date: what to say on it, in which room one is then, and from when on all that was
 * missed has been told.
 */

/** @import { Answer, CaughtUp, Occupant, RoomView, Welcome, World } from "./types.js" */
/** @import { Marks } from "./marks.js" */
/** @import { Place } from "./place.js" */
/** @import { Posting } from "./posting.js" */
/** @import { PrivateTalk } from "./private_talk.js" */
/** @import { RoomWatch } from "./room_watch.js" */
/** @import { Streams } from "./streams.js" */

import { greeting } from "./greeting.js";
import { INBOX, streamOf } from "./streams.js";

/** Lists are not asked for again within this time, however often one falls behind. */
const ASK_ANEW_MS = 10_000;

export class Arrivals {
  /** Has everything that was missed been told on this connection? */
  isCaughtUp = false;
  /** How much had been missed of the room when it was come back to, as far as that is known. */
  missed = 0;
  #timers;
  #random;
  #place;
  #streams;
  #privateTalk;
  #posting;
  #roomWatch;
  #marks;
  #login;
  #language;
  #tell;
  #enter;
  /** To which the positions that are held belong. @type {string | null} */
  #history = null;
  /** The room in which the last greeting asked to go on from a position. @type {number | null} */
  #resuming = null;
  #isUpToDate = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** @type {unknown} */
  #again = null;

  /**
   * @param {World} world
   * @param {object} parts
   * @param {Place} parts.place
   * @param {Streams} parts.streams
   * @param {PrivateTalk} parts.privateTalk
   * @param {Posting} parts.posting
   * @param {RoomWatch} parts.roomWatch
   * @param {Marks} parts.marks
   * @param {string} parts.login  one's own
   * @param {string} parts.language
   * @param {(topic: string, detail?: string) => void} parts.tell
   * @param {(room: number) => Promise<Answer>} parts.enter
   */
  constructor({ timers, random }, parts) {
    const { place, streams, privateTalk, posting, roomWatch, marks, login, language, tell, enter } = parts;
    this.#timers = timers;
    this.#random = random;
    this.#place = place;
    this.#streams = streams;
    this.#privateTalk = privateTalk;
    this.#posting = posting;
    this.#roomWatch = roomWatch;
    this.#marks = marks;
    this.#login = login;
    this.#language = language;
    this.#tell = tell;
    this.#enter = enter;
  }

  get history() {
    return this.#history;
  }

  // actions

  /** What is held was read elsewhere, as it was in this history. @param {string} history */
  resumeIn(history) {
    this.#history = history;
  }

  /** What to say first on a new socket. */
  greeting() {
    const held = { place: this.#place, streams: this.#streams, history: this.#history, language: this.#language };
    const hello = greeting(held);
    this.#resuming = hello.resume?.room?.id ?? null;
    return hello;
  }

  /** What events do not repeat is to be asked for again, once all that was missed has been told. */
  mustAskAnew() {
    this.#isUpToDate = false;
  }

  // reactions

  /** @param {Welcome} welcome */
  opened(welcome) {
    if (this.#history !== null && this.#history !== welcome.history) {
      this.#streams.clear();
      this.#marks.clear();
    }
    this.#history = welcome.history;
    this.#isUpToDate = false;
    this.#streams.inbox.startAt(welcome.inbox.seq);
    const isContinued = welcome.resumed && this.#resuming === welcome.room.id;
    const { destination } = this.#place;
    // Chosen since the greeting, or asked for by it and not given: the answer to a command says why.
    const next = destination === welcome.room.id ? null : destination;
    this.arrived(welcome.room, welcome.occupants, { isContinued, next });
  }

  /**
   * The connection is in this room now; its events follow.
   * @param {RoomView} room
   * @param {Occupant[]} occupants
   * @param {{ isContinued: boolean, next?: number | null }} [events]  whether they go on from the position held here, or
   *   start anew somewhere; and the room to which somebody wants to go on
   */
  arrived(room, occupants, { isContinued, next = null } = { isContinued: false }) {
    this.#place.arrive(room, occupants);
    if (next !== null) this.#place.want(next);
    const position = isContinued ? this.#streams.position(streamOf(room.id)) : null;
    this.missed = position === null ? 0 : Math.max(0, room.seq - position);
    this.#streams.follow(streamOf(room.id), { isContinued });
    this.#posting.settleRead();
    this.isCaughtUp = false;
    this.#roomWatch.entered(room);
    for (const topic of ["room", "log", "status"]) this.#tell(topic);
    this.#posting.outbox.drain();
    if (next !== null) this.#goOn(next);
  }

  /** A command has ended in a room. @type {import("./moves.js").Arrived} */
  moved(room, occupants, events) {
    if (room.id === this.#place.room?.id) this.#stayed(room, occupants);
    else this.arrived(room, occupants ?? this.#oneself(), events);
  }

  /** @param {Pick<CaughtUp, "streams">} event */
  caughtUp({ streams }) {
    // Said again without a change of place: news may have been lost.
    if (this.isCaughtUp && this.#timers.now() - this.#askedAt > ASK_ANEW_MS) this.#isUpToDate = false;
    this.#streams.expect(streams);
    this.isCaughtUp = true;
    this.#readEnd();
    this.#tell("status");
    this.#tell("log");
    if (!this.#isUpToDate) this.#askAnew();
  }

  // internal

  /** @param {number} room */
  async #goOn(room) {
    const answer = await this.#enter(room);
    if (answer.outcome !== "refused") return;
    this.#tell("room");
    // That a room has closed is told by its log.
    if (answer.code === "room_full") this.#tell("refused", answer.message);
  }

  /**
   * Entering the room one is in changes nothing: its log goes on, and who is there is told anew.
   * @param {RoomView} room
   * @param {Occupant[]} [occupants]
   */
  #stayed(room, occupants) {
    this.#place.arrive(room, occupants ?? this.#place.occupants.people);
    this.#roomWatch.put(room);
  }

  /** Who is in a room that one has just made. */
  #oneself() {
    return this.#place.occupants.people.filter(({ login }) => login === this.#login);
  }

  /** Where the page was printed around an older message, the end of the log is still to be read. */
  #readEnd() {
    const { room } = this.#place;
    const log = room === null ? undefined : this.#streams.get(streamOf(room.id));
    if (log?.endsInGap) this.#streams.loadEarlier(log.stream, (log.position ?? 0) + 1);
  }

  /** Ask for what events do not repeat for one who was away. */
  async #askAnew() {
    this.#isUpToDate = true;
    this.#askedAt = this.#timers.now();
    const lists = [this.#roomWatch.refresh(), this.#privateTalk.refresh()];
    const { inbox } = this.#streams;
    if (inbox.entries.length === 0 && inbox.hasEarlier) lists.push(this.#streams.loadEarlier(INBOX));
    if ((await Promise.all(lists)).includes(false)) this.#askAnewLater();
    this.#marks.tell();
  }

  /** A server that did not answer may be busy: not all ask it again at once. */
  #askAnewLater() {
    this.#isUpToDate = false;
    this.#timers.cancel(this.#again);
    this.#again = this.#timers.after(ASK_ANEW_MS * (1 + this.#random()), () => {
      if (this.isCaughtUp && !this.#isUpToDate) this.#askAnew();
    });
  }
}
