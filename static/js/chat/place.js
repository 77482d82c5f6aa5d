/**
 * The room one is in, who else is there, and the way to another one.
 */

/** @import { Occupant, RoomView } from "./types.js" */

import { Occupants } from "./occupants.js";

export class Place {
  occupants = new Occupants();
  /** @type {RoomView | null} */
  #room = null;
  /** Where the person wants to be, as long as the server has not said yes or no. @type {number | null} */
  #wanted = null;
  /** How many commands are under way that may move the connection. */
  #moves = 0;

  /** @param {number | null} wanted  the room to begin in, null for the default one */
  constructor(wanted) {
    this.#wanted = wanted;
  }

  // questions

  get room() {
    return this.#room;
  }

  /** The room to ask for on a new socket, or null for the default one. */
  get destination() {
    return this.#wanted ?? this.#room?.id ?? null;
  }

  /** May the server, by the time it reads what is sent now, have moved this connection elsewhere? */
  get isMoving() {
    return this.#moves > 0;
  }

  /** Is one surely where one wants to be? */
  get isReached() {
    return this.destination !== null && this.isIn(this.destination);
  }

  /** @param {number} id */
  isIn(id) {
    return this.#room?.id === id && !this.isMoving;
  }

  // actions

  /** @param {number} id  to go there, now or with the next socket */
  want(id) {
    this.#wanted = id;
  }

  /** The server has said no, or yes. A wish that a command still under way may fulfil is a newer one, and stays. */
  stopWanting() {
    if (!this.isMoving) this.#wanted = null;
  }

  beginMove() {
    this.#moves += 1;
  }

  endMove() {
    this.#moves -= 1;
  }

  /**
   * @param {RoomView} room
   * @param {Occupant[]} occupants
   */
  arrive(room, occupants) {
    this.#room = room;
    this.stopWanting();
    this.occupants.replace(occupants, room.occupants);
  }

  /** @param {RoomView} room  as it is now */
  update(room) {
    if (this.#room?.id === room.id) this.#room = room;
  }
}
