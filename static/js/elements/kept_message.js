/**
 * What can be done with a message that was not accepted, or that is too old to go by itself: its words are kept until
 * the person decides.
 */

/** @import { Item } from "../chat/outbox.js" */
/** @import { Context } from "./chat_element.js" */

import { fromTemplate, part, showButton } from "../page/parts.js";

/**
 * @param {HTMLElement} node  of the message
 * @param {Item | null} item  null when it is stored
 * @param {Context} context
 */
export function drawKept(node, item, context) {
  const known = node.querySelector(".message__kept");
  const isKept = item !== null && (item.state === "refused" || item.state === "stale");
  if (!isKept) {
    known?.remove();
    return;
  }
  const line = known ?? fromTemplate("kept-template");
  if (known === null) node.append(line);
  drawChoices(line, item, context);
}

/**
 * @param {Element} line
 * @param {Item} item
 * @param {Context} context
 */
function drawChoices(line, item, { chat, words }) {
  const { outbox } = chat;
  const isStale = item.state === "stale";
  // Nobody can say it there any more.
  const isGone = item.code === "room_closed" && item.target.kind === "room";
  const home = isGone ? chat.rooms.rooms.find(({ kind }) => kind === "default") : undefined;
  showButton(part(line, "again"), words.say("send_now"), isStale ? () => outbox.retry(item.clientId) : null);
  // What is a day old may have been stored after all: written anew it would stand there twice.
  showButton(part(line, "edit"), words.say("edit"), isGone || isStale ? null : () => tell(line, "chat-edit", item));
  showButton(part(line, "copy"), words.say("copy_text"), isGone ? () => tell(line, "chat-copy", item.text) : null);
  const send = home && (() => sendElsewhere(item, { room: home.id, name: home.name }, chat));
  showButton(part(line, "elsewhere"), words.say("send_to", { room: home?.name ?? "" }), send ?? null);
  showButton(part(line, "delete"), words.say("delete"), () => outbox.withdraw(item.clientId));
}

/**
 * @param {Item} item
 * @param {{ room: number, name: string }} room
 * @param {Context["chat"]} chat
 */
function sendElsewhere(item, { room, name }, chat) {
  // A second tap may come before this is drawn anew.
  if (!chat.outbox.items.includes(item)) return;
  if (chat.post(item.text, { kind: "room", room, name })) chat.outbox.withdraw(item.clientId);
}

/**
 * @param {Element} node
 * @param {string} type
 * @param {unknown} detail
 */
function tell(node, type, detail) {
  node.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
}
