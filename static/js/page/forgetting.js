/**
 * Deletes what this device has kept of what somebody has seen (./kept_db.js). Loaded by pages that are shown to whoever is
 * not logged in, or changes the password; it needs no other module, as these pages have no map to one.
 */

try {
  indexedDB.deleteDatabase("chat-kept");
} catch {
  // Where the browser offers none there is none.
}
