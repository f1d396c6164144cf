// The longest ballots: made and verified in WebAssembly as natively, and read from the leaves of the log in which they stand.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { calls } from "../../web/js/calls.mjs";
import { entryOfLeaves, lastLeafOf, pieceKind } from "../../web/js/long-entry.mjs";
import { entryOf } from "../../web/js/receipt.mjs";
import { Native, altered, frame, hex, loadBooth, loadVerifier, manifest, rawModules, requestsOf, seeded, vectors } from "./support.mjs";

const sizes = [250, 250, 250, 250, 24];
const choices = sizes.map((size) => Array.from({ length: size }, (_, option) => Number(option % 3 === 0)));
const of = { ...frame(vectors[0]), manifest: manifest(sizes.map((options) => ({ kind: 3, options, range: 1, minimum: 0, maximum: options }))) };
const pieceBody = 65_526;

let booth, verifier, native, raw, credential, secret, made, castBallot;

before(async () => {
  [booth, verifier, raw] = await Promise.all([loadBooth(), loadVerifier(), rawModules()]);
  native = new Native();
  ({ secret, credential } = booth.makeCredential({ seed: seeded(1, 64) }));
  made = booth.encrypt({ ...of, credential, number: 1, choices, seed: seeded(2, 64) });
  ({ castBallot } = booth.cast({ secret, ballot: made.ballot, seed: seeded(3, 64) }));
});
after(() => native.close());

test("a ballot of 1024 bits is the same natively, and a phone has room for it", async () => {
  assert.equal(castBallot.length, 230 + 192 * 1024);
  const openedBallot = booth.publish({ secret, ...made, seed: seeded(4, 64) });
  assert.equal(openedBallot.length, 234 + 225 * 1024);
  const voter = await requestsOf(loadBooth, (fresh) => {
    fresh.encrypt({ ...of, credential, number: 1, choices, seed: seeded(2, 64) });
    fresh.cast({ secret, ballot: made.ballot, seed: seeded(3, 64) });
    fresh.publish({ secret, ...made, seed: seeded(4, 64) });
  });
  const checker = await requestsOf(loadVerifier, (fresh) => {
    fresh.verifyBallot({ ...of, castBallot });
    fresh.verifyOpened({ ...of, openedBallot });
    fresh.checkOpening({ ...of, ...made });
  });
  const asked = [
    ...[calls.encrypt, calls.cast, calls.publish].map((call, index) => ["booth", call, voter[index]]),
    ...[calls.verifyBallot, calls.verifyOpened, calls.checkOpening].map((call, index) => ["checker", call, checker[index]]),
  ];
  for (const [role, call, request] of asked) {
    const answer = raw[role].answer(call, request);
    assert.equal(answer[0], 0, `call ${call} is fulfilled`);
    assert.equal(hex(answer), hex(await native.answer(role, call, request)), `call ${call}`);
  }
  assert.deepEqual(verifier.verifyOpened({ ...of, openedBallot }), { ballotHash: made.ballotHash, choices });
  for (const index of [80, 100_000, castBallot.length - 1]) {
    assert.throws(() => verifier.verifyBallot({ ...of, castBallot: altered(castBallot, index) }), { name: "ComitiaError" });
  }
  for (const { memory } of [raw.booth, raw.checker]) assert.ok(memory().length < 24 << 20, `${memory().length} bytes of memory`);
});

test("more bits than 1024 make no ballot", () => {
  const more = { ...of, manifest: manifest([...sizes, 1].map((options) => ({ kind: 3, options, range: 1, minimum: 0, maximum: options }))) };
  assert.throws(() => booth.encrypt({ ...more, credential, number: 1, choices: [...choices, [1]] }), { name: "ComitiaError" });
});

const time = 1_700_000_000_000n;
const sha256 = (...parts) => new Uint8Array(createHash("sha256").update(Buffer.concat(parts)).digest());
/** The leaves of an entry, as the specification has them. */
function leavesOf(entry) {
  const [head, body] = [entry.subarray(0, 9), entry.subarray(9)];
  if (body.length <= pieceBody) return [entry];
  const count = Math.floor(body.length / pieceBody);
  const pieces = Array.from({ length: count }, (_, at) =>
    Uint8Array.from([pieceKind, ...head.subarray(1), ...body.subarray(at * pieceBody, (at + 1) * pieceBody)]));
  return [...pieces, Uint8Array.from([...head, ...sha256(body.subarray(0, count * pieceBody)), ...body.subarray(count * pieceBody)])];
}
const bundle = (leaves) => Uint8Array.from(leaves.flatMap((leaf) => [leaf.length >> 8, leaf.length & 255, ...leaf]));

test("an entry and its leaves are told from each other", async () => {
  for (const body of [castBallot, castBallot.subarray(0, pieceBody), castBallot.subarray(0, pieceBody + 1), castBallot.subarray(0, 2 * pieceBody), new Uint8Array()]) {
    const entry = entryOf(2, time, body);
    const leaves = leavesOf(entry);
    assert.deepEqual(await lastLeafOf(entry), leaves.at(-1));
    assert.deepEqual(entryOfLeaves(leaves.slice(0, -1), leaves.at(-1)), entry);
  }
});

test("a ballot is found wherever a bundle ends between its leaves", () => {
  const { tracker } = verifier.verifyBallot({ ...of, castBallot });
  const closing = entryOf(5, time, new Uint8Array());
  const leaves = [closing, ...leavesOf(entryOf(2, time, castBallot)), closing];
  assert.equal(leaves.length, 6);
  const whole = verifier.readBundle({ size: 0, frontier: [], bundle: bundle(leaves), count: 6 });
  assert.deepEqual(whole.entries.map(({ kind }) => kind), [5, pieceKind, pieceKind, pieceKind, 2, 5]);
  assert.deepEqual([whole.entries[4].hash, whole.entries[4].credential, whole.entries[4].leafHash, whole.open], [tracker, credential, sha256(Uint8Array.of(0), leaves[4]), 0]);
  for (let cut = 1; cut < 6; cut++) {
    const first = verifier.readBundle({ size: 0, frontier: [], bundle: bundle(leaves.slice(0, cut)), count: cut });
    assert.equal(first.open, cut > 1 && cut < 5 ? cut - 1 : 0);
    const pieces = leaves.slice(cut - first.open, cut);
    const second = verifier.readBundle({ size: cut, frontier: first.frontier, pieces, bundle: bundle(leaves.slice(cut)), count: 6 - cut });
    assert.deepEqual([...first.entries, ...second.entries], whole.entries);
    assert.deepEqual(second.root, whole.root);
  }
});

test("pieces that do not fit give no ballot", () => {
  const leaves = leavesOf(entryOf(2, time, castBallot));
  const closing = entryOf(5, time, new Uint8Array());
  const kinds = (...of) => verifier.readBundle({ size: 0, frontier: [], bundle: bundle(of), count: of.length }).entries.map(({ kind }) => kind);
  assert.deepEqual(kinds(leaves[1], leaves[0], leaves[2], leaves[3]), [pieceKind, pieceKind, pieceKind, 0]);
  assert.deepEqual(kinds(leaves[0], closing), [pieceKind, 5]);
  assert.deepEqual(kinds(leaves[0].subarray(0, 100), leaves[3]), [0, 2]);
  assert.deepEqual(kinds(leaves[0], altered(leaves[3], 9)), [pieceKind, 0]);
});
