/**
 * What waits in an outbox: its shape, the lane it goes in, and how it is taken up from where it was kept.
 */

/** Words a day old may be embarrassing: older ones wait until a person says so. */
const STALE_MS = 24 * 60 * 60 * 1000;

/** @typedef {{ kind: "room", room: number, name: string } | { kind: "direct", to: string, name: string }} Target */

/**
 * `waiting`: goes out as soon as it can. `sending`: under way. `stored`: acknowledged; shown until the log brings it.
 * `refused`: the server's final no, kept with its reason for the person to decide. `stale`: too old to go by itself.
 * @typedef {"waiting" | "sending" | "stored" | "refused" | "stale"} ItemState
 */

/**
 * @typedef {object} Item
 * @property {string} clientId
 * @property {Target} target
 * @property {string} text
 * @property {number} writtenAt  milliseconds since 1970, by the best clock known when it was written
 * @property {number} [keptAt]  the same by the device's own clock, which tells its age, or when a person said last that it
 *   shall go; older pages did not keep it
 * @property {ItemState} state
 * @property {boolean} isUnsure  it was sent before, and nobody knows what became of it
 * @property {string} code  of the refusal
 * @property {string} reason  the server's sentence for it; empty where there was no need to ask the server
 * @property {number | null} seq  once acknowledged
 */

/**
 * @param {Pick<Item, "clientId" | "target" | "text" | "writtenAt" | "keptAt">} written
 * @returns {Item}
 */
export function newItem(written) {
  return { ...written, state: "waiting", isUnsure: false, code: "", reason: "", seq: null };
}

/** Of each lane one is under way at a time. @param {Pick<Item, "target">} item */
export function laneOf({ target }) {
  return target.kind === "room" ? `room:${target.room}` : "inbox";
}

/**
 * Is it too old to go by itself?
 * @param {Item} item
 * @param {number} wall  the device's clock
 */
export function isOld(item, wall) {
  return wall - (item.keptAt ?? item.writtenAt) > STALE_MS;
}

/**
 * Whether it was sent is not known: another page may be at it still.
 * @param {Item} item  as it was kept
 * @param {number} wall  the device's clock
 * @returns {Item}
 */
export function takenUp(item, wall) {
  const state = item.state === "refused" ? "refused" : isOld(item, wall) ? "stale" : "waiting";
  return { ...item, state, isUnsure: true, seq: null };
}

/**
 * Is it what this version wrote, and not something that an older one left behind?
 * @param {any} value
 * @returns {value is Item}
 */
export function isItem(value) {
  const { clientId, target, text, writtenAt } = value ?? {};
  const hasTarget = (target?.kind === "room" && Number.isInteger(target.room)) || typeof target?.to === "string";
  return typeof clientId === "string" && typeof text === "string" && typeof writtenAt === "number" && hasTarget;
}
