/**
 * The server's clock, as well as it can be known here.
 *
 * Each sample is one exchange of `clock.sync`, read as NTP reads it. Of the last five the one with the shortest round
 * trip counts, since its error is bounded by half of that trip.
 */

const SAMPLES_KEPT = 5;

/** @typedef {{ offset: number, roundTrip: number }} Sample */

export class ServerClock {
  #timers;
  /** @type {Sample[]} */
  #samples = [];
  /** What `welcome` and heartbeats say: late by the way here, but better than nothing before the first sample.
   * @type {number | null} */
  #rough = null;

  /** @param {{ now: () => number }} timers  milliseconds, monotonic */
  constructor(timers) {
    this.#timers = timers;
  }

  // actions

  /**
   * Learn from one exchange.
   * @param {{ t0: number, t1: number, t2: number, t3: number }} times  sent here, received there, answered there,
   *   received here; t0 and t3 on this clock's `now`, t1 and t2 on the server's
   */
  add({ t0, t1, t2, t3 }) {
    const sample = { offset: (t1 - t0 + (t2 - t3)) / 2, roundTrip: t3 - t0 - (t2 - t1) };
    this.#samples = [...this.#samples, sample].slice(-SAMPLES_KEPT);
  }

  /** @param {string} serverTime  as a frame that has just arrived says it */
  hear(serverTime) {
    const told = Date.parse(serverTime);
    if (Number.isFinite(told)) this.#rough = told - this.#timers.now();
  }

  /** Forget the samples, as after a sleep in which the monotonic clock may have stood still. */
  reset() {
    this.#samples = [];
  }

  // questions

  /** Milliseconds to add to the local monotonic clock. */
  get offset() {
    return this.#best?.offset ?? this.#rough;
  }

  /** How far the offset may be off, in milliseconds. */
  get uncertainty() {
    return this.#best ? this.#best.roundTrip / 2 : Infinity;
  }

  /** The server's time in milliseconds since 1970, or null before anything is known. */
  now() {
    return this.offset === null ? null : this.#timers.now() + this.offset;
  }

  /**
   * Does what a fresh frame says contradict what is believed here? Frames are late by the network's delay, so only much counts.
   * @param {string} serverTime
   * @param {number} tolerance  milliseconds
   */
  contradicts(serverTime, tolerance) {
    const believed = this.now();
    return believed !== null && Math.abs(believed - Date.parse(serverTime)) > tolerance;
  }

  // internal

  get #best() {
    return this.#samples.reduce(
      (best, sample) => (best === null || sample.roundTrip < best.roundTrip ? sample : best),
      /** @type {Sample | null} */ (null),
    );
  }
}
