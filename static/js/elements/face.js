/**
 * A person's face, and whether they are online.
 */

import { hueOf, initialsOf } from "../chat/avatar.js";
import { part } from "../page/parts.js";

/**
 * @param {HTMLElement} avatar
 * @param {{ login: string, name: string }} person
 */
export function drawFace(avatar, { login, name }) {
  avatar.textContent = initialsOf(name);
  avatar.dataset.hue = String(hueOf(login));
}

/**
 * The face in a line, with its dot.
 * @param {HTMLElement} row
 * @param {{ login: string, name: string, isOnline: boolean }} person
 */
export function drawPresence(row, person) {
  drawFace(part(row, "face"), person);
  part(row, "dot").hidden = !person.isOnline;
}
