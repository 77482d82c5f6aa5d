/**
 * Who is in the room one is in.
 *
 * A list holds at most the first two hundred; beyond that only the count is certain.
 */

/** @import { Occupant } from "./types.js" */

/** So many the server names in one list. */
const LIST_LIMIT = 200;

export class Occupants {
  /** By login. @type {Map<string, Occupant>} */
  #people = new Map();
  #count = 0;
  #isWhole = true;

  // questions

  get count() {
    return this.#count;
  }

  /** By name. @returns {Occupant[]} */
  get people() {
    return [...this.#people.values()].sort((a, b) => a.name.localeCompare(b.name) || a.login.localeCompare(b.login));
  }

  /** Is everybody here by name? */
  get isWhole() {
    return this.#isWhole;
  }

  /** Did a change get lost, or can everybody be named again? Then the list must be asked for anew. */
  get isDoubtful() {
    return this.#isWhole ? this.#people.size !== this.#count : this.#count <= LIST_LIMIT;
  }

  // actions

  /**
   * @param {Occupant[]} people
   * @param {number} count
   */
  replace(people, count) {
    this.#people = new Map(people.map((person) => [person.login, person]));
    this.#count = count;
    this.#isWhole = people.length < LIST_LIMIT || people.length >= count;
    if (this.#isWhole) this.#count = people.length;
  }

  /** @param {{ joined: Occupant[], left: Occupant[], count: number }} change */
  change({ joined, left, count }) {
    for (const { login } of left) this.#people.delete(login);
    for (const person of joined) this.#people.set(person.login, person);
    this.#count = count;
  }
}
