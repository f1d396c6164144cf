// Entries of the board that are longer than a leaf of its log may be (docs/spec/06-record.md, 6.9): pieces, each a leaf, and a last leaf.

import { digest } from "./bytes.mjs";

/** The first byte of a piece, where an entry has its kind. */
export const pieceKind = 10;

const head = 9;
const pieceBody = 65_526;
const digestLength = 32;

/** The leaf by which an entry is proven to be on the board: mostly the entry itself. @param {Uint8Array} entry @returns {Promise<Uint8Array>} */
export async function lastLeafOf(entry) {
  const body = entry.length - head;
  if (body <= pieceBody) return entry;
  const held = head + body - body % pieceBody;
  return joined(entry.subarray(0, head), await digest(entry.subarray(head, held)), entry.subarray(held));
}

/** The entry that pieces and a last leaf give; nothing of it is verified. @param {Uint8Array[]} pieces none: the leaf is the entry @param {Uint8Array} last */
export function entryOfLeaves(pieces, last) {
  if (pieces.length === 0) return last.slice();
  return joined(last.subarray(0, head), ...pieces.map((piece) => piece.subarray(head)), last.subarray(head + digestLength));
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
