/**
 * Who is in the room.
 */

/** @import { PersonLine } from "./person_row.js" */

import { isFound } from "../chat/finding.js";
import { isShared, sharedNames } from "../chat/known_people.js";
import { KeyedRows } from "../page/keyed_rows.js";
import { part, showText } from "../page/parts.js";
import { ChatList } from "./chat_list.js";
import { chosenPerson, drawPerson } from "./person_row.js";

export class ChatOccupants extends ChatList {
  connected() {
    /** @type {KeyedRows<PersonLine>} */
    const rows = new KeyedRows(part(this, "list"), { keyOf: ({ login }) => login, draw: drawPerson });
    rows.adopt();
    const draw = this.batched(() => {
      if (rows.isPrinted(this.chat.room !== null)) return;
      rows.show(this.cut(this.#lines()));
      this.#drawRest();
    });
    this.listen(this.chat, ["occupants", "room"], draw);
    this.listen(this, "click", (event) => {
      const person = chosenPerson(event);
      if (person !== null) this.context.navigation.toPerson(person.login, person.name);
    });
    this.followSearch(draw);
    draw();
  }

  /** The server names so many and no more. */
  #drawRest() {
    const { people, count } = this.chat.place.occupants;
    const rest = this.query === "" ? count - people.length : 0;
    showText(part(this, "rest"), rest > 0 ? this.say("and_more", { count: rest }) : "");
  }

  /** @returns {PersonLine[]} */
  #lines() {
    const owner = this.chat.room?.owner;
    const shared = sharedNames(this.context);
    return this.chat.place.occupants.people
      .filter(({ login, name }) => isFound(this.query, name, login))
      .map(({ login, name }) => {
        const isSelf = login === this.chat.login;
        const told = isShared(shared, name) ? `${login} · ${this.say("owner")}` : this.say("owner");
        const about = login === owner ? told : login;
        const mark = isSelf ? this.say("you") : "";
        const address = this.context.navigation.addressOfPerson(login);
        return { login, name, about, mark, isOnline: true, isSelf, address };
      });
  }
}
