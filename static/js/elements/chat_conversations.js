/**
 * One's private conversations, the newest first.
 */

/** @import { Conversation } from "../chat/conversations.js" */

import { conversationsInOrder } from "../chat/finding.js";
import { isShared, sharedNames } from "../chat/known_people.js";
import { plainText } from "../chat/markdown.js";
import { KeyedRows } from "../page/keyed_rows.js";
import { fromTemplate, part, showText } from "../page/parts.js";
import { unreadWith } from "../page/unread.js";
import { showBadge } from "./badge.js";
import { ChatList } from "./chat_list.js";
import { drawPresence } from "./face.js";
import { chosenPerson } from "./person_row.js";

export class ChatConversations extends ChatList {
  /** Names that do not tell who somebody is. @type {Set<string>} */
  #sharedNames = new Set();

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
        unreadWith(this.context, conversation),
        isShared(this.#sharedNames, conversation.name),
        this.#isOnline(conversation),
        this.#time(conversation),
      ]);
    rows.adopt();
    const draw = this.batched(() => {
      if (rows.isPrinted(this.chat.privateTalk.conversations.isRead)) return;
      this.#sharedNames = sharedNames(this.context);
      const found = conversationsInOrder(this.chat.privateTalk.conversations.all, this.query);
      rows.show(this.cut(found), signature);
      const isEmpty = found.length === 0 && this.query === "";
      // Until it is known who is there, what is printed says it better.
      if (!isEmpty || this.context.people.isKnown) showText(part(this, "empty"), isEmpty ? this.#emptyText : "");
    });
    this.listen(this.chat, ["conversations", "occupants"], draw);
    this.listen(this.context.people, "change", draw);
    this.listen(this.context.navigation, "change", draw);
    this.listen(document, "visibilitychange", draw);
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
    const { login, text } = conversation;
    const name = conversation.name === "" ? this.say("deleted_person") : conversation.name;
    if (login !== "") link.href = this.context.navigation.addressOfPerson(login);
    link.title = login === "" ? name : `${name} · ${login}`;
    Object.assign(link.dataset, { login, name });
    if (this.#isShown(conversation)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    drawPresence(row, { login, name, isOnline: this.#isOnline(conversation) });
    part(row, "name").textContent = name;
    showText(part(row, "login"), isShared(this.#sharedNames, conversation.name) ? login : "");
    part(row, "text").textContent = plainText(text);
    const time = /** @type {HTMLTimeElement} */ (part(row, "time"));
    time.textContent = this.#time(conversation);
    time.dateTime = conversation.at;
    const count = unreadWith(this.context, conversation);
    showBadge(part(row, "unseen"), count, this.say("unseen", { count }));
    return row;
  }

  /** Only where somebody is in sight one can be told to choose. */
  get #emptyText() {
    const { people, chat } = this.context;
    const known = [...people.all.filter(({ online }) => online), ...chat.place.occupants.people];
    const isAlone = known.every(({ login }) => login === chat.login);
    return this.say(isAlone ? "no_private" : "no_private_choose");
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
