// Where a ballot stands on the board. The whole board is read, so that what is said of later ballots of the same voter is known and not believed.

import { equal } from "./bytes.mjs";
import { ComitiaError } from "./errors.mjs";
import { entryOfLeaves, pieceKind } from "./long-entry.mjs";
import { FileMissing, bundlesOf, entriesOf, sizeNamedBy } from "./record-files.mjs";
import { TrackerWords } from "./tracker-words.mjs";
import { Reader } from "./wire.mjs";

// Of the longest ballot (docs/spec/06-record.md, 6.9).
const mostPieces = 3;
const kinds = { cast: 2, challenge: 3, opened: 4, closing: 5, abort: 8, renewal: 11 };

/**
 * @typedef {{index: number, time: number}} Place of a long ballot the index of its last leaf; `size` counts leaves of the log, `entries` entries
 * @typedef {{
 *   outcome: "cast"|"opened"|"unknown"|"broken"|"foreign-receipt"|"bad-receipt"|"cut-off",
 *   electionId: Uint8Array, size: number, entries: number, end: "open"|"closed"|"aborted", root?: Uint8Array,
 *   checkpoint?: import("./verifier.mjs").VerifiedCheckpoint, trustees: string[],
 *   tracker?: Uint8Array, place?: Place, before: Place[], replacedBy?: Place, opening?: Place, entry?: Uint8Array, receiptSize?: number,
 * }} Finding `before` are earlier ballots of the same credential; `opening` is where the opened ballot was published; `broken`: the entries do not give
 *   the root that the log signed; `cut-off`: the log signed a receipt for an entry that the board does not have
 */

/**
 * @param {{verifier: import("./verifier.mjs").Verifier, record: import("./record-files.mjs").PublishedRecord, prefix?: Uint8Array, receipt?: Uint8Array,
 *   electionId?: Uint8Array, tell?: Function}} asked the first bytes of a tracker or a ballot hash, as words give them (17, the last four bits zero) or whole;
 *   or a receipt
 * @returns {Promise<Finding>}
 */
export async function findBallot({ verifier, record, prefix, receipt, electionId, tell = () => {} }) {
  const [checkpointBytes, trusteesBytes] = [await record.need("checkpoint"), await record.need("trustees")];
  const size = sizeNamedBy(checkpointBytes);
  if (size === null) throw new FileMissing("checkpoint");
  const given = receipt ? readReceipt(receipt) : null;
  const wanted = given?.tracker ?? prefix;
  const scan = await scanBoard(verifier, record, size, wanted, given?.index, tell);
  const renewals = await Promise.all(scan.renewals.map(async (renewal, at) => ({ ...renewal, file: await record.need(`renewal-${at + 1}`) })));
  const board = { electionId: electionId ?? scan.opening.leafHash, openingEntry: scan.opening.bytes, trustees: trusteesBytes, renewals };
  const checkpoint = verifier.verifyCheckpoint({ ...board, checkpoint: checkpointBytes });
  const facts = { electionId: board.electionId, size, entries: scan.entries, end: scan.end, checkpoint, trustees: namesAtEnd(board), before: [] };
  if (Number(checkpoint.size) !== size || !equal(checkpoint.root, scan.root)) return { ...facts, outcome: "broken" };
  if (given) {
    const fault = await receiptFault(verifier, record, board, given, receipt, scan, checkpoint);
    if (fault) return { ...facts, outcome: fault, receiptSize: given.size, tracker: given.tracker };
  }
  return { ...facts, ...judge(scan) };
}

/** Reads all entries, keeping those that concern the ballot. */
async function scanBoard(verifier, record, size, wanted, wantedIndex, tell) {
  const bundles = bundlesOf(size);
  const scan = { entries: 0, opening: null, end: "open", root: null, cast: [], challenged: null, opened: null, at: null, renewals: [] };
  let state = { size: 0, frontier: [], pieces: [] };
  let number = 0;
  // Only casts of the same voter matter, and the voter is known once the ballot is found: earlier ones are looked up by credential.
  const byCredential = new Map();
  for await (const { bytes } of record.inOrder(bundles.map(({ path }) => path))) {
    const read = verifier.readBundle({ ...state, bundle: bytes, count: bundles[number].count });
    const leaves = entriesOf(bytes);
    let pieces = state.pieces;
    read.entries.forEach((entry, offset) => {
      if (entry.kind === pieceKind) {
        pieces = [...pieces, leaves[offset].slice()];
        return;
      }
      // Nothing else is in pieces; what the module cannot read has kind 0.
      const own = entry.kind === kinds.cast || entry.kind === kinds.opened ? pieces : [];
      pieces = [];
      scan.entries += 1;
      const whole = () => entryOfLeaves(own, leaves[offset]);
      if (entry.index === 0) scan.opening = { leafHash: entry.leafHash, bytes: whole() };
      if (entry.index === wantedIndex) scan.at = { ...entry, bytes: whole() };
      if (entry.kind === kinds.closing) scan.end = "closed";
      if (entry.kind === kinds.abort) scan.end = "aborted";
      if (entry.kind === kinds.renewal) scan.renewals.push({ index: entry.index, entry: whole() });
      const place = { index: entry.index, time: entry.time };
      if (entry.kind === kinds.cast) {
        const key = text(entry.credential);
        byCredential.set(key, [...(byCredential.get(key) ?? []), place]);
        if (matches(wanted, entry.hash)) scan.found ??= { ...place, hash: entry.hash, key, bytes: whole() };
      }
      if (entry.kind === kinds.challenge && matches(wanted, entry.hash)) scan.challenged ??= { ...place, hash: entry.hash };
      if (entry.kind === kinds.opened && matches(wanted, entry.hash)) scan.opened ??= { ...place, hash: entry.hash, bytes: whole() };
    });
    // What the module does not take for the pieces of an entry is not kept.
    state = { size: read.size, frontier: read.frontier, pieces: read.open > 0 ? pieces.slice(-mostPieces) : [] };
    scan.root = read.root;
    number += 1;
    tell({ stage: "reading", done: read.size, total: size, bytes: record.loaded });
  }
  scan.cast = scan.found ? byCredential.get(scan.found.key) : [];
  return scan;
}

function judge({ found, cast, challenged, opened }) {
  if (found) {
    return {
      outcome: "cast", tracker: found.hash, place: { index: found.index, time: found.time }, entry: found.bytes,
      before: cast.filter(({ index }) => index < found.index), replacedBy: cast.filter(({ index }) => index > found.index).at(-1),
    };
  }
  if (challenged) {
    const { index, time, hash } = challenged;
    return { outcome: "opened", tracker: hash, place: { index, time }, opening: opened && { index: opened.index, time: opened.time }, entry: opened?.bytes };
  }
  return { outcome: "unknown" };
}

/** What speaks against a receipt; nothing if it holds, and the board goes on from where it was given. */
async function receiptFault(verifier, record, board, given, receipt, scan, checkpoint) {
  if (given.origin !== originOf(board.openingEntry)) return "foreign-receipt";
  if (!scan.at) return signed(verifier, board, given) ? "cut-off" : "bad-receipt";
  try {
    const { kind, checkpoint: earlier } = verifier.verifyReceipt({ ...board, receipt, entry: scan.at.bytes });
    if (kind !== kinds.cast) return "bad-receipt";
    const [oldSize, newSize] = [Number(earlier.size), Number(checkpoint.size)];
    if (oldSize > newSize) return "cut-off";
    const hashes = await record.consistency(oldSize, newSize);
    verifier.verifyConsistency({ oldSize, oldRoot: earlier.root, newSize, newRoot: checkpoint.root, hashes });
    return null;
  } catch (error) {
    if (!(error instanceof ComitiaError)) throw error;
    // A good signature on another entry than the board shows is the log's own word against the board.
    return signed(verifier, board, given) && error.code === "rootMismatch" ? "cut-off" : "bad-receipt";
  }
}

function signed(verifier, board, { checkpoint }) {
  try {
    verifier.verifyCheckpoint({ ...board, checkpoint });
    return true;
  } catch {
    return false;
  }
}

/** @param {Uint8Array} receipt a tlog-proof (docs/spec/05-log.md, 5.9), nothing of it verified @throws {ComitiaError} when it is none */
export function readReceipt(receipt) {
  const bytes = new TextDecoder().decode(receipt);
  const parts = bytes.match(/^c2sp\.org\/tlog-proof@v1\nextra ([A-Za-z0-9+/=]{44})\nindex (\d{1,10})\n(?:[A-Za-z0-9+/=]{44}\n)*\n([^\n]+)\n(\d{1,10})\n[^]*$/);
  if (!parts) throw new ComitiaError("malformedLog");
  const [, extra, index, origin, size] = parts;
  return {
    tracker: Uint8Array.from(atob(extra), (character) => character.charCodeAt(0)), index: Number(index), origin, size: Number(size),
    checkpoint: new TextEncoder().encode(bytes.slice(bytes.indexOf("\n\n") + 2)),
  };
}

/** The name of the log in an opening entry (06-record.md, 6.3). */
function originOf(openingEntry) {
  const reader = new Reader(openingEntry);
  reader.raw(11);
  return reader.text();
}

/** @param {Uint8Array} trustees the file of the record @returns {string[]} their names, in order */
export function trusteeNames(trustees) {
  const reader = new Reader(trustees);
  reader.raw(42);
  const [count, threshold] = [reader.u8(), reader.u8()];
  return Array.from({ length: count }, () => {
    const name = reader.text();
    // The signing key; for each of three keys commitments and a proof; the draw key.
    reader.raw(32 + 3 * (32 * threshold + 64) + 32);
    return name;
  });
}

/** Of those who act after the last renewal. */
const namesAtEnd = ({ trustees, renewals }) => (renewals.length > 0 ? renewedNames(renewals.at(-1).file) : trusteeNames(trustees));

/** @param {Uint8Array} renewal the file of the record (06-record.md, 6.12) @returns {string[]} names from then on, in order */
export function renewedNames(renewal) {
  const reader = new Reader(renewal);
  reader.raw(44);
  return Array.from({ length: reader.u8() }, () => {
    const name = reader.text();
    // The signing key, what it brought to the hand-over, its confirmation.
    reader.raw(32 + 64 + 64);
    return name;
  });
}

function matches(wanted, hash) {
  if (!wanted) return false;
  return wanted.length === 17 ? TrackerWords.matches(wanted, hash) : equal(wanted, hash);
}

const text = (bytes) => String.fromCharCode(...bytes);
