/**
 * What the argument of a command may be: open rooms, one's own, people.
 */

/** @import { Choice } from "../chat/typed_commands.js" */
/** @import { Context } from "../elements/chat_element.js" */

/**
 * @param {string} kind
 * @param {Context} context
 * @returns {Choice[]}
 */
export function choicesOf(kind, context) {
  return kind === "people" ? everybody(context) : rooms(kind === "own_rooms", context);
}

/**
 * @param {boolean} areOwn
 * @param {Context} context
 * @returns {Choice[]}
 */
function rooms(areOwn, { chat, words }) {
  const open = chat.rooms.rooms.filter(({ kind, owner, id }) =>
    areOwn ? owner === chat.login && kind !== "default" : id !== chat.room?.id,
  );
  return open.map(({ name, occupants }) => ({
    value: name,
    label: name,
    note: words.say("people_here", { count: occupants }),
  }));
}

/**
 * Those in the room and those one has written with at once, and everybody a moment later.
 * @param {Context} context
 * @returns {Choice[]}
 */
function everybody({ chat, people }) {
  people.lookAt();
  const near = [...chat.privateTalk.conversations.all, ...chat.place.occupants.people, ...people.all];
  /** @type {Map<string, Choice>} */
  const known = new Map(near.map(({ login, name }) => [login, { value: login, label: name, note: login }]));
  known.delete(chat.login);
  known.delete("");
  return [...known.values()];
}
