/**
 * What a command that was refused may have been meant to be.
 */

/** @import { Context } from "../elements/chat_element.js" */

import { commandOf, helpFor, namedLast, putRight } from "../chat/typed_commands.js";
import { choicesOf } from "./command_choices.js";

/** More would be a list to read. */
const OFFERED = 2;

/**
 * @param {string} line
 * @param {{ code: string, message: string }} refusal
 * @param {Context} context
 * @returns {Array<{ what: string, line: string }>} what to use, and the line that does
 */
export function remediesFor(line, { code, message }, context) {
  const { commands } = context.config;
  const meant = code === "unknown_command" ? namedLast(message, commands) : undefined;
  if (meant !== undefined) return [{ what: meant.name, line: putRight(line, meant) }];
  if (code !== "not_found" || !commandOf(line, commands)?.argument) return [];
  const alike = helpFor(line, commands, (kind) => choicesOf(kind, context))?.suggestions ?? [];
  return alike.slice(0, OFFERED).map(({ label, text }) => ({ what: label, line: text }));
}
