/**
 * What is told to this reader only, with what one can go on with.
 */

/** @import { Notice, NoticeAction, NoticeEntry } from "../chat/log_rows.js" */
/** @import { Context } from "./chat_element.js" */

import { fromTemplate, part, showButton, showText } from "../page/parts.js";

/**
 * @param {Notice} notice
 * @param {Element | null} node
 * @param {Context} context
 */
export function drawNotice(notice, node, { notices, words }) {
  if (node !== null) return node;
  const { id, text, entries = [], actions = [] } = notice;
  const row = fromTemplate("notice-template");
  const list = part(row, "entries");
  // What has several lines is read as a list, not as a remark.
  row.classList.toggle("notice--list", entries.length > 0 || text.includes("\n"));
  showText(part(row, "text"), text);
  list.replaceChildren(...entries.map(entryFor));
  list.hidden = entries.length === 0;
  part(row, "only-you").textContent = words.say("only_you");
  const foot = part(row, "dismiss");
  foot.before(...actions.flatMap((action) => [actionFor(action), " "]));
  showButton(foot, words.say("dismiss"), () => notices.dismiss(id));
  return row;
}

/** @param {NoticeEntry} entry */
function entryFor({ label, about, run }) {
  const item = document.createElement("li");
  const line = document.createElement(run === null ? "span" : "button");
  line.className = "notice__entry";
  if (line instanceof HTMLButtonElement) {
    line.type = "button";
    line.onclick = run;
  }
  line.append(textOf("bdi", "notice__label", label), " ", textOf("bdi", "notice__about", about));
  item.append(line);
  return item;
}

/** @param {NoticeAction} action */
function actionFor({ label, run }) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.onclick = run;
  return button;
}

/**
 * @param {string} tag
 * @param {string} name
 * @param {string} text
 */
function textOf(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
}
