/**
 * The keys that lead somewhere else from wherever one is: Ctrl or Cmd+K finds, Alt+↑ and Alt+↓ go to the place before
 * and after, with Shift to those with something unread.
 */

/** @import { Chat } from "../chat/chat.js" */
/** @import { Destination } from "../chat/finding.js" */
/** @import { Navigation } from "./navigation.js" */

import { destinations, neighbour } from "../chat/finding.js";
import { unreadInRoom } from "./unread.js";

/** @type {Record<string, 1 | -1>} */
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

/**
 * @param {Chat} chat
 * @param {Navigation} navigation
 */
export function listenForShortcuts(chat, navigation) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    if (isFind(event)) {
      event.preventDefault();
      document.dispatchEvent(new CustomEvent("chat-find"));
      return;
    }
    const step = STEPS[event.key];
    if (step === undefined || !event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const there = neighbourOf(chat, navigation, { step, isUnseen: event.shiftKey });
    if (there !== undefined) navigation.to(there);
  });
}

/** @param {KeyboardEvent} event */
function isFind({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  return key.toLowerCase() === "k" && (ctrlKey || metaKey) && !altKey && !shiftKey;
}

/**
 * @param {Chat} chat
 * @param {Navigation} navigation
 * @param {{ step: 1 | -1, isUnseen: boolean }} where
 */
function neighbourOf(chat, navigation, { step, isUnseen }) {
  const { view, room } = navigation;
  const conversations = chat.privateTalk.conversations.all;
  const all = destinations(conversations, chat.rooms.rooms);
  const unreadInRoomOf = (/** @type {number} */ id) => {
    const found = chat.rooms.get(id);
    return found === undefined ? 0 : unreadInRoom({ chat, navigation }, found);
  };
  const isUnread = (/** @type {Destination} */ place) =>
    place.kind === "direct"
      ? (chat.privateTalk.conversations.get(place.login)?.unread ?? 0) > 0
      : unreadInRoomOf(place.room) > 0;
  const isHere = (/** @type {Destination} */ place) =>
    place.kind === "direct"
      ? view.kind === "direct" && view.login === place.login
      : view.kind === "room" && room.id === place.room;
  const reachable = all.filter((place) => !isUnseen || isHere(place) || isUnread(place));
  const there = neighbour(reachable, reachable.findIndex(isHere), step);
  return there === undefined || isHere(there) ? undefined : there;
}
