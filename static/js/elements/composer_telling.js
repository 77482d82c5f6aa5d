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
    return this.#timer !== 0;
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
    this.#tell("countdown", text, []);
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      again();
    }, SECOND);
  }

  clear() {
    if (!this.#text.hidden) this.#tell("", "", []);
  }

  /**
   * @param {string} kind
   * @param {string} text
   * @param {Choice[]} choices
   */
  #tell(kind, text, choices) {
    clearTimeout(this.#timer);
    this.#timer = 0;
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
