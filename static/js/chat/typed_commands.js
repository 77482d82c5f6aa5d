/**
 * The commands that can be typed: which one a line begins with, and what may come next in it.
 *
 * Only a help to the writer. What a line means is the server's to read, and it does so without this.
 */

import { visiblePart } from "./visible_text.js";

/**
 * One command, from the server's table, in the reader's words.
 * @typedef {object} TypedCommand
 * @property {string} name  as in `#gR`
 * @property {string} usage  as in `#gR <room>`
 * @property {string} help
 * @property {"" | "rooms" | "own_rooms" | "people"} completes  what its argument is one of
 */

/** What an argument may be: the word itself, and what tells it apart. @typedef {{ value: string, label: string, note: string }} Choice */

/**
 * @typedef {object} Suggestion
 * @property {string} label
 * @property {string} note
 * @property {string} text  the whole text once it is taken
 * @property {boolean} isWhole  nothing is missing then
 */

/**
 * @typedef {object} Help
 * @property {TypedCommand | null} command  that has been typed, when its argument is being written
 * @property {Suggestion[]} suggestions  best first
 * @property {boolean} isSure  the first is what is being typed: Enter takes it, and not what has been typed
 */

/** More than anybody reads. */
const LIMIT = 50;

/**
 * What may come next.
 * @param {string} text  up to where one writes
 * @param {TypedCommand[]} commands
 * @param {(kind: string) => Choice[]} choicesOf
 * @returns {Help | null} null where no command is being typed
 */
export function helpFor(text, commands, choicesOf) {
  const line = visiblePart(text);
  if (!line.startsWith("#") || line.startsWith("##") || line.includes("\n")) return null;
  const lead = text.slice(0, text.length - line.length);
  const command = commands.find((each) => afterName(line, each) !== null);
  if (command === undefined) return { command: null, ...commandsLike(line, lead, commands) };
  const rest = /** @type {string} */ (afterName(line, command));
  const typed = lead + line.slice(0, line.length - rest.length);
  return { command, ...argumentsLike(typed, rest, command, choicesOf) };
}

/**
 * The command of a line, and what stands behind it.
 * @param {string} text
 * @param {TypedCommand[]} commands
 * @returns {{ name: string, argument: string } | null}
 */
export function commandOf(text, commands) {
  const line = `${visiblePart(text).trimEnd()} `;
  for (const command of commands) {
    const rest = afterName(line, command);
    if (rest !== null) return { name: command.name, argument: bare(rest.trim()) };
  }
  return null;
}

/**
 * The command that the server means, who says "did you mean …?": the one it names last.
 * @param {string} sentence
 * @param {TypedCommand[]} commands
 * @returns {TypedCommand | undefined}
 */
export function namedLast(sentence, commands) {
  const named = commands.filter(({ name }) => sentence.includes(name));
  return named.sort((a, b) => sentence.lastIndexOf(b.name) - sentence.lastIndexOf(a.name))[0];
}

/**
 * The line with another command in the place of its first word.
 * @param {string} text
 * @param {TypedCommand} command
 */
export function putRight(text, command) {
  if (!takesArgument(command)) return command.name;
  const argument = visiblePart(text).replace(/^[#＃]\s*[^\s<]*/, "");
  return command.name + (/^[\s<]/.test(argument) ? argument : " ");
}

/** @param {TypedCommand} command */
export function takesArgument({ name, usage }) {
  return usage !== name;
}

// internal

/**
 * What follows the command in a line that has it: with a space, or the `<` of the argument, behind.
 * @param {string} line
 * @param {TypedCommand} command
 * @returns {string | null}
 */
function afterName(line, { name }) {
  const words = name.slice(1).split(" ").join("\\s+");
  const found = new RegExp(`^#\\s*\\\\?${words}(?=[\\s<])`, "i").exec(line);
  return found === null ? null : line.slice(found[0].length);
}

/**
 * @param {string} line
 * @param {string} lead
 * @param {TypedCommand[]} commands
 */
function commandsLike(line, lead, commands) {
  const typed = line
    .replace(/^#\s*\\?/, "")
    .replace(/\s+/g, " ")
    .toLowerCase();
  const begun = commands.filter(({ name }) => name.slice(1).toLowerCase().startsWith(typed));
  const alike = typed.length < 3 ? [] : commands.filter(({ help }) => fold(help).includes(fold(typed.trim())));
  const suggestions = [...new Set([...begun, ...alike])].map((command) => ({
    label: command.usage,
    note: command.help,
    text: lead + command.name + (takesArgument(command) ? " " : ""),
    isWhole: !takesArgument(command),
  }));
  const isTyped = begun.some((command) => !takesArgument(command) && command.name.slice(1).toLowerCase() === typed);
  return { suggestions, isSure: begun.length > 0 && !isTyped };
}

/**
 * @param {string} typed  the text up to the end of the command
 * @param {string} rest
 * @param {TypedCommand} command
 * @param {(kind: string) => Choice[]} choicesOf
 */
function argumentsLike(typed, rest, { completes }, choicesOf) {
  const isPerson = completes === "people";
  const argument = rest.trimStart();
  const isBracketed = argument.startsWith("<");
  const sought = isBracketed ? argument.slice(1).trimStart() : argument.trimEnd();
  const isOver = isBracketed ? argument.includes(">") : isPerson && /\s/.test(argument);
  if (completes === "" || isOver) return { suggestions: [], isSure: false };
  const space = rest.slice(0, rest.length - argument.length) || (isBracketed ? "" : " ");
  const found = bestFirst(choicesOf(completes), sought);
  const suggestions = found.slice(0, LIMIT).map(({ value, label, note }) => ({
    label,
    note,
    text: typed + space + (isBracketed ? `<${value}>` : value) + (isPerson ? " " : ""),
    isWhole: !isPerson,
  }));
  // A room may be so new that it is not known here: what has been typed of a name counts until another is chosen.
  const isTyped = found.some(({ value }) => named(value) === named(sought)) && !isPerson;
  return { suggestions: isTyped ? [] : suggestions, isSure: sought !== "" && isPerson };
}

/**
 * Those that begin with what is sought, then those of which a word does, then those that have it anywhere.
 * @param {Choice[]} choices
 * @param {string} sought
 */
function bestFirst(choices, sought) {
  const query = fold(sought);
  /** @param {string} text */
  const rank = (text) => {
    const folded = fold(text);
    if (folded.startsWith(query)) return 0;
    if (folded.split(/[\s\-_.]+/).some((word) => word.startsWith(query))) return 1;
    return folded.includes(query) ? 2 : 3;
  };
  return choices
    .map((choice) => ({ choice, rank: Math.min(rank(choice.value), rank(choice.label)) }))
    .filter((each) => each.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ choice }) => choice);
}

/** Without case and accents, which one leaves out on a phone. @param {string} text */
function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** @param {string} argument */
function bare(argument) {
  return argument.startsWith("<") && argument.endsWith(">") ? argument.slice(1, -1).trim() : argument;
}

/** As the server compares names, nearly. @param {string} text */
function named(text) {
  return text.normalize("NFKC").toLowerCase();
}
