/**
 * The server's clock, and one remark when the device's own is off.
 */

import { part } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

const SECOND = 1000;
/** A device that is off by more is told about; the clock of the server is known better than that. */
const REMARKABLE_MS = 2 * SECOND;
/** A remark is made once a visit. */
const REMARKED = "chat-clock-remarked";

export class ChatClock extends ChatElement {
  #timer = 0;
  #isRemarked = false;

  connected() {
    this.listen(this.chat, "clock", () => this.#heard());
    this.listen(document, "visibilitychange", () => this.#tick());
    this.#tick();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  #heard() {
    this.#tick();
    const off = Math.abs(this.chat.deviceIsAheadBy);
    if (off - this.chat.clock.uncertainty <= REMARKABLE_MS || this.#isRemarked) return;
    this.#isRemarked = true;
    if (wasSaid()) return;
    this.context.notices.add("clock", clockRemark(this.chat.deviceIsAheadBy, this.context));
  }

  #tick() {
    clearTimeout(this.#timer);
    const now = this.chat.clock.now();
    if (now === null || document.visibilityState === "hidden") return;
    const time = /** @type {HTMLTimeElement} */ (part(this, "time"));
    time.textContent = this.context.times.seconds(now);
    time.dateTime = new Date(now).toISOString();
    this.hidden = false;
    this.#timer = window.setTimeout(() => this.#tick(), SECOND - (now % SECOND));
  }
}

/**
 * @param {number} ahead  by how much the device is ahead, in milliseconds
 * @param {import("./chat_element.js").Context} context
 */
export function clockRemark(ahead, { times, words }) {
  return words.say(ahead > 0 ? "device_clock_ahead" : "device_clock_behind", { time: times.span(Math.abs(ahead)) });
}

/** Has this visit been told before? Where nothing may be kept, each page is a visit. */
function wasSaid() {
  try {
    const was = sessionStorage.getItem(REMARKED) !== null;
    sessionStorage.setItem(REMARKED, "1");
    return was;
  } catch {
    return false;
  }
}
