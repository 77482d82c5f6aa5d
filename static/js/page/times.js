/**
 * Times and days as the reader's device writes them. The moments are the server's.
 */

export class Times {
  #minutes;
  #seconds;
  #day;
  #full;

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
    this.#full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });
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
}
