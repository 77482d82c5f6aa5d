/**
 * The service worker of the page, where the browser has such: on plain http it has none.
 */

/** What the worker has not done by then it never will. */
const PATIENCE_MS = 3000;

/**
 * @param {string} address
 * @param {string} language  in which the page is, and is to be without a network
 */
export async function startWorker(address, language) {
  try {
    if (!navigator.serviceWorker) return;
    const notes = await caches.open("notes");
    await notes.put(`${address}?language`, new Response(language));
    const registration = await navigator.serviceWorker.register(address, { updateViaCache: "none" });
    registration.active?.postMessage("keep page");
    // The page has just been loaded: where no other is open none is run by the files of two releases.
    registration.waiting?.postMessage("take over if alone");
  } catch {
    // A browser that keeps nothing: the page is as it was before there were such workers.
  }
}

/** Let a newer worker that waits take over, so that the page that is loaded next belongs to it. */
export async function takeOverWorker() {
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.update().catch(() => {});
  const next = registration?.waiting ?? registration?.installing;
  if (!next) return;
  const done = new Promise((resolve) => {
    next.addEventListener("statechange", () => {
      if (next.state === "installed") next.postMessage("take over");
      if (next.state === "activated" || next.state === "redundant") resolve(undefined);
    });
    setTimeout(resolve, PATIENCE_MS);
  });
  next.postMessage("take over");
  await done;
}
