/**
 * All that one can go to by typing a few letters of it, as one short list. Pure.
 */

/** @import { Occupant, RoomView, UserView } from "./types.js" */
/** @import { Conversation } from "./conversations.js" */
/** @import { Destination } from "./finding.js" */

import { conversationsInOrder, isNewName, peopleInOrder, roomsInOrder } from "./finding.js";

/** Of each kind. Who wants more types another letter. */
const MOST = 12;

/**
 * `new` is a room that could be made. `destination` is null for it.
 * @typedef {object} Finding
 * @property {string} key
 * @property {"person" | "default" | "temporary" | "permanent" | "new"} kind
 * @property {string} name
 * @property {string} login  of a person
 * @property {boolean} isOnline
 * @property {number} unseen
 * @property {RoomView | null} room
 * @property {Destination | null} destination
 */

/**
 * Conversations, then rooms, then people who are online; those who are away too, while somebody is looked for.
 * @param {object} state
 * @param {Conversation[]} state.conversations
 * @param {RoomView[]} state.rooms
 * @param {UserView[]} state.people
 * @param {Occupant[]} state.here
 * @param {string} state.login  one's own
 * @param {string} state.query
 * @param {(room: RoomView) => number} state.unreadIn
 * @returns {Finding[]}
 */
export function findings({ conversations, rooms, people, here, login: you, query, unreadIn }) {
  const everybody = peopleInOrder(people, here);
  const online = new Set(everybody.filter((person) => person.online).map(({ login }) => login));
  const talked = conversationsInOrder(conversations, query).filter(({ login }) => login !== "");
  const known = new Set([you, ...talked.map(({ login }) => login)]);
  const others = peopleInOrder(people, here, query).filter(
    (person) => !known.has(person.login) && (person.online || query !== ""),
  );
  return [
    ...talked.slice(0, MOST).map((conversation) => personFound(conversation, online, conversation.unread)),
    ...roomsInOrder(rooms, query)
      .slice(0, MOST)
      .map((room) => roomFound(room, unreadIn(room))),
    ...others.slice(0, MOST).map((person) => personFound(person, online, 0)),
    ...(isNewName(query, rooms) ? [newRoom(query)] : []),
  ];
}

/**
 * @param {{ login: string, name: string }} person
 * @param {Set<string>} online
 * @param {number} unseen
 * @returns {Finding}
 */
function personFound({ login, name }, online, unseen) {
  const destination = { kind: /** @type {const} */ ("direct"), login, name };
  return {
    key: `p/${login}`,
    kind: "person",
    name,
    login,
    isOnline: online.has(login),
    unseen,
    room: null,
    destination,
  };
}

/**
 * @param {RoomView} room
 * @param {number} unseen
 * @returns {Finding}
 */
function roomFound(room, unseen) {
  const destination = { kind: /** @type {const} */ ("room"), room: room.id };
  const { id, kind, name } = room;
  return { key: `r/${id}`, kind, name, login: "", isOnline: false, unseen, room, destination };
}

/** @param {string} name @returns {Finding} */
function newRoom(name) {
  return { key: "new", kind: "new", name, login: "", isOnline: false, unseen: 0, room: null, destination: null };
}
