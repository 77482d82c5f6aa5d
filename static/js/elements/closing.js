/**
 * The countdown of a room whose creator is away, in words.
 */

/** @import { Context } from "./chat_element.js" */

import { secondsLeft } from "../chat/finding.js";

const MINUTE = 60;

/**
 * @param {string} at  when the room closes
 * @param {Context} context
 */
export function closingText(at, { chat, words }) {
  const left = secondsLeft(at, chat.now);
  if (left === 0) return words.say("closing_now");
  if (left < 2 * MINUTE) return words.say("closes_in_seconds", { count: left });
  return words.say("closes_in_minutes", { count: Math.round(left / MINUTE) });
}
