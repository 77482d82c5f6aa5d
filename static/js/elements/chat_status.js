/**
 * The state of the connection, in one line, and only when there is something to say.
 */

import { part, showButton } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

/** Short trouble mends itself before anybody has read about it. */
const QUIET_MS = 2000;
const OFFLINE_MS = 15_000;
/** Catching up that is quicker than this is not worth a word. */
const CATCHING_UP_MS = 300;

/** @typedef {{ text: string, kind?: "trouble" | "busy" | "ended" | "news", label?: string, press?: () => void }} Line */

export class ChatStatus extends ChatElement {
  /** Since when it has been catching up, 0 when it is not. */
  #since = 0;

  connected() {
    const { navigation, release } = this.context;
    this.listen(this.chat, ["status", "outbox", "room"], () => this.#draw());
    this.listen(window, ["online", "offline"], () => this.#draw());
    this.listen(navigation, "change", () => this.#draw());
    this.listen(release, "change", () => this.#draw());
    // Trouble becomes worth a word by lasting.
    this.every(500, () => this.#draw());
    this.#draw();
  }

  #draw() {
    const line = this.#line();
    const { text, kind = "trouble", label = "", press = null } = line ?? { text: "", kind: "quiet" };
    const shown = part(this, "text");
    // Only a change is announced.
    if (shown.textContent !== text) shown.textContent = text;
    this.dataset.kind = kind;
    showButton(part(this, "action"), label, press);
  }

  /** @returns {Line | null} */
  #line() {
    const { phase, why, troubledSince } = this.chat.connection.status;
    if (phase === "ended") return this.#ending(why);
    if (phase === "open") return this.#openLine();
    const trouble = troubledSince === null ? 0 : performance.timeOrigin + performance.now() - troubledSince;
    // A page that opened without a connection has had all the patience there is.
    const isKept = this.context.config.isKept && this.chat.room === null;
    if (!navigator.onLine || trouble > OFFLINE_MS || isKept) return this.#offline();
    if (trouble < QUIET_MS) return null;
    if (why === "restart") return { text: this.say("restarting"), kind: "busy" };
    return { text: this.say(this.chat.room === null ? "connecting" : "reconnecting"), kind: "busy" };
  }

  /**
   * After the end, what a person can do about it.
   * @param {string} why
   * @returns {Line}
   */
  #ending(why) {
    const start = () => this.chat.connection.start();
    const lines = /** @type {Record<string, () => Line>} */ ({
      left: () => ({ text: this.say("left"), label: this.say("come_back"), press: start }),
      too_many_connections: () => ({
        text: this.say("too_many_connections"),
        label: this.say("use_here"),
        press: start,
      }),
      banned: () => ({ text: this.say("banned") }),
      protocol: () => ({ text: this.say("protocol"), label: this.say("reload"), press: () => location.reload() }),
      session_ended: () => this.#loggedOut(),
    });
    const line = lines[why]?.() ?? { text: this.say("offline"), label: this.say("retry_now"), press: start };
    return { kind: "ended", ...line };
  }

  /** @returns {Line} */
  #loggedOut() {
    const count = this.#waiting;
    const text = count > 0 ? this.say("log_in_to_send", { count }) : this.say("log_in_again");
    return { text, label: this.say("log_in"), press: () => this.context.navigation.toLogIn() };
  }

  /** @returns {Line | null} */
  #openLine() {
    if (this.chat.isCaughtUp) {
      this.#since = 0;
      return this.chat.outbox.isHeldUp ? { text: this.say("unavailable") } : this.#news();
    }
    this.#since ||= performance.now();
    if (performance.now() - this.#since <= CATCHING_UP_MS) return null;
    const count = this.chat.missed;
    return { text: count > 0 ? this.say("catching_up_missed", { count }) : this.say("catching_up"), kind: "busy" };
  }

  /** The page is never loaded anew by itself: somebody may be writing. @returns {Line | null} */
  #news() {
    const { isIncomplete, isOld } = this.context.release;
    if (!isIncomplete && !isOld) return null;
    const text = this.say(isIncomplete ? "incomplete" : "new_version");
    const press = () => this.context.release.load();
    return { text, kind: "news", label: this.say("reload"), press };
  }

  /** @returns {Line} */
  #offline() {
    const count = this.#waiting;
    const waiting = count > 0 ? ` ${this.say("messages_wait", { count })}` : "";
    const press = () => this.chat.wake();
    return { text: this.say("offline") + waiting, label: this.say("retry_now"), press };
  }

  get #waiting() {
    return this.chat.outbox.pending.length;
  }
}
