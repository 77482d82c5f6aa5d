/**
 * What the lists beside the log have in common: each follows the search of its pane, draws no more than one would read,
 * and says how many more there are.
 */

import { part, showText } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

const FIRST = 20;
/** Of each kind while something is looked for: all kinds shall be in sight. */
const FIRST_FOUND = 8;
const STEP = 100;

export class ChatList extends ChatElement {
  /** What is being looked for; empty for nothing. */
  query = "";
  #limit = FIRST;

  /**
   * Draw whenever the search changes or more shall be shown.
   * @param {() => void} draw
   */
  followSearch(draw) {
    const pane = /** @type {Element} */ (this.closest(".chat__side"));
    this.listen(pane, "chat-search", ({ detail }) => {
      this.query = detail;
      this.#limit = detail === "" ? FIRST : FIRST_FOUND;
      draw();
    });
    this.listen(part(this, "more"), "click", () => {
      this.#limit += STEP;
      draw();
    });
  }

  /**
   * As many as are drawn. Where a search leaves nothing, the whole section goes.
   * @template Item
   * @param {Item[]} items
   * @returns {Item[]}
   */
  cut(items) {
    const rest = Math.max(0, items.length - this.#limit);
    showText(part(this, "more"), rest === 0 ? "" : this.say("show_more", { count: rest }));
    const section = this.closest("section");
    if (section !== null) section.hidden = this.query !== "" && items.length === 0;
    return items.slice(0, this.#limit);
  }
}
