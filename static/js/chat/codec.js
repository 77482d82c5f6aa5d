/**
 * Between frames of text and objects. Nothing here throws on what the server sends.
 */

/** @import { Frame } from "./types.js" */

/** The server closes a socket (1009) on a frame beyond this. */
export const MAX_FRAME_BYTES = 65536;

/**
 * The frames in one WebSocket message, in order: one object, or an array of them. What is neither is left out.
 * @param {unknown} data
 * @returns {Frame[]}
 */
export function decode(data) {
  if (typeof data !== "string") return [];
  let value;
  try {
    value = JSON.parse(data);
  } catch {
    return [];
  }
  return (Array.isArray(value) ? value : [value]).filter(isFrame);
}

/**
 * @param {Record<string, unknown>} command
 * @returns {string}
 */
export function encode(command) {
  return JSON.stringify(command);
}

/**
 * The text without what the contract calls malformed: U+0000 is dropped, half a surrogate pair becomes U+FFFD. A
 * keyboard makes neither; a broken paste may, and must not cost the connection.
 * @param {string} text
 */
export function wellFormed(text) {
  return text.replaceAll("\0", "").replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** @param {string} frame */
export function fitsIntoAFrame(frame) {
  return new TextEncoder().encode(frame).length <= MAX_FRAME_BYTES;
}

/**
 * @param {any} value
 * @returns {value is Frame}
 */
function isFrame(value) {
  return typeof value === "object" && value !== null && typeof value.type === "string";
}
