/**
 * One line of a list of people: a link to the private conversation, except for oneself.
 */

import { fromTemplate, part, showText } from "../page/parts.js";
import { drawPresence } from "./face.js";

/** @typedef {{ login: string, name: string, about: string, mark: string, isOnline: boolean, isSelf: boolean,
 *   address: string }} PersonLine */

/**
 * @param {PersonLine} person
 * @param {Element | null} node
 */
export function drawPerson(person, node) {
  const row = /** @type {HTMLElement} */ (node ?? fromTemplate("person-template"));
  const link = /** @type {HTMLAnchorElement} */ (part(row, "link"));
  if (person.isSelf) link.removeAttribute("href");
  else link.href = person.address;
  link.dataset.login = person.login;
  link.dataset.name = person.name;
  link.title = `${person.name} · ${person.login}`;
  drawPresence(row, person);
  part(row, "name").textContent = person.name;
  showText(part(row, "about"), person.about);
  showText(part(row, "mark"), person.mark);
  return row;
}

/**
 * The person whose line was chosen, unless a new tab is wanted or it is oneself.
 * @param {MouseEvent} event
 * @returns {{ login: string, name: string } | null}
 */
export function chosenPerson(event) {
  const link = /** @type {Element} */ (event.target).closest("a[href]");
  if (!(link instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  event.preventDefault();
  return { login: link.dataset.login ?? "", name: link.dataset.name ?? "" };
}
