/**
 * The answers to typed commands, as something one can go on with: rooms to enter, people to write to, commands to use.
 */

/** @import { RoomView, UserView } from "../chat/types.js" */
/** @import { NoticeEntry } from "../chat/log_rows.js" */
/** @import { Context } from "../elements/chat_element.js" */

import { peopleInOrder, roomsInOrder } from "../chat/finding.js";

/** More than one looks through in a log; the lists beside it have them all. */
const ENTRIES = 60;

/**
 * @param {Record<string, any>} ack
 * @param {Context} context
 * @returns {{ text: string, entries?: NoticeEntry[], room?: number } | null} null where what happened is to be seen anyway
 */
export function noticeFor({ command, text, room, rooms, users, next }, context) {
  const { chat, people, words } = context;
  // An answer is the beginning of a long list; the page may know more, and who of all is online.
  const isCut = (next ?? null) !== null;
  if (command === "room.list" && Array.isArray(rooms)) {
    const open = isCut ? roomsInOrder(chat.rooms.rooms) : rooms;
    const entries = open.map((room) => roomEntry(room, context));
    return { text: words.say("rooms_open", { count: open.length }), entries: cut(entries) };
  }
  if (command === "user.list" && Array.isArray(users)) {
    const known = isCut
      ? peopleInOrder([...users, ...people.all], chat.place.occupants.people)
      : peopleInOrder(users, []);
    const entries = known.map((user) => userEntry(user, context));
    const text = isCut ? words.say("people_of_many") : words.say("people_known", { count: users.length });
    return { text, entries: cut(entries, isCut) };
  }
  if (command === "help") return { text: words.say("commands_to_type"), entries: commandEntries(context) };
  if (typeof text !== "string" || text === "" || command === "direct.post") return null;
  return { text, room: room?.id };
}

/**
 * @param {RoomView} room
 * @param {Context} context
 * @returns {NoticeEntry}
 */
function roomEntry({ id, name, kind, occupants }, { navigation, words }) {
  const people = words.say("people_here", { count: occupants });
  return {
    label: name,
    about: kind === "temporary" ? `${people} · ${words.say("temporary")}` : people,
    // The room one is in as well: the answer still stands there when one has gone elsewhere.
    run: () => navigation.toRoom(id, name),
  };
}

/**
 * @param {UserView} user
 * @param {Context} context
 * @returns {NoticeEntry}
 */
function userEntry({ login, name, online, rooms }, { chat, navigation, words }) {
  const names = rooms.flatMap((id) => chat.rooms.get(id)?.name ?? []);
  const where = names.length > 0 ? names.join(", ") : words.say(online ? "online" : "offline_person");
  const isOneself = login === chat.login;
  return {
    label: name,
    about: [login, isOneself ? words.say("you") : where].join(" · "),
    run: isOneself ? null : () => navigation.toPerson(login, name),
  };
}

/** @param {Context} context @returns {NoticeEntry[]} */
function commandEntries({ config }) {
  return config.commands.map(({ name, usage, help }) => ({
    label: usage,
    about: help,
    run: () => document.dispatchEvent(new CustomEvent("chat-begin", { detail: usage === name ? name : `${name} ` })),
  }));
}

/**
 * @param {NoticeEntry[]} entries
 * @param {boolean} [isCut]  whether the server has left some out already
 */
function cut(entries, isCut = false) {
  if (!isCut && entries.length <= ENTRIES) return entries;
  return [...entries.slice(0, ENTRIES), { label: "…", about: "", run: null }];
}
