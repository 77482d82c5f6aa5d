/**
 * Draws the lines of the log: messages, days, gaps, and what concerns only this reader.
 */

/** @import { Line } from "../chat/grouping.js" */
/** @import { Row } from "../chat/log_rows.js" */
/** @import { DayNames } from "../page/day_names.js" */
/** @import { Context } from "./chat_element.js" */
/** @import { LogSource } from "./log_source.js" */

import { grouped } from "../chat/grouping.js";
import { namesakes } from "../chat/namesakes.js";
import { KeyedRows } from "../page/keyed_rows.js";
import { fromTemplate, part, showButton } from "../page/parts.js";
import { drawMessage, isPrivate } from "./message_row.js";
import { drawNotice } from "./notice_row.js";

export class LogLines {
  #context;
  #days;
  /** @type {KeyedRows<Line>} */
  #rows;
  /** @type {LogSource | null} */
  #source = null;
  /** Those in the page, by key. @type {Map<string, Row>} */
  #drawn = new Map();
  /** Names that more than one person has. @type {Set<string>} */
  #namesakes = new Set();

  /**
   * @param {HTMLElement} parent
   * @param {DayNames} days
   * @param {Context} context
   */
  constructor(parent, days, context) {
    this.#context = context;
    this.#days = days;
    this.#rows = new KeyedRows(parent, {
      keyOf: ({ row }) => row.key,
      draw: (line, node) => this.#drawLine(line, node),
    });
  }

  /** @param {string} key */
  row(key) {
    return this.#drawn.get(key);
  }

  /** What the server has printed. @returns {string[]} its keys */
  adopt() {
    return this.#rows.adopt();
  }

  /**
   * @param {Row[]} all
   * @param {{ from: number, to: number }} part  of them that shall be in the page
   * @param {LogSource} source
   */
  show(all, part, source) {
    const lines = grouped(all, part);
    this.#source = source;
    this.#namesakes = namesakes([...this.#context.chat.place.occupants.people, ...all.flatMap(authorsOf)]);
    this.#drawn = new Map(lines.map(({ row }) => [row.key, row]));
    this.#rows.show(lines, (line) => this.#signatureOf(line));
  }

  // internal

  /**
   * @param {Line} line
   * @param {Element | null} node
   * @returns {Element}
   */
  #drawLine(line, node) {
    const drawn = /** @type {HTMLElement} */ (this.#drawRow(line, node));
    drawn.dataset.key = line.row.key;
    return drawn;
  }

  /**
   * @param {Line} line
   * @param {Element | null} node
   * @returns {Element}
   */
  #drawRow({ row, isContinued, isLast }, node) {
    if (row.kind === "printed") return /** @type {Element} */ (node);
    if (row.kind === "day") return this.#drawDay(row, node);
    if (row.kind === "new") return this.#drawNew(row, node);
    if (row.kind === "gap") return this.#drawGap(row, node);
    if (row.kind === "notice") return drawNotice(row.notice, node, this.#context);
    const isMarked = isPrivate(row) && this.#source?.peer === null;
    return drawMessage(row, node, { isContinued, isLast, isMarked, needsLogin: this.#needsLogin(row) }, this.#context);
  }

  /** @param {Row} row  @param {Element | null} node */
  #drawDay(row, node) {
    const line = /** @type {HTMLElement} */ (node ?? fromTemplate("day-template"));
    const day = /** @type {HTMLTimeElement} */ (part(line, "day"));
    day.dateTime = this.#days.dayOf(row.at);
    day.textContent = this.#days.nameOf(row.at, this.#context.chat.now);
    return line;
  }

  /** @param {Row & { kind: "new" }} row  @param {Element | null} node */
  #drawNew({ count }, node) {
    const line = /** @type {HTMLElement} */ (node ?? fromTemplate("new-template"));
    part(line, "new").textContent = this.#context.words.say("new_line", { count });
    return line;
  }

  /** @param {Row & { kind: "gap" }} row  @param {Element | null} node */
  #drawGap({ gap }, node) {
    const line = /** @type {HTMLElement} */ (node ?? fromTemplate("gap-template"));
    const label = this.#context.words.say("gap", { count: gap.to - gap.from + 1 });
    showButton(part(line, "load"), label, () => this.#source?.loadEarlier(gap.to + 1));
    return line;
  }

  /**
   * All that the drawing of a line depends on and that may change under the same key.
   * @param {Line} line
   */
  #signatureOf({ row, isContinued, isLast }) {
    if (row.kind === "gap") return [row.gap.from, row.gap.to].join();
    if (row.kind === "new") return String(row.count);
    if (row.kind === "day") return this.#days.nameOf(row.at, this.#context.chat.now);
    const standing = [row.kind, isContinued, isLast, this.#source?.place, this.#needsLogin(row)];
    if (row.kind !== "waiting") return standing.join();
    const { state, code, reason } = row.item;
    const { connection, outbox } = this.#context.chat;
    const { isOpen, status } = connection;
    return [...standing, state, code, reason, isOpen, status.phase, status.why, outbox.isHeldUp].join();
  }

  /** @param {Row} row */
  #needsLogin(row) {
    if (row.kind !== "message" && row.kind !== "private") return false;
    return !row.isOwn && this.#namesakes.has(row.entry.author.name.toLocaleLowerCase());
  }
}

/** @param {Row} row */
function authorsOf(row) {
  return row.kind === "message" || row.kind === "private" ? [row.entry.author] : [];
}
