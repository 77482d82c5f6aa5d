/**
 * What of a text can be seen. The same characters count here as on the server (rooms/protocol/text.py).
 */

// White space, control characters, Unicode's Default_Ignorable_Code_Point, and those that are drawn as nothing.
const INVISIBLE =
  "\\s\\x00-\\x1f\\x7f-\\x9f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e" +
  "\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\u{13430}-\\u{13440}\\u{16fe4}" +
  "\\u{1bca0}-\\u{1bca3}\\u{1d159}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}";
const VISIBLE = new RegExp(`[^${INVISIBLE}]`, "u");

/** @param {string} text */
export function isBlank(text) {
  return !VISIBLE.test(text);
}

/** The text from its first visible character on. @param {string} text */
export function visiblePart(text) {
  const start = text.search(VISIBLE);
  return start === -1 ? "" : text.slice(start);
}

/** As the server counts: code points of the composed form. @param {string} text */
export function lengthOf(text) {
  return Array.from(text.normalize("NFC")).length;
}
