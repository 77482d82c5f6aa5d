/**
 * One message in the log: said, or still on its way. It fills in `templates/rooms/_message.html`.
 */

/** @import { Row } from "../chat/log_rows.js" */
/** @import { Item } from "../chat/outbox.js" */
/** @import { Context } from "./chat_element.js" */

import { hueOf, initialsOf } from "../chat/avatar.js";
import { asShown } from "../chat/command_line.js";
import { fromTemplate, part } from "../page/parts.js";
import { drawKept } from "./kept_message.js";
import { drawText } from "./rich_text.js";

/** @typedef {Extract<Row, { kind: "message" | "private" | "waiting" }>} MessageRow */

/**
 * How a message stands in its log.
 * @typedef {object} Standing
 * @property {boolean} isContinued  under the one before it, of the same author
 * @property {boolean} isLast  of those that stand together
 * @property {boolean} isMarked  private among messages that are not
 * @property {boolean} needsLogin  somebody else there has the same name
 */

/**
 * @param {MessageRow} row
 * @param {Element | null} node
 * @param {Standing} standing
 * @param {Context} context
 */
export function drawMessage(row, node, standing, context) {
  const item = /** @type {HTMLElement} */ (node ?? fromTemplate("message-template"));
  const isOwn = row.kind === "waiting" || row.isOwn;
  item.dataset.key = row.key;
  if (row.kind !== "waiting") item.dataset.seq = `${row.entry.stream}/${row.entry.seq}`;
  item.classList.toggle("message--own", isOwn);
  item.classList.toggle("message--private", standing.isMarked);
  item.classList.toggle("message--continued", standing.isContinued);
  item.classList.toggle("message--last", standing.isLast);
  drawAuthor(item, row, standing, context);
  drawText(part(item, "text"), textOf(row));
  drawTime(item, row.at, context);
  drawPrivate(item, row, standing.isMarked, context);
  drawState(item, row, context);
  part(item, "more").hidden = false;
  return item;
}

/** Its words, as the log shows them. @param {MessageRow} row */
export function textOf(row) {
  if (row.kind !== "waiting") return row.entry.text;
  const { target, text } = row.item;
  return target.kind === "room" ? asShown(text) : text;
}

/**
 * Whose words they are.
 * @param {MessageRow} row
 * @param {Context} context
 * @returns {{ login: string, name: string }} the login is empty for an account that has been deleted
 */
export function authorOf(row, { words, config }) {
  if (row.kind === "waiting") return { login: config.login, name: config.name };
  const { login, name } = row.entry.author;
  return name === "" ? { login: "", name: words.say("deleted_person") } : { login, name };
}

/** @param {MessageRow} row */
export function isPrivate(row) {
  return row.kind === "private" || (row.kind === "waiting" && row.item.target.kind === "direct");
}

/**
 * @param {HTMLElement} item
 * @param {MessageRow} row
 * @param {Standing} standing
 * @param {Context} context
 */
function drawAuthor(item, row, { needsLogin }, context) {
  const { login, name } = authorOf(row, context);
  const author = part(item, "author");
  author.textContent = name;
  author.title = login;
  const avatar = part(item, "avatar");
  avatar.textContent = login === "" ? "" : initialsOf(name);
  avatar.dataset.hue = String(hueOf(login));
  const told = part(item, "login");
  told.hidden = !needsLogin || login === "";
  told.textContent = told.hidden ? "" : login;
}

/**
 * @param {HTMLElement} item
 * @param {number} at
 * @param {Context} context
 */
function drawTime(item, at, { times }) {
  const time = /** @type {HTMLTimeElement} */ (part(item, "time"));
  time.dateTime = new Date(at).toISOString();
  time.textContent = times.minutes(at);
  time.title = times.full(at);
  part(item, "text").title = time.title;
}

/**
 * @param {HTMLElement} item
 * @param {MessageRow} row
 * @param {boolean} isMarked
 * @param {Context} context
 */
function drawPrivate(item, row, isMarked, { words, navigation }) {
  const link = /** @type {HTMLAnchorElement} */ (part(item, "private"));
  link.hidden = !isMarked;
  if (!isMarked) return;
  const peer = peerOf(row);
  const isOwn = row.kind === "waiting" || (row.kind === "private" && row.isOwn);
  part(item, "private-text").textContent = isOwn
    ? words.say("private_to", { name: peer.name })
    : words.say("private_from");
  if (peer.login === "") return;
  link.href = navigation.addressOfPerson(peer.login);
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    navigation.toPerson(peer.login, peer.name);
  };
}

/** @param {MessageRow} row */
function peerOf(row) {
  if (row.kind === "private") return row.peer;
  if (row.kind === "waiting" && row.item.target.kind === "direct") {
    return { login: row.item.target.to, name: row.item.target.name };
  }
  return { login: "", name: "" };
}

/**
 * The symbol of its state, and the state in words: seen where one must wait or do something, else only heard.
 * @param {HTMLElement} node
 * @param {MessageRow} row
 * @param {Context} context
 */
function drawState(node, row, context) {
  const { chat, words } = context;
  const state = row.kind === "waiting" ? row.item.state : "stored";
  node.dataset.state = state;
  const isOwn = row.kind === "waiting" || row.isOwn;
  const shown = isOwn ? shownState(state, chat) : "";
  const box = part(node, "state");
  box.dataset.shows = shown;
  const symbol = shown === "stale" ? "waiting" : shown;
  box.querySelector("use")?.setAttribute("href", symbol === "" ? "" : `#symbol-${symbol}`);
  part(node, "state-text").textContent =
    row.kind === "waiting" ? sentenceOf(row.item, shown, context) : isOwn ? words.say("stored") : "";
  drawKept(node, row.kind === "waiting" ? row.item : null, context);
}

/**
 * With a connection a message only waits for its turn, as long as the server stores any.
 * @param {import("../chat/outbox.js").ItemState} state
 * @param {Context["chat"]} chat
 */
function shownState(state, chat) {
  if (chat.outbox.isHeldUp) return state === "sending" ? "waiting" : state;
  return state === "waiting" && chat.connection.isOpen ? "sending" : state;
}

/**
 * @param {Item} item
 * @param {string} shown
 * @param {Context} context
 */
function sentenceOf({ code, reason, target }, shown, { chat, words }) {
  if (shown === "waiting") return waitingSentence(chat, words);
  const isElsewhere = target.kind === "room" && target.room !== chat.room?.id;
  if (shown === "stale" && isElsewhere) return `${target.name}: ${words.say(shown)}`;
  if (shown !== "refused") return words.say(shown);
  const known = `refused_${code}`;
  const why = reason !== "" ? reason : words.has(known) ? words.say(known) : code;
  return isElsewhere
    ? words.say("refused_in", { room: target.name, reason: why })
    : words.say("refused", { reason: why });
}

/**
 * Where the chat has ended here, or the server cannot store it, no network makes it go out.
 * @param {Context["chat"]} chat
 * @param {Context["words"]} words
 */
function waitingSentence({ connection, outbox }, words) {
  const { phase, why } = connection.status;
  if (connection.isOpen && outbox.isHeldUp) return words.say("waits_unavailable");
  const key = `waits_${why}`;
  return words.say(phase === "ended" && words.has(key) ? key : "waiting");
}
