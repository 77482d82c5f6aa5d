/**
 * Addresses in a text: which may become links, where they end, and which labels would deceive.
 */

const START = /https?:\/\/|mailto:/iy;
// White space, what fences an address in, and the full stops and brackets of those who write without spaces.
const RUN = /[^\s<>"`\\、。「」『』【】《》，！？；：（）]*/y;
const HIDDEN = /\p{C}/u;
const TRAILING = ".,;:!?'*_~…»”’";
/** @type {Record<string, string>} */
const OPENER_OF = { ")": "(", "]": "[", "}": "{" };
const HAS_OWNER = /^https?:\/*[^/?#]*@/i;
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;
const MAILBOX = /^mailto:[^@?]+@[^@?]+$/i;
const LONGEST = 2048;

const JOINERS = /[\p{M}\u200d]/gu;
const OTHER_DOTS = /[。．｡․]/g;
const LIKE_AN_ADDRESS = /:\/\/|@|www\.|\.\p{L}{2}|\d\.\d+\.\d+\.\d/iu;

/**
 * The address that is written there: as typed, and what it leads to, "" when it must stay text.
 * @param {string} text
 * @param {number} at
 * @returns {{ typed: string, url: string } | null}  null when none begins there
 */
export function addressAt(text, at) {
  START.lastIndex = at;
  if (!START.test(text)) return null;
  RUN.lastIndex = at;
  const run = RUN.exec(text)?.[0] ?? "";
  if (HIDDEN.test(run)) return { typed: run, url: "" };
  const typed = run.slice(0, endOf(run));
  return { typed, url: urlOf(typed) };
}

/**
 * What an address leads to, "" when it must not be a link: another scheme, a name before the host (the reader would take
 * it for the host), a letter with more than one recipient's address, hidden characters.
 * @param {string} typed
 */
export function urlOf(typed) {
  START.lastIndex = 0;
  if (typed.length > LONGEST || !START.test(typed) || HIDDEN.test(typed) || !URL.canParse(typed)) return "";
  const { protocol, hostname, href } = new URL(typed);
  if (protocol === "mailto:") return MAILBOX.test(typed) ? href : "";
  return HOST.test(hostname) && !HAS_OWNER.test(typed) ? href : "";
}

/**
 * May an address stand behind this label? Not when the label reads as another address.
 * @param {string} label
 * @param {string} typed
 */
export function isHonest(label, typed) {
  const said = label.normalize("NFKD").replace(JOINERS, "").replace(OTHER_DOTS, ".").trim();
  if (HIDDEN.test(said)) return false;
  if (!LIKE_AN_ADDRESS.test(said)) return true;
  const named = bare(said);
  const meant = bare(typed);
  return meant.startsWith(named) && ["", "/", "?", "#"].includes(meant.charAt(named.length));
}

/** @param {string} address */
function bare(address) {
  const short = address.toLowerCase().replace(/^(?:https?:\/\/|mailto:)/, "");
  return short.endsWith("/") ? short.slice(0, -1) : short;
}

/**
 * Where the address ends in a run without spaces: before a bracket that it did not open, and before what closes a sentence.
 * @param {string} run
 */
function endOf(run) {
  /** @type {Record<string, number>} */
  const open = { "(": 0, "[": 0, "{": 0 };
  let end = 0;
  for (; end < run.length; end += 1) {
    const opener = OPENER_OF[run[end]];
    if (run[end] in open) open[run[end]] += 1;
    else if (opener !== undefined && open[opener] === 0) break;
    else if (opener !== undefined) open[opener] -= 1;
  }
  while (end > 0 && TRAILING.includes(run[end - 1])) end -= 1;
  return end;
}
