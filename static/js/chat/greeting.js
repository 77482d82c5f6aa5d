/**
 * What to say first on a new socket: who is there, where to, and from where to go on.
 */

/** @import { Place } from "./place.js" */
/** @import { Streams } from "./streams.js" */

import { streamOf } from "./streams.js";

/**
 * @param {object} held
 * @param {Place} held.place
 * @param {Streams} held.streams
 * @param {string | null} held.history  to which the positions belong; null before the first welcome
 * @param {string} held.language
 * @returns {{ protocol: 1, client: "web", language: string, room?: number,
 *   resume?: { history: string, room?: { id: number, seq: number }, inbox?: number } }}
 */
export function greeting({ place, streams, history, language }) {
  const room = place.destination;
  return {
    protocol: 1,
    client: "web",
    language,
    ...(room === null ? {} : { room }),
    ...(history === null ? {} : { resume: { history, ...positions(room, streams) } }),
  };
}

/**
 * @param {number | null} room
 * @param {Streams} streams
 */
function positions(room, streams) {
  const seq = room === null ? null : streams.position(streamOf(room));
  const inbox = streams.inbox.position;
  return {
    ...(room === null || seq === null ? {} : { room: { id: room, seq } }),
    ...(inbox === null ? {} : { inbox }),
  };
}
