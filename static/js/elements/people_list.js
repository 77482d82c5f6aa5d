/**
 * What the lists of people have in common: they are read again while somebody looks, and a line opens a conversation.
 */

/** @import { UserView } from "../chat/types.js" */
/** @import { PersonLine } from "./person_row.js" */

import { peopleInOrder } from "../chat/finding.js";
import { isShared, sharedNames } from "../chat/known_people.js";
import { KeyedRows } from "../page/keyed_rows.js";
import { part, showText } from "../page/parts.js";
import { ChatList } from "./chat_list.js";
import { chosenPerson, drawPerson } from "./person_row.js";

const LOOK_MS = 10_000;

export class PeopleList extends ChatList {
  /** Names that do not tell who somebody is. @type {Set<string>} */
  #sharedNames = new Set();

  connected() {
    /** @type {KeyedRows<PersonLine>} */
    const rows = new KeyedRows(part(this, "list"), { keyOf: ({ login }) => login, draw: drawPerson });
    const title = part(/** @type {Element} */ (this.closest("section")), "title");
    const titleText = title.textContent;
    rows.adopt();
    const draw = this.batched(() => {
      if (rows.isPrinted(this.context.people.isKnown)) return;
      if (this.query !== "") this.context.people.lookFor();
      const people = this.chosen();
      this.#sharedNames = sharedNames(this.context);
      // Whoever is looked for may be away.
      title.textContent = this.query === "" ? titleText : this.say("people_found");
      rows.show(this.cut(people).map((person) => this.line(person)));
      showText(part(this, "empty"), people.length === 0 && this.query === "" ? this.emptyText : "");
    });
    const { people, navigation } = this.context;
    this.listen(people, "change", draw);
    this.listen(this.chat, ["occupants", "room"], draw);
    this.listen(this.chat, "rooms", () => this.#isLookedAt && people.expectChange());
    this.listen(this.chat, "status", () => this.#look());
    this.listen(document, ["panel", "visibilitychange"], () => this.#look());
    this.listen(this, "click", (event) => {
      const person = chosenPerson(event);
      if (person !== null) navigation.toPerson(person.login, person.name);
    });
    this.followSearch(draw);
    this.every(LOOK_MS, () => this.#look());
    this.#look();
    draw();
  }

  // for subclasses

  /** Those that are listed, in their order. @returns {UserView[]} */
  chosen() {
    return [];
  }

  /** What is said where nobody is listed. */
  get emptyText() {
    return "";
  }

  /** Everybody that the search leaves, those who are online first. */
  get found() {
    return peopleInOrder(this.context.people.all, this.chat.place.occupants.people, this.query);
  }

  /**
   * @param {UserView} person
   * @returns {PersonLine}
   */
  line({ login, name, online, rooms }) {
    const isSelf = login === this.chat.login;
    const names = rooms.map((id) => this.chat.rooms.get(id)?.name ?? "").filter((room) => room !== "");
    const where = this.query === "" ? names.join(", ") : "";
    const about = where !== "" && isShared(this.#sharedNames, name) ? `${login} · ${where}` : where || login;
    const address = this.context.navigation.addressOfPerson(login);
    return { login, name, about, mark: isSelf ? this.say("you") : "", isOnline: online, isSelf, address };
  }

  // internal

  #look() {
    if (this.#isLookedAt && this.chat.isCaughtUp) this.context.people.lookAt();
  }

  get #isLookedAt() {
    return document.visibilityState === "visible" && this.offsetParent !== null;
  }
}
