// Measures booth.wasm in Node.js: encrypt, prove and sign a ballot of five options, at most one of them. Prints JSON.
// usage: node Benchmarks/wasm-ballot.mjs [--quick]

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { Booth, Verifier } from "../web/js/comitia.mjs";
import { fillRandom } from "../web/js/random.mjs";
import { Writer } from "../web/js/wire.mjs";

const quick = process.argv.includes("--quick");
const ballots = quick ? 200 : 2000;
const warmUp = quick ? 200 : 500;
const options = 5;

function bytesOf(name) {
  try {
    return readFileSync(new URL(`../.build/wasm-out/${name}.wasm`, import.meta.url));
  } catch {
    console.error("wasm-ballot: there are no modules; run: make wasm");
    process.exit(2);
  }
}

/** A manifest with one contest (docs/spec/06-record.md, 6.1). */
function manifest() {
  const writer = new Writer().raw(new TextEncoder().encode("COMITIAM")).u16(1);
  const text = (value) => {
    const bytes = new TextEncoder().encode(value);
    writer.u16(bytes.length).raw(bytes);
  };
  for (const value of ["Benchmark", ""]) text(value);
  writer.u64(0).u64(0).u8(0).u8(0).u8(1).u8(0).u8(1).u8(3);
  for (const value of ["A question", ""]) text(value);
  writer.u16(1).u32(0).u32(1).u8(0).u16(options);
  for (let option = 1; option <= options; option++) {
    for (const value of [`Option ${option}`, ""]) text(value);
    writer.raw(new Uint8Array(32));
  }
  return writer.bytes.slice();
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const rounded = (value) => Math.round(value * 1000) / 1000;
const gzippedSize = (bytes) => gzipSync(bytes, { level: 9 }).length;
const timed = (step) => {
  const start = performance.now();
  const result = step();
  return { result, ms: performance.now() - start };
};

const bytes = bytesOf("booth");
const verifierBytes = bytesOf("verifier");
const loading = performance.now();
const booth = await Booth.load(bytes);
const loadMs = performance.now() - loading;

// Any credential is a joint key like another.
const frame = { electionId: fillRandom(new Uint8Array(32)), jointKey: booth.makeCredential().credential, manifest: manifest() };
const { secret, credential } = booth.makeCredential();
const choices = [[0, 1, 0, 0, 0]];
const encrypt = () => booth.encrypt({ ...frame, credential, number: 1, choices });
const vote = () => {
  const encrypted = timed(encrypt);
  const signed = timed(() => booth.cast({ secret, ballot: encrypted.result.ballot }));
  return { castBallot: signed.result.castBallot, encryptMs: encrypted.ms, signMs: signed.ms };
};

const first = timed(vote).ms;
for (let count = 0; count < warmUp; count++) vote();
const votes = Array.from({ length: ballots }, vote);

const verifier = await Verifier.load(verifierBytes);
const verify = () => verifier.verifyBallot({ ...frame, castBallot: votes[0].castBallot });
for (let count = 0; count < warmUp / 4; count++) verify();
const verifications = Array.from({ length: ballots / 4 }, () => timed(verify).ms);

console.log(JSON.stringify({
  node: process.version,
  options,
  ballots,
  ballotMilliseconds: rounded(median(votes.map(({ encryptMs, signMs }) => encryptMs + signMs))),
  encryptMilliseconds: rounded(median(votes.map(({ encryptMs }) => encryptMs))),
  signMilliseconds: rounded(median(votes.map(({ signMs }) => signMs))),
  firstBallotMilliseconds: rounded(first),
  loadMilliseconds: rounded(loadMs),
  verifyMilliseconds: rounded(median(verifications)),
  memoryBytes: booth.memoryBytes,
  moduleBytes: bytes.length,
  moduleGzippedBytes: gzippedSize(bytes),
  verifierModuleBytes: verifierBytes.length,
  verifierModuleGzippedBytes: gzippedSize(verifierBytes),
}, null, 2));
