/**
 * The chat page: puts the chat, its words and the elements that show it together.
 */

import { Chat } from "./chat/chat.js";
import { Drafts } from "./chat/drafts.js";
import { KeyValueOutboxStore } from "./chat/outbox_store.js";
import { People } from "./chat/people.js";
import { ELEMENTS } from "./elements/all.js";
import { DeviceSettings } from "./page/device_settings.js";
import { Layers } from "./page/layers.js";
import { Navigation } from "./page/navigation.js";
import { Notices } from "./page/notices.js";
import { DatabaseOutboxStore } from "./page/outbox_db.js";
import { askRelease, Release } from "./page/release.js";
import { Sheets } from "./page/sheets.js";
import { Times } from "./page/times.js";
import { browserTurns } from "./page/turns.js";
import { Words } from "./page/words.js";
import { browserStorage, browserWorld, onWaking } from "./page/world.js";

/** @import { Context, Deeds } from "./elements/chat_element.js" */

const AGAIN_MS = 3000;

const config = JSON.parse(document.getElementById("chat-config")?.textContent ?? "{}");
const words = new Words(JSON.parse(document.getElementById("chat-words")?.textContent ?? "{}"), config.language);
// No login has this sign.
const owner = `#${config.id}`;
const store = new DatabaseOutboxStore(owner, new KeyValueOutboxStore(browserStorage(), owner), browserTurns());
store.takeOver(config.login, new KeyValueOutboxStore(browserStorage(), config.login));
const world = browserWorld(config.home, store);
const chat = new Chat(world, {
  id: config.id,
  login: config.login,
  language: config.language,
  room: config.room.id,
  seed: JSON.parse(document.getElementById("chat-seed")?.textContent ?? "null"),
});
const here = () => chat.place.occupants.people;
const people = new People({ ...world, list: (pages) => chat.listUsers(pages), here });
const notices = new Notices(chat, words, people);
const layers = new Layers(window);
const navigation = new Navigation(chat, config, layers);
const sheets = new Sheets(layers);
const settings = new DeviceSettings(browserStorage());
const release = new Release(config.release ?? "", () => askRelease(`${config.home}session`), renewWorker);
const drafts = new Drafts(browserStorage(), owner, Date.now);
/** @type {Context} */
const context = {
  chat,
  people,
  words,
  times: new Times(config.language),
  navigation,
  layers,
  sheets,
  notices,
  settings,
  drafts,
  release,
  config,
  deeds: fetchTheRest(),
};

document.addEventListener("chat-context", (event) => /** @type {CustomEvent} */ (event).detail(context));
for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);

for (const source of [navigation, chat]) {
  source.addEventListener("refused", (event) => notices.add("refused", /** @type {CustomEvent} */ (event).detail));
}
if (config.told) notices.add("refused", config.told);
onWaking(() => chat.wake());
window.addEventListener("storage", (event) => {
  settings.changed(event.key);
});
store.watch(
  (clientId) => chat.outbox.forget(clientId),
  () => chat.outbox.load(),
);
chat.addEventListener("deposed", () => location.reload());
chat.addEventListener("status", () => {
  const { phase, why } = chat.connection.status;
  if (phase === "ended" && why === "session_ended") navigation.toLogIn();
});
release.watch(chat);
chat.start();

/** What serves this page's files becomes the newest too, where there is such a thing. */
async function renewWorker() {
  const { DEVICE } = await import("./device.js");
  await DEVICE.takeOverWorker();
}

/**
 * Whatever kept it away a moment ago may be over; but some browsers never ask again for a module that did not come.
 * @returns {Promise<Deeds>}
 */
async function fetchTheRest(isAgain = false) {
  try {
    const [{ DEEDS }] = await Promise.all([import("./deeds.js"), import("./later.js")]);
    release.miss(false);
    return DEEDS;
  } catch {
    release.miss(isAgain);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    return fetchTheRest(true);
  }
}
