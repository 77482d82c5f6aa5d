/**
 * The log: of the room one is in, or of a private conversation.
 *
 * It follows what is new while its end is in sight, and otherwise stays where the reader is and says how much is below.
 */

/** @import { Line } from "../chat/grouping.js" */
/** @import { Row } from "../chat/log_rows.js" */

import { grouped } from "../chat/grouping.js";
import { conversationRows, roomRows } from "../chat/log_rows.js";
import { namesakes } from "../chat/namesakes.js";
import { streamOf } from "../chat/streams.js";
import { Timeline } from "../chat/timeline.js";
import { KeyedRows } from "../page/keyed_rows.js";
import { fromTemplate, part, showButton, showText } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";
import { drawMessage, isPrivate } from "./message_row.js";
import { drawNotice } from "./notice_row.js";

/** As far from the end as this, one is still reading the end. */
const NEAR_PX = 100;
/** So many pages are read back for a message that the address names. */
const PAGES_BACK = 40;

export class ChatLog extends ChatElement {
  /** @type {KeyedRows<Line>} */
  // @ts-expect-error: made when connected
  #rows;
  /** What the rows belong to; another one begins at its end. */
  #shown = "";
  #isAtEnd = true;
  /** Height of the log and of its window when the end was last gone to. */
  #shape = "";
  #below = 0;
  #lastKey = "";
  /** What the server has printed, until the log is known here. @type {Row[]} */
  #printed = [];
  /** Names that more than one person has. @type {Set<string>} */
  #namesakes = new Set();
  /** The message that the address names, until it has been shown. @type {number | null} */
  #sought = null;

  connected() {
    const { navigation, notices, config } = this.context;
    this.#rows = new KeyedRows(part(this, "rows"), {
      keyOf: ({ row }) => row.key,
      draw: (line, node) => this.#drawLine(line, node),
    });
    this.#printed = this.#rows.adopt().map((key) => ({ key, at: 0, kind: "printed" }));
    this.#sought = config.view.kind === "room" ? (config.view.seq ?? null) : null;
    const draw = this.batched(() => this.#draw());
    this.listen(this.chat, ["log", "outbox", "room", "status"], draw);
    this.listen(navigation, "change", draw);
    this.listen(notices, "change", draw);
    this.listen(part(this, "earlier"), "click", () => this.#loadEarlier());
    this.listen(part(this, "jump"), "click", () => this.#toEnd());
    this.listen(this.#scroller, "scroll", () => this.#scrolled());
    const observer = new ResizeObserver(() => this.#isAtEnd && this.#toEnd());
    for (const box of [this.#scroller, part(this, "rows")]) observer.observe(box);
    draw();
  }

  // actions

  async #loadEarlier() {
    const { view } = this.context.navigation;
    if (view.kind === "direct") {
      await this.chat.privateTalk.loadEarlier(this.chat.privateTalk.logWith(view.login));
    } else if (this.chat.room !== null) {
      await this.chat.streams.loadEarlier(streamOf(this.chat.room.id));
    }
  }

  #toEnd() {
    const { scrollHeight, clientHeight } = this.#scroller;
    this.#shape = `${scrollHeight} ${clientHeight}`;
    this.#scroller.scrollTop = scrollHeight;
    this.#reachedEnd();
  }

  // reactions

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    // A keyboard that opens or a line that wraps moves the end away; that is not the reader going up.
    const isReshaped = this.#shape !== `${scrollHeight} ${clientHeight}`;
    if (this.#isAtEnd && isReshaped) {
      this.#toEnd();
      return;
    }
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight <= NEAR_PX;
    if (this.#isAtEnd) this.#reachedEnd();
  }

  #reachedEnd() {
    this.#isAtEnd = true;
    this.#below = 0;
    this.#drawJump();
  }

  // drawing

  #draw() {
    const { view } = this.context.navigation;
    const place = view.kind === "direct" ? `p/${view.login}` : `r/${this.#room.id}`;
    const isOther = place !== this.#shown;
    this.#shown = place;
    const rows = this.#withPrinted(view.kind === "direct" ? this.#conversationRows(view.login) : this.#roomRows());
    const anchor = this.#anchor();
    this.#namesakes = namesakes([...this.chat.place.occupants.people, ...authorsOf(rows)]);
    this.#rows.show(grouped(rows), (line) => this.#signatureOf(line, place));
    this.#drawFrame(rows.length === 0);
    this.#keepPlace(rows, isOther, anchor);
    this.#seek();
  }

  /**
   * What the server has printed stands until the log is known here.
   * @param {Row[]} rows
   * @returns {Row[]}
   */
  #withPrinted(rows) {
    if (this.#printed.length === 0 || this.#isKnown) {
      this.#printed = [];
      return rows;
    }
    const keys = new Set(this.#printed.map(({ key }) => key));
    return [...this.#printed, ...rows.filter(({ kind, key }) => kind === "waiting" && !keys.has(key))];
  }

  /** Has all been read that belongs at the end of the log? */
  get #isKnown() {
    const { view } = this.context.navigation;
    return view.kind === "direct" ? this.chat.privateTalk.logWith(view.login).isLoaded : this.chat.isCaughtUp;
  }

  /** @returns {Row[]} */
  #roomRows() {
    // Before the first connection there is no log, but something may have been written for it.
    const log = this.chat.log ?? new Timeline(streamOf(this.#room.id));
    return roomRows({ ...this.#state, log, inbox: this.chat.streams.inbox });
  }

  /**
   * @param {string} login
   * @returns {Row[]}
   */
  #conversationRows(login) {
    return conversationRows({ ...this.#state, conversation: this.chat.privateTalk.logWith(login) });
  }

  get #state() {
    const { chat, notices, times } = this.context;
    return { items: chat.outbox.items, notices: notices.all, login: chat.login, dayOf: times.day };
  }

  /** @param {boolean} isEmpty */
  #drawFrame(isEmpty) {
    const { view } = this.context.navigation;
    const isPrivate = view.kind === "direct";
    const log = isPrivate ? this.chat.privateTalk.logWith(view.login) : this.chat.log;
    part(this, "earlier").hidden = isEmpty || !log?.hasEarlier;
    showText(
      part(this, "empty"),
      isEmpty && this.#isKnown ? this.say(isPrivate ? "no_private_yet" : "nobody_wrote") : "",
    );
    const label = isPrivate
      ? this.say("messages_with", { name: view.name })
      : this.say("messages_in", { room: this.#room.name });
    this.#scroller.setAttribute("aria-label", label);
  }

  /**
   * @param {Line} line
   * @param {Element | null} node
   * @returns {Element}
   */
  #drawLine({ row, isContinued, isLast }, node) {
    if (row.kind === "printed") return /** @type {Element} */ (node);
    if (row.kind === "day") return this.#drawDay(row, node);
    if (row.kind === "gap") return this.#drawGap(row, node);
    if (row.kind === "notice") return drawNotice(row.notice, node, this.context);
    const isMarked = row.kind !== "message" && this.context.navigation.view.kind !== "direct";
    const standing = { isContinued, isLast, isMarked: isMarked && isPrivate(row), needsLogin: this.#needsLogin(row) };
    return drawMessage(row, node, standing, this.context);
  }

  /** @param {Row} row  @param {Element | null} node */
  #drawDay(row, node) {
    const line = /** @type {HTMLElement} */ (node ?? fromTemplate("day-template"));
    const time = /** @type {HTMLTimeElement} */ (part(line, "day"));
    time.textContent = this.context.times.day(row.at);
    return line;
  }

  /** @param {Row & { kind: "gap" }} row  @param {Element | null} node */
  #drawGap({ gap }, node) {
    const line = /** @type {HTMLElement} */ (node ?? fromTemplate("gap-template"));
    const load = () => this.chat.log && this.chat.streams.loadEarlier(this.chat.log.stream, gap.to + 1);
    showButton(part(line, "load"), this.say("gap", { count: gap.to - gap.from + 1 }), load);
    return line;
  }

  /**
   * All that the drawing of a line depends on and that may change under the same key.
   * @param {Line} line
   * @param {string} place
   */
  #signatureOf({ row, isContinued, isLast }, place) {
    const standing = [row.kind, isContinued, isLast, place, this.#needsLogin(row)];
    if (row.kind === "waiting") {
      const { state, code, reason } = row.item;
      return [...standing, state, code, reason, this.chat.connection.isOpen].join();
    }
    if (row.kind === "gap") return [row.gap.from, row.gap.to].join();
    return standing.join();
  }

  /** @param {Row} row */
  #needsLogin(row) {
    if (row.kind !== "message" && row.kind !== "private") return false;
    return !row.isOwn && this.#namesakes.has(row.entry.author.name.toLocaleLowerCase());
  }

  // keeping the reader's place

  /**
   * The first message in sight and where it ends: its head may go or come with the one before it. A day's name does
   * not stay with what is below it.
   */
  #anchor() {
    const top = this.#scroller.getBoundingClientRect().top;
    for (const row of part(this, "rows").querySelectorAll(":scope > :not(.day)")) {
      const box = row.getBoundingClientRect();
      if (box.bottom > top) return { row, offset: box.bottom };
    }
    return null;
  }

  /**
   * @param {Row[]} rows
   * @param {boolean} isOther
   * @param {{ row: Element, offset: number } | null} anchor
   */
  #keepPlace(rows, isOther, anchor) {
    const last = rows.at(-1);
    const isNew = last !== undefined && last.key !== this.#lastKey;
    this.#lastKey = last?.key ?? "";
    if (isOther || this.#isAtEnd || (isNew && last.kind === "waiting")) {
      this.#toEnd();
      return;
    }
    if (anchor?.row.isConnected) this.#scroller.scrollTop += anchor.row.getBoundingClientRect().bottom - anchor.offset;
    if (isNew) this.#below += 1;
    this.#drawJump();
  }

  #drawJump() {
    part(this, "jump").hidden = this.#isAtEnd;
    part(this, "jump-text").textContent =
      this.#below > 0 ? this.say("new_below", { count: this.#below }) : this.say("to_newest");
  }

  /** Go to the message that the address names, reading back as far as needed. */
  async #seek() {
    const { log } = this.chat;
    const seq = this.#sought;
    if (seq === null || log === undefined || !this.chat.isCaughtUp) return;
    this.#sought = null;
    for (let page = 0; page < PAGES_BACK && !log.has(seq) && log.hasEarlier; page += 1) {
      if (log.firstMissing < seq || !(await this.chat.streams.loadEarlier(log.stream))) break;
    }
    this.#draw();
    const row = this.querySelector(`[data-seq="${CSS.escape(`${log.stream}/${seq}`)}"]`);
    if (row === null) {
      this.context.notices.add("refused", this.say("not_found_message"));
      return;
    }
    row.classList.add("message--sought");
    row.scrollIntoView({ block: "center" });
  }

  get #room() {
    return this.chat.room ?? this.context.config.room;
  }

  get #scroller() {
    return part(this, "scroller");
  }
}

/** @param {Row[]} rows */
function authorsOf(rows) {
  return rows.flatMap((row) => (row.kind === "message" || row.kind === "private" ? [row.entry.author] : []));
}
