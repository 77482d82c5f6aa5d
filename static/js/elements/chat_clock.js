/**
 * The server's clock, and a word when the device's own is off.
 */

import { part, showText } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export class ChatClock extends ChatElement {
  #timer = 0;

  connected() {
    this.listen(this.chat, "clock", () => this.#tick());
    this.listen(document, "visibilitychange", () => this.#tick());
    this.#tick();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  #tick() {
    clearTimeout(this.#timer);
    const now = this.chat.clock.now();
    if (now === null || document.visibilityState === "hidden") return;
    const time = /** @type {HTMLTimeElement} */ (part(this, "time"));
    time.textContent = this.context.times.seconds(now);
    time.dateTime = new Date(now).toISOString();
    showText(part(this, "deviation"), this.#deviation());
    this.hidden = false;
    this.#timer = window.setTimeout(() => this.#tick(), SECOND - (now % SECOND));
  }

  #deviation() {
    const ahead = this.chat.deviceIsAheadBy;
    const count = Math.round(Math.abs(ahead) / MINUTE);
    if (count === 0) return "";
    return this.say(ahead > 0 ? "device_clock_ahead" : "device_clock_behind", { count });
  }
}
