/**
 * What makes the chat an application of the device: the worker that opens it without a network, and what it then shows.
 * Fetched when the page has been open for a moment, and only where a browser can have such a worker.
 */

import { Keeper } from "./page/keeper.js";
import { startWorker, takeOverWorker } from "./page/worker.js";

/** By name, as of classes that are only handed on nothing could be exported. */
export const DEVICE = { Keeper, startWorker, takeOverWorker };
