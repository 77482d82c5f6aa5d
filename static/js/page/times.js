/**
 * Times and days as the reader's device writes them. The moments are the server's.
 */

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
/** Six days: the same day of the week would be taken for today. */
const WEEK = 6 * DAY;
/** @type {Array<[string, number]>} */
const UNITS = [
  ["day", DAY],
  ["hour", DAY / 24],
  ["minute", 60 * SECOND],
  ["second", SECOND],
];

export class Times {
  #minutes;
  #seconds;
  #day;
  #full;
  #weekday;
  #date;
  #language;

  /** @param {string} language */
  constructor(language) {
    this.#minutes = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.#seconds = new Intl.DateTimeFormat(language, {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
    this.#day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
    this.#full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long", hourCycle: "h23" });
    this.#weekday = new Intl.DateTimeFormat(language, { weekday: "short" });
    this.#date = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
    this.#language = language;
  }

  /** @param {number} at */
  minutes(at) {
    return this.#minutes.format(at);
  }

  /** @param {number} at */
  seconds(at) {
    return this.#seconds.format(at);
  }

  /** @param {number} at */
  day = (at) => this.#day.format(at);

  /** With seconds and zone. @param {number} at */
  full(at) {
    return this.#full.format(at);
  }

  /**
   * As short as it can be told apart: the time today, the day within a week, else the date.
   * @param {number} at
   * @param {number} now
   */
  brief(at, now) {
    if (this.day(at) === this.day(now)) return this.minutes(at);
    return (now - at < WEEK ? this.#weekday : this.#date).format(at);
  }

  /** Seconds to the thousandth, with their sign. @param {number} seconds */
  fraction(seconds) {
    const style = /** @type {const} */ ({ style: "unit", unit: "second", unitDisplay: "narrow" });
    return new Intl.NumberFormat(this.#language, { ...style, maximumFractionDigits: 3 }).format(seconds);
  }

  /**
   * A length of time in one unit, rounded: 3 seconds, 5 minutes, 2 hours, 4 days.
   * @param {number} ms
   */
  span(ms) {
    const [unit, length] = UNITS.find(([, length]) => ms >= 1.5 * length) ?? UNITS[UNITS.length - 1];
    const style = /** @type {const} */ ({ style: "unit", unit, unitDisplay: "long" });
    return new Intl.NumberFormat(this.#language, style).format(Math.round(ms / length));
  }
}
