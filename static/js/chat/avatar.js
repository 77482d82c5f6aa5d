/**
 * Initials on one of twelve hues stand for a person's face. `accounts/avatars.py` draws the same.
 */

const HUES = 12;
/** The product with 31 stays a whole number. */
const PRIME = 65_521;

/**
 * The first letters of the first and of the last word; nothing for no name.
 * @param {string} name
 */
export function initialsOf(name) {
  const words = name.split(/\s+/u).filter((word) => word !== "");
  const ends = [...words.slice(0, 1), ...words.slice(1).slice(-1)];
  return ends.map((word) => [...word][0].toUpperCase()).join("");
}

/**
 * Which of the hues belongs to a login: the same one everywhere, for ever.
 * @param {string} login
 */
export function hueOf(login) {
  let total = 0;
  for (const character of login) total = (total * 31 + /** @type {number} */ (character.codePointAt(0))) % PRIME;
  return total % HUES;
}
