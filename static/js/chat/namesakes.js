/**
 * Names that several people bear: only there must a login tell whose words they are.
 */

/**
 * @param {Iterable<{ login: string, name: string }>} people  the same person may come twice
 * @returns {Set<string>} the names that belong to more than one login
 */
export function namesakes(people) {
  /** Of a long log many messages are one person's. @type {Map<string, string>} */
  const known = new Map();
  /** @type {Map<string, string>} */
  const owners = new Map();
  /** @type {Set<string>} */
  const shared = new Set();
  for (const { login, name } of people) {
    if (known.get(login) === name) continue;
    known.set(login, name);
    const key = name.toLocaleLowerCase();
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, login);
    else if (owner !== login) shared.add(key);
  }
  return shared;
}
