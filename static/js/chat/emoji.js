/**
 * Messages that are nothing but a few emoji.
 */

const EMOJI =
  "(?:\\p{RI}\\p{RI}|[0-9#*]\\ufe0f?\\u20e3|" +
  "(?:(?!\\p{RI})\\p{EPres}|\\p{ExtPict}[\\ufe0f\\p{EMod}])[\\ufe0f\\p{EMod}]?" +
  "(?:\\u200d\\p{ExtPict}[\\ufe0f\\p{EMod}]{0,2})*(?:[\\u{e0020}-\\u{e007e}]+\\u{e007f})?)";
const FEW = new RegExp(`^\\s*${EMOJI}(?:\\s*${EMOJI}){0,2}\\s*$`, "u");
const LONGEST = 100;

/** Is it one, two or three emoji and nothing else? @param {string} text */
export function isFewEmoji(text) {
  return text.length <= LONGEST && FEW.test(text);
}
