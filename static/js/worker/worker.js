/**
 * The service worker: opens the page's own files without asking anybody, and something else than the browser's error where
 * a page of the chat does not come. What it is (`self.chat`) is written before it by the server.
 *
 * It touches nothing else: no message, no form, no page of accounts or of the administration ever lies in its cache. A
 * newer one waits until a person loads the page again, so that no page is run by the files of two releases.
 */

/** @typedef {{ release: string, files: string[], shell: string, pages: string }} Release */

const worker = /** @type {any} */ (self);
const { release, files, shell, pages } = /** @type {Release} */ (worker.chat);
const CACHE = `chat-${release}`;
const NAVIGATION_MS = 3000;
const PAGES = new RegExp(pages);

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(keepFiles()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(takeOver()));
worker.addEventListener("message", (/** @type {any} */ event) => {
  if (event.data === "take over") worker.skipWaiting();
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
  // Nobody's session goes along: it says the same to everybody.
  await cache.add(new Request(shell, { credentials: "omit", cache: "reload" }));
}

async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith("chat-") && name !== CACHE) await caches.delete(name);
  await worker.registration.navigationPreload?.enable();
}

/** @param {Request} request  for a file whose name says what is in it */
async function keptOrFetched(request) {
  return (await caches.match(request.url)) ?? fetch(request);
}

/** @param {any} event */
async function pageOrShell(event) {
  /** @type {Promise<Response | null>} */
  const late = new Promise((resolve) => setTimeout(() => resolve(null), NAVIGATION_MS));
  const asked = event.preloadResponse
    .then((/** @type {Response | undefined} */ loaded) => loaded ?? fetch(event.request))
    .catch(() => null);
  return (await Promise.race([asked, late])) ?? (await caches.match(shell)) ?? (await asked) ?? Response.error();
}
