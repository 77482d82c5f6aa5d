/**
 * What is told above the line one writes into: why something was not taken, or a question, with what can be done.
 */

import { showText } from "../page/parts.js";

/** @typedef {{ label: string, run: () => void, isDanger?: boolean }} Choice */

const SECOND = 1000;

export class ComposerTelling {
  #text;
  #choices;
  #timer = 0;

  /**
   * @param {HTMLElement} text
   * @param {HTMLElement} choices
   */
  constructor(text, choices) {
    this.#text = text;
    this.#choices = choices;
  }

  get isAsking() {
    return this.#text.dataset.kind === "question" && !this.#text.hidden;
  }

  get isCounting() {
    return this.#text.dataset.kind === "countdown" && !this.#text.hidden;
  }

  /**
   * @param {string} text
   * @param {Choice[]} [remedies]
   */
  problem(text, remedies = []) {
    this.#tell("problem", text, remedies);
  }

  /**
   * @param {string} text
   * @param {Choice[]} answers
   */
  ask(text, answers) {
    this.#tell("question", text, answers);
  }

  /**
   * @param {string} text  that will be another one in a second
   * @param {() => void} again
   */
  countDown(text, again) {
    // It is read out once, not each second.
    const isHeard = !this.isCounting;
    this.#tell("countdown", text, [], { isHeard });
    this.#timer = window.setTimeout(again, SECOND);
  }

  clear() {
    if (!this.#text.hidden) this.#tell("", "", []);
  }

  /**
   * @param {string} kind
   * @param {string} text
   * @param {Choice[]} choices
   * @param {{ isHeard: boolean }} [how]  whether a screen reader interrupts for it
   */
  #tell(kind, text, choices, { isHeard } = { isHeard: true }) {
    clearTimeout(this.#timer);
    if (isHeard) this.#text.removeAttribute("aria-live");
    else this.#text.setAttribute("aria-live", "off");
    this.#text.dataset.kind = kind;
    showText(this.#text, text);
    this.#choices.replaceChildren(...choices.map((choice) => this.#button(choice)));
    this.#choices.hidden = choices.length === 0;
  }

  /** @param {Choice} choice */
  #button({ label, run, isDanger = false }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `button ${isDanger ? "button--danger" : "button--quiet"}`;
    button.textContent = label;
    button.onclick = () => {
      this.clear();
      run();
    };
    return button;
  }
}
