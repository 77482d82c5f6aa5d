/**
 * How much of a log a device keeps.
 */

/** @import { Entry } from "../chat/types.js" */
/** @import { Gap, Seed as Log } from "../chat/timeline.js" */

/** As many as the server prints. */
export const MESSAGES = 50;

/**
 * The newest messages of a log, without holes.
 * @param {{ entries: readonly Entry[], position: number | null, hasEarlier: boolean, gaps: readonly Gap[] }} log
 * @returns {Log}
 */
export function newestOf({ entries, position, hasEarlier, gaps }) {
  const after = gaps.at(-1)?.to ?? 0;
  const whole = entries.filter(({ seq }) => seq > after);
  const events = whole.slice(-MESSAGES);
  return { events, head: position ?? 0, more: hasEarlier || events.length < entries.length || after > 0 };
}
