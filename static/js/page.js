/**
 * The chat page: puts the chat, its words and the elements that show it together.
 */

import { Chat } from "./chat/chat.js";
import { KeyValueOutboxStore } from "./chat/outbox_store.js";
import { ELEMENTS } from "./elements/all.js";
import { Layers } from "./page/layers.js";
import { Navigation } from "./page/navigation.js";
import { Notices } from "./page/notices.js";
import { Sheets } from "./page/sheets.js";
import { Times } from "./page/times.js";
import { Words } from "./page/words.js";
import { browserStorage, browserWorld, onWaking } from "./page/world.js";

/** @typedef {import("./elements/chat_element.js").Context} Context */

const config = JSON.parse(document.getElementById("chat-config")?.textContent ?? "{}");
const words = new Words(JSON.parse(document.getElementById("chat-words")?.textContent ?? "{}"), config.language);
const store = new KeyValueOutboxStore(browserStorage(), config.login);
const chat = new Chat(browserWorld(config.home, store), {
  login: config.login,
  language: config.language,
  room: config.room.id,
});
const notices = new Notices(chat, words);
const layers = new Layers(window);
const navigation = new Navigation(chat, config, layers);
const sheets = new Sheets(layers);
/** @type {Context} */
const context = { chat, words, times: new Times(config.language), navigation, layers, sheets, notices, config };

document.addEventListener("chat-context", (event) => /** @type {CustomEvent} */ (event).detail(context));
for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);

onWaking(() => chat.wake());
window.addEventListener("storage", (event) => {
  const clientId = event.newValue === null ? store.clientIdOf(event.key) : null;
  if (clientId !== null) chat.outbox.withdraw(clientId);
});
chat.addEventListener("deposed", () => location.reload());
chat.addEventListener("status", () => {
  const { phase, why } = chat.connection.status;
  if (phase === "ended" && why === "session_ended") navigation.toLogIn();
});
chat.start();
