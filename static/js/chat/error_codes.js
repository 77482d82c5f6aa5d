/**
 * What an error's code tells a client to do. The sentence beside it is for the person.
 */

/**
 * Is it unknown whether the command was carried out? Then it is repeated with the same `client_id`. Every other code
 * is final: it was not done.
 * @param {string} code
 */
export function isOutcomeUnknown(code) {
  return code === "unavailable" || code === "internal";
}
