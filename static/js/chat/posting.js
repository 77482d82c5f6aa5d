/**
 * What one writes oneself: from the outbox to the log, where it is recognised by its `client_id`.
 */

/** @import { Answer, Command, Entry, MessagePosted, World } from "./types.js" */
/** @import { Connection } from "./connection.js" */
/** @import { Item, Target } from "./outbox.js" */
/** @import { Place } from "./place.js" */
/** @import { Streams } from "./streams.js" */

import { encode, fitsIntoAFrame, wellFormed } from "./codec.js";
import { asShown } from "./command_line.js";
import { Outbox } from "./outbox.js";
import { INBOX, streamOf } from "./streams.js";

export class Posting {
  outbox;
  #connection;
  #place;
  #streams;
  #login;
  /** Rooms that are no more, of those that something here was written for. @type {Set<number>} */
  #gone = new Set();

  /**
   * @param {World} world
   * @param {{ connection: Connection, place: Place, streams: Streams, login: string }} parts  and one's own login
   */
  constructor(world, { connection, place, streams, login }) {
    this.#connection = connection;
    this.#place = place;
    this.#streams = streams;
    this.#login = login;
    this.outbox = new Outbox({
      ...world,
      store: world.outboxStore,
      mayGo: (item) => this.#mayGo(item),
      isInLog: (item) => this.#isInLog(item),
      transmit: (item, answered) =>
        this.#connection.request(commandOf(item), (answer) => answered(this.#understood(item, answer))),
    });
    this.outbox.addEventListener("stored", () => this.settleRead());
  }

  // actions

  /**
   * @param {string} text
   * @param {Target} target
   * @param {number} now  milliseconds since 1970
   * @returns {boolean} false when it is too long to be ever sent
   */
  post(text, target, now) {
    // Only what is said in a room may be taken for a command, so only there the first of two number signs is an escape.
    const clean = target.kind === "room" ? wellFormed(text) : asShown(wellFormed(text));
    if (!fitsIntoAFrame(encode(commandOf({ clientId: "0".repeat(64), target, text: clean })))) return false;
    this.outbox.add(target, clean, now);
    return true;
  }

  /**
   * An entry has become part of a log. If it is one's own, it is on its way no more, whatever the answer was.
   * @param {Entry} entry
   */
  settle(entry) {
    const { author, client_id: clientId } = /** @type {MessagePosted} */ (entry);
    if (author?.login === this.#login) this.outbox.settle(clientId);
  }

  /** What is acknowledged is shown from the outbox until the log has got there, or is not followed any more. */
  settleRead() {
    for (const { clientId, state, target, seq } of this.outbox.items) {
      if (state !== "stored") continue;
      const stream = logOf(target);
      const isFollowed = target.kind === "direct" || target.room === this.#place.room?.id;
      if (!isFollowed || (seq ?? 0) <= (this.#streams.position(stream) ?? 0)) this.outbox.settle(clientId);
    }
  }

  /**
   * What waits for a room that is no more waits for nothing. Another tab may have had it stored before: the server says it.
   * @param {(room: number) => boolean} isGone
   * @returns {boolean} whether anything here was written for such a room
   */
  giveUpOn(isGone) {
    const rooms = this.outbox.items.flatMap(({ target }) => (target.kind === "room" ? target.room : []));
    const gone = rooms.filter(isGone);
    for (const room of gone) this.#gone.add(room);
    this.outbox.drain();
    return gone.length > 0;
  }

  /** The server closed the socket over a frame that was too large: come back without it. */
  refuseLargest() {
    const underWay = this.outbox.items.filter(({ state }) => state === "sending");
    const largest = underWay.toSorted((a, b) => b.text.length - a.text.length)[0];
    if (largest !== undefined) this.outbox.refuse(largest, { code: "too_large" });
  }

  // internal

  /** @param {Item} item  is this the time and the place to send it? */
  #mayGo(item) {
    if (!this.#connection.isOpen) return false;
    // What may have been stored already is asked about from anywhere: the server knows it by its client_id.
    const { target, isUnsure } = item;
    return target.kind === "direct" || isUnsure || this.#place.isIn(target.room) || this.#gone.has(target.room);
  }

  /**
   * Of a room that one was not in the server does not say that it has closed.
   * @param {Item} item
   * @param {Answer} answer
   * @returns {Answer}
   */
  #understood({ target }, answer) {
    const isOver = target.kind === "room" && this.#gone.has(target.room);
    if (!isOver || answer.outcome !== "refused" || answer.code !== "not_in_room") return answer;
    return { ...answer, code: "room_closed", message: "" };
  }

  /** @param {Item} item  that was left by another page: has it arrived, as far as this one has read? */
  #isInLog({ clientId, target }) {
    const entries = /** @type {MessagePosted[]} */ (this.#streams.get(logOf(target))?.entries ?? []);
    return entries.some(({ author, client_id: id }) => id === clientId && author?.login === this.#login);
  }
}

/** @param {Target} target */
function logOf(target) {
  return target.kind === "room" ? streamOf(target.room) : INBOX;
}

/**
 * @param {Pick<Item, "clientId" | "target" | "text">} item
 * @returns {Command}
 */
function commandOf({ clientId, target, text }) {
  if (target.kind === "room") return { type: "message.post", room: target.room, client_id: clientId, text };
  return { type: "direct.post", to: target.to, client_id: clientId, text };
}
