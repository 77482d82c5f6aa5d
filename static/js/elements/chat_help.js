/**
 * The keys of the page, and the commands.
 */

import { part } from "../page/parts.js";
import { ChatElement } from "./chat_element.js";

export class ChatHelp extends ChatElement {
  connected() {
    part(this, "commands").replaceChildren(...this.context.config.commands.map(commandRow));
  }
}

/** @param {{ usage: string, help: string }} command */
function commandRow({ usage, help }) {
  const row = document.createElement("div");
  row.className = "facts__row";
  const line = document.createElement("code");
  line.textContent = usage;
  const term = document.createElement("dt");
  term.append(line);
  const meaning = document.createElement("dd");
  meaning.textContent = help;
  row.append(term, meaning);
  return row;
}
