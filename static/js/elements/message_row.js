/**
 * One message in the log: said, or still on its way.
 */

/** @import { Row } from "../chat/log_rows.js" */
/** @import { Item } from "../chat/outbox.js" */
/** @import { Context } from "./chat_element.js" */

import { asShown } from "../chat/command_line.js";
import { fromTemplate, part, showButton, showText } from "../page/parts.js";

/** @typedef {Extract<Row, { kind: "message" | "private" | "waiting" }>} MessageRow */
/** @typedef {{ edit: (item: Item) => void }} Actions */

/**
 * @param {MessageRow} row
 * @param {Element | null} node
 * @param {{ isContinued: boolean, isPrivateView: boolean }} place  whether it follows one of the same author, and whether
 *   all messages there are private
 * @param {Context} context
 * @param {Actions} actions
 */
export function drawMessage(row, node, { isContinued, isPrivateView }, context, actions) {
  const item = /** @type {HTMLElement} */ (node ?? fromTemplate("message-template"));
  const isOwn = row.kind === "waiting" || row.isOwn;
  const isPrivate = row.kind === "private" || (row.kind === "waiting" && row.item.target.kind === "direct");
  item.classList.toggle("message--own", isOwn);
  item.classList.toggle("message--private", isPrivate);
  item.classList.toggle("message--continued", isContinued);
  part(item, "author").textContent = authorOf(row, context);
  drawLogin(part(item, "login"), row);
  part(item, "text").textContent = row.kind === "waiting" ? textOf(row.item) : row.entry.text;
  if (row.kind !== "waiting") item.dataset.seq = `${row.entry.stream}/${row.entry.seq}`;
  drawTime(item, row.at, context);
  drawPrivate(item, row, isPrivate && !isPrivateView, context);
  drawState(item, row, context, actions);
  return item;
}

/**
 * @param {MessageRow} row
 * @param {Context} context
 */
function authorOf(row, { words, config }) {
  if (row.kind === "waiting") return config.name;
  return row.entry.author.name === "" ? words.say("deleted_person") : row.entry.author.name;
}

/**
 * Two people may have the same name; their logins differ.
 *
 * @param {HTMLElement} node
 * @param {MessageRow} row
 */
function drawLogin(node, row) {
  const isOther = row.kind !== "waiting" && !row.isOwn && row.entry.author.name !== "";
  node.hidden = !isOther;
  node.textContent = isOther ? row.entry.author.login : "";
}

/** As the log will show it. @param {Item} item */
function textOf({ target, text }) {
  return target.kind === "room" ? asShown(text) : text;
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
 * @param {HTMLElement} node
 * @param {MessageRow} row
 * @param {Context} context
 * @param {Actions} actions
 */
function drawState(node, row, { chat, words }, { edit }) {
  const state = row.kind === "waiting" ? row.item.state : "stored";
  node.dataset.state = state;
  part(node, "state").hidden = state === "stored";
  if (row.kind !== "waiting" || state === "stored") return;
  const { item } = row;
  const isKept = state === "refused" || state === "stale";
  showText(part(node, "state-text"), sentenceOf(item, chat, words));
  showButton(
    part(node, "again"),
    words.say("send_now"),
    state === "stale" ? () => chat.outbox.retry(item.clientId) : null,
  );
  showButton(part(node, "edit"), words.say("edit"), isKept ? () => edit(item) : null);
  showButton(part(node, "delete"), words.say("delete"), isKept ? () => chat.outbox.withdraw(item.clientId) : null);
}

/**
 * @param {Item} item
 * @param {Context["chat"]} chat
 * @param {Context["words"]} words
 */
function sentenceOf({ state, code, reason, target }, chat, words) {
  // With a connection it only waits for its turn.
  if (state === "waiting" && chat.connection.isOpen) return words.say("sending");
  if (state !== "refused") return words.say(state);
  const known = `refused_${code}`;
  const why = reason !== "" ? reason : words.has(known) ? words.say(known) : code;
  const isElsewhere = target.kind === "room" && target.room !== chat.room?.id;
  return isElsewhere
    ? words.say("refused_in", { room: target.name, reason: why })
    : words.say("refused", { reason: why });
}
