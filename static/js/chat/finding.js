/**
 * What stands in the lists beside the log, in which order, and what a search leaves of it. Pure.
 */

/** @import { Occupant, RoomView, UserView } from "./types.js" */
/** @import { Conversation } from "./conversations.js" */

/** Lists are long, and this is much faster than asking a string each time. */
const { compare } = new Intl.Collator();

/** @typedef {{ kind: "room", room: number } | { kind: "direct", login: string, name: string }} Destination */

/**
 * As it is compared: without case, accents and the space around.
 * @param {string} text
 */
export function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/**
 * Is every word of the query somewhere in these texts?
 * @param {string} query
 * @param {string[]} texts
 */
export function isFound(query, ...texts) {
  if (query === "") return true;
  const text = texts.map(folded).join("\n");
  return folded(query)
    .split(/\s+/u)
    .every((word) => text.includes(word));
}

/**
 * The default room first, then those where something was said last. Not those where most people are: then whoever walks
 * from room to room would change the order by every step.
 * @param {RoomView[]} rooms
 * @param {string} [query]
 */
export function roomsInOrder(rooms, query = "") {
  return rooms
    .filter(({ name }) => isFound(query, name))
    .sort(
      (a, b) =>
        Number(b.kind === "default") - Number(a.kind === "default") ||
        compare(b.active_at ?? "", a.active_at ?? "") ||
        compare(a.name, b.name) ||
        a.id - b.id,
    );
}

/**
 * @param {Conversation[]} conversations  the newest first
 * @param {string} [query]
 */
export function conversationsInOrder(conversations, query = "") {
  return conversations.filter(({ login, name }) => isFound(query, name, login));
}

/**
 * Those who are online first, then by name. Whoever is in the room with one is online, whatever an older list says.
 * @param {UserView[]} users
 * @param {Occupant[]} here
 * @param {string} [query]
 */
export function peopleInOrder(users, here, query = "") {
  /** @type {Map<string, UserView>} */
  const people = new Map(users.map((user) => [user.login, user]));
  for (const { login, name } of here) {
    people.set(login, { login, name, rooms: people.get(login)?.rooms ?? [], online: true });
  }
  return [...people.values()]
    .filter(({ login, name }) => isFound(query, name, login))
    .sort((a, b) => Number(b.online) - Number(a.online) || compare(a.name, b.name) || compare(a.login, b.login));
}

/**
 * Could a new room be called so? The server decides; this is for not offering what exists.
 * @param {string} name
 * @param {RoomView[]} rooms
 */
export function isNewName(name, rooms) {
  const wanted = folded(name);
  return wanted !== "" && rooms.every((room) => folded(room.name) !== wanted);
}

/**
 * Where one can step to with the keyboard, as the lists show it.
 * @param {Conversation[]} conversations
 * @param {RoomView[]} rooms
 * @returns {Destination[]}
 */
export function destinations(conversations, rooms) {
  return [
    ...conversations
      .filter(({ login }) => login !== "")
      .map(({ login, name }) => ({ kind: /** @type {const} */ ("direct"), login, name })),
    ...roomsInOrder(rooms).map(({ id }) => ({ kind: /** @type {const} */ ("room"), room: id })),
  ];
}

/**
 * The one after or before where one is; from the last one the first, and round.
 * @param {Destination[]} all
 * @param {number} here  its index, -1 for none
 * @param {1 | -1} step
 * @returns {Destination | undefined}
 */
export function neighbour(all, here, step) {
  const from = here === -1 && step === -1 ? 0 : here;
  return all[(from + step + all.length) % all.length];
}

/**
 * How many seconds are left, counted as people count down: the last one is 1.
 * @param {string} at  when it ends
 * @param {number} now  milliseconds since 1970, by the same clock
 */
export function secondsLeft(at, now) {
  return Math.max(0, Math.ceil((Date.parse(at) - now) / 1000));
}
