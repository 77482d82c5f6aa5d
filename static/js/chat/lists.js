/**
 * Reads lists that the server gives out in pages.
 */

/** @import { Answer, Command } from "./types.js" */

/** No list of a chat in real use is longer; a server that never says `next: null` does not keep the page reading for ever. */
const MAX_PAGES = 25;
const PAGE = 200;

/**
 * @param {(command: Command) => Promise<Answer>} ask
 * @param {"room.list" | "user.list" | "conversation.list"} type
 * @param {"rooms" | "users" | "conversations"} field  of the ack
 * @param {{ pages?: number }} [options]
 * @returns {Promise<any[] | null>} null when the server did not answer all of it
 */
export async function readList(ask, type, field, { pages = MAX_PAGES } = {}) {
  const items = [];
  /** @type {unknown} */
  let after = null;
  for (let page = 0; page < pages; page += 1) {
    const answer = await ask({ type, limit: PAGE, ...(after === null ? {} : { after }) });
    if (answer.outcome !== "done") return null;
    items.push(...answer.ack[field]);
    after = answer.ack.next;
    if (after === null || after === undefined) break;
  }
  return items;
}
