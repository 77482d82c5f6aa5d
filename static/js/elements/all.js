/**
 * Every element that the chat page needs to open, by its tag. The others are in ../later.js and ../deeds.js.
 */

import { ChatComposer } from "./chat_composer.js";
import { ChatLog } from "./chat_log.js";
import { ChatStatus } from "./chat_status.js";

/** @type {Record<string, CustomElementConstructor>} */
export const ELEMENTS = {
  "chat-composer": ChatComposer,
  "chat-log": ChatLog,
  "chat-status": ChatStatus,
};
