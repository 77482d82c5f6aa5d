/**
 * Making a room without knowing a command: a sheet with its name, how long it stays, and its seats.
 */

import { part } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

export class ChatNewRoom extends ChatElement {
  connected() {
    this.listen(document, "chat-new-room", ({ detail }) => this.#open(detail));
    this.listen(document, "click", (event) => {
      if (/** @type {Element} */ (event.target).closest("[data-makes-room]") !== null) this.#open("");
    });
    this.listen(this.#form, "submit", (event) => this.#submitted(event));
    this.listen(this.#form, "input", () => this.#complain(""));
  }

  // actions

  /** @param {string} name  what was looked for */
  #open(name) {
    this.#form.reset();
    this.#complain("");
    this.#name.value = name;
    this.context.sheets.open(/** @type {HTMLDialogElement} */ (this.closest("dialog")));
    this.#name.focus();
  }

  /** @param {SubmitEvent} event */
  async #submitted(event) {
    event.preventDefault();
    if (this.#form.hasAttribute("aria-busy")) return;
    const data = new FormData(this.#form);
    const capacity = String(data.get("capacity")).trim();
    if (this.#name.value.trim() === "") {
      this.#complain(this.say("needs_name"));
      return;
    }
    this.#form.setAttribute("aria-busy", "true");
    const answer = await this.chat.createRoom(
      String(data.get("name")),
      data.get("kind") === "permanent" ? "permanent" : "temporary",
      capacity === "" ? null : Number(capacity),
    );
    this.#form.removeAttribute("aria-busy");
    if (answer.outcome === "refused") this.#complain(answer.message);
    else if (answer.outcome === "lost") this.#complain(this.say("no_answer"));
    else this.context.navigation.toThisRoom();
  }

  // internal

  /** @param {string} problem */
  #complain(problem) {
    part(this, "problem").textContent = problem;
    this.#name.setAttribute("aria-invalid", String(problem !== ""));
    if (problem !== "") this.#name.focus();
  }

  get #name() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input[name=name]"));
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"));
  }
}
