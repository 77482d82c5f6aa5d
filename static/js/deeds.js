/**
 * What is done with a message, and with a command: bars, sheets, keys, completion, answers. Fetched by page.js when it is
 * open; the log and the line to write into take from it what they need (`context.deeds`), when that has come.
 */

import { ChatCommands } from "./elements/chat_commands.js";
import { ChatDeeds } from "./elements/chat_deeds.js";
import { LogKeys } from "./elements/log_keys.js";
import { MessageTools } from "./elements/message_tools.js";
import { CommandRun } from "./page/command_run.js";
import { remediesFor } from "./page/remedies.js";

customElements.define("chat-commands", ChatCommands);
customElements.define("chat-deeds", ChatDeeds);

/** By name, as of classes that are only handed on nothing could be exported. */
export const DEEDS = { CommandRun, LogKeys, MessageTools, remediesFor };
