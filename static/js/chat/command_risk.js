/**
 * What a command would do that cannot be undone: worth a question before it is carried out.
 */

/** @import { RoomView } from "./types.js" */

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
  if (command?.name === "#dR" && command.argument !== "") return { kind: "closes", room: command.argument };
  if (command?.name !== "#exit") return null;
  if (waiting > 0) return { kind: "leaves_words", count: waiting };
  const own = rooms.find(({ kind, owner }) => kind === "temporary" && owner === login);
  return own === undefined ? null : { kind: "leaves_room", room: own.name };
}
