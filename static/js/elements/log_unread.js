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
  #redraw;
  /** Shall one begin there, once the log is known? */
  #isSought = false;
  /** Is the rest of what is unread below what has been seen? */
  #isMet = true;
  #isElsewhere = false;
  /** Was it known, when the place was come to, up to where it has been read? */
  #isMarked = true;

  /**
   * @param {Element} log
   * @param {LogSource} source
   * @param {{ marks: Marks, words: Words, goThere: () => void, redraw: () => void }} options
   */
  constructor(log, source, { marks, words, goThere, redraw }) {
    this.#log = log;
    this.#source = source;
    this.#marks = marks;
    this.#words = words;
    this.#goThere = goThere;
    this.#redraw = redraw;
  }

  // questions

  /**
   * Does one begin there now? Asked once with yes for an answer.
   * @param {boolean} isHeld  is the line among the rows?
   */
  isBegun(isHeld) {
    if (this.#learn()) return false;
    // Of one's own words, said on another device, none is new: there is no line, and nothing to be passed over.
    this.#isMet ||= this.#source.isKnown && this.#source.isUnreadHeld && !isHeld;
    if (!this.#isSought || !this.#source.isKnown) return false;
    this.#isSought = false;
    return isHeld;
  }

  // actions

  /** Another place is come to. @param {{ isElsewhere: boolean }} where  does the address name a message of it? */
  arrive({ isElsewhere }) {
    this.#isElsewhere = isElsewhere;
    this.#source.arrive();
    this.#isMarked = this.#source.read !== null;
    this.#isMet = this.#source.unread === null;
    this.#isSought = !this.#isMet && !isElsewhere;
  }

  /** This has been in sight for long enough. @param {number} seq */
  saw(seq) {
    this.#learn();
    if (this.#isMet && this.#isMarked) this.#marks.see(this.#source.marked, seq);
  }

  /** The reader, or the log, is elsewhere. @param {HTMLElement | null} line  if that is in the page */
  look(line) {
    this.#learn();
    const { unread, newest } = this.#source;
    const { top, bottom } = part(this.#log, "scroller").getBoundingClientRect();
    const place = this.#isMet ? undefined : line?.getBoundingClientRect();
    this.#isMet ||= place !== undefined && place.top >= top && place.bottom <= bottom;
    this.#isMet ||= this.#source.isKnown && (this.#source.read ?? 0) >= newest;
    const isAbove = !this.#isMet && this.#source.isKnown && (place === undefined || place.top < top);
    part(this.#log, "above").hidden = !isAbove;
    if (!isAbove) return;
    part(this.#log, "above-count").textContent = this.#words.say("new_above", { count: unread?.count ?? 0 });
    part(this.#log, "to-new").onclick = this.#goThere;
    showButton(part(this.#log, "mark-read"), this.#words.say("mark_read"), () => this.#markAll());
  }

  // internal

  /**
   * Where a place was come to before the list was read, or one has been on another device only, the mark comes later: what
   * is unread is known from then on.
   * @returns {boolean}  whether it is known just now
   */
  #learn() {
    if (this.#isMarked || this.#source.read === null) return false;
    this.arrive({ isElsewhere: this.#isElsewhere });
    this.#redraw();
    return true;
  }

  #markAll() {
    this.#isMet = true;
    this.saw(this.#source.newest);
    this.look(null);
  }
}
