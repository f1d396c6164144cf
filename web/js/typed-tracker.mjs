// A tracker as people have it: twelve words, or hexadecimal; typed, or behind the # of an address.

import { fromHex } from "./election-client.mjs";

/** @param {string} typed @param {import("./tracker-words.mjs").TrackerWords} words @returns {Uint8Array} how it begins, or all of it @throws {TrackerWordsError} */
export function readTracker(typed, words) {
  const digits = typed.replace(/\s/g, "").toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? fromHex(digits) : words.prefix(typed);
}

/** What stands behind the # of an address. @param {string} hash as `location` has it @returns {string} */
export function fragmentOf(hash) {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return hash.slice(1);
  }
}
