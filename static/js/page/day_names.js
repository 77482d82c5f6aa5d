/**
 * Days as one calls them: today, yesterday, a day of this year, a day of another one.
 */

const HOUR = 60 * 60 * 1000;
/** Whatever the zone, a day does not begin within one of these. */
const SLOT = HOUR / 4;
const SLOTS_KEPT = 5000;

export class DayNames {
  #names;
  #thisYear;
  #otherYear;
  #calendar = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });
  /** By quarter of an hour: asking the calendar for each message is slow. @type {Map<number, string>} */
  #days = new Map();

  /** @param {string} language */
  constructor(language) {
    const date = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long" });
    this.#names = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    this.#thisYear = new Intl.DateTimeFormat(language, date);
    this.#otherYear = new Intl.DateTimeFormat(language, { ...date, year: "numeric" });
  }

  /** A word for the day by the reader's calendar, the same for every moment of it. @param {number} at */
  dayOf = (at) => {
    const slot = Math.floor(at / SLOT);
    const known = this.#days.get(slot);
    if (known !== undefined) return known;
    if (this.#days.size >= SLOTS_KEPT) this.#days.clear();
    const day = this.#calendar.format(at);
    this.#days.set(slot, day);
    return day;
  };

  /**
   * @param {number} at
   * @param {number} now
   */
  nameOf(at, now) {
    const day = this.dayOf(at);
    if (day === this.dayOf(now)) return capitalised(this.#names.format(0, "day"));
    if (day === this.dayOf(now - 24 * HOUR)) return capitalised(this.#names.format(-1, "day"));
    const isThisYear = day.slice(0, 4) === this.dayOf(now).slice(0, 4);
    return capitalised((isThisYear ? this.#thisYear : this.#otherYear).format(at));
  }
}

/** As what stands alone begins. @param {string} text */
function capitalised(text) {
  return text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
}
