/**
 * One's private conversations, the newest first.
 */

/** @import { Conversation } from "../chat/conversations.js" */

import { KeyedRows } from "../page/keyed_rows.js";
import { fromTemplate, part, showText } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";
import { chosenPerson } from "./person_row.js";

export class ChatConversations extends ChatElement {
  connected() {
    /** @type {KeyedRows<Conversation>} */
    const rows = new KeyedRows(part(this, "list"), {
      keyOf: ({ login }) => login,
      draw: (conversation, node) => this.#draw(conversation, node),
    });
    const signature = (/** @type {Conversation} */ conversation) =>
      JSON.stringify([conversation, this.#isShown(conversation)]);
    const draw = this.batched(() => {
      const { all } = this.chat.privateTalk.conversations;
      rows.show(all, signature);
      showText(part(this, "empty"), all.length === 0 ? this.say("no_private") : "");
    });
    this.listen(this.chat, "conversations", draw);
    this.listen(this.context.navigation, "change", draw);
    this.listen(this, "click", (event) => {
      const person = chosenPerson(event);
      if (person !== null) this.context.navigation.toPerson(person.login, person.name);
    });
    draw();
  }

  /**
   * @param {Conversation} conversation
   * @param {Element | null} node
   */
  #draw(conversation, node) {
    const row = /** @type {HTMLElement} */ (node ?? fromTemplate("conversation-template"));
    const link = /** @type {HTMLAnchorElement} */ (part(row, "link"));
    const name = conversation.name === "" ? this.say("deleted_person") : conversation.name;
    if (conversation.login !== "") link.href = this.context.navigation.addressOfPerson(conversation.login);
    link.dataset.login = conversation.login;
    link.dataset.name = name;
    if (this.#isShown(conversation)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    part(row, "name").textContent = name;
    part(row, "text").textContent = conversation.text;
    const unseen = part(row, "unseen");
    showText(unseen, conversation.unseen === 0 ? "" : String(conversation.unseen));
    unseen.setAttribute("aria-label", this.say("unseen", { count: conversation.unseen }));
    return row;
  }

  /** @param {Conversation} conversation */
  #isShown({ login }) {
    const { view } = this.context.navigation;
    return view.kind === "direct" && view.login === login;
  }
}
