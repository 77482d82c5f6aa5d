/**
 * What a command would do that cannot be undone: worth a question before it is carried out.
 */

/** @import { RoomView } from "./types.js" */

import { folded } from "./finding.js";

/**
 * @typedef {{ kind: "closes", room: string } | { kind: "leaves_words", count: number } | { kind: "leaves_room", room: string }} Risk
 */

/**
 * @param {{ name: string, argument: string } | null} command
 * @param {object} state
 * @param {number} state.waiting  messages that have not been stored yet
 * @param {RoomView[]} state.rooms
 * @param {string} state.login  one's own
 * @returns {Risk | null}
 */
export function riskOf(command, { waiting, rooms, login }) {
  if (command?.name === "#dR") return riskOfClosing(command.argument, rooms, login);
  if (command?.name !== "#exit") return null;
  if (waiting > 0) return { kind: "leaves_words", count: waiting };
  const own = rooms.find(({ kind, owner }) => kind === "temporary" && owner === login);
  return own === undefined ? null : { kind: "leaves_room", room: own.name };
}

/**
 * Of what nobody may close, or only somebody else, the server says so: there is nothing to ask.
 * @param {string} name
 * @param {RoomView[]} rooms
 * @param {string} login
 * @returns {Risk | null}
 */
function riskOfClosing(name, rooms, login) {
  const room = rooms.find((known) => folded(known.name) === folded(name));
  return room?.owner === login && room.kind !== "default" ? { kind: "closes", room: room.name } : null;
}
