/**
 * The log: of the room one is in, or of a private conversation.
 *
 * It begins where one had stopped reading. It follows what is new while its end is in sight, and otherwise stays where the
 * reader is and says how much is below. Of a long log only the rows around the reader are in the page; older ones are read as one comes near them.
 */

/** @import { Row } from "../chat/log_rows.js" */
/** @import { Sight } from "../chat/row_window.js" */
/** @import { Left } from "./left_places.js" */
/** @import { Subject } from "./chat_deeds.js" */
/** @import { LogKeys } from "./log_keys.js" */
/** @import { MessageRow } from "./message_row.js" */
/** @import { MessageTools } from "./message_tools.js" */
/** @import { Deeds } from "./chat_element.js" */

import { isJustWritten, NEW } from "../chat/log_rows.js";
import { actionsFor } from "../chat/message_actions.js";
import { RowWindow } from "../chat/row_window.js";
import { DayNames } from "../page/day_names.js";
import { fromTemplate, part, showButton, showText } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";
import { EarlierHistory } from "./earlier_history.js";
import { LeftPlaces } from "./left_places.js";
import { LogLines } from "./log_lines.js";
import { LogReading } from "./log_reading.js";
import { LogScroll } from "./log_scroll.js";
import { LogSource } from "./log_source.js";
import { LogUnread } from "./log_unread.js";
import { authorOf } from "./message_row.js";

/** So many pages are read back, at most, for what one wants to see. */
const PAGES_BACK = 40;

export class ChatLog extends ChatElement {
  // made when connected
  /** @type {LogSource} */ // @ts-expect-error
  #source;
  /** @type {LogLines} */ // @ts-expect-error
  #lines;
  /** @type {LogScroll} */ // @ts-expect-error
  #scroll;
  /** @type {EarlierHistory} */ // @ts-expect-error
  #history;
  /** @type {LogUnread} */ // @ts-expect-error
  #unread;
  /** @type {LogReading} */ // @ts-expect-error
  #reading;
  /** @type {LeftPlaces} */ // @ts-expect-error
  #left;
  // made when they have come
  /** @type {LogKeys | undefined} */
  #keys;
  /** @type {MessageTools | undefined} */
  #tools;
  #window = new RowWindow();
  /** All rows there are, of which a part is in the page. @type {Row[]} */
  #all = [];
  /** Their keys. @type {string[]} */
  #allKeys = [];
  /** What the rows belong to. */
  #shown = "";
  /** Key of the last row that was in sight at the end of the log. */
  #seen = "";
  #lastKey = "";
  /** The message that the address names, and where, until it has been shown. @type {{ seq: number, place: string } | null} */
  #sought = null;
  /** Where one was reading before the page was loaded, until it has been read back so far. @type {Left | null} */
  #resumed = null;

  // lifecycle

  connected() {
    const { navigation, notices, config } = this.context;
    this.#assemble();
    const seq = config.view.kind === "room" ? config.view.seq : undefined;
    this.#sought = seq === undefined ? null : { seq, place: this.#source.place };
    const draw = this.batched(() => this.#draw());
    this.listen(this.chat, ["log", "outbox", "room", "status", "occupants"], draw);
    this.listen(this.chat, "status", () => this.#history.retry());
    this.listen(navigation, "change", draw);
    this.listen(notices, "change", draw);
    this.listen(part(this, "earlier"), "click", () => this.#history.load());
    this.listen(part(this, "jump"), "click", () => this.#toEnd());
    this.listen(this.#scroller, "scroll", () => this.#scrolled());
    this.context.deeds.then((deeds) => this.#equip(deeds));
    const observer = new ResizeObserver(() => this.#reshaped());
    for (const box of [this.#scroller, part(this, "rows")]) observer.observe(box);
    this.onLeave(() => observer.disconnect());
    this.listen(this.chat.marks, "changed", () => this.#unread.look(this.#nodeOf(NEW)));
    this.listen(document, "visibilitychange", () => this.#attend());
    this.listen(window, ["focus", "blur"], () => this.#reading.attend());
    this.listen(window, "pagehide", () => {
      this.#leave();
      this.chat.marks.tellAtOnce();
    });
    this.onLeave(() => this.#reading.close());
    this.#scroll.toEnd();
    draw();
  }

  #assemble() {
    const rows = part(this, "rows");
    const days = new DayNames(this.context.config.language);
    this.#lines = new LogLines(rows, days, this.context);
    this.#source = new LogSource(this.context, { dayOf: days.dayOf, printed: this.#lines.adopt() });
    this.#scroll = new LogScroll(this.#scroller, rows);
    const [goThere, redraw] = [() => this.#toNew(), () => queueMicrotask(() => this.#draw())];
    const { marks } = this.chat;
    this.#unread = new LogUnread(this, this.#source, { marks, words: this.context.words, goThere, redraw });
    this.#reading = new LogReading(this.#scroller, (node) => this.#saw(node));
    const { login } = this.chat;
    this.#left = new LeftPlaces({ storage: () => sessionStorage, login, now: () => this.chat.now });
    this.#history = new EarlierHistory(part(this, "earlier"), this.#source);
  }

  /** @param {Deeds} deeds */
  #equip({ LogKeys, MessageTools }) {
    const rows = part(this, "rows");
    const tools = new MessageTools(this, {
      subjectOf: (node) => this.#subjectOf(node),
      act: (action, node) => this.#have("chat-act", { action, subject: this.#subjectOf(node) }),
      openSheet: (node) => this.#have("chat-sheet", this.#subjectOf(node)),
    });
    const keys = new LogKeys(this.#scroller, rows, {
      nameOf: (node) => this.#nameOf(node),
      reach: (end) => this.#reach(end),
      act: (node) => this.#actOn(node, tools),
      leave: () => document.getElementById("message")?.focus(),
    });
    this.listen(rows, "focusin", (event) => keys.focused(event));
    this.listen(rows, "focusout", (event) => keys.left(event));
    this.listen(rows, "keydown", (event) => keys.pressed(event));
    tools.connect((type, react) => this.listen(this, type, react));
    keys.changed();
    this.#keys = keys;
    this.#tools = tools;
  }

  // actions

  #toEnd() {
    this.#scroll.isAtEnd = true;
    this.#draw();
    this.#scroll.toEnd();
    this.#sight();
  }

  /** To what was unread when one came. */
  async #toNew() {
    const isHeld = () => this.#source.rows.some(({ key }) => key === NEW);
    if (!(await this.#readBack(isHeld))) return;
    this.#draw();
    this.#bring(NEW, (node) => this.#showNew(node));
  }

  /** @param {HTMLElement} node  the style says how far below the upper edge */
  #showNew(node) {
    const { scrollMarginTop } = getComputedStyle(node);
    this.#scroll.bring(node, Number.parseFloat(scrollMarginTop) + node.offsetHeight);
  }

  /** @param {"first" | "last"} end */
  #reach(end) {
    if (end === "last") this.#toEnd();
    else this.#bring(this.#all[0]?.key ?? "", (node) => this.#scroll.bring(node, node.offsetHeight));
  }

  /** @param {HTMLElement} node  a row  @param {MessageTools} tools */
  #actOn(node, tools) {
    if (this.#subjectOf(node) !== null) tools.enter(node);
    else {
      const button = node.querySelector("button:not([hidden])");
      if (button instanceof HTMLElement) button.focus();
    }
  }

  /** @param {string} deed  for `chat-deeds`, which comes when the page is open  @param {unknown} detail */
  #have(deed, detail) {
    this.dispatchEvent(new CustomEvent(deed, { detail }));
  }

  // reactions

  #scrolled() {
    this.#scroll.scrolled();
    this.#tools?.scrolled();
    if (!this.#scroll.isAtEnd && this.#window.moves(this.#allKeys, this.#inSight)) this.#draw();
    this.#sight();
  }

  /** @param {HTMLElement} node  a message that has been in sight for long enough */
  #saw(node) {
    const row = this.#lines.row(node.dataset.key ?? "");
    if (row?.kind === "message" || row?.kind === "private") this.#unread.saw(row.entry.seq);
  }

  /** Somebody looks at the page, or no longer: then it may be the last that is heard of them. */
  #attend() {
    this.#reading.attend();
    if (document.hidden) this.chat.marks.tellAtOnce();
  }

  /** Something has become higher or lower: a line, a picture, the window. */
  #reshaped() {
    this.#scroll.settle();
    this.#tools?.refresh();
  }

  /** What follows from where the reader is. */
  #sight() {
    if (this.#scroll.isAtEnd) this.#seen = this.#all.at(-1)?.key ?? "";
    else this.#history.near(this.#indexOf(this.#inSight?.first ?? ""));
    this.#drawJump();
    this.#unread.look(this.#nodeOf(NEW));
  }

  // drawing

  #draw() {
    const left = this.#source.place === this.#shown ? null : this.#change(this.#source.place);
    const keysBefore = this.#allKeys;
    this.#all = this.#source.rows;
    this.#allKeys = this.#all.map(({ key }) => key);
    const last = this.#all.at(-1);
    const isNews = last !== undefined && last.key !== this.#lastKey;
    this.#lastKey = last?.key ?? "";
    const resumed = left?.places.find(({ key }) => this.#indexOf(key) !== -1);
    if (left !== null) this.#scroll.isAtEnd = resumed === undefined;
    if (isNews && isJustWritten(last, keysBefore)) this.#scroll.isAtEnd = true;
    const isBegun = this.#unread.isBegun(this.#indexOf(NEW) !== -1);
    const aim = isBegun ? NEW : resumed?.key;
    this.#drawRows(aim === undefined ? undefined : { first: aim, last: aim });
    this.#drawFrame();
    const node = aim === undefined ? null : this.#nodeOf(aim);
    if (isBegun && node) {
      this.#seen = NEW;
      this.#showNew(node);
    } else if (resumed && node) this.#scroll.bring(node, resumed.offset);
    else if (this.#scroll.isAtEnd && (isNews || left !== null)) this.#scroll.toEnd();
    else this.#scroll.settle();
    this.#tools?.refresh();
    this.#sight();
    this.#follow();
    this.#seek();
    this.#resume();
  }

  /** What is in the page and not read yet may be read now. */
  #follow() {
    const read = this.chat.marks.readOf(this.#source.marked) ?? 0;
    const isUnread = (/** @type {Row | undefined} */ row) =>
      row?.kind === (this.#source.peer === null ? "message" : "private") && row.entry.seq > read;
    const nodes = /** @type {HTMLElement[]} */ ([...part(this, "rows").children]);
    this.#reading.follow(nodes.filter((node) => isUnread(this.#lines.row(node.dataset.key ?? ""))));
  }

  /**
   * Another log is to be shown: remember where this one was being read.
   * @param {string} place
   * @returns {Left} where that other one was left
   */
  #change(place) {
    const isFirst = this.#shown === "";
    if (!isFirst) this.#leave();
    this.#shown = place;
    this.#lastKey = "";
    this.#history.retry();
    this.#unread.arrive({ isElsewhere: this.#sought?.place === place });
    const left = this.#left.of(this.#source.unread === null ? place : "");
    this.#seen = left.seen;
    this.#resumed = isFirst && this.#sought === null && left.places.length > 0 ? left : null;
    return left;
  }

  /** Remember where this log is being read. */
  #leave() {
    const { isAtEnd, readingPlaces } = this.#scroll;
    this.#left.leave(this.#shown, isAtEnd ? null : { places: readingPlaces, seen: this.#seen });
    this.#left.keep();
  }

  /** @param {Sight} [sight]  what shall be seen, else what is */
  #drawRows(sight) {
    const inSight = sight ?? (this.#scroll.isAtEnd ? null : this.#inSight);
    // All that was being read is gone.
    if (inSight === null) this.#scroll.isAtEnd = true;
    const bounds = this.#window.over(this.#allKeys, inSight);
    const focused = document.activeElement;
    const hadFocus = focused !== null && part(this, "rows").contains(focused);
    this.#lines.show(this.#all, bounds, this.#source);
    // The row that had the focus is far away by now.
    if (hadFocus && !focused.isConnected) this.#scroller.focus({ preventScroll: true });
    this.#history.draw({ isTopShown: bounds.from === 0, isEmpty: this.#all.length === 0 });
    this.#keys?.changed();
  }

  #drawFrame() {
    const isEmpty = this.#source.isKnown && this.#all.every(({ kind }) => kind === "notice" || kind === "day");
    const isRoom = this.#source.peer === null;
    showText(part(this, "empty"), isEmpty ? this.say(isRoom ? "nobody_wrote" : "no_private_yet") : "");
    this.#drawShare(isEmpty && isRoom);
    this.#scroller.setAttribute("aria-label", this.#source.label);
  }

  /** @param {boolean} isOffered */
  #drawShare(isOffered) {
    const known = this.querySelector(".log__share");
    if (!isOffered) known?.remove();
    else if (known === null) {
      const line = fromTemplate("share-template");
      showButton(part(line, "share"), this.say("share_link"), () => this.#have("chat-share", this.#source.address));
      part(this, "empty").after(line);
    }
    const link = /** @type {HTMLAnchorElement | null} */ (this.querySelector("[data-part=invite]"));
    const { navigation } = this.context;
    if (link !== null) link.href = navigation.invitationTo(navigation.room.id);
  }

  #drawJump() {
    const { isAtEnd } = this.#scroll;
    const seen = this.#indexOf(this.#seen);
    const from = Math.max(seen, this.#indexOf(this.#inSight?.last ?? ""));
    const below = isAtEnd || seen === -1 ? 0 : this.#all.slice(from + 1).filter(isNewFromOthers).length;
    part(this, "jump").hidden = isAtEnd;
    part(this, "jump-count").textContent = below > 0 ? String(below) : "";
    part(this, "jump-text").textContent = below > 0 ? this.say("new_below", { count: below }) : this.say("to_newest");
  }

  // finding

  /** Go to the message that the address names, reading back as far as needed, unless one has gone elsewhere. */
  async #seek() {
    const { log } = this.chat;
    const sought = this.#sought;
    if (sought === null || log === undefined || !this.chat.isCaughtUp) return;
    const { seq, place } = sought;
    this.#sought = null;
    await this.#readBack(() => log.has(seq) || log.firstMissing < seq);
    if (this.#source.place !== place) return;
    this.#draw();
    const row = this.#all.find((row) => row.kind === "message" && row.entry.seq === seq);
    if (row === undefined) this.context.notices.add("refused", this.say("not_found_message"));
    else this.#bring(row.key, (node) => this.#showSought(node));
  }

  /** After the page was loaded anew: go to where one was reading, unless one has begun to read here. */
  async #resume() {
    const resumed = this.#resumed;
    if (resumed === null || !this.chat.isCaughtUp) return;
    this.#resumed = null;
    const find = () => resumed.places.find(({ key }) => this.#source.rows.some((row) => row.key === key));
    if (!(await this.#readBack(() => find() !== undefined)) || !this.#scroll.isAtEnd) return;
    this.#draw();
    const { key = "", offset = 0 } = find() ?? {};
    this.#bring(key, (node) => this.#scroll.bring(node, offset));
  }

  /**
   * Read back until something is held.
   * @param {() => boolean} isThere
   * @returns {Promise<boolean>} whether it is, and one has not gone elsewhere
   */
  async #readBack(isThere) {
    const { place } = this.#source;
    for (let page = 0; page < PAGES_BACK && !isThere() && this.#source.hasEarlier; page += 1) {
      const { oldest } = this.#source;
      await this.#source.loadEarlier();
      if (this.#source.place !== place) return false;
      if (this.#source.oldest === oldest) break;
    }
    return isThere();
  }

  /** @param {HTMLElement} node */
  #showSought(node) {
    node.classList.add("message--sought");
    this.#scroll.center(node);
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
    this.#sight();
  }

  /** @param {string} key  @returns {HTMLElement | null} */
  #nodeOf(key) {
    return part(this, "rows").querySelector(`:scope > [data-key="${CSS.escape(key)}"]`);
  }

  /** @param {string} key */
  #indexOf(key) {
    return this.#allKeys.indexOf(key);
  }

  /**
   * @param {HTMLElement} node
   * @returns {Subject | null}  null for what is no message
   */
  #subjectOf(node) {
    const row = this.#lines.row(node.dataset.key ?? "");
    if (row === undefined || !isMessage(row)) return null;
    const actions = actionsFor(row, this.#source.peer?.login ?? null);
    return { row, actions, author: authorOf(row, this.context), when: this.context.times.full(row.at) };
  }

  /** What a screen reader says when the focus comes there. @param {HTMLElement} node  of a row */
  #nameOf(node) {
    const subject = this.#subjectOf(node);
    if (subject === null) return node.textContent?.trim() ?? "";
    const state = part(node, "state-text").textContent ?? "";
    const said = `${subject.author.name}: ${part(node, "text").textContent}`;
    return [said, this.context.times.minutes(subject.row.at), state].filter((piece) => piece !== "").join(", ");
  }

  get #inSight() {
    return this.#scroll.sight((key) => this.#indexOf(key) !== -1);
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
