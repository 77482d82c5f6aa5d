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

/** After the end, what a person can do about it. */
const ENDINGS = /** @type {Record<string, { words: string, action?: string }>} */ ({
  left: { words: "left", action: "come_back" },
  too_many_connections: { words: "too_many_connections", action: "use_here" },
  banned: { words: "banned" },
  protocol: { words: "protocol", action: "reload" },
  session_ended: { words: "session_ended" },
});

/** @typedef {{ text: string, kind?: string, label?: string, press?: () => void }} Line */

export class ChatStatus extends ChatElement {
  #since = 0;

  connected() {
    this.listen(this.chat, ["status", "outbox", "clock"], () => this.#draw());
    this.listen(window, ["online", "offline"], () => this.#draw());
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
    if (!navigator.onLine || trouble > OFFLINE_MS) return this.#offline();
    if (trouble < QUIET_MS) return null;
    if (why === "restart") return { text: this.say("restarting") };
    return { text: this.say(this.chat.room === null ? "connecting" : "reconnecting") };
  }

  /** @param {string} why */
  #ending(why) {
    const { words, action } = ENDINGS[why] ?? { words: "offline", action: "retry_now" };
    const press = action === "reload" ? () => location.reload() : () => this.chat.connection.start();
    return { text: this.say(words), kind: "ended", ...(action ? { label: this.say(action), press } : {}) };
  }

  #openLine() {
    if (this.chat.isCaughtUp) {
      this.#since = 0;
      return null;
    }
    this.#since ||= performance.now();
    return performance.now() - this.#since > CATCHING_UP_MS ? { text: this.say("catching_up") } : null;
  }

  #offline() {
    const count = this.chat.outbox.pending.length;
    const waiting = count > 0 ? ` ${this.say("messages_wait", { count })}` : "";
    const press = () => this.chat.wake();
    return { text: this.say("offline") + waiting, kind: "offline", label: this.say("retry_now"), press };
  }
}
