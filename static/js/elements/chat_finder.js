/**
 * Goes anywhere by keyboard: the lists as one, in a sheet over the page, with the focus in its search.
 */

/** @import { Finding } from "../chat/findings.js" */

import { findings } from "../chat/findings.js";
import { KeyedRows } from "../page/keyed_rows.js";
import { fromTemplate, part, showText } from "../page/parts.js";
import { unreadInRoom } from "../page/unread.js";
import { showBadge } from "./badge.js";
import { ChatElement } from "./chat_element.js";
import { closingText } from "./closing.js";
import { drawFace } from "./face.js";

/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** @typedef {{ finding: Finding, index: number, isActive: boolean }} Line */

export class ChatFinder extends ChatElement {
  /** @type {KeyedRows<Line>} */
  // @ts-expect-error: made when connected
  #rows;
  /** @type {Finding[]} */
  #found = [];
  #active = 0;

  connected() {
    this.#rows = new KeyedRows(this.#list, {
      keyOf: ({ finding }) => finding.key,
      draw: (line, node) => this.#draw(line, node),
    });
    this.listen(document, "chat-find", () => this.#open());
    this.listen(this.#field, "input", () => this.#search());
    this.listen(this.#field, "keydown", (event) => this.#pressed(event));
    this.listen(this.#list, "click", (event) => {
      const option = /** @type {Element} */ (event.target).closest("[role=option]");
      if (option !== null) this.#choose(Number(option.getAttribute("data-index")));
    });
    // The focus stays in the field.
    this.listen(this.#list, "pointerdown", (event) => event.preventDefault());
    const refresh = this.batched(() => this.#dialog.open && this.#show());
    this.listen(this.chat, ["rooms", "conversations", "occupants"], refresh);
    this.listen(this.context.people, "change", refresh);
  }

  // actions

  #open() {
    if (this.#dialog.open) {
      this.context.sheets.close();
      return;
    }
    this.#field.value = "";
    this.context.sheets.open(this.#dialog);
    this.context.people.lookAt();
    this.#field.focus();
    this.#search();
  }

  /** @param {number} index */
  #choose(index) {
    const finding = this.#found[index];
    if (finding === undefined) return;
    if (finding.destination !== null) {
      this.context.navigation.to(finding.destination);
      return;
    }
    this.dispatchEvent(new CustomEvent("chat-new-room", { bubbles: true, detail: finding.name }));
  }

  // reactions

  #search() {
    this.#active = 0;
    this.#show();
    this.#list.scrollTop = 0;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const step = STEPS[event.key];
    if (event.key === "Enter") this.#choose(this.#active);
    else if (step !== undefined && this.#found.length > 0) {
      this.#active = (this.#active + step + this.#found.length) % this.#found.length;
      this.#show();
      this.#list.children[this.#active]?.scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
  }

  // drawing

  #show() {
    const query = this.#field.value.trim();
    if (query !== "") this.context.people.lookFor();
    const { chat } = this;
    this.#found = findings({
      conversations: chat.privateTalk.conversations.all,
      rooms: chat.rooms.rooms,
      people: this.context.people.all,
      here: chat.place.occupants.people,
      login: chat.login,
      query,
      unreadIn: (room) => unreadInRoom(this.context, room),
    });
    this.#active = Math.max(0, Math.min(this.#active, this.#found.length - 1));
    this.#rows.show(
      this.#found.map((finding, index) => ({ finding, index, isActive: index === this.#active })),
      (line) => JSON.stringify([line, this.#about(line.finding)]),
    );
    const active = this.#found.length === 0 ? "" : idOf(this.#active);
    this.#field.setAttribute("aria-activedescendant", active);
    showText(part(this, "nothing"), this.#found.length === 0 ? this.say("nothing_found") : "");
  }

  /**
   * @param {Line} line
   * @param {Element | null} node
   */
  #draw({ finding, index, isActive }, node) {
    const row = /** @type {HTMLElement} */ (node ?? fromTemplate("finding-template"));
    row.id = idOf(index);
    row.dataset.index = String(index);
    row.ariaSelected = String(isActive);
    const isPerson = finding.kind === "person";
    part(row, "sign").hidden = isPerson;
    part(row, "sign").dataset.kind = finding.kind;
    part(row, "face").hidden = !isPerson;
    if (isPerson) drawFace(part(row, "face"), finding);
    part(row, "name").textContent =
      finding.kind === "new" ? this.say("make_room", { room: finding.name }) : finding.name;
    showText(part(row, "about"), this.#about(finding));
    showBadge(part(row, "unseen"), finding.unseen, this.say("unseen", { count: finding.unseen }));
    return row;
  }

  /** @param {Finding} finding */
  #about({ kind, login, isOnline, room }) {
    if (kind === "person") return `${login}${isOnline ? ` · ${this.say("online")}` : ""}`;
    if (room === null) return "";
    if (room.closing_at !== null) return closingText(room.closing_at, this.context);
    return this.say("people_here", { count: room.occupants });
  }

  // internal

  get #list() {
    return part(this, "list");
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (part(this, "field"));
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.closest("dialog"));
  }
}

/** @param {number} index */
function idOf(index) {
  return `finding-${index}`;
}
