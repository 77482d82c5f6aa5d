/**
 * The service worker of the page, where the browser has such: on plain http it has none.
 */

/** What the worker has not done by then it never will. */
const PATIENCE_MS = 3000;

/** @param {string} address */
export async function startWorker(address) {
  try {
    await navigator.serviceWorker?.register(address, { updateViaCache: "none" });
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
