/**
 * What can be done with a message, by name and in the order in which it is offered.
 */

/** @import { Row } from "./log_rows.js" */

/** @typedef {"quote" | "copy" | "link" | "private"} Action */

/**
 * @param {Row} row
 * @param {string | null} talkingTo  login of the person whose conversation is open, null in a room
 * @returns {Action[]}
 */
export function actionsFor(row, talkingTo) {
  if (row.kind === "waiting") return ["copy"];
  if (row.kind !== "message" && row.kind !== "private") return [];
  const { author } = row.entry;
  // A deleted account has no name, and reads nothing.
  const canBeWritten = !row.isOwn && author.name !== "" && author.login !== talkingTo;
  return ["quote", "copy", ...only(row.kind === "message", "link"), ...only(canBeWritten, "private")];
}

/**
 * @param {boolean} holds
 * @param {Action} action
 * @returns {Action[]}
 */
function only(holds, action) {
  return holds ? [action] : [];
}
