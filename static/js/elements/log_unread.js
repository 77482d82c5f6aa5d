/**
 * What was unread when a place was come to: that one begins there, a pill that leads there where it lies above, and that
 * nothing counts as read as long as one has passed over it.
 */

/** @import { Marks } from "../chat/marks.js" */
/** @import { Words } from "../page/words.js" */
/** @import { LogSource } from "./log_source.js" */

import { part, showButton } from "../page/parts.js";

export class LogUnread {
  #log;
  #source;
  #marks;
  #words;
  #goThere;
  /** Shall one begin there, once the log is known? */
  #isSought = false;
  /** Is the rest of what is unread below what has been seen? */
  #isMet = true;

  /**
   * @param {Element} log
   * @param {LogSource} source
   * @param {{ marks: Marks, words: Words, goThere: () => void }} options
   */
  constructor(log, source, { marks, words, goThere }) {
    this.#log = log;
    this.#source = source;
    this.#marks = marks;
    this.#words = words;
    this.#goThere = goThere;
  }

  // questions

  /**
   * Does one begin there now? Asked once with yes for an answer.
   * @param {boolean} isHeld  is the line among the rows?
   */
  isBegun(isHeld) {
    // Of one's own words, said on another device, none is new: there is no line, and nothing to be passed over.
    this.#isMet ||= this.#source.isKnown && this.#source.isUnreadHeld && !isHeld;
    if (!this.#isSought || !this.#source.isKnown) return false;
    this.#isSought = false;
    return isHeld;
  }

  // actions

  /** Another place is come to. @param {{ isElsewhere: boolean }} where  does the address name a message of it? */
  arrive({ isElsewhere }) {
    this.#source.arrive();
    this.#isMet = this.#source.unread === null;
    this.#isSought = !this.#isMet && !isElsewhere;
  }

  /** This has been in sight for long enough. @param {number} seq */
  saw(seq) {
    // Where one has been on another device only, the mark is being asked for.
    if (this.#isMet && this.#marks.readOf(this.#source.marked) !== null) this.#marks.see(this.#source.marked, seq);
  }

  /** The reader, or the log, is elsewhere. @param {HTMLElement | null} line  if that is in the page */
  look(line) {
    const { unread, marked, newest } = this.#source;
    const { top, bottom } = part(this.#log, "scroller").getBoundingClientRect();
    const place = this.#isMet ? undefined : line?.getBoundingClientRect();
    this.#isMet ||= place !== undefined && place.top >= top && place.bottom <= bottom;
    this.#isMet ||= this.#source.isKnown && (this.#marks.readOf(marked) ?? 0) >= newest;
    const isAbove = !this.#isMet && this.#source.isKnown && (place === undefined || place.top < top);
    part(this.#log, "above").hidden = !isAbove;
    if (!isAbove) return;
    part(this.#log, "above-count").textContent = this.#words.say("new_above", { count: unread?.count ?? 0 });
    part(this.#log, "to-new").onclick = this.#goThere;
    showButton(part(this.#log, "mark-read"), this.#words.say("mark_read"), () => this.#markAll());
  }

  // internal

  #markAll() {
    this.#isMet = true;
    this.saw(this.#source.newest);
    this.look(null);
  }
}
