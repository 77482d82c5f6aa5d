/**
 * The open rooms, as the last list told and the events since have changed them.
 */

/** @import { RoomView } from "./types.js" */

/** @typedef {(rooms: Map<number, RoomView>) => void} Change */

export class RoomList {
  /** @type {Map<number, RoomView>} */
  #rooms = new Map();
  /** Has a list been read at all? */
  isRead = false;
  /** Changes told while a list was being read, which may be older than they are.
   * @type {Change[] | null} */
  #since = null;

  // questions

  /** The default room first, then by name. @returns {RoomView[]} */
  get rooms() {
    return [...this.#rooms.values()].sort(
      (a, b) =>
        Number(b.kind === "default") - Number(a.kind === "default") || a.name.localeCompare(b.name) || a.id - b.id,
    );
  }

  /** @param {number} id */
  get(id) {
    return this.#rooms.get(id);
  }

  /** Is it no more, as far as is known? One that has just been made may not be known yet. @param {number} id */
  isGone(id) {
    return this.isRead && !this.#rooms.has(id);
  }

  // actions

  /** A list is being asked for: remember what changes until it is here. */
  beginListing() {
    this.#since = [];
  }

  /** @param {RoomView[]} rooms  all pages of it */
  replace(rooms) {
    this.#rooms = new Map(rooms.map((room) => [room.id, room]));
    for (const change of this.#since ?? []) change(this.#rooms);
    this.isRead = true;
    this.endListing();
  }

  /** It is here, or will not come. */
  endListing() {
    this.#since = null;
  }

  /**
   * @param {RoomView} room  opened, changed, or seen by entering it
   * @param {string} now  when one that was not known was active last
   */
  put(room, now) {
    this.#apply((rooms) => rooms.set(room.id, { active_at: rooms.get(room.id)?.active_at ?? now, ...room }));
  }

  /** @param {number} id */
  remove(id) {
    this.#apply((rooms) => rooms.delete(id));
  }

  /**
   * Something was said there.
   * @param {number} id
   * @param {string} at
   */
  stir(id, at) {
    this.#apply((rooms) => {
      const room = rooms.get(id);
      if (room !== undefined) rooms.set(id, { ...room, active_at: at });
    });
  }

  /**
   * How many people are there now.
   * @param {number} id
   * @param {number} count
   */
  count(id, count) {
    this.#apply((rooms) => {
      const room = rooms.get(id);
      if (room !== undefined) rooms.set(id, { ...room, occupants: count });
    });
  }

  // internal

  /** @param {Change} change */
  #apply(change) {
    change(this.#rooms);
    this.#since?.push(change);
  }
}
