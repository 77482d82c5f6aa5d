/**
 * The service worker: opens the page's own files without asking anybody, and where a page of the chat does not come, one
 * that starts from what the device has kept. What it is (`self.chat`) is written before it by the server.
 *
 * It touches nothing else: no message, no form, no page of accounts or of the administration ever lies in its cache. The
 * server is asked first for each page, so that nothing that is wrong here locks anybody out. A newer worker waits until
 * a person loads the page again, so that no page is run by the files of two releases.
 */

/** `shells`: by language, the default one first.
 * @typedef {{ release: string, files: string[], shells: Record<string, string>, pages: string }} Release */

const worker = /** @type {any} */ (self);
const { release, files, shells, pages } = /** @type {Release} */ (worker.chat);
const CACHE = `chat-${release}`;
const NAVIGATION_MS = 3000;
const PAGES = new RegExp(pages);
/** They were asked for by nobody. */
const ANY = { ignoreVary: true };
/** What something before the chat answers while the chat is not there, and the chat where it cannot work. */
const AWAY = [502, 503, 504];

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(keepFiles()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(takeOver()));
worker.addEventListener("message", (/** @type {any} */ event) => {
  if (event.data === "take over") worker.skipWaiting();
  else if (event.data === "take over if alone") event.waitUntil(takeOverIfAlone());
  else if (event.data === "keep page") event.waitUntil(keepShell());
});
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (files.includes(pathname)) event.respondWith(keptOrFetched(request));
  else if (request.mode === "navigate" && PAGES.test(pathname)) event.respondWith(pageOrShell(event));
});

async function keepFiles() {
  const cache = await caches.open(CACHE);
  await cache.addAll(files);
  await keepShell();
}

/** Keep the page of nobody in the language that is spoken here, if it is not there. */
async function keepShell() {
  const cache = await caches.open(CACHE);
  const address = await shellAddress();
  // Nobody's session goes along: it is the same for everybody.
  if (!(await cache.match(address, ANY))) {
    await cache.add(new Request(address, { credentials: "omit", cache: "reload" }));
  }
}

async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith("chat-") && name !== CACHE) await caches.delete(name);
  await worker.registration.navigationPreload?.enable();
}

async function takeOverIfAlone() {
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (open.length <= 1) worker.skipWaiting();
}

/** @param {Request} request  for a file whose name says what is in it */
async function keptOrFetched(request) {
  return (await caches.match(request.url)) ?? fetch(request);
}

/** @param {any} event */
async function pageOrShell(event) {
  /** @type {Promise<Response | null>} */
  const late = new Promise((resolve) => setTimeout(() => resolve(null), NAVIGATION_MS));
  /** @type {Promise<Response | null>} */
  const asked = event.preloadResponse
    .then((/** @type {Response | undefined} */ loaded) => loaded ?? fetch(event.request))
    .catch(() => null);
  const answer = await Promise.race([asked, late]);
  if (answer !== null && !AWAY.includes(answer.status)) return answer;
  return (await shell()) ?? (await asked) ?? Response.error();
}

async function shell() {
  return (await caches.match(await shellAddress(), ANY)) ?? anyShell();
}

/** In whatever language there is one. */
async function anyShell() {
  const kept = await Promise.all(Object.values(shells).map((address) => caches.match(address, ANY)));
  return kept.find((page) => page !== undefined);
}

/** In the language of the page that was open last. */
async function shellAddress() {
  const note = await caches.match(`${location.pathname}?language`);
  return shells[(await note?.text()) ?? ""] ?? Object.values(shells)[0];
}
