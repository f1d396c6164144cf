// A tracker as people have it: twelve words, or hexadecimal.

import { fromHex } from "./election-client.mjs";

/** @param {string} typed @param {import("./tracker-words.mjs").TrackerWords} words @returns {Uint8Array} how it begins, or all of it @throws {TrackerWordsError} */
export function readTracker(typed, words) {
  const digits = typed.replace(/\s/g, "").toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? fromHex(digits) : words.prefix(typed);
}
