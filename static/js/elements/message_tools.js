/**
 * What can be done with a message, where one points: a small bar beside it under a mouse and for the keyboard; on touch
 * its full date and a button for more at a tap, and a sheet with everything after a long press.
 */

/** @import { Action } from "../chat/message_actions.js" */
/** @import { MessageRow } from "./message_row.js" */

import { fromTemplate, part } from "../page/parts.js";

const LONG_PRESS_MS = 450;
/** A finger that moves farther than this scrolls. */
const STILL_PX = 10;
const GAP_PX = 6;

/** @typedef {"mouse" | "touch" | "keys"} By */
/** @typedef {{ row: MessageRow, actions: Action[], when: string }} Subject */

export class MessageTools {
  #log;
  #subjectOf;
  #act;
  #openSheet;
  #bar = fromTemplate("message-tools-template");
  /** The message that the bar belongs to. @type {HTMLElement | null} */
  #node = null;
  /** A finger that stays where it is. @type {{ timer: number, x: number, y: number } | null} */
  #press = null;
  #pointer = "mouse";

  /**
   * @param {HTMLElement} log
   * @param {object} ways
   * @param {(node: HTMLElement) => Subject | null} ways.subjectOf
   * @param {(action: Action, node: HTMLElement) => void} ways.act
   * @param {(node: HTMLElement) => void} ways.openSheet
   */
  constructor(log, { subjectOf, act, openSheet }) {
    this.#log = log;
    this.#subjectOf = subjectOf;
    this.#act = act;
    this.#openSheet = openSheet;
    log.append(this.#bar);
  }

  /** @param {(type: string, react: (event: any) => void) => void} listen  to the log */
  connect(listen) {
    listen("pointerover", (event) => this.#pointed(event));
    listen("pointerleave", (event) => event.pointerType === "mouse" && this.hide());
    listen("pointerdown", (event) => this.#pressed(event));
    listen("pointermove", (event) => this.#moved(event));
    for (const type of ["pointerup", "pointercancel"]) listen(type, () => this.#released());
    listen("contextmenu", (event) => this.#asked(event));
    listen("click", (event) => this.#clicked(event));
    listen("focusin", (event) => this.#focused(event));
    listen("focusout", (event) => this.#left(event));
    listen("keydown", (event) => this.#keyed(event));
  }

  // actions

  /** The log has been scrolled: a finger that does so wants nothing of a message. */
  scrolled() {
    this.#released();
    if (this.#bar.dataset.by === "touch") this.hide();
    else this.refresh();
  }

  /** The rows are other ones, or elsewhere. */
  refresh() {
    if (this.#node === null) return;
    if (this.#node.isConnected && this.#isHeld) this.#place();
    else this.hide();
  }

  /** By keyboard: from the message to what can be done with it. @param {HTMLElement} node */
  enter(node) {
    this.#show(node, "keys");
    this.#buttons[0]?.focus();
  }

  hide() {
    this.#node = null;
    this.#bar.hidden = true;
  }

  // reactions

  /** @param {PointerEvent} event */
  #pointed({ pointerType, target }) {
    if (pointerType !== "mouse" || this.#bar.contains(/** @type {Node} */ (target))) return;
    const node = messageAt(target);
    if (node === null) this.hide();
    else if (node !== this.#node || this.#bar.dataset.by !== "mouse") this.#show(node, "mouse");
  }

  /** @param {PointerEvent} event */
  #pressed({ pointerType, target, clientX: x, clientY: y }) {
    this.#pointer = pointerType;
    this.#released();
    const node = messageAt(target);
    if (pointerType === "mouse" || node === null || isControl(target)) return;
    const timer = window.setTimeout(() => this.#heldLong(node), LONG_PRESS_MS);
    this.#press = { timer, x, y };
  }

  /** @param {HTMLElement} node */
  #heldLong(node) {
    this.#press = null;
    this.hide();
    if (!node.isConnected) return;
    ignoreNextClick();
    this.#openSheet(node);
  }

  /** @param {PointerEvent} event */
  #moved({ clientX, clientY }) {
    if (this.#press === null) return;
    if (Math.hypot(clientX - this.#press.x, clientY - this.#press.y) > STILL_PX) this.#released();
  }

  #released() {
    if (this.#press !== null) clearTimeout(this.#press.timer);
    this.#press = null;
  }

  /** A long press is ours; the other button of a mouse is the browser's. @param {MouseEvent} event */
  #asked(event) {
    if (this.#pointer !== "mouse" && messageAt(event.target) !== null && !isControl(event.target))
      event.preventDefault();
  }

  /** @param {MouseEvent} event */
  #clicked({ target }) {
    const button = /** @type {Element} */ (target).closest("button");
    if (button !== null && this.#bar.contains(button)) this.#chosen(button);
    else if (button?.dataset.part === "more") this.#more(/** @type {HTMLElement} */ (messageAt(target)));
    else if (this.#pointer !== "mouse" && !isControl(target)) this.#tapped(messageAt(target));
  }

  /** @param {HTMLElement | null} node */
  #tapped(node) {
    if (node === null || node === this.#node || !getSelection()?.isCollapsed) this.hide();
    else this.#show(node, "touch");
  }

  /** @param {HTMLButtonElement} button  of the bar */
  #chosen({ dataset }) {
    const node = this.#node;
    if (node === null) return;
    if (this.#bar.contains(document.activeElement)) node.focus({ preventScroll: true });
    if (this.#bar.dataset.by !== "keys") this.hide();
    if (dataset.act === "more") this.#openSheet(node);
    else this.#act(/** @type {Action} */ (dataset.act), node);
  }

  /** Of a screen reader, which does not point. @param {HTMLElement} node */
  #more(node) {
    this.hide();
    this.#openSheet(node);
  }

  /** @param {FocusEvent} event */
  #focused({ target }) {
    const node = messageAt(target);
    if (node !== null && node === target && node.matches(":focus-visible")) this.#show(node, "keys");
  }

  /** @param {FocusEvent} event */
  #left({ relatedTarget }) {
    if (this.#bar.dataset.by !== "keys" || this.#node === null) return;
    const next = /** @type {Node | null} */ (relatedTarget);
    if (next === null || !(this.#bar.contains(next) || this.#node.contains(next))) this.hide();
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    if (!this.#bar.contains(/** @type {Node} */ (event.target))) return;
    const buttons = this.#buttons;
    const index = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) buttons[(index + step + buttons.length) % buttons.length].focus();
    else if (event.key === "Escape") this.#node?.focus({ preventScroll: true });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // internal

  /**
   * @param {HTMLElement} node
   * @param {By} by
   */
  #show(node, by) {
    const subject = this.#subjectOf(node);
    if (subject === null) {
      this.hide();
      return;
    }
    this.#node = node;
    this.#bar.dataset.by = by;
    part(this.#bar, "when").textContent = subject.when;
    for (const button of this.#bar.querySelectorAll("button")) {
      const { act } = button.dataset;
      button.hidden = act === "more" ? by !== "touch" : by === "touch" || !subject.actions.some((name) => name === act);
    }
    this.#bar.hidden = false;
    this.#place();
  }

  /** Beside the bubble where there is room, else at its upper edge, or at the lower one under the head of the page. */
  #place() {
    const bubble = part(/** @type {HTMLElement} */ (this.#node), "text").getBoundingClientRect();
    const log = this.#log.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#bar;
    const isOwn = this.#node?.classList.contains("message--own") ?? false;
    const beside = isOwn ? bubble.left - GAP_PX - width : bubble.right + GAP_PX;
    const fits = beside >= log.left + GAP_PX && beside + width <= log.right - GAP_PX;
    const isBeside = fits && this.#bar.dataset.by === "mouse";
    const aligned = isOwn ? bubble.right - width : bubble.left;
    const left = isBeside ? beside : Math.min(Math.max(aligned, log.left + GAP_PX), log.right - GAP_PX - width);
    const above = bubble.top - height - 2;
    const top = isBeside ? Math.max(bubble.top, log.top) : above >= log.top ? above : bubble.bottom + 2;
    this.#bar.style.insetInlineStart = `${left - log.left}px`;
    this.#bar.style.insetBlockStart = `${Math.min(top, log.bottom - height) - log.top}px`;
  }

  /** Is it still wanted there? What the focus or a tap has called is; for a mouse, as long as that is there. */
  get #isHeld() {
    if (this.#bar.dataset.by !== "mouse") return true;
    return this.#bar.matches(":hover") || this.#node?.matches(":hover");
  }

  /** Those that are offered. @returns {HTMLButtonElement[]} */
  get #buttons() {
    return [...this.#bar.querySelectorAll("button")].filter(({ hidden }) => !hidden);
  }
}

/** @param {EventTarget | null} target  @returns {HTMLElement | null} */
function messageAt(target) {
  return target instanceof Element ? target.closest(".message") : null;
}

/** What has an answer of its own to a press. @param {EventTarget | null} target */
function isControl(target) {
  return target instanceof Element && target.closest("a, button, summary, input, textarea") !== null;
}

/** The finger that is lifted after a long press would choose whatever lies under it by now. */
function ignoreNextClick() {
  const listening = new AbortController();
  const { signal } = listening;
  const ignore = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    listening.abort();
  };
  document.addEventListener("click", ignore, { capture: true, signal });
  document.addEventListener("pointerdown", () => listening.abort(), { capture: true, signal });
}
