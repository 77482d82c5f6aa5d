/**
 * One line of a list of people: a link to the private conversation, except for oneself.
 */

import { fromTemplate, part } from "../page/parts.js";

/** @typedef {{ login: string, name: string, about: string, isOnline: boolean, isSelf: boolean, address: string }} PersonLine */

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
  link.title = person.login;
  part(row, "name").textContent = person.name;
  part(row, "about").textContent = person.about;
  part(row, "dot").classList.toggle("entry__dot--on", person.isOnline);
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
