/**
 * The browser, as the chat wants its world: sockets, time, chance, storage.
 */

/** @import { OutboxStore, Socket, World } from "../chat/types.js" */

import { newClientId } from "../chat/client_id.js";

/**
 * @param {string} home  the address of the lobby; everything else stands below it
 * @param {OutboxStore} outboxStore
 * @returns {World}
 */
export function browserWorld(home, outboxStore) {
  const socket = new URL(`${home}ws/`, location.href);
  socket.protocol = socket.protocol.replace("http", "ws");
  return {
    openSocket: () => /** @type {Socket} */ (/** @type {unknown} */ (new WebSocket(socket))),
    askSession: () => askSession(`${home}session`),
    timers: {
      // Not Date.now: a device that is set back must not stop the waits.
      now: () => performance.timeOrigin + performance.now(),
      after: (ms, run) => setTimeout(run, ms),
      cancel: (handle) => clearTimeout(/** @type {number} */ (handle)),
    },
    wall: Date.now,
    random: Math.random,
    newId: () => newClientId((bytes) => crypto.getRandomValues(bytes)),
    outboxStore,
  };
}

/** @returns {Storage | null} null where the browser forbids it */
export function browserStorage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/**
 * Call whenever the page may have slept, or the network may have come, gone or changed: a socket that died meanwhile
 * says nothing.
 * @param {() => void} wake
 */
export function onWaking(wake) {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
  });
  for (const type of ["pageshow", "online", "offline", "focus"]) window.addEventListener(type, wake);
}

/**
 * @param {string} address
 * @returns {Promise<"in" | "out" | "unknown">}
 */
async function askSession(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    if (response.status === 401) return "out";
    return response.ok ? "in" : "unknown";
  } catch {
    return "unknown";
  }
}
