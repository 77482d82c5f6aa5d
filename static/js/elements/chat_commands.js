/**
 * The commands that may be meant, above the line one writes into, and what their arguments may be. The focus stays in
 * that line.
 */

/** @import { Help, Suggestion } from "../chat/typed_commands.js" */

import { helpFor } from "../chat/typed_commands.js";
import { choicesOf } from "../page/command_choices.js";
import { part, showText } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

/** Too much would be over with a slip of the thumb: it is only written, not carried out. */
const NEVER_AT_ONCE = ["#exit"];

export class ChatCommands extends ChatElement {
  /** @type {Suggestion[]} */
  #suggestions = [];
  /** Which one Enter takes, -1 for none. */
  #active = -1;
  #isArgument = false;

  connected() {
    const capture = { capture: true };
    this.listen(this.#field, ["input", "click", "focus"], () => this.#look());
    this.listen(this.#field, "blur", () => this.#close());
    // Before whoever takes Enter for sending.
    this.listen(this.#field, "keydown", (event) => this.#pressed(event), capture);
    this.listen(this.chat, "rooms", () => this.#renew());
    this.listen(this.context.people, "change", () => this.#renew());
    this.listen(/** @type {HTMLFormElement} */ (this.#field.form), "submit", () => this.#close());
    // The focus, and the keyboard of a phone, stay where they are.
    this.listen(this, "pointerdown", (event) => event.preventDefault());
    this.listen(this, "click", (event) => this.#clicked(event));
  }

  // reactions

  #look() {
    const { value, selectionStart, selectionEnd } = this.#field;
    const isAtEnd = selectionStart === value.length && selectionEnd === value.length;
    const { commands } = this.context.config;
    const help = isAtEnd ? helpFor(value, commands, (kind) => choicesOf(kind, this.context)) : null;
    if (help === null) this.#close();
    else this.#show(help);
  }

  /** Others come and go while somebody chooses: what is chosen stays chosen, and what is in sight stays there. */
  #renew() {
    if (this.hidden) return;
    const list = part(this, "list");
    const { scrollTop } = list;
    const chosen = this.#suggestions[this.#active]?.text;
    this.#look();
    if (chosen !== undefined) this.#activate(this.#suggestions.findIndex(({ text }) => text === chosen));
    list.scrollTop = scrollTop;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (this.hidden || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey)
      return;
    if (!this.#take(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether it was meant for the list
   */
  #take({ key, shiftKey }) {
    if (key === "Escape") {
      this.#close();
      return true;
    }
    if (this.#suggestions.length === 0) return false;
    if (key === "ArrowDown" || key === "ArrowUp") {
      this.#activate(this.#next(key === "ArrowDown" ? 1 : -1));
      return true;
    }
    if (shiftKey || (key !== "Enter" && key !== "Tab")) return false;
    const best = key === "Tab" && this.#isArgument ? 0 : -1;
    const suggestion = this.#suggestions[this.#active === -1 ? best : this.#active];
    if (suggestion === undefined) return false;
    this.#accept(suggestion, { isMeant: key === "Enter" });
    return true;
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const option = /** @type {Element} */ (event.target).closest("[role=option]");
    const suggestion = this.#suggestions[Number(option?.getAttribute("data-index") ?? -1)];
    if (suggestion !== undefined) this.#accept(suggestion, { isMeant: true });
  }

  // internal

  /**
   * Write it. If nothing is missing and it was chosen, and not only written out, it is carried out.
   * @param {Suggestion} suggestion
   * @param {{ isMeant: boolean }} how
   */
  #accept({ text, isWhole }, { isMeant }) {
    const field = this.#field;
    field.value = text;
    field.setSelectionRange(text.length, text.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (!isWhole) return;
    this.#close();
    if (isMeant && !NEVER_AT_ONCE.includes(text.trim())) field.form?.requestSubmit();
  }

  /** @param {Help} help */
  #show({ command, suggestions, isSure }) {
    this.#suggestions = suggestions;
    this.#isArgument = command !== null;
    showText(
      part(this, "hint"),
      suggestions.length === 0 && command !== null ? `${command.usage} — ${command.help}` : "",
    );
    this.hidden = suggestions.length === 0 && command === null;
    const list = part(this, "list");
    list.hidden = suggestions.length === 0;
    // A line that is being pressed is not taken away under the finger.
    while (list.children.length > suggestions.length) list.lastElementChild?.remove();
    for (const [index, suggestion] of suggestions.entries()) {
      const option = list.children[index] ?? list.appendChild(newOption(index));
      part(option, "label").textContent = suggestion.label;
      part(option, "note").textContent = suggestion.note;
    }
    list.scrollTop = 0;
    this.#activate(isSure && suggestions.length > 0 ? 0 : -1);
    this.#tellOpener();
  }

  #close() {
    this.hidden = true;
    this.#suggestions = [];
    this.#activate(-1);
    this.#tellOpener();
  }

  /** @param {1 | -1} step */
  #next(step) {
    const { length } = this.#suggestions;
    if (this.#active === -1) return step === 1 ? 0 : length - 1;
    return (this.#active + step + length) % length;
  }

  /** @param {number} index */
  #activate(index) {
    this.#active = index;
    for (const [position, option] of [...part(this, "list").children].entries()) {
      option.setAttribute("aria-selected", String(position === index));
      if (position === index) option.scrollIntoView({ block: "nearest" });
    }
    if (index === -1) this.#field.removeAttribute("aria-activedescendant");
    else this.#field.setAttribute("aria-activedescendant", idOf(index));
  }

  #tellOpener() {
    const opener = document.querySelector(`button[aria-controls="${part(this, "list").id}"]`);
    opener?.setAttribute("aria-expanded", String(!this.hidden));
  }

  get #field() {
    return /** @type {HTMLTextAreaElement} */ (document.getElementById("message"));
  }
}

/** @param {number} index */
function newOption(index) {
  const option = document.createElement("li");
  option.id = idOf(index);
  option.className = "commands__option";
  option.dataset.index = String(index);
  option.setAttribute("role", "option");
  const name = document.createElement("bdi");
  name.className = "commands__name";
  name.dataset.part = "label";
  const about = document.createElement("bdi");
  about.className = "commands__note";
  about.dataset.part = "note";
  option.append(name, " ", about);
  return option;
}

/** @param {number} index */
function idOf(index) {
  return `command-${index}`;
}
