/**
 * Every element of the chat page, by its tag.
 */

import { ChatAnnouncer } from "./chat_announcer.js";
import { ChatClock } from "./chat_clock.js";
import { ChatCommands } from "./chat_commands.js";
import { ChatComposer } from "./chat_composer.js";
import { ChatConversations } from "./chat_conversations.js";
import { ChatEverybody } from "./chat_everybody.js";
import { ChatFinder } from "./chat_finder.js";
import { ChatHelp } from "./chat_help.js";
import { ChatLeaving } from "./chat_leaving.js";
import { ChatLog } from "./chat_log.js";
import { ChatNewRoom } from "./chat_new_room.js";
import { ChatOccupants } from "./chat_occupants.js";
import { ChatOffer } from "./chat_offer.js";
import { ChatOnline } from "./chat_online.js";
import { ChatPanels } from "./chat_panels.js";
import { ChatPlace } from "./chat_place.js";
import { ChatPlaceInfo } from "./chat_place_info.js";
import { ChatRooms } from "./chat_rooms.js";
import { ChatSearch } from "./chat_search.js";
import { ChatSettings } from "./chat_settings.js";
import { ChatStatus } from "./chat_status.js";
import { ChatUnseen } from "./chat_unseen.js";
import { ChatWaiting } from "./chat_waiting.js";

/** @type {Record<string, CustomElementConstructor>} */
export const ELEMENTS = {
  "chat-panels": ChatPanels,
  "chat-announcer": ChatAnnouncer,
  "chat-clock": ChatClock,
  "chat-commands": ChatCommands,
  "chat-composer": ChatComposer,
  "chat-conversations": ChatConversations,
  "chat-everybody": ChatEverybody,
  "chat-finder": ChatFinder,
  "chat-help": ChatHelp,
  "chat-leaving": ChatLeaving,
  "chat-log": ChatLog,
  "chat-new-room": ChatNewRoom,
  "chat-occupants": ChatOccupants,
  "chat-offer": ChatOffer,
  "chat-online": ChatOnline,
  "chat-place": ChatPlace,
  "chat-place-info": ChatPlaceInfo,
  "chat-rooms": ChatRooms,
  "chat-search": ChatSearch,
  "chat-settings": ChatSettings,
  "chat-status": ChatStatus,
  "chat-unseen": ChatUnseen,
  "chat-waiting": ChatWaiting,
};
