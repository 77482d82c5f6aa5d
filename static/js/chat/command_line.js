/**
 * Which typed lines are commands. What they mean is the server's to read.
 */

import { visiblePart } from "./visible_text.js";

/**
 * Will the server read this text as a command and never show it as a message? A line after a full-width number sign is
 * one too: the server refuses it with a hint, and it must not wait in the outbox as if it were a message.
 * @param {string} text
 */
export function isCommandLine(text) {
  const line = visiblePart(text);
  return (line.startsWith("#") && !line.startsWith("##")) || line.startsWith("＃");
}

/**
 * The text as the log will show it: of two number signs at the start the first only says "this is no command".
 * @param {string} text
 */
export function asShown(text) {
  const line = visiblePart(text);
  return line.startsWith("##") ? text.slice(0, text.length - line.length) + line.slice(1) : text;
}

/**
 * The opposite: what to type for the log to show this text.
 * @param {string} text
 */
export function asTyped(text) {
  const line = visiblePart(text);
  return line.startsWith("#") ? `${text.slice(0, text.length - line.length)}#${line}` : text;
}
