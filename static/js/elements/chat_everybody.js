/**
 * All people of the chat, those who are here first. Asked for while it is looked at.
 */

/** @import { UserView } from "../chat/types.js" */
/** @import { PersonLine } from "./person_row.js" */

import { KeyedRows } from "../page/keyed_rows.js";
import { part } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";
import { chosenPerson, drawPerson } from "./person_row.js";

const AGAIN_MS = 60_000;
/** Many pages must not ask in the same moment. */
const SPREAD_MS = 5000;

export class ChatEverybody extends ChatElement {
  /** @type {UserView[]} */
  #users = [];
  #timer = 0;

  connected() {
    /** @type {KeyedRows<PersonLine>} */
    const rows = new KeyedRows(part(this, "list"), { keyOf: ({ login }) => login, draw: drawPerson });
    const refresh = async () => {
      clearTimeout(this.#timer);
      if (this.#isLookedAt && this.chat.isCaughtUp) {
        this.#users = (await this.chat.listUsers()) ?? this.#users;
        rows.show(this.#lines());
      }
      clearTimeout(this.#timer);
      if (this.isConnected) this.#timer = window.setTimeout(refresh, AGAIN_MS + SPREAD_MS * Math.random());
    };
    this.listen(document, ["panel", "visibilitychange"], refresh);
    this.listen(this.chat, "status", () => {
      if (this.chat.isCaughtUp && this.#users.length === 0) refresh();
    });
    this.listen(this, "click", (event) => {
      const person = chosenPerson(event);
      if (person !== null) this.context.navigation.toPerson(person.login, person.name);
    });
    refresh();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  get #isLookedAt() {
    return document.visibilityState === "visible" && this.offsetParent !== null;
  }

  /** @returns {PersonLine[]} */
  #lines() {
    return this.#users
      .toSorted((a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name))
      .map(({ login, name, online, rooms }) => {
        const isSelf = login === this.chat.login;
        const address = this.context.navigation.addressOfPerson(login);
        return {
          login,
          name,
          about: `${login} · ${this.#about(isSelf, online, rooms)}`,
          isOnline: online,
          isSelf,
          address,
        };
      });
  }

  /**
   * @param {boolean} isSelf
   * @param {boolean} isOnline
   * @param {number[]} rooms
   */
  #about(isSelf, isOnline, rooms) {
    if (isSelf) return this.say("you");
    const names = rooms.map((id) => this.chat.rooms.get(id)?.name ?? "").filter((name) => name !== "");
    if (names.length > 0) return names.join(", ");
    return this.say(isOnline ? "online" : "offline_person");
  }
}
