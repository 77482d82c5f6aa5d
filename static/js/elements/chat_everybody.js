/**
 * Those who are online in other rooms; those who are away too, while one looks for somebody.
 */

import { PeopleList } from "./people_list.js";

export class ChatEverybody extends PeopleList {
  chosen() {
    const here = new Set(this.chat.place.occupants.people.map(({ login }) => login));
    return this.found.filter(({ login, online }) => !here.has(login) && (online || this.query !== ""));
  }

  get emptyText() {
    return this.say("nobody_elsewhere");
  }
}
