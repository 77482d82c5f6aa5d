/**
 * The golden frames that the Python tests replay too: what the contract says, once.
 */

import { readFileSync } from "node:fs";

const FRAMES = new URL("../../contract/frames/", import.meta.url);

/**
 * @param {string} file
 * @returns {any[]}
 */
export function golden(file) {
  return JSON.parse(readFileSync(new URL(`${file}.json`, FRAMES), "utf8"));
}
