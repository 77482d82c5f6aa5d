/**
 * One person's connection to the server: opens it, keeps it, and comes back when it breaks.
 *
 * Guarantees. A request is answered exactly once, with `lost` when the socket went first, and before any event that
 * follows the answer is handed out. Nothing is sent on a socket that has not been welcomed. After a code that says
 * "stay away" nothing is tried until a person asks for it (`start`).
 *
 * Emits `status`; `opened` with the welcome; `event` with each other frame, in order; `closed` with the code, before
 * the requests under way are answered with `lost`.
 */

/** @import { Answer, Command, Frame, Socket, Timers, Welcome } from "./types.js" */

import { Backoff } from "./backoff.js";
import { afterClose, BROKEN, WRONG_PROTOCOL } from "./close_codes.js";
import { decode, encode } from "./codec.js";
import { Requests } from "./requests.js";

const SECOND = 1000;
/** From opening a socket to being welcomed on it. The server itself gives a `hello` ten seconds. */
const OPENING_MS = 10 * SECOND;
/** Without any frame for so long while an answer is due, the socket is dead. Slow is not dead: each frame counts. */
const SILENCE_MS = 10 * SECOND;
/** An answer that has not come after this is not coming, however much else arrives. */
const PATIENCE_MS = 30 * SECOND;
/** A half-open socket tells nothing; so after a sleep one asks. Without any frame for this long, nobody is there. */
const PROBE_MS = 3 * SECOND;
/** The server closes right after its `goodbye`; a close that does not come is not waited for. */
const GOODBYE_MS = 3 * SECOND;
/** A connection that lived this long was a good one: the next trouble starts again with short waits. */
const GOOD_MS = 5 * SECOND;
/** Beats that may be missing before the socket is asked whether it lives. */
const BEATS_MISSED = 2.5;
/** A handshake refused so often is not bad luck; a browser hides why, so the session is asked about. */
const REFUSALS_BEFORE_ASKING = 2;

/** @typedef {"resting" | "connecting" | "open" | "waiting" | "ended"} Phase */
/**
 * @typedef {object} Status
 * @property {Phase} phase
 * @property {string} why  the reason for `waiting` and `ended`: "broken", "restart", "left", "banned", …
 * @property {number | null} troubledSince  since when there has been no connection (the timers' clock), null while there is one
 * @property {number | null} retryAt
 */

export class Connection extends EventTarget {
  #openSocket;
  #askSession;
  #hello;
  #timers;
  #backoff;
  /** @type {Socket | null} */
  #socket = null;
  #requests = new Requests();
  /** @type {Status} */
  #status = { phase: "resting", why: "", troubledSince: null, retryAt: null };
  /** @type {unknown} */
  #retryTimer = null;
  /** @type {unknown} */
  #watchTimer = null;
  #heartbeatMs = 15 * SECOND;
  #openedAt = 0;
  #heardAt = 0;
  /** @type {number | null} */
  #probedAt = null;
  /** @type {{ code: number, retryIn: number, at: number } | null} */
  #goodbye = null;
  #hasSocketOpened = false;
  #refusals = 0;

  /**
   * @param {object} world
   * @param {() => Socket} world.openSocket
   * @param {() => Promise<"in" | "out" | "unknown">} world.askSession
   * @param {Timers} world.timers
   * @param {() => number} world.random
   * @param {() => Record<string, unknown>} hello  what to say on each new socket, without type and ref
   */
  constructor({ openSocket, askSession, timers, random }, hello) {
    super();
    this.#openSocket = openSocket;
    this.#askSession = askSession;
    this.#hello = hello;
    this.#timers = timers;
    this.#backoff = new Backoff({ first: SECOND / 2, ceiling: 30 * SECOND, random });
  }

  // questions

  get status() {
    return this.#status;
  }

  /** May commands be sent? */
  get isOpen() {
    return this.#status.phase === "open" && this.#goodbye === null;
  }

  // actions

  /** Connect, also after the end: a person asks for it. */
  start() {
    if (this.#status.phase === "resting" || this.#status.phase === "ended") this.#connect();
  }

  /**
   * Close for good, for a reason of this side.
   * @param {string} why
   */
  stop(why) {
    this.#leaveSocket();
    this.#end(why);
    this.#requests.loseAll();
  }

  /**
   * Something happened after which the socket may be dead though it does not say so, or may come alive at last: the
   * page was shown, the network came back. Asks a quiet socket, and cuts waiting short.
   */
  wake() {
    if (this.#status.phase === "connecting" && this.#timers.now() - this.#openedAt >= PROBE_MS) this.#closed(BROKEN);
    if (this.#status.phase === "waiting") this.#connect();
    else if (this.isOpen) this.#probe();
  }

  /**
   * @param {Command} command
   * @param {(answer: Answer) => void} answered
   */
  request(command, answered) {
    if (!this.isOpen) {
      answered({ outcome: "lost" });
      return;
    }
    this.#send(command, answered);
  }

  /**
   * The same as a promise, where it does not matter that events may be handled before the answer is.
   * @param {Command} command
   * @returns {Promise<Answer>}
   */
  ask(command) {
    return new Promise((resolve) => this.request(command, resolve));
  }

  // reactions

  /** @param {unknown} data */
  #heard(data) {
    this.#heardAt = this.#timers.now();
    const socket = this.#socket;
    for (const frame of decode(data)) {
      // A reaction to a frame may have closed this very socket; what it still holds is read anew after resuming.
      if (this.#socket !== socket) return;
      this.#react(frame);
    }
  }

  /** @param {Frame} frame */
  #react(frame) {
    if (frame.type === "ack" || frame.type === "error") this.#requests.settle(/** @type {any} */ (frame));
    else if (frame.type === "welcome") this.#welcomed(/** @type {any} */ (frame));
    else if (frame.type === "goodbye") this.#dismissed(frame);
    else this.dispatchEvent(new CustomEvent("event", { detail: frame }));
  }

  /** @param {Welcome} welcome */
  #welcomed(welcome) {
    if (this.#status.phase !== "connecting") return;
    this.#requests.settle({ ...welcome, type: "ack" });
    this.#heartbeatMs = welcome.heartbeat * SECOND;
    this.#openedAt = this.#timers.now();
    this.#refusals = 0;
    this.#become({ phase: "open", why: "", troubledSince: null, retryAt: null });
    this.dispatchEvent(new CustomEvent("opened", { detail: welcome }));
  }

  /** @param {Frame} goodbye */
  #dismissed({ code, retry_in_ms: retryIn }) {
    this.#goodbye = { code, retryIn: retryIn ?? 0, at: this.#timers.now() };
    this.#watch();
  }

  /** @param {number} closeCode */
  #closed(closeCode) {
    const { code, retryIn } = this.#goodbye ?? { code: closeCode, retryIn: 0 };
    const wasRefused = !this.#hasSocketOpened;
    const wasOpen = this.#status.phase === "open";
    if (wasOpen && this.#timers.now() - this.#openedAt >= GOOD_MS) this.#backoff.reset();
    this.#leaveSocket();
    const { step, why } = afterClose(code);
    if (step === "reconnect") this.#wait(why, retryIn);
    else this.#end(why);
    this.dispatchEvent(new CustomEvent("closed", { detail: { code } }));
    this.#requests.loseAll();
    if (wasRefused && step === "reconnect") this.#refused();
  }

  #refused() {
    this.#refusals += 1;
    if (this.#refusals < REFUSALS_BEFORE_ASKING) return;
    this.#askSession().then((answer) => {
      const isTrying = this.#status.phase === "waiting" || this.#status.phase === "connecting";
      if (answer === "out" && isTrying) this.stop("session_ended");
    });
  }

  // internal

  #connect() {
    this.#timers.cancel(this.#retryTimer);
    this.#goodbye = null;
    this.#hasSocketOpened = false;
    this.#openedAt = this.#heardAt = this.#timers.now();
    const troubledSince = this.#status.troubledSince ?? this.#openedAt;
    this.#become({ phase: "connecting", why: this.#status.why, troubledSince, retryAt: null });
    const socket = this.#openSocket();
    this.#socket = socket;
    socket.onopen = () => this.#greet();
    socket.onmessage = (event) => this.#heard(event.data);
    socket.onclose = (event) => this.#closed(event.code);
    this.#watch();
  }

  #greet() {
    this.#hasSocketOpened = true;
    this.#send({ ...this.#hello(), type: "hello" }, (answer) => {
      // The server's own close follows a refused `hello` only where the version is wrong; it need not be waited for.
      if (answer.outcome === "refused") this.#closed(answer.code === "bad_protocol" ? WRONG_PROTOCOL : BROKEN);
    });
  }

  /**
   * @param {Command} command
   * @param {(answer: Answer) => void} answered
   */
  #send(command, answered) {
    const ref = this.#requests.open(answered, this.#timers.now());
    this.#socket?.send(encode({ ...command, ref }));
    this.#watch();
  }

  /** Ask whether the server hears this side. Only the answer says so: a socket may be dead in one direction. */
  #probe() {
    if (this.#probedAt !== null) return;
    this.#probedAt = this.#timers.now();
    this.#send({ type: "ping" }, () => {
      this.#probedAt = null;
    });
  }

  /** Come to the next moment at which silence would mean something. One timer, moved along. */
  #watch() {
    this.#timers.cancel(this.#watchTimer);
    const due = this.#suspicionAt;
    this.#watchTimer = this.#timers.after(Math.max(0, due - this.#timers.now()), () => this.#suspect());
  }

  #suspect() {
    const now = this.#timers.now();
    if (now < this.#suspicionAt) {
      this.#watch();
      return;
    }
    if (this.isOpen && now < this.#deadAt) {
      this.#probe();
      return;
    }
    const wasProbing = this.#probedAt !== null;
    this.#closed(BROKEN);
    // A probe that fails is no sign of a busy server; the waiting has been done already.
    if (wasProbing) this.wake();
  }

  /** When to look again: the socket is then dead, or has been quiet for so long that it is asked. */
  get #suspicionAt() {
    const quiet = this.isOpen && this.#probedAt === null;
    return quiet ? Math.min(this.#deadAt, this.#heardAt + BEATS_MISSED * this.#heartbeatMs) : this.#deadAt;
  }

  get #deadAt() {
    if (this.#goodbye !== null) return this.#goodbye.at + GOODBYE_MS;
    if (this.#status.phase !== "open") return this.#openedAt + OPENING_MS;
    const oldest = this.#requests.oldest;
    if (oldest === null) return Infinity;
    const asked = this.#probedAt ?? oldest;
    const silence = this.#probedAt === null ? SILENCE_MS : PROBE_MS;
    return Math.min(Math.max(asked, this.#heardAt) + silence, oldest + PATIENCE_MS);
  }

  /**
   * @param {string} why
   * @param {number} retryIn  as the server asks for, milliseconds; 0 where it does not say
   */
  #wait(why, retryIn) {
    const now = this.#timers.now();
    const delay = retryIn > 0 ? retryIn : this.#backoff.next();
    this.#become({ phase: "waiting", why, troubledSince: this.#status.troubledSince ?? now, retryAt: now + delay });
    this.#retryTimer = this.#timers.after(delay, () => this.#connect());
  }

  /** @param {string} why */
  #end(why) {
    this.#timers.cancel(this.#retryTimer);
    this.#refusals = 0;
    this.#backoff.reset();
    this.#become({ phase: "ended", why, troubledSince: null, retryAt: null });
  }

  #leaveSocket() {
    const socket = this.#socket;
    this.#timers.cancel(this.#watchTimer);
    this.#probedAt = null;
    this.#socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  /** @param {Status} status */
  #become(status) {
    this.#status = status;
    this.dispatchEvent(new CustomEvent("status", { detail: status }));
  }
}
