/**
 * What a client does after the server has closed the socket. The code decides, never the text.
 */

/** @typedef {"reconnect" | "log_in" | "stay"} NextStep */

/** Codes after which a client does not come back by itself. Every other code, known or not, means: come back. */
const FINAL = /** @type {Record<number, { step: NextStep, why: string }>} */ ({
  1000: { step: "stay", why: "left" },
  4400: { step: "stay", why: "protocol" },
  4401: { step: "log_in", why: "session_ended" },
  4403: { step: "stay", why: "banned" },
  4409: { step: "stay", why: "too_many_connections" },
});

export const FRAME_TOO_LARGE = 1009;
export const RESTART = 1012;
export const WRONG_PROTOCOL = 4400;
/** What a browser reports when a connection broke without a word. */
export const BROKEN = 1006;

/**
 * @param {number} code
 * @returns {{ step: NextStep, why: string }}
 */
export function afterClose(code) {
  return FINAL[code] ?? { step: "reconnect", why: code === RESTART ? "restart" : "broken" };
}
