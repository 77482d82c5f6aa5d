/**
 * Starts the chat without a network, from what this device has kept; where that is nothing, says that there is no
 * connection. The page around it is the same for everybody.
 *
 * What `page.js` reads from the page when it is run stands there before it is fetched.
 */

/** @import { Chat } from "../chat/chat.js" */
/** @import { Context } from "../elements/chat_element.js" */
/** @import { Kept } from "../page/kept_db.js" */
/** @import { KeptPage } from "../page/kept_page.js" */

import { hueOf, initialsOf } from "../chat/avatar.js";
import { readKept } from "../page/kept_db.js";
import { pageOf } from "../page/kept_page.js";

const TOKEN = /name="csrfmiddlewaretoken" value="(\w+)"/;

const config = JSON.parse(document.getElementById("chat-config")?.textContent ?? "{}");
const kept = await readKept(Date.now());
const page = kept === null ? null : pageOf(kept, config, location.pathname);
if (kept === null || page === null) sayNothingIsKept();
else await open(kept, page);

/**
 * @param {Kept} kept
 * @param {KeptPage} page
 */
async function open(kept, page) {
  const { person } = kept;
  if (person.theme !== "") document.documentElement.dataset.theme = person.theme;
  history.replaceState(null, "", page.address);
  write("chat-config", JSON.stringify(page.config));
  write("chat-seed", JSON.stringify(page.seed));
  drawOneself(person);
  show("kept");
  await import("../page.js");
  const detail = (/** @type {Context} */ { chat }) => {
    for (const talk of page.talks) if (talk.login !== page.seed.conversation?.login) chat.privateTalk.seed(talk);
    chat.rooms.replace(person.rooms);
    chat.privateTalk.conversations.merge(person.conversations);
    chat.connection.addEventListener("opened", () => show("connected"), { once: true });
    renewForms(chat);
  };
  document.dispatchEvent(new CustomEvent("chat-context", { detail }));
}

/** @param {Kept["person"]} person */
function drawOneself({ login, name }) {
  const corner = /** @type {Element} */ (document.querySelector(".account__open"));
  const [face, ...lines] = /** @type {NodeListOf<HTMLElement>} */ (corner.querySelectorAll(".avatar, bdi"));
  face.textContent = initialsOf(name);
  face.dataset.hue = String(hueOf(login));
  for (const [index, text] of [name, login].entries()) lines[index].textContent = text;
}

function sayNothingIsKept() {
  show("nothing");
  const again = () => location.reload();
  document.querySelector("[data-again]")?.addEventListener("click", (event) => {
    event.preventDefault();
    again();
  });
  window.addEventListener("online", again);
}

/** Forms of a page that is nobody's are good for nobody: those of the person's own page are, once it can be asked for. */
function renewForms(/** @type {Chat} */ chat) {
  const renew = async () => {
    const answer = await fetch(config.home).catch(() => null);
    const [, token] = (await answer?.text().catch(() => ""))?.match(TOKEN) ?? [];
    if (token === undefined) return;
    chat.connection.removeEventListener("opened", renew);
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
      /** @type {HTMLInputElement} */ (field).value = token;
    }
  };
  chat.connection.addEventListener("opened", renew);
}

/**
 * @param {string} id
 * @param {string} text
 */
function write(id, text) {
  const element = document.getElementById(id);
  if (element) element.textContent = text;
}

/** @param {"kept" | "connected" | "nothing"} what  the rest goes: a page has one heading */
function show(what) {
  document.body.dataset.shell = what;
  document.querySelector(what === "nothing" ? ".chat" : ".shell__nothing")?.remove();
}
