/**
 * The line to write into: messages, and commands that begin with `#`. Never closed, whatever the connection does.
 */

/** @import { Answer } from "../chat/types.js" */
/** @import { Item, Target } from "../chat/outbox.js" */
/** @import { CommandRun } from "../page/command_run.js" */
/** @import { Deeds } from "./chat_element.js" */
/** @import { Choice } from "./composer_telling.js" */

import { asTyped, isCommandLine } from "../chat/command_line.js";
import { quoted } from "../chat/quote.js";
import { isBlank } from "../chat/visible_text.js";
import { part } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";
import { ComposerTelling } from "./composer_telling.js";
import { WritingField } from "./writing_field.js";

/** What is being written is kept after so short a rest. */
const REST_MS = 300;

export class ChatComposer extends ChatElement {
  /** Made with the first command. @type {CommandRun | null} */
  #run = null;
  /** @type {ComposerTelling} */
  // @ts-expect-error: made when connected
  #telling;
  /** @type {WritingField} */
  // @ts-expect-error: made when connected
  #field;
  #place = "";
  /** A message that was being written when a command came between. */
  #aside = "";
  /** The command that is being carried out. It may lead elsewhere, and is no draft to come back to. */
  #underWay = "";
  #restTimer = 0;

  connected() {
    this.#telling = new ComposerTelling(part(this, "problem"), part(this, "choices"));
    this.#field = new WritingField(this, this.context);
    this.listen(part(this, "form"), "submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.listen(this.#field.node, "keydown", (event) => this.#pressed(event));
    this.listen(this.#field.node, "input", () => this.#written());
    // The keyboard of a phone stays open when a button is pressed.
    for (const name of ["send", "hash", "choices"]) {
      this.listen(part(this, name), "pointerdown", (event) => event.preventDefault());
    }
    this.listen(part(this, "choices"), "click", () => this.#chosen());
    this.listen(part(this, "hash"), "click", () => this.#hashPressed());
    // Without a step of the history, which would belong to no place.
    this.listen(/** @type {HTMLElement} */ (document.querySelector(".skip")), "click", (event) => {
      event.preventDefault();
      this.#field.focus();
    });
    this.listen(document, "chat-edit", (event) => this.#takeBack(event.detail));
    this.listen(document, "chat-quote", (event) => this.#quote(event.detail));
    this.listen(document, "chat-begin", (event) => this.#begin(event.detail));
    this.listen(document, "chat-command", (event) => this.#command(event.detail));
    this.listen(this.context.settings, "change", () => this.#hintEnter());
    this.listen(this.chat, "room", () => this.#moved());
    this.listen(this.chat, "outbox", () => this.#slowDown());
    this.listen(this.context.navigation, "change", () => this.#moved());
    this.listen(document, "visibilitychange", () => this.#keep());
    this.listen(window, "pagehide", () => this.#keep());
    const reshaped = (/** @type {number} */ width) => this.#field.reshape(width, this.#target);
    const observer = new ResizeObserver(([{ contentRect }]) => reshaped(contentRect.width));
    observer.observe(part(this, "form"));
    this.onLeave(() => observer.disconnect());
    this.#hintEnter();
    this.#moved();
    if (!this.#isTouch) this.#field.focus();
  }

  // actions

  #submit() {
    const { text } = this.#field;
    if (isBlank(text)) return;
    if (isCommandLine(text)) this.#command(text);
    else this.#post(text.trimEnd());
  }

  /** @param {string} text */
  #post(text) {
    const { excess } = this.#field;
    if (excess > 0) this.#telling.problem(this.say("text_too_long"));
    else if (this.chat.outbox.slowedForMs > 0) this.#slowDown();
    else if (this.chat.post(text, this.#target)) this.#write("");
  }

  /**
   * @param {string} line
   * @param {{ isMeant?: boolean }} [options]  whether it has been asked about already
   */
  async #command(line, { isMeant = false } = {}) {
    if (!this.chat.connection.isOpen) {
      this.#telling.problem(this.say("commands_need_connection"));
      return;
    }
    // A key that is held, or pressed again for want of patience, does nothing twice.
    if (this.#underWay === line) return;
    const deeds = await this.#while(line, this.context.deeds);
    this.#run ??= new deeds.CommandRun(this.context);
    const question = isMeant ? null : this.#run.questionAbout(line);
    if (question !== null) {
      this.#telling.ask(question.text, [
        { label: question.yes, run: () => this.#command(line, { isMeant: true }), isDanger: true },
        { label: question.no, run: () => this.#drop(line) },
      ]);
      return;
    }
    this.#telling.clear();
    this.#answered(line, await this.#while(line, this.#run.carryOut(line)), deeds);
  }

  // reactions

  /**
   * @param {string} line
   * @param {Answer} answer
   * @param {Deeds} deeds
   */
  #answered(line, answer, deeds) {
    if (answer.outcome === "done") {
      this.#drop(line);
    } else if (answer.outcome === "refused") {
      this.#telling.problem(answer.message, this.#remedies(line, answer, deeds));
    } else {
      this.#telling.problem(this.say("command_lost"));
    }
    this.#keep();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const isComposing = event.isComposing || event.keyCode === 229;
    if (isComposing || event.defaultPrevented) return;
    if (event.key === "Escape" && this.#telling.isAsking) {
      event.stopPropagation();
      this.#telling.clear();
    }
    if (event.key !== "Enter") return;
    const isPlain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    const isForced = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!isForced && !(isPlain && this.context.settings.entersSend(this.#isTouch))) return;
    event.preventDefault();
    this.#submit();
  }

  #written() {
    this.#telling.clear();
    this.#field.fit();
    clearTimeout(this.#restTimer);
    this.#restTimer = window.setTimeout(() => this.#keep(), REST_MS);
  }

  /** Begin a command, or think better of it. What was being written comes back after it. */
  #hashPressed() {
    if (this.#field.text.trim() === "#") this.#write("");
    else if (isCommandLine(this.#field.text)) this.#field.tell();
    else this.#begin("#");
    this.#field.focus();
  }

  /** @param {string} command */
  #begin(command) {
    if (!isCommandLine(this.#field.text)) this.#aside = this.#draft;
    this.#write(command);
    this.#field.focus();
  }

  /** Somebody wants to change what was refused. @param {Item} item */
  #takeBack(item) {
    if (this.chat.outbox.withdraw(item.clientId) === undefined) return;
    const { target } = item;
    // What was meant for one person never comes to stand where everybody would read it.
    if (target.kind === "direct") this.context.navigation.toPerson(target.to, target.name);
    const text = target.kind === "direct" ? asTyped(item.text) : item.text;
    const written = this.#field.text;
    this.#write(written === "" ? text : `${written}\n${text}`);
    this.#field.focus();
  }

  /** @param {{ author: string, text: string }} answered */
  #quote({ author, text }) {
    this.#write(`${quoted(author, text)}\n\n${this.#field.text}`);
    this.#field.focus();
  }

  /** The button that was pressed is gone, and the focus with it. A phone opens no keyboard for that. */
  #chosen() {
    if (document.activeElement !== document.body) return;
    if (this.#isTouch) /** @type {HTMLElement | null} */ (document.querySelector("h1 > button"))?.focus();
    else this.#field.focus();
  }

  #moved() {
    this.#field.label(this.#target);
    const place = placeOf(this.#target);
    if (place === this.#place) return;
    const isFirst = this.#place === "";
    const written = this.#draft;
    const isRoomGone = this.#place.startsWith("r/") && this.#isGone(Number(this.#place.slice(2)));
    const draft = this.context.drafts.read(place);
    // The browser may have kept, over a reload, what was being written at first. What was being written in a room that
    // has closed goes along to where one is now.
    const kept = isFirst || (isRoomGone && draft === "") ? written || draft : draft;
    if (!isFirst) this.context.drafts.write(this.#place, isRoomGone ? "" : written);
    this.#aside = "";
    this.#place = place;
    if (kept !== this.#field.text) this.#write(kept);
    this.#field.fit();
  }

  /** The server asks for slower sending: what is given here waits, and nothing more is taken for so long. */
  #slowDown() {
    if (this.#telling.isAsking) return;
    const count = Math.ceil(this.chat.outbox.slowedForMs / 1000);
    if (count <= 0) {
      if (this.#telling.isCounting) this.#telling.clear();
      return;
    }
    this.#telling.countDown(this.say("slow_down", { count }), () => this.#slowDown());
  }

  // internal

  /** @param {number} room  that has closed, as far as that can be known here */
  #isGone(room) {
    const { rooms } = this.chat;
    return rooms.isRead && rooms.get(room) === undefined;
  }

  /** @returns {Target} */
  get #target() {
    const { view } = this.context.navigation;
    if (view.kind === "direct") return { kind: "direct", to: view.login, name: view.name };
    // Also on the way there: what is written meanwhile waits until one has arrived.
    const { id, name } = this.context.navigation.room;
    return { kind: "room", room: id, name };
  }

  /** What is being written here and is not on its way. */
  get #draft() {
    const written = this.#field.text === this.#underWay ? "" : this.#field.text;
    if (this.#aside === "") return written;
    // The command that came between may have become a message of its own.
    return isBlank(written) || isCommandLine(written) ? this.#aside : `${this.#aside}\n${written}`;
  }

  #hintEnter() {
    this.#field.hintEnter(this.context.settings.entersSend(this.#isTouch));
  }

  #keep() {
    clearTimeout(this.#restTimer);
    this.context.drafts.write(this.#place, this.#draft);
  }

  /** @param {string} text */
  #write(text) {
    if (text === "" && this.#aside !== "") {
      text = this.#aside;
      this.#aside = "";
    }
    this.#field.write(text);
    this.#keep();
  }

  /**
   * A command is under way until that is there.
   * @template T
   * @param {string} line
   * @param {Promise<T>} awaited
   */
  async #while(line, awaited) {
    this.#underWay = line;
    this.setAttribute("aria-busy", "true");
    const there = await awaited;
    this.removeAttribute("aria-busy");
    this.#underWay = "";
    return there;
  }

  /** A command is done with, unless something else has been written meanwhile. @param {string} line */
  #drop(line) {
    if (this.#field.text === line) this.#write("");
  }

  /**
   * @param {string} line
   * @param {Answer & { outcome: "refused" }} refusal
   * @param {Deeds} deeds
   * @returns {Choice[]}
   */
  #remedies(line, refusal, { remediesFor }) {
    const use = (/** @type {string} */ instead) => {
      this.#write(instead);
      this.#field.focus();
    };
    return remediesFor(line, refusal, this.context).map(({ what, line: instead }) => ({
      label: this.say("use_instead", { what }),
      run: () => use(instead),
    }));
  }

  get #isTouch() {
    return matchMedia("(pointer: coarse)").matches;
  }
}

/** @param {Target} target */
function placeOf(target) {
  return target.kind === "direct" ? `p/${target.to}` : `r/${target.room}`;
}
