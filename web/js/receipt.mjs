// What a receipt (docs/spec/05-log.md, 5.9) proves, checked wholly where it was received.

import { digest, equal } from "./bytes.mjs";
import { fromBase64 } from "./election-client.mjs";
import { lastLeafOf } from "./long-entry.mjs";
import { isWitnessed, keyID } from "./witnessed.mjs";

const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** A receipt that does not prove what it should. `code`: `malformed`, `entry`, `inclusion`, `tracker`, `origin`, `signature`. */
export class ReceiptError extends Error {
  constructor(code, message, cause) {
    super(message, { cause });
    this.name = "ReceiptError";
    this.code = code;
  }
}

/**
 * The parts of a receipt. Read strictly: what is read, written again, gives the same text.
 * @param {string} text
 * @returns {{extra: Uint8Array, index: bigint, hashes: Uint8Array[], checkpoint: {body: string, origin: string, size: bigint, root: Uint8Array, signatures: {name: string, bytes: Uint8Array}[]}}}
 */
export function readReceipt(text) {
  try {
    const [proof, body, notes, ...rest] = text.split("\n\n");
    const lines = proof.split("\n");
    if (lines.shift() !== "c2sp.org/tlog-proof@v1" || rest.length > 0) throw new Error("not a receipt");
    const extra = lines[0].startsWith("extra ") ? base64(lines.shift().slice(6)) : new Uint8Array(0);
    const index = decimal(lines.shift().match(/^index (.*)$/)[1]);
    const [origin, size, root, ...extensions] = body.split("\n");
    if (extensions.length > 0 || !notes.endsWith("\n")) throw new Error("not a checkpoint of our log");
    const signatures = notes.slice(0, -1).split("\n").map((line) => {
      const [, name, bytes] = line.match(/^— (\S+) (\S+)$/);
      return { name, bytes: base64(bytes) };
    });
    return { extra, index, hashes: lines.map(base64), checkpoint: { body: `${body}\n`, origin, size: decimal(size), root: base64(root), signatures } };
  } catch (error) {
    throw new ReceiptError("malformed", "this is not a receipt", error);
  }
}

function base64(text) {
  const bytes = fromBase64(text);
  if (toBase64(bytes) !== text) throw new Error("not canonical");
  return bytes;
}

function decimal(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) throw new Error("not a number");
  return BigInt(text);
}

/** The entry of the board that holds bytes (docs/spec/06-record.md, 6.3). @param {number} kind @param {bigint} time @param {Uint8Array} body */
export function entryOf(kind, time, body) {
  const entry = new Uint8Array(9 + body.length);
  entry[0] = kind;
  new DataView(entry.buffer).setBigUint64(1, time);
  entry.set(body, 9);
  return entry;
}

/**
 * Checks everything that a receipt says: that the entry made of the bytes sent is where it says, in the tree that the board's own key signed, and, of a cast ballot, that the tracker is this ballot's.
 * @param {import("./booth.mjs").Booth} booth
 * @param {{origin: string, logKey: Uint8Array, openingEntry: Uint8Array, trustees: Uint8Array}} board as `Booth.openElection` read it from the opening entry, with that entry and the file of the trustees
 * @param {import("./election-client.mjs").Appended} appended
 * @param {number} kind of the entry: 2 for a cast ballot, 3 for a challenge, 4 for an opened ballot
 * @param {Uint8Array} body of the entry
 * @returns {Promise<{index: number, size: number, witnessed: boolean}>} entry, size of the checkpoint, and whether enough trustees have cosigned that
 * @throws {ReceiptError}
 */
export async function checkReceipt(booth, board, appended, kind, body) {
  const { extra, index, hashes, checkpoint } = readReceipt(appended.receipt);
  if (index !== BigInt(appended.index)) throw new ReceiptError("entry", "the receipt is for another entry");
  const leaf = await lastLeafOf(entryOf(kind, appended.time, body));
  const hashed = new Uint8Array(1 + leaf.length);
  hashed.set(leaf, 1);
  const leafHash = await digest(hashed);
  try {
    booth.verifyInclusion({ leafHash, index, size: checkpoint.size, root: checkpoint.root, hashes });
  } catch (error) {
    throw new ReceiptError("inclusion", "the receipt does not lead to the board", error);
  }
  const tracker = kind === 2 ? booth.track(body) : new Uint8Array(0);
  if (!equal(extra, tracker)) throw new ReceiptError("tracker", "the receipt shows another tracker");
  if (checkpoint.origin !== board.origin) throw new ReceiptError("origin", "the receipt is from another board");
  const id = await keyID(board.origin, board.logKey);
  const own = checkpoint.signatures.filter(({ name, bytes }) => name === board.origin && equal(bytes.subarray(0, 4), id));
  if (own.length !== 1 || own[0].bytes.length !== 68) throw new ReceiptError("signature", "the board has not signed the receipt");
  try {
    await booth.verifySignature({ publicKey: board.logKey, signature: own[0].bytes.subarray(4), message: new TextEncoder().encode(checkpoint.body) });
  } catch (error) {
    throw new ReceiptError("signature", "the board has not signed the receipt", error);
  }
  return { index: Number(index), size: Number(checkpoint.size), witnessed: await isWitnessed(booth, board, checkpoint) };
}
