/**
 * Somebody's words as a quotation in the Markdown that the log draws: enough of them to know what is answered.
 */

const LINES = 4;
const LENGTH = 240;

/**
 * @param {string} author
 * @param {string} text
 */
export function quoted(author, text) {
  const answered = withoutQuotation(text);
  const short = Array.from(answered).slice(0, LENGTH).join("").split("\n").slice(0, LINES).join("\n").trimEnd();
  const words = short === answered ? short : `${short}…`;
  return `${author}: ${words}`
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
}

/** What was itself an answer is quoted without what it answered. @param {string} text */
function withoutQuotation(text) {
  return text.replace(/^(?:>.*(?:\n|$))+/, "").trim() || text.replace(/^> ?/gm, "").trim();
}
