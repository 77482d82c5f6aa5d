/**
 * Every element that the chat page needs to open, by its tag. The others are in ../later.js.
 */

import { ChatComposer } from "./chat_composer.js";
import { ChatLog } from "./chat_log.js";
import { ChatPanels } from "./chat_panels.js";
import { ChatPlace } from "./chat_place.js";
import { ChatStatus } from "./chat_status.js";

/** @type {Record<string, CustomElementConstructor>} */
export const ELEMENTS = {
  "chat-panels": ChatPanels,
  "chat-composer": ChatComposer,
  "chat-log": ChatLog,
  "chat-place": ChatPlace,
  "chat-status": ChatStatus,
};
