/**
 * Which typed lines are commands. What they mean is the server's to read.
 */

/**
 * Will the server read this text as a command and never show it as a message? A line after a full-width number sign is
 * one too: the server refuses it with a hint, and it must not wait in the outbox as if it were a message.
 * @param {string} text
 */
export function isCommandLine(text) {
  const line = text.trimStart();
  return (line.startsWith("#") && !line.startsWith("##")) || line.startsWith("＃");
}

/**
 * The text as the log will show it: of two number signs at the start the first only says "this is no command".
 * @param {string} text
 */
export function asShown(text) {
  return text.replace(/^(\s*)##/u, "$1#");
}
