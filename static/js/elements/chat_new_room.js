/**
 * Making a room without knowing a command.
 */

import { part } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

export class ChatNewRoom extends ChatElement {
  connected() {
    this.listen(this.#form, "submit", (event) => this.#submitted(event));
    this.listen(this.#form, "input", () => this.#complain(""));
  }

  /** @param {SubmitEvent} event */
  async #submitted(event) {
    event.preventDefault();
    const data = new FormData(this.#form);
    const answer = await this.chat.createRoom(
      String(data.get("name")),
      data.has("lasting") ? "permanent" : "temporary",
    );
    if (answer.outcome === "refused") this.#complain(answer.message);
    else if (answer.outcome === "lost") this.#complain(this.say("no_answer"));
    else this.#made();
  }

  #made() {
    this.#form.reset();
    const details = this.querySelector("details");
    if (details !== null) details.open = false;
    this.context.navigation.toThisRoom();
  }

  /** @param {string} problem */
  #complain(problem) {
    part(this, "problem").textContent = problem;
    const field = this.querySelector("input[name=name]");
    field?.setAttribute("aria-invalid", String(problem !== ""));
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"));
  }
}
