// In which order options are shown (docs/spec/11-randomness.md, 11.4 and 11.5): computed here, from what the election id stands for.

import { Writer } from "./wire.mjs";

const ascii = (text) => new TextEncoder().encode(text);
const number = (value) => new Writer().u64(value).bytes;

/** One block of the draw's random numbers: a transcript (2.3) of what is drawn. */
async function block(output, contest, count, at) {
  const items = [
    ["comitia/v1", ascii("draw numbers")], ["output", output], ["purpose", ascii("option order")], ["index", number(contest)], ["items", number(count)],
    ["block", number(at)], ["numbers", new Uint8Array()],
  ];
  const writer = new Writer();
  for (const [label, data] of items) writer.u32(label.length).raw(ascii(label)).u32(data.length).raw(data);
  return new DataView(await crypto.subtle.digest("SHA-512", writer.bytes.slice()));
}

/**
 * The order in which the options of a contest were drawn.
 * @param {Uint8Array} output of the opening draw @param {number} contest counted from 0 @param {number} count of its options
 * @returns {Promise<number[]>} positions in the manifest
 */
export async function drawnOrder(output, contest, count) {
  const order = Array.from({ length: count }, (_, at) => at);
  let [words, used, blocks] = [null, 8, 0];
  for (let at = 0; at < count; at++) {
    const bound = BigInt(count - at);
    const limit = ((1n << 64n) / bound) * bound;
    let word;
    do {
      if (used === 8) [words, used] = [await block(output, contest, count, blocks++), 0];
      word = words.getBigUint64(8 * used++);
    } while (word >= limit);
    const other = at + Number(word % bound);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

/**
 * The order in which the options of every contest are shown.
 * @param {import("./manifest.mjs").Manifest} manifest @param {Uint8Array} output of the opening draw
 * @returns {Promise<number[][]>} positions in the manifest
 */
export const shownOrders = (manifest, output) => Promise.all(manifest.contests.map(({ drawn, options }, contest) =>
  (drawn ? drawnOrder(output, contest, options.length) : options.map((_, at) => at))));
