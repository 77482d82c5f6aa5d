/**
 * The people to whom one could write now; those who are away too, while one looks for somebody.
 */

import { PeopleList } from "./people_list.js";

export class ChatOnline extends PeopleList {
  chosen() {
    return this.found.filter(({ login, online }) => login !== this.chat.login && (online || this.query !== ""));
  }

  get emptyText() {
    return this.say("nobody_online");
  }
}
