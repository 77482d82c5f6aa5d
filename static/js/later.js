/**
 * What nobody needs while the page opens: the head and the lists, which are printed, and sheets. Fetched by page.js when
 * it is done, so that a telephone has the log and the line to write into first.
 */

/** @import { Context } from "./elements/chat_element.js" */

import { ChatAnnouncer } from "./elements/chat_announcer.js";
import { ChatClock } from "./elements/chat_clock.js";
import { ChatConversations } from "./elements/chat_conversations.js";
import { ChatEverybody } from "./elements/chat_everybody.js";
import { ChatFinder } from "./elements/chat_finder.js";
import { ChatHelp } from "./elements/chat_help.js";
import { ChatLeaving } from "./elements/chat_leaving.js";
import { ChatNewRoom } from "./elements/chat_new_room.js";
import { ChatOccupants } from "./elements/chat_occupants.js";
import { ChatOffer } from "./elements/chat_offer.js";
import { ChatOnline } from "./elements/chat_online.js";
import { ChatPanels } from "./elements/chat_panels.js";
import { ChatPlace } from "./elements/chat_place.js";
import { ChatPlaceInfo } from "./elements/chat_place_info.js";
import { ChatRooms } from "./elements/chat_rooms.js";
import { ChatSearch } from "./elements/chat_search.js";
import { ChatSettings } from "./elements/chat_settings.js";
import { ChatUnseen } from "./elements/chat_unseen.js";
import { ChatWaiting } from "./elements/chat_waiting.js";
import { listenForShortcuts } from "./page/shortcuts.js";
import { fitViewport } from "./page/viewport.js";
import { rememberZone } from "./page/zone.js";

/** By then whoever came to read or write does so. */
const SETTLING_MS = 1500;

/** @type {Record<string, CustomElementConstructor>} */
const ELEMENTS = {
  "chat-announcer": ChatAnnouncer,
  "chat-clock": ChatClock,
  "chat-conversations": ChatConversations,
  "chat-everybody": ChatEverybody,
  "chat-finder": ChatFinder,
  "chat-help": ChatHelp,
  "chat-leaving": ChatLeaving,
  "chat-new-room": ChatNewRoom,
  "chat-occupants": ChatOccupants,
  "chat-offer": ChatOffer,
  "chat-online": ChatOnline,
  "chat-panels": ChatPanels,
  "chat-place": ChatPlace,
  "chat-place-info": ChatPlaceInfo,
  "chat-rooms": ChatRooms,
  "chat-search": ChatSearch,
  "chat-settings": ChatSettings,
  "chat-unseen": ChatUnseen,
  "chat-waiting": ChatWaiting,
};

for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
const detail = (/** @type {Context} */ context) => {
  listenForShortcuts(context.chat, context.navigation);
  // In development files have no names of their own, and would be kept for ever.
  if (context.config.release && isSecureContext) setTimeout(() => settle(context), SETTLING_MS);
};
document.dispatchEvent(new CustomEvent("chat-context", { detail }));

/** Become an application of the device. The next page does what this one could not. @param {Context} context */
async function settle(context) {
  const { home, language } = context.config;
  const { DEVICE } = await import("./device.js").catch(() => ({ DEVICE: null }));
  if (DEVICE === null) return;
  new DEVICE.Keeper(context).start();
  DEVICE.startWorker(`${home}sw.js`, language);
}

fitViewport(window);
rememberZone(document);
