/**
 * The line to write into: messages, and commands that begin with `#`. Never closed, whatever the connection does.
 */

/** @import { Answer } from "../chat/types.js" */
/** @import { Target } from "../chat/outbox.js" */

import { isCommandLine } from "../chat/command_line.js";
import { isBlank, lengthOf } from "../chat/visible_text.js";
import { part, showText } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

export class ChatComposer extends ChatElement {
  /** What was being written elsewhere, by place. @type {Map<string, string>} */
  #drafts = new Map();
  #place = "";
  /** A command of which nobody knows whether it was carried out: sent again it keeps its id. */
  #unsure = { line: "", clientId: "" };
  /** The command that is being carried out. It may lead elsewhere, and is no draft to come back to. */
  #underWay = "";

  connected() {
    this.listen(part(this, "form"), "submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.listen(this.#field, "keydown", (event) => this.#pressed(event));
    this.listen(this.#field, "input", () => {
      this.#complain("");
      this.#fit();
    });
    // The keyboard of a phone stays open when the button is pressed.
    this.listen(part(this, "send"), "pointerdown", (event) => event.preventDefault());
    this.listen(document, "chat-edit", (event) => this.#takeBack(event.detail));
    this.listen(this.chat, "room", () => this.#moved());
    this.listen(this.context.navigation, "change", () => this.#moved());
    this.#moved();
    if (!this.#isTouch) this.#field.focus();
  }

  // actions

  #submit() {
    const text = this.#field.value;
    if (isBlank(text)) return;
    if (isCommandLine(text)) this.#run(text);
    else this.#post(text);
  }

  /** @param {string} text */
  #post(text) {
    const excess = lengthOf(text) - this.context.config.longestText;
    if (excess > 0) this.#complain(this.say("too_long", { count: excess }));
    else if (this.chat.post(text, this.#target)) this.#write("");
  }

  /** @param {string} line */
  async #run(line) {
    if (!this.chat.connection.isOpen) {
      this.#complain(this.say("commands_need_connection"));
      return;
    }
    const clientId = this.#unsure.line === line ? this.#unsure.clientId : this.chat.newId();
    this.#unsure = { line: "", clientId: "" };
    this.#underWay = line;
    this.setAttribute("aria-busy", "true");
    const answer = await this.chat.run(line, clientId);
    this.removeAttribute("aria-busy");
    this.#underWay = "";
    this.#answered(line, clientId, answer);
  }

  // reactions

  /**
   * @param {string} line
   * @param {string} clientId
   * @param {Answer} answer
   */
  #answered(line, clientId, answer) {
    if (answer.outcome === "done") {
      // Unless something else has been written meanwhile.
      if (this.#field.value === line) this.#write("");
      this.#carriedOut(answer.ack);
    } else if (answer.outcome === "refused") {
      this.#complain(answer.message);
    } else {
      this.#unsure = { line, clientId };
      this.#complain(this.say("command_lost"));
    }
  }

  /** @param {Record<string, any>} ack */
  #carriedOut({ command, text }) {
    if (command?.startsWith("room.") && command !== "room.list") this.context.navigation.toThisRoom();
    if (typeof text === "string" && text !== "" && command !== "direct.post") this.context.notices.add("answer", text);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || isComposing || this.#isTouch) return;
    event.preventDefault();
    this.#submit();
  }

  /** Somebody wants to change what was refused. @param {import("../chat/outbox.js").Item} item */
  #takeBack(item) {
    this.chat.outbox.withdraw(item.clientId);
    const written = this.#field.value;
    this.#write(written === "" ? item.text : `${written}\n${item.text}`);
    this.#field.focus();
  }

  #moved() {
    const target = this.#target;
    const place = target.kind === "direct" ? `p/${target.to}` : `r/${target.room}`;
    const { name } = target;
    const label = target.kind === "direct" ? this.say("write_to", { name }) : this.say("write_in", { room: name });
    part(this, "label").textContent = label;
    this.#field.placeholder = label;
    if (place === this.#place) return;
    // The browser may have kept, over a reload, what was being written at first.
    const isFirst = this.#place === "";
    const draft = this.#field.value === this.#underWay ? "" : this.#field.value;
    if (!isFirst) this.#drafts.set(this.#place, draft);
    this.#place = place;
    if (!isFirst) this.#write(this.#drafts.get(place) ?? "");
  }

  // internal

  /** @returns {Target} */
  get #target() {
    const { view } = this.context.navigation;
    if (view.kind === "direct") return { kind: "direct", to: view.login, name: view.name };
    // Before the first connection it is the room that the page was opened for.
    const { id, name } = this.chat.room ?? this.context.config.room;
    return { kind: "room", room: id, name };
  }

  /** @param {string} text */
  #write(text) {
    this.#field.value = text;
    this.#complain("");
    this.#fit();
  }

  /** As high as the text, up to what the style allows. */
  #fit() {
    this.#field.style.blockSize = "auto";
    this.#field.style.blockSize = `${this.#field.scrollHeight + 2}px`;
  }

  /** @param {string} problem */
  #complain(problem) {
    showText(part(this, "problem"), problem);
  }

  get #isTouch() {
    return matchMedia("(pointer: coarse)").matches;
  }

  get #field() {
    return /** @type {HTMLTextAreaElement} */ (part(this, "text"));
  }
}
