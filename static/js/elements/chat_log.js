/**
 * The log: of the room one is in, or of a private conversation.
 *
 * It follows what is new while its end is in sight, and otherwise stays where the reader is and says how much is below.
 * Of a long log only the rows around the reader are in the page; older ones are read as one comes near them.
 */

/** @import { Line } from "../chat/grouping.js" */
/** @import { Row } from "../chat/log_rows.js" */
/** @import { MessageRow } from "./message_row.js" */
/** @import { ReadingPlace } from "./log_scroll.js" */

import { grouped } from "../chat/grouping.js";
import { conversationRows, roomRows } from "../chat/log_rows.js";
import { actionsFor } from "../chat/message_actions.js";
import { namesakes } from "../chat/namesakes.js";
import { RowWindow } from "../chat/row_window.js";
import { streamOf } from "../chat/streams.js";
import { Timeline } from "../chat/timeline.js";
import { DayNames } from "../page/day_names.js";
import { KeyedRows } from "../page/keyed_rows.js";
import { fromTemplate, part, showButton, showText } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";
import { EarlierHistory } from "./earlier_history.js";
import { LogKeys } from "./log_keys.js";
import { LogScroll } from "./log_scroll.js";
import { MessageDeeds } from "./message_deeds.js";
import { authorOf, drawMessage, isPrivate } from "./message_row.js";
import { MessageTools } from "./message_tools.js";
import { drawNotice } from "./notice_row.js";

/** So many pages are read back for a message that the address names. */
const PAGES_BACK = 40;
/** A place that was left longer ago than this is entered at its end. */
const REMEMBERED_MS = 30 * 60 * 1000;

/** What was being read in a place when it was left. @typedef {{ places: ReadingPlace[], seen: string, at: number }} Left */

export class ChatLog extends ChatElement {
  // made when connected
  /** @type {KeyedRows<Line>} */ // @ts-expect-error
  #rows;
  /** @type {LogScroll} */ // @ts-expect-error
  #scroll;
  /** @type {LogKeys} */ // @ts-expect-error
  #keys;
  /** @type {MessageTools} */ // @ts-expect-error
  #tools;
  /** @type {EarlierHistory} */ // @ts-expect-error
  #history;
  /** @type {DayNames} */ // @ts-expect-error
  #days;
  #window = new RowWindow();
  /** All rows there are, of which a part is in the page. @type {Row[]} */
  #all = [];
  /** Those in the page, by key. @type {Map<string, Row>} */
  #drawn = new Map();
  /** What the rows belong to. */
  #shown = "";
  /** Places that were left while one was reading further up. @type {Map<string, Left>} */
  #left = new Map();
  /** Key of the last row that was in sight at the end of the log. */
  #seen = "";
  #lastKey = "";
  /** What the server has printed, until the log is known here. @type {Row[]} */
  #printed = [];
  /** Names that more than one person has. @type {Set<string>} */
  #namesakes = new Set();
  /** The message that the address names, until it has been shown. @type {number | null} */
  #sought = null;

  connected() {
    const { navigation, notices, config } = this.context;
    this.#assemble();
    this.#printed = this.#rows.adopt().map((key) => ({ key, at: 0, kind: "printed" }));
    this.#sought = config.view.kind === "room" ? (config.view.seq ?? null) : null;
    const draw = this.batched(() => this.#draw());
    this.listen(this.chat, ["log", "outbox", "room", "status", "occupants"], draw);
    this.listen(navigation, "change", draw);
    this.listen(notices, "change", draw);
    this.listen(part(this, "earlier"), "click", () => this.#history.load());
    this.listen(part(this, "jump"), "click", () => this.#toEnd());
    this.listen(this.#scroller, "scroll", () => this.#scrolled());
    const rows = part(this, "rows");
    this.listen(rows, "focusin", (event) => this.#keys.focused(event));
    this.listen(rows, "keydown", (event) => this.#keys.pressed(event));
    this.#tools.connect((type, react) => this.listen(this, type, react));
    const observer = new ResizeObserver(() => this.#reshaped());
    for (const box of [this.#scroller, rows]) observer.observe(box);
    this.#scroll.toEnd();
    draw();
  }

  #assemble() {
    const rows = part(this, "rows");
    const deeds = new MessageDeeds(this, this.context);
    const subjectOf = (/** @type {HTMLElement} */ node) => this.#subjectOf(node);
    this.#days = new DayNames(this.context.config.language);
    this.#rows = new KeyedRows(rows, {
      keyOf: ({ row }) => row.key,
      draw: (line, node) => this.#drawLine(line, node),
    });
    this.#scroll = new LogScroll(this.#scroller, rows);
    this.#history = new EarlierHistory(part(this, "earlier"), this.context);
    this.#tools = new MessageTools(this, {
      subjectOf,
      act: (action, node) => deeds.act(action, subjectOf(node)),
      openSheet: (node) => deeds.openSheet(subjectOf(node)),
    });
    this.#keys = new LogKeys(this.#scroller, rows, {
      reach: (end) => this.#reach(end),
      act: (node) => this.#actOn(node),
      leave: () => document.getElementById("message")?.focus(),
    });
  }

  // actions

  #toEnd() {
    this.#scroll.isAtEnd = true;
    this.#draw();
    this.#scroll.toEnd();
    this.#sight();
  }

  /** @param {"first" | "last"} end */
  #reach(end) {
    if (end === "last") this.#toEnd();
    else this.#bring(this.#all[0]?.key ?? "", (node) => this.#scroll.bring(node, node.offsetHeight));
  }

  /** @param {HTMLElement} node  a row */
  #actOn(node) {
    if (this.#subjectOf(node) !== null) this.#tools.enter(node);
    else {
      const button = node.querySelector("button:not([hidden])");
      if (button instanceof HTMLElement) button.focus();
    }
  }

  // reactions

  #scrolled() {
    this.#scroll.scrolled();
    this.#tools.refresh();
    if (!this.#scroll.isAtEnd && this.#window.moves(this.#keysOfAll, this.#scroll.sight)) this.#draw();
    this.#sight();
  }

  /** Something has become higher or lower: a line, a picture, the window. */
  #reshaped() {
    this.#scroll.settle();
    this.#tools.refresh();
  }

  /** What follows from where the reader is. */
  #sight() {
    if (this.#scroll.isAtEnd) this.#seen = this.#all.at(-1)?.key ?? "";
    else this.#history.near(this.#indexOf(this.#scroll.sight?.first ?? ""));
    this.#drawJump();
  }

  // drawing

  #draw() {
    const { view } = this.context.navigation;
    const place = view.kind === "direct" ? `p/${view.login}` : `r/${this.#room.id}`;
    const left = place === this.#shown ? null : this.#change(place);
    this.#all = this.#withPrinted(view.kind === "direct" ? this.#conversationRows(view.login) : this.#roomRows());
    const last = this.#all.at(-1);
    const isNews = last !== undefined && last.key !== this.#lastKey;
    this.#lastKey = last?.key ?? "";
    const resumed = left?.places.find(({ key }) => this.#indexOf(key) !== -1);
    if (left !== null) this.#scroll.isAtEnd = resumed === undefined;
    if (isNews && last.kind === "waiting") this.#scroll.isAtEnd = true;
    this.#drawRows(resumed && { first: resumed.key, last: resumed.key });
    this.#drawFrame();
    const node = resumed && this.#nodeOf(resumed.key);
    if (resumed && node) this.#scroll.bring(node, resumed.offset);
    else if (this.#scroll.isAtEnd && (isNews || left !== null)) this.#scroll.toEnd();
    else this.#scroll.settle();
    this.#keys.changed();
    this.#tools.refresh();
    this.#sight();
    this.#seek();
  }

  /**
   * Another log is to be shown: remember where this one was being read.
   * @param {string} place
   * @returns {Left} where that other one was left
   */
  #change(place) {
    if (this.#scroll.isAtEnd) this.#left.delete(this.#shown);
    else this.#left.set(this.#shown, { places: this.#scroll.readingPlaces, seen: this.#seen, at: this.chat.now });
    this.#shown = place;
    this.#lastKey = "";
    this.#history.forget();
    const left = this.#left.get(place);
    const isFresh = left !== undefined && this.chat.now - left.at < REMEMBERED_MS;
    this.#seen = isFresh ? left.seen : "";
    return isFresh ? left : { places: [], seen: "", at: 0 };
  }

  /** @param {import("../chat/row_window.js").Sight} [sight]  what shall be seen, else what is */
  #drawRows(sight) {
    const { from, to } = this.#window.over(
      this.#keysOfAll,
      sight ?? (this.#scroll.isAtEnd ? null : this.#scroll.sight),
    );
    const lines = grouped(this.#all).slice(from, to);
    const focused = document.activeElement;
    const hadFocus = focused !== null && part(this, "rows").contains(focused);
    this.#namesakes = namesakes([...this.chat.place.occupants.people, ...authorsOf(this.#all)]);
    this.#drawn = new Map(lines.map(({ row }) => [row.key, row]));
    this.#rows.show(lines, (line) => this.#signatureOf(line));
    // The row that had the focus is far away by now.
    if (hadFocus && !focused.isConnected) this.#scroller.focus({ preventScroll: true });
    this.#history.draw({ isTopShown: from === 0, isEmpty: this.#all.length === 0 });
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
    if (view.kind === "direct") return this.chat.privateTalk.logWith(view.login).isLoaded;
    const here = this.chat.room ?? this.context.config.room;
    return this.chat.hasLog && here.id === this.#room.id;
  }

  /** @returns {Row[]} */
  #roomRows() {
    // Before the first connection there is no log, but something may have been written for it.
    const stream = streamOf(this.#room.id);
    const log = this.chat.streams.get(stream) ?? new Timeline(stream);
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
    const { chat, notices } = this.context;
    return { items: chat.outbox.items, notices: notices.all, login: chat.login, dayOf: this.#days.dayOf };
  }

  #drawFrame() {
    const { view } = this.context.navigation;
    const isEmpty = this.#all.length === 0 && this.#isKnown;
    const isPrivate = view.kind === "direct";
    showText(part(this, "empty"), isEmpty ? this.say(isPrivate ? "no_private_yet" : "nobody_wrote") : "");
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
    if (row.kind === "gap") return this.#drawGap(row, node);
    if (row.kind === "notice") return drawNotice(row.notice, node, this.context);
    const isMarked = isPrivate(row) && this.context.navigation.view.kind !== "direct";
    return drawMessage(row, node, { isContinued, isLast, isMarked, needsLogin: this.#needsLogin(row) }, this.context);
  }

  /** @param {Row} row  @param {Element | null} node */
  #drawDay(row, node) {
    const line = /** @type {HTMLElement} */ (node ?? fromTemplate("day-template"));
    const day = /** @type {HTMLTimeElement} */ (part(line, "day"));
    day.dateTime = this.#days.dayOf(row.at);
    day.textContent = this.#days.nameOf(row.at, this.chat.now);
    return line;
  }

  /** @param {Row & { kind: "gap" }} row  @param {Element | null} node */
  #drawGap({ gap }, node) {
    const line = /** @type {HTMLElement} */ (node ?? fromTemplate("gap-template"));
    const load = () => this.chat.streams.loadEarlier(streamOf(this.#room.id), gap.to + 1);
    showButton(part(line, "load"), this.say("gap", { count: gap.to - gap.from + 1 }), load);
    return line;
  }

  /**
   * All that the drawing of a line depends on and that may change under the same key.
   * @param {Line} line
   */
  #signatureOf({ row, isContinued, isLast }) {
    if (row.kind === "gap") return [row.gap.from, row.gap.to].join();
    if (row.kind === "day") return this.#days.nameOf(row.at, this.chat.now);
    const standing = [row.kind, isContinued, isLast, this.#shown, this.#needsLogin(row)];
    if (row.kind !== "waiting") return standing.join();
    const { state, code, reason } = row.item;
    return [...standing, state, code, reason, this.chat.connection.isOpen].join();
  }

  /** @param {Row} row */
  #needsLogin(row) {
    if (row.kind !== "message" && row.kind !== "private") return false;
    return !row.isOwn && this.#namesakes.has(row.entry.author.name.toLocaleLowerCase());
  }

  #drawJump() {
    const { isAtEnd } = this.#scroll;
    const seen = this.#indexOf(this.#seen);
    const below = isAtEnd || seen === -1 ? 0 : this.#all.slice(seen + 1).filter(isNewFromOthers).length;
    part(this, "jump").hidden = isAtEnd;
    part(this, "jump-count").textContent = below > 0 ? String(below) : "";
    part(this, "jump-text").textContent = below > 0 ? this.say("new_below", { count: below }) : this.say("to_newest");
  }

  // finding

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
    const row = this.#all.find((row) => row.kind === "message" && row.entry.seq === seq);
    if (row === undefined) this.context.notices.add("refused", this.say("not_found_message"));
    else {
      this.#bring(row.key, (node) => {
        node.classList.add("message--sought");
        this.#scroll.center(node);
      });
    }
  }

  /**
   * @param {string} key  of a row that may be far from what is in the page
   * @param {(node: HTMLElement) => void} show
   */
  #bring(key, show) {
    this.#scroll.isAtEnd = false;
    this.#drawRows({ first: key, last: key });
    const node = this.#nodeOf(key);
    if (node !== null) show(node);
    this.#keys.changed();
    this.#sight();
  }

  /** @param {string} key  @returns {HTMLElement | null} */
  #nodeOf(key) {
    return part(this, "rows").querySelector(`:scope > [data-key="${CSS.escape(key)}"]`);
  }

  /** @param {string} key */
  #indexOf(key) {
    return this.#all.findIndex((row) => row.key === key);
  }

  /**
   * @param {HTMLElement} node
   * @returns {import("./message_deeds.js").Subject | null}  null for what is no message
   */
  #subjectOf(node) {
    const row = this.#drawn.get(node.dataset.key ?? "");
    if (row === undefined || !isMessage(row)) return null;
    const { view } = this.context.navigation;
    const actions = actionsFor(row, view.kind === "direct" ? view.login : null);
    return { row, actions, author: authorOf(row, this.context), when: this.context.times.full(row.at) };
  }

  get #keysOfAll() {
    return this.#all.map(({ key }) => key);
  }

  /** Also on the way there: what is held of it is shown at once. */
  get #room() {
    return this.context.navigation.room;
  }

  get #scroller() {
    return part(this, "scroller");
  }
}

/** @param {Row} row  @returns {row is MessageRow} */
function isMessage(row) {
  return row.kind === "message" || row.kind === "private" || row.kind === "waiting";
}

/** @param {Row} row */
function isNewFromOthers(row) {
  return (row.kind === "message" || row.kind === "private") && !row.isOwn;
}

/** @param {Row[]} rows */
function authorsOf(rows) {
  return rows.flatMap((row) => (row.kind === "message" || row.kind === "private" ? [row.entry.author] : []));
}
