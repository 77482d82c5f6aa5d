/**
 * Who is in the room.
 */

/** @import { PersonLine } from "./person_row.js" */

import { KeyedRows } from "../page/keyed_rows.js";
import { part, showText } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";
import { chosenPerson, drawPerson } from "./person_row.js";

export class ChatOccupants extends ChatElement {
  connected() {
    /** @type {KeyedRows<PersonLine>} */
    const rows = new KeyedRows(part(this, "list"), { keyOf: ({ login }) => login, draw: drawPerson });
    const draw = this.batched(() => {
      rows.show(this.#lines());
      this.#drawRest();
    });
    this.listen(this.chat, ["occupants", "room"], draw);
    this.listen(this, "click", (event) => {
      const person = chosenPerson(event);
      if (person !== null) this.context.navigation.toPerson(person.login, person.name);
    });
    draw();
  }

  #drawRest() {
    const { people, count } = this.chat.place.occupants;
    const rest = count - people.length;
    showText(part(this, "more"), rest > 0 ? this.say("and_more", { count: rest }) : "");
  }

  /** @returns {PersonLine[]} */
  #lines() {
    return this.chat.place.occupants.people.map(({ login, name }) => {
      const isSelf = login === this.chat.login;
      const address = this.context.navigation.addressOfPerson(login);
      return { login, name, about: isSelf ? this.say("you") : "", isOnline: true, isSelf, address };
    });
  }
}
