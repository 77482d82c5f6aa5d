/**
 * From room to room: the commands that may take the connection elsewhere, and certainty about where it is.
 *
 * While one is under way nothing is sent into a room, since nobody knows into which.
 */

/** @import { Answer, Command, Occupant, RoomView, Timers } from "./types.js" */
/** @import { Connection } from "./connection.js" */
/** @import { Place } from "./place.js" */
/** @import { Streams } from "./streams.js" */

import { isOutcomeUnknown } from "./error_codes.js";
import { streamOf } from "./streams.js";

/** Commands after which the connection is in the room that the answer carries. */
const ENTERING = new Set(["room.create", "room.enter", "room.leave"]);
/** How long to wait, at most, before asking again what was answered with "I do not know". */
const AGAIN_MS = 2000;

/** @typedef {(room: RoomView, occupants: Occupant[] | undefined, events: { isContinued: boolean }) => void} Arrived */

export class Moves {
  #connection;
  #place;
  #streams;
  #timers;
  #random;
  #arrived;
  #ended;

  /**
   * @param {{ timers: Timers, random: () => number }} world
   * @param {object} parts
   * @param {Connection} parts.connection
   * @param {Place} parts.place
   * @param {Streams} parts.streams
   * @param {Arrived} parts.arrived  called when a command has ended in a room, before the events that follow
   * @param {() => void} parts.ended  called when it is known again where one is
   */
  constructor({ timers, random }, { connection, place, streams, arrived, ended }) {
    this.#connection = connection;
    this.#place = place;
    this.#streams = streams;
    this.#timers = timers;
    this.#random = random;
    this.#arrived = arrived;
    this.#ended = ended;
  }

  /**
   * Go to a room. Without a connection the next one begins there.
   * @param {number} id
   * @returns {Promise<Answer>}
   */
  enter(id) {
    this.#place.want(id);
    const since = this.#streams.position(streamOf(id));
    if (since === null) return this.run({ type: "room.enter", room: id });
    return this.run({ type: "room.enter", room: id, since }, { isContinued: true });
  }

  /**
   * Send a command that may end in another room.
   * @param {Command} command
   * @param {{ isContinued: boolean }} [events]  whether those of that room go on from the position held here
   * @returns {Promise<Answer>}
   */
  run(command, events = { isContinued: false }) {
    this.#place.beginMove();
    return new Promise((resolve) => {
      this.#connection.request(command, (answer) => {
        this.#place.endMove();
        this.#answered(command, answer, events);
        this.#settle();
        resolve(answer);
      });
    });
  }

  /**
   * @param {Command} command
   * @param {Answer} answer
   * @param {{ isContinued: boolean }} events
   */
  #answered(command, answer, events) {
    // What was lost with the socket is settled by the next welcome.
    if (answer.outcome === "lost") return;
    if (answer.outcome === "refused" && isOutcomeUnknown(answer.code)) {
      this.#makeSureSoon();
      return;
    }
    this.#place.stopWanting();
    if (answer.outcome !== "done" || !ENTERING.has(answer.ack.command ?? command.type)) return;
    this.#arrived(answer.ack.room, answer.ack.occupants, events);
  }

  /** Nobody knows where the server has left this connection: say where it shall be, until that is answered. */
  #makeSureSoon() {
    this.#place.beginMove();
    this.#timers.after(AGAIN_MS * this.#random(), () => {
      const room = this.#place.destination;
      if (room !== null && this.#connection.isOpen) this.enter(room);
      this.#place.endMove();
      this.#settle();
    });
  }

  #settle() {
    if (!this.#place.isMoving) this.#ended();
  }
}
