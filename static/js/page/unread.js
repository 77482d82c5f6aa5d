/**
 * How much is unread in each place, as it is shown: nothing of a place that lies before the reader.
 */

/** @import { Conversation } from "../chat/conversations.js" */
/** @import { RoomView } from "../chat/types.js" */
/** @import { Context } from "../elements/chat_element.js" */

import { streamOf } from "../chat/streams.js";

/** @typedef {Pick<Context, "chat" | "navigation">} Where */

/**
 * Rooms that go with their creator are no place to come back to.
 * @param {Where} where
 * @param {RoomView} room
 */
export function unreadInRoom({ chat, navigation: { view, room: shown } }, { id, kind }) {
  const isBefore = view.kind === "room" && shown.id === id && !document.hidden;
  return isBefore || kind === "temporary" ? 0 : chat.marks.unreadIn(streamOf(id));
}

/**
 * @param {Where} where
 * @param {Conversation} conversation
 */
export function unreadWith({ navigation: { view } }, { login, unread }) {
  const isBefore = view.kind === "direct" && view.login === login && !document.hidden;
  return isBefore ? 0 : unread;
}

/** In all places together. @param {Where} where */
export function unreadInAll(where) {
  const { privateTalk, rooms } = where.chat;
  const talks = privateTalk.conversations.all.map((conversation) => unreadWith(where, conversation));
  return [...talks, ...rooms.rooms.map((room) => unreadInRoom(where, room))].reduce((sum, count) => sum + count, 0);
}
