/**
 * The field that the composer writes into: as high as its text, named after its place, counted when it gets long.
 */

/** @import { Target } from "../chat/outbox.js" */
/** @import { Context } from "./chat_element.js" */

import { lengthOf } from "../chat/visible_text.js";
import { part, showText } from "../page/parts.js";
import { shortened } from "../page/shortened.js";

/** So near to the longest text the rest is counted. */
const COUNTED_FROM = 200;

export class WritingField {
  node;
  #label;
  #count;
  #context;
  /** The width that the label was made for. */
  #width = 0;

  /**
   * @param {HTMLElement} composer
   * @param {Context} context
   */
  constructor(composer, context) {
    this.node = /** @type {HTMLTextAreaElement} */ (part(composer, "text"));
    this.#label = part(composer, "label");
    this.#count = part(composer, "count");
    this.#context = context;
  }

  // questions

  get text() {
    return this.node.value;
  }

  /** How many characters there are more than may be sent; less than nothing where there is room. */
  get excess() {
    return lengthOf(this.text.trimEnd()) - this.#context.config.longestText;
  }

  // actions

  /** @param {string} text */
  write(text) {
    this.node.value = text;
    this.node.setSelectionRange(text.length, text.length);
    this.tell();
  }

  /** Whoever listens to what is written here hears of it, as if it had been typed. */
  tell() {
    this.node.dispatchEvent(new Event("input", { bubbles: true }));
  }

  focus() {
    this.node.focus();
  }

  /** Say where it will be read. @param {Target} target */
  label({ kind, name: whole }) {
    const { words } = this.#context;
    const sentence = (/** @type {string} */ name) =>
      kind === "direct" ? words.say("write_to", { name }) : words.say("write_in", { room: name });
    this.#label.textContent = sentence(whole);
    this.node.placeholder = shortened(this.node, whole, sentence);
  }

  /**
   * The screen was turned, or a pane has come.
   * @param {number} width
   * @param {Target} target
   */
  reshape(width, target) {
    if (width === this.#width) return;
    this.#width = width;
    this.label(target);
    this.fit();
  }

  /** What the keyboard of a phone writes on its key. @param {boolean} sends */
  hintEnter(sends) {
    this.node.enterKeyHint = sends ? "send" : "enter";
  }

  /** As high as the text, up to what the style allows; and what is left of it. */
  fit() {
    const { form, style } = this.node;
    // While it is measured nothing else may move: a log that grows for a moment loses its place.
    if (form !== null) form.style.minBlockSize = `${form.offsetHeight}px`;
    style.blockSize = "auto";
    style.blockSize = `${this.node.scrollHeight + this.node.offsetHeight - this.node.clientHeight}px`;
    if (form !== null) form.style.minBlockSize = "";
    // The line that is being written is seen whole.
    if (this.node.selectionEnd === this.text.length) this.node.scrollTop = this.node.scrollHeight;
    this.#countDown();
  }

  #countDown() {
    // Counting is work, and no text has more characters than code units.
    const isNear = this.text.length >= this.#context.config.longestText - COUNTED_FROM;
    const excess = isNear ? this.excess : -Infinity;
    const key = excess > 0 ? "too_long" : "characters_left";
    const isTold = excess >= -COUNTED_FROM;
    showText(this.#count, isTold ? this.#context.words.say(key, { count: Math.abs(excess) }) : "");
    this.#count.dataset.kind = excess > 0 ? "over" : "";
    this.node.setAttribute("aria-invalid", String(excess > 0));
  }
}
