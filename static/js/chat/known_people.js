/**
 * Whoever is known here by name, from all lists together.
 */

/** @import { Chat } from "./chat.js" */
/** @import { People } from "./people.js" */

import { namesakes } from "./namesakes.js";

/**
 * The names that belong to several of those who are known, as they are compared.
 * @param {{ chat: Pick<Chat, "privateTalk" | "place">, people: Pick<People, "all"> }} known
 */
export function sharedNames({ chat, people }) {
  return namesakes([...chat.privateTalk.conversations.all, ...chat.place.occupants.people, ...people.all]);
}

/**
 * @param {Set<string>} shared
 * @param {string} name
 */
export function isShared(shared, name) {
  return shared.has(name.toLocaleLowerCase());
}
