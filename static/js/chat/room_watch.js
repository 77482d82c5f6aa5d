/**
 * Keeps the list of rooms, and who is in the room one is in, as they are now.
 *
 * Emits `rooms`, `occupants`, and `gone` with a test for the ids of rooms that are no more.
 */

/** @import { Answer, Command, OccupancyChanged, RoomView, Timers } from "./types.js" */
/** @import { ServerClock } from "./clock.js" */
/** @import { Marks } from "./marks.js" */
/** @import { Place } from "./place.js" */

import { readList } from "./lists.js";
import { RoomList } from "./room_list.js";
import { idOf, streamOf } from "./streams.js";

/** A count that does not fit is asked about after a moment: the event that explains it may be on its way. */
const DOUBT_MS = 2000;

export class RoomWatch extends EventTarget {
  rooms = new RoomList();
  #ask;
  #marks;
  #place;
  #enter;
  #clock;
  #timers;
  #random;
  #isRecounting = false;

  /**
   * @param {object} options
   * @param {(command: Command) => Promise<Answer>} options.ask
   * @param {Marks} options.marks
   * @param {Place} options.place
   * @param {(room: number) => void} options.enter  which for the room one is in asks anew who is there
   * @param {ServerClock} options.clock
   * @param {Timers} options.timers
   * @param {() => number} options.random
   */
  constructor({ ask, marks, place, enter, clock, timers, random }) {
    super();
    this.#ask = ask;
    this.#marks = marks;
    this.#place = place;
    this.#enter = enter;
    this.#clock = clock;
    this.#timers = timers;
    this.#random = random;
  }

  // actions

  /**
   * Read the list, of which events tell the changes only.
   * @returns {Promise<boolean>} whether it was read
   */
  async refresh() {
    this.rooms.beginListing();
    const rooms = await readList(this.#ask, "room.list", "rooms");
    if (rooms === null) {
      this.rooms.endListing();
      return false;
    }
    this.rooms.replace(rooms);
    for (const { id, read, seq } of rooms) {
      this.#marks.hear(streamOf(id), read);
      this.#marks.grow(streamOf(id), seq);
    }
    this.#tell("gone", (/** @type {number} */ id) => this.rooms.get(id) === undefined);
    this.#tell("rooms");
    return true;
  }

  // reactions

  /** @param {RoomView} room  opened, entered, or changed */
  put(room) {
    this.rooms.put(room, this.#now);
    this.#marks.hear(streamOf(room.id), room.read);
    this.grew(streamOf(room.id), room.seq);
    this.#place.update(room);
    this.#tell("rooms");
    this.#tell("occupants");
  }

  /** @param {number} id */
  remove(id) {
    this.rooms.remove(id);
    this.#tell("gone", (/** @type {number} */ other) => other === id);
    this.#tell("rooms");
  }

  /**
   * How far a room has come.
   * @param {string} stream
   * @param {number} head
   */
  grew(stream, head) {
    if (this.#marks.grow(stream, head)) this.rooms.stir(idOf(stream), this.#now);
  }

  /** @param {OccupancyChanged} event */
  count(event) {
    const id = idOf(event.stream);
    this.rooms.count(id, event.count);
    this.#tell("rooms");
    if (id !== this.#place.room?.id) return;
    this.#place.occupants.change(event);
    this.#tell("occupants");
    if (this.#place.occupants.isDoubtful) this.#recountLater();
  }

  /** One has come into a room. @param {RoomView} room */
  entered(room) {
    const stream = streamOf(room.id);
    if (this.rooms.isRead && this.#marks.readOf(stream) === null) this.#askMark(stream);
    this.put(room);
  }

  // internal

  /**
   * Whoever comes for the first time has read what there is; but they may have been there meanwhile, on another device.
   * @param {string} stream
   */
  async #askMark(stream) {
    const answer = await this.#ask({ type: "read.mark", stream, seq: 0 });
    if (answer.outcome === "done") this.#marks.hear(stream, answer.ack.read);
  }

  /** The server's time, as it writes it. */
  get #now() {
    return new Date(this.#clock.now() ?? 0).toISOString();
  }

  #recountLater() {
    if (this.#isRecounting) return;
    this.#isRecounting = true;
    this.#timers.after(DOUBT_MS * (1 + this.#random()), () => {
      this.#isRecounting = false;
      const { occupants, isReached, room } = this.#place;
      if (!occupants.isDoubtful || room === null) return;
      // Who is on the way elsewhere would be taken back.
      if (isReached) this.#enter(room.id);
      else this.#recountLater();
    });
  }

  /**
   * @param {string} type
   * @param {unknown} [detail]
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
