/**
 * Lets tests/machines drive the page's modules: reads a line `[method, …arguments]`, calls, and answers with a line.
 *
 * One thing is driven at a time; `["make", kind, …arguments]` puts a new one in its place.
 */

import { DrivenOutbox } from "./outbox.js";
import { DrivenPage } from "./page.js";
import { DrivenTimeline } from "./timeline.js";

/** @type {Record<string, new (...args: any[]) => any>} */
const KINDS = { outbox: DrivenOutbox, page: DrivenPage, timeline: DrivenTimeline };

/** @type {any} */
let driven = null;
let rest = "";
let turn = Promise.resolve();

process.stdin.setEncoding("utf8");
process.stdin.on("data", (text) => {
  const lines = (rest + text).split("\n");
  rest = /** @type {string} */ (lines.pop());
  for (const line of lines) turn = turn.then(() => answer(line));
});

/** @param {string} line */
async function answer(line) {
  process.stdout.write(`${JSON.stringify(await done(JSON.parse(line)))}\n`);
}

/** @param {[string, ...any[]]} call */
async function done([method, ...args]) {
  try {
    if (method !== "make") return { value: await driven[method](...args) };
    const [kind, ...rest] = args;
    driven = new KINDS[kind](...rest);
    return {};
  } catch (problem) {
    return { thrown: /** @type {Error} */ (problem).stack };
  }
}
