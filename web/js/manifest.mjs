// The definition of an election (docs/spec/06-record.md, 6.1), read from the bytes whose hash the opening entry holds: what the voter sees is what was fixed.

import { Reader } from "./wire.mjs";

const kinds = { 1: "yes-no", 2: "single", 3: "approval", 4: "score" };
const modes = { 1: "checkpoint", 2: "batch", 3: "each" };
const issuers = { 0: "service", 1: "authority", 2: "voter" };

/**
 * @typedef {{name: string, description: string, picture: Uint8Array|null}} Option
 * @typedef {{kind: string, title: string, description: string, range: number, minimum: number, maximum: number, drawn: boolean, options: Option[]}} Contest
 * @typedef {{title: string, description: string, opens: bigint, closes: bigint, revoting: boolean, issuer: string, anchoring: Anchoring|null, contests: Contest[]}} Manifest
 * @typedef {{mode: string, chain: bigint, contract: Uint8Array}} Anchoring
 */

/** @param {Uint8Array} bytes that `Booth.openElection` has accepted @returns {Manifest} */
export function readManifest(bytes) {
  const reader = new Reader(bytes);
  reader.raw(10); // name and version, which the module has checked
  const manifest = {
    title: reader.text(), description: reader.text(), opens: reader.u64(), closes: reader.u64(), revoting: reader.u8() === 1,
    issuer: issuers[reader.u8()],
  };
  reader.u8(); // small election acknowledged
  manifest.anchoring = readAnchoring(reader);
  manifest.contests = Array.from({ length: reader.u8() }, () => readContest(reader));
  return manifest;
}

function readAnchoring(reader) {
  const mode = modes[reader.u8()];
  return mode ? { mode, chain: reader.u64(), contract: reader.raw(20) } : null;
}

function readContest(reader) {
  const contest = {
    kind: kinds[reader.u8()], title: reader.text(), description: reader.text(), range: reader.u16(), minimum: reader.u32(), maximum: reader.u32(),
    drawn: reader.u8() === 1,
  };
  contest.options = Array.from({ length: reader.u16() }, () => {
    const option = { name: reader.text(), description: reader.text(), picture: reader.raw(32) };
    if (option.picture.every((byte) => byte === 0)) option.picture = null;
    return option;
  });
  return contest;
}

/** How many trustees there are, and how many of them open a total: from the beginning of the file `trustees` (6.2). @param {Uint8Array} bytes */
export function readCommittee(bytes) {
  const reader = new Reader(bytes);
  reader.raw(42); // name, version and ceremony
  return { trustees: reader.u8(), threshold: reader.u8() };
}
