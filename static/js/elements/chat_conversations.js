/**
 * One's private conversations, the newest first.
 */

/** @import { Conversation } from "../chat/conversations.js" */

import { conversationsInOrder } from "../chat/finding.js";
import { plainText } from "../chat/markdown.js";
import { KeyedRows } from "../page/keyed_rows.js";
import { fromTemplate, part, showText } from "../page/parts.js";
import { showBadge } from "./badge.js";
import { ChatList } from "./chat_list.js";
import { drawPresence } from "./face.js";
import { chosenPerson } from "./person_row.js";

export class ChatConversations extends ChatList {
  connected() {
    /** @type {KeyedRows<Conversation>} */
    const rows = new KeyedRows(part(this, "list"), {
      keyOf: ({ login }) => login,
      draw: (conversation, node) => this.#draw(conversation, node),
    });
    const signature = (/** @type {Conversation} */ conversation) =>
      JSON.stringify([
        conversation,
        this.#isShown(conversation),
        this.#isOnline(conversation),
        this.#time(conversation),
      ]);
    rows.adopt();
    const draw = this.batched(() => {
      if (rows.isPrinted(this.chat.privateTalk.conversations.isRead)) return;
      const found = conversationsInOrder(this.chat.privateTalk.conversations.all, this.query);
      rows.show(this.cut(found), signature);
      showText(part(this, "empty"), found.length === 0 && this.query === "" ? this.say("no_private") : "");
    });
    this.listen(this.chat, ["conversations", "occupants"], draw);
    this.listen(this.context.people, "change", draw);
    this.listen(this.context.navigation, "change", draw);
    this.listen(this, "click", (event) => {
      const person = chosenPerson(event);
      if (person !== null) this.context.navigation.toPerson(person.login, person.name);
    });
    this.followSearch(draw);
    draw();
  }

  /**
   * @param {Conversation} conversation
   * @param {Element | null} node
   */
  #draw(conversation, node) {
    const row = /** @type {HTMLElement} */ (node ?? fromTemplate("conversation-template"));
    const link = /** @type {HTMLAnchorElement} */ (part(row, "link"));
    const { login, text, unseen } = conversation;
    const name = conversation.name === "" ? this.say("deleted_person") : conversation.name;
    if (login !== "") link.href = this.context.navigation.addressOfPerson(login);
    link.title = name;
    Object.assign(link.dataset, { login, name });
    if (this.#isShown(conversation)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    drawPresence(row, { login, name, isOnline: this.#isOnline(conversation) });
    part(row, "name").textContent = name;
    part(row, "text").textContent = plainText(text);
    const time = /** @type {HTMLTimeElement} */ (part(row, "time"));
    time.textContent = this.#time(conversation);
    time.dateTime = conversation.at;
    showBadge(part(row, "unseen"), unseen, this.say("unseen", { count: unseen }));
    return row;
  }

  /** @param {Conversation} conversation */
  #time({ at }) {
    return this.context.times.brief(Date.parse(at), this.chat.now);
  }

  /** @param {Conversation} conversation */
  #isOnline({ login }) {
    return this.context.people.isOnline(login);
  }

  /** @param {Conversation} conversation */
  #isShown({ login }) {
    const { view } = this.context.navigation;
    return view.kind === "direct" && view.login === login;
  }
}
