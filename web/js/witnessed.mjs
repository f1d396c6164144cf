// Who besides the board's own key has signed a receipt's checkpoint: the trustees (docs/spec/05-log.md, 5.6), whose keys the opening entry stands for.

import { digest, equal } from "./bytes.mjs";
import { Reader } from "./wire.mjs";

const encoder = new TextEncoder();
const ed25519 = 1;
const cosignature = 4;

/** The first 4 bytes of SHA-256(name ‖ newline ‖ type ‖ key): whose a line of a note is. @param {string} name @param {Uint8Array} publicKey @param {number} type */
export async function keyID(name, publicKey, type = ed25519) {
  return (await digest(new Uint8Array([...encoder.encode(`${name}\n`), type, ...publicKey]))).subarray(0, 4);
}

/**
 * The trustees' keys at the opening, and how many of them make a witnessed checkpoint (docs/spec/06-record.md, 6.2 and 6.3).
 * @param {{openingEntry: Uint8Array, trustees: Uint8Array}} board the entry as `Booth.openElection` has accepted it
 * @returns {Promise<{quorum: number, keys: Uint8Array[]}|null>} `null` where the file is not the one that the opening entry holds the hash of
 */
async function witnessesOf({ openingEntry, trustees }) {
  const opening = new Reader(openingEntry);
  opening.raw(11); // kind, time and version
  opening.text();
  opening.raw(64); // key of the log, hash of the manifest
  if (!equal(opening.raw(32), await digest(trustees))) return null;
  opening.raw(76); // joint key, roll
  const quorum = opening.u8();
  const file = new Reader(trustees);
  file.raw(42); // name, version and ceremony
  const [count, threshold] = [file.u8(), file.u8()];
  const keys = Array.from({ length: count }, () => {
    file.text();
    const key = file.raw(32);
    file.raw(3 * (32 * threshold + 64) + 32);
    return key;
  });
  return { quorum, keys };
}

/**
 * Whether as many trustees as the election asks for have cosigned. A trustee who came later in place of another is not counted: that takes the whole record.
 * @param {import("./booth.mjs").Booth} booth
 * @param {{origin: string, openingEntry: Uint8Array, trustees: Uint8Array}} board
 * @param {{body: string, signatures: {name: string, bytes: Uint8Array}[]}} checkpoint whose signature by the log was checked
 */
export async function isWitnessed(booth, board, { body, signatures }) {
  const witnesses = await witnessesOf(board);
  if (witnesses === null) return false;
  let count = 0;
  for (const [at, publicKey] of witnesses.keys.entries()) {
    const name = `${board.origin}/trustee/${at + 1}`;
    const id = await keyID(name, publicKey, cosignature);
    const line = signatures.find((signed) => signed.name === name && signed.bytes.length === 76 && equal(signed.bytes.subarray(0, 4), id));
    if (!line) continue;
    const time = new DataView(line.bytes.buffer, line.bytes.byteOffset + 4).getBigUint64(0);
    try {
      await booth.verifySignature({ publicKey, signature: line.bytes.subarray(12), message: encoder.encode(`cosignature/v1\ntime ${time}\n${body}`) });
      count += 1;
    } catch {
      // A line that is none of theirs: it witnesses nothing.
    }
  }
  return count >= witnesses.quorum;
}
