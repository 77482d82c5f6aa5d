/**
 * Keeps the server's clock known: a few exchanges after each opening, and again now and then.
 */

/** @import { Heartbeat, Timers } from "./types.js" */
/** @import { Connection } from "./connection.js" */

import { ServerClock } from "./clock.js";

const EXCHANGES = 5;
const BETWEEN_MS = 250;
/** Quartz drifts some ten milliseconds in such a time. */
const AGAIN_MS = 10 * 60 * 1000;
/** A heartbeat is late by the network's delay; more than this is a clock that jumped, as after a sleep. */
const JUMP_MS = 2000;

export class ClockSync {
  #clock;
  #connection;
  #timers;
  #told;
  /** @type {unknown} */
  #timer = null;

  /**
   * @param {object} options
   * @param {ServerClock} options.clock
   * @param {Connection} options.connection
   * @param {Timers} options.timers
   * @param {() => void} options.told  called after each exchange
   */
  constructor({ clock, connection, timers, told }) {
    this.#clock = clock;
    this.#connection = connection;
    this.#timers = timers;
    this.#told = told;
  }

  /** Measure anew; what was measured before counts no more. */
  restart() {
    this.#timers.cancel(this.#timer);
    this.#clock.reset();
    this.#exchange(1);
  }

  /** @param {Heartbeat} heartbeat */
  check({ server_time: serverTime }) {
    if (!this.#clock.contradicts(serverTime, JUMP_MS)) return;
    this.#clock.hear(serverTime);
    this.restart();
  }

  /** @param {number} round */
  #exchange(round) {
    const t0 = this.#timers.now();
    this.#connection.request({ type: "clock.sync", t0 }, (answer) => {
      // A lost exchange ends the measuring: the next opening begins it again.
      if (answer.outcome !== "done") return;
      const { t1, t2 } = answer.ack;
      this.#clock.add({ t0, t1, t2, t3: this.#timers.now() });
      this.#told();
      const wait = round < EXCHANGES ? BETWEEN_MS : AGAIN_MS;
      this.#timer = this.#timers.after(wait, () => this.#exchange(round + 1));
    });
  }
}
