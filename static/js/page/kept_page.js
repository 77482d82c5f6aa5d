/**
 * From what a device has kept to the page that shows it: what the server prints otherwise.
 */

/** @import { DirectPosted } from "../chat/types.js" */
/** @import { Seed as Log } from "../chat/timeline.js" */
/** @import { Seed } from "../chat/chat.js" */
/** @import { Kept, KeptPlace } from "./kept_db.js" */
/** @import { Config, View } from "./navigation.js" */

import { peerOf } from "../chat/conversations.js";
import { MESSAGES } from "./kept_log.js";

/** `talks`: the other conversations that are kept, of which a printed page has one at most.
 * @typedef {{ config: Config, seed: Seed, talks: Talk[], address: string }} KeptPage */
/** @typedef {{ login: string, events: DirectPosted[], more: boolean }} Talk */

/**
 * @param {Kept} kept
 * @param {Config} config  that of the empty page
 * @param {string} path  which place somebody wants to see
 * @returns {KeptPage | null} null where nothing can be shown
 */
export function pageOf({ person, places: kept }, config, path) {
  const { home } = config;
  const places = kept.map((place) => (isTalk(place) ? continued(place, person) : place));
  const room = firstRoom(places, person.rooms);
  const shown = placeAt(path, home, places) ?? places.find(({ place }) => place === `room:${room?.id}`) ?? places[0];
  if (room === null || shown === undefined) return null;
  const here = isTalk(shown) ? room : { id: Number(shown.place.slice("room:".length)), name: shown.name };
  /** @type {View} */
  const view = isTalk(shown) ? { kind: "direct", login: shown.place.slice(1), name: shown.name } : { kind: "room" };
  const { id, login, name, mayKeepRooms } = person;
  const talks = places.filter(isTalk).map(({ place, log: { events, more } }) => ({
    login: place.slice(1),
    events: /** @type {DirectPosted[]} */ (events),
    more,
  }));
  const rooms = places.filter((place) => !isTalk(place)).map(({ place, log }) => [place, log]);
  return {
    config: { ...config, id, login, name, mayKeepRooms, view, room: here, isKept: true },
    seed: {
      history: person.history,
      streams: { ...Object.fromEntries(rooms), inbox: inboxOf(person, places) },
      marks: person.marks,
      conversation: view.kind === "direct" ? talks.find((talk) => talk.login === view.login) : null,
    },
    talks,
    address: addressOf(shown, home, person.rooms),
  };
}

/**
 * What has been said in a conversation while another place was shown is in the inbox, if that goes back so far.
 * @param {KeptPlace} kept
 * @param {Kept["person"]} person
 * @returns {KeptPlace}
 */
function continued(kept, { login, inbox }) {
  const { events, head, more } = kept.log;
  const first = inbox.events[0]?.seq ?? inbox.head + 1;
  if (first > head + 1 || inbox.head <= head) return kept;
  const since = /** @type {DirectPosted[]} */ (inbox.events).filter(
    (event) => event.seq > head && peerOf(event, login).login === kept.place.slice(1),
  );
  const all = [...events, ...since];
  return { ...kept, log: { events: all.slice(-MESSAGES), head: inbox.head, more: more || all.length > MESSAGES } };
}

/**
 * The inbox up to where each conversation is whole: what came after it in any of them has to be told again.
 * @param {Kept["person"]} person
 * @param {KeptPlace[]} places
 * @returns {Log}
 */
function inboxOf({ inbox, conversations }, places) {
  const heads = places.filter(isTalk).map(({ place, log }) => {
    const last = conversations.find(({ login }) => login === place.slice(1))?.seq;
    return last !== undefined && last <= (log.events.at(-1)?.seq ?? 0) ? inbox.head : log.head;
  });
  const head = Math.min(inbox.head, ...heads);
  return { ...inbox, head, events: inbox.events.filter(({ seq }) => seq <= head) };
}

/**
 * @param {string} path
 * @param {string} home
 * @param {KeptPlace[]} places
 */
function placeAt(path, home, places) {
  const [, kind, name] = path.slice(home.length).match(/^([rp])\/([^/]+)/) ?? [];
  if (name === undefined) return undefined;
  const wanted = kind === "r" ? `room:${name}` : `@${decoded(name)}`;
  return places.find(({ place }) => place === wanted);
}

/**
 * The room that lies behind all: the default one, or the one that was seen last.
 * @param {KeptPlace[]} places
 * @param {Kept["person"]["rooms"]} rooms
 */
function firstRoom(places, rooms) {
  const first = rooms.find(({ kind }) => kind === "default");
  if (first !== undefined) return { id: first.id, name: first.name };
  const seen = places.find((place) => !isTalk(place));
  return seen === undefined ? null : { id: Number(seen.place.slice("room:".length)), name: seen.name };
}

/**
 * @param {KeptPlace} shown
 * @param {string} home
 * @param {Kept["person"]["rooms"]} rooms
 */
function addressOf(shown, home, rooms) {
  if (isTalk(shown)) return `${home}p/${encodeURIComponent(shown.place.slice(1))}/`;
  const id = shown.place.slice("room:".length);
  return rooms.find((room) => String(room.id) === id)?.kind === "default" ? home : `${home}r/${id}/`;
}

/** @param {KeptPlace} kept */
function isTalk({ place }) {
  return place.startsWith("@");
}

/** @param {string} text  of an address, which anybody may have typed */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
