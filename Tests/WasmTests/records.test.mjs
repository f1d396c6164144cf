// Whole records, receipts and checkpoints: WebAssembly judges as the command does.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { before, test } from "node:test";
import { checkReceipt } from "../../web/js/receipt.mjs";
import { altered, comitia, hex, loadBooth, loadVerifier, recordVectors, seeded, unhex, withScratch } from "./support.mjs";

const ballotsFile = new URL("../../examples/committee.csv", import.meta.url).pathname;
const manifestFile = new URL("../../examples/committee.json", import.meta.url).pathname;
let verifier;
/** Path in the record → bytes, of one election for all tests. */
const files = new Map();
let receipt, entries, board;

before(async () => {
  verifier = await loadVerifier();
  await withScratch((folder) => {
    const record = join(folder, "record");
    const made = comitia(
      "election", "run", "--ballots", ballotsFile, "--manifest", manifestFile, "--trustees", "3", "--threshold", "2", "--out", record);
    assert.equal(made.status, 0, made.stderr);
    const received = comitia("receipt", record, "2", "--out", join(folder, "receipt"));
    assert.equal(received.status, 0, received.stderr);
    receipt = new Uint8Array(readFileSync(join(folder, "receipt")));
    for (const path of readdirSync(record, { recursive: true })) {
      const full = join(record, path);
      if (statSync(full).isFile()) files.set(relative(record, full), new Uint8Array(readFileSync(full)));
    }
  });
  const bundle = [...files].find(([path]) => path.startsWith("tile/entries/"))[1];
  entries = [];
  for (let at = 0; at < bundle.length;) {
    const end = at + 2 + (bundle[at] << 8 | bundle[at + 1]);
    entries.push(bundle.slice(at + 2, end));
    at = end;
  }
  const electionId = unhex(verify(files).electionId);
  board = { electionId, openingEntry: entries[0], trustees: files.get("trustees") };
});

const verify = (record, given) => verifier.verifyRecord((path) => record.get(path), given);

/** What `comitia verify --json` says of the same files. */
function natively(record, ...options) {
  return withScratch((folder) => {
    for (const [path, bytes] of record) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const run = comitia("verify", folder, "--json", ...options);
    return { status: run.status, report: JSON.parse(run.stdout) };
  });
}

test("a good record has the same report as natively", async () => {
  const stages = [];
  const report = verify(files, { progress: (stage, done, total) => stages.push([stage, done, total]) });
  assert.equal(report.ok, true);
  assert.equal(report.selfConsistentOnly, true);
  assert.deepEqual({ status: 0, report }, await natively(files));
  assert.deepEqual(stages.at(-1), ["proving", entries.length, entries.length]);
  assert.equal(stages[0][0], "reading");
});

test("records that were paused, aborted, or decrypted though aborted are judged as natively", async () => {
  const expected = { "paused, with a replaced credential": null, aborted: "Given up.", "aborted and decrypted": "A reason." };
  assert.deepEqual(Object.keys(recordVectors).sort(), Object.keys(expected).sort());
  for (const [name, published] of Object.entries(recordVectors)) {
    const record = new Map(Object.entries(published).map(([path, text]) => [path, new Uint8Array(Buffer.from(text, "base64"))]));
    const report = verify(record);
    assert.equal(report.ok, name !== "aborted and decrypted", name);
    assert.equal(report.aborted, expected[name], name);
    assert.equal(report.contests === undefined, name !== "paused, with a replaced credential", name);
    assert.deepEqual({ status: report.ok ? 0 : 1, report }, await natively(record), name);
  }
  const { checks, notRun } = verify(new Map(Object.entries(recordVectors["aborted and decrypted"]).map(
    ([path, text]) => [path, new Uint8Array(Buffer.from(text, "base64"))])));
  assert.deepEqual([checks.find(({ ok }) => !ok).id, notRun], [9, [11, 12, 13]]);
});

test("what is given from outside is judged as natively", async () => {
  const { electionId } = board;
  const report = verify(files, { electionId, checkpoints: [files.get("checkpoint")], receipts: [receipt] });
  assert.equal(report.ok, true);
  assert.equal(report.selfConsistentOnly, false);
  assert.deepEqual({ status: 0, report }, await natively(files, "--election-id", hex(electionId)));
  const other = seeded(1, 32);
  const refused = verify(files, { electionId: other });
  assert.equal(refused.ok, false);
  assert.deepEqual({ status: 1, report: refused }, await natively(files, "--election-id", hex(other)));
  assert.equal(verify(files, { checkpoints: [new Uint8Array(10)] }).ok, false);
  assert.equal(verify(files, { receipts: [new Uint8Array(10)] }).ok, false);
});

test("a flipped byte anywhere fails, with the same report as natively", async () => {
  for (const [number, [path, bytes]] of [...files].entries()) {
    const all = Array.from({ length: 12 }, (_, step) => Math.floor((step + 0.5) * bytes.length / 12));
    for (const [step, index] of all.entries()) {
      const record = new Map(files).set(path, altered(bytes, index));
      const report = verify(record);
      assert.equal(report.ok, false, `${path}, byte ${index}`);
      // Starting the command takes most of the time: a sample.
      if (step % 4 === number % 4) assert.deepEqual({ status: 1, report }, await natively(record), `${path}, byte ${index}`);
    }
  }
});

test("a file of random bytes, an empty or an enormous one fails or is no record", () => {
  for (const path of files.keys()) {
    for (const bytes of [new Uint8Array(), seeded(3, 5000), files.get(path).slice(0, -1), new Uint8Array(1 << 20)]) {
      assert.equal(verify(new Map(files).set(path, bytes)).ok, false, path);
    }
  }
  // A checkpoint that promises more entries than there can be.
  const text = new TextDecoder().decode(files.get("checkpoint")).split("\n");
  text[1] = "9223372036854775807";
  assert.throws(() => verify(new Map(files).set("checkpoint", new TextEncoder().encode(text.join("\n")))), { code: "notARecord" });
});

test("a missing file is told, and a reader's own error passes through", () => {
  for (const path of files.keys()) {
    const record = new Map(files);
    record.delete(path);
    assert.throws(() => verify(record), { code: "notARecord", field: path, message: `the record is not whole: ${path} is missing` });
  }
  const broken = new Error("disk on fire");
  assert.throws(() => verifier.verifyRecord(() => { throw broken; }), broken);
  assert.throws(() => verify(files, { progress: () => { throw broken; } }), broken);
  assert.equal(verify(files).ok, true, "the module goes on after that");
});

/** Whichever byte is altered, it is refused, or is another key's cosignature, which does not count. */
function neverWitnessed(bytes, checkpointOf) {
  for (let index = 0; index < bytes.length; index++) {
    let accepted;
    try {
      accepted = checkpointOf(altered(bytes, index));
    } catch (error) {
      assert.equal(error.name, "ComitiaError", `byte ${index}: ${error}`);
      continue;
    }
    assert.equal(accepted.witnessed, false, `byte ${index}`);
  }
}

test("a receipt proves its entry and no other", () => {
  const proven = verifier.verifyReceipt({ ...board, receipt, entry: entries[2] });
  assert.equal(proven.index, 2n);
  assert.equal(proven.kind, 2);
  assert.equal(proven.checkpoint.size, BigInt(entries.length));
  assert.equal(proven.checkpoint.witnessed, true);
  assert.deepEqual(proven.checkpoint.cosigners.map(({ trustee }) => trustee), [1, 2, 3]);
  assert.throws(() => verifier.verifyReceipt({ ...board, receipt, entry: entries[1] }), { code: "rootMismatch" });
  assert.throws(() => verifier.verifyReceipt({ ...board, electionId: seeded(1, 32), receipt, entry: entries[2] }), { code: "otherElection" });
  assert.throws(
    () => verifier.verifyReceipt({ ...board, trustees: altered(board.trustees, 40), receipt, entry: entries[2] }), { code: "otherElection" });
  neverWitnessed(receipt, (bytes) => verifier.verifyReceipt({ ...board, receipt: bytes, entry: entries[2] }).checkpoint);
  for (let index = 0; index < entries[2].length; index += 13) {
    assert.throws(() => verifier.verifyReceipt({ ...board, receipt, entry: altered(entries[2], index) }), { name: "ComitiaError" }, `byte ${index}`);
  }
});

test("the booth checks everything of a receipt by itself", async () => {
  const booth = await loadBooth();
  const opened = booth.openElection({ ...board, manifest: files.get("manifest") });
  assert.deepEqual(verifier.openElection({ ...board, manifest: files.get("manifest") }), opened);
  // The output stands before the list of software, which is empty here.
  assert.deepEqual(opened.draw, board.openingEntry.slice(-34, -2));
  const [kind, body] = [entries[2][0], entries[2].slice(9)];
  const time = new DataView(entries[2].buffer).getBigUint64(1);
  const text = new TextDecoder().decode(receipt);
  const check = (changes = {}, by = opened) => checkReceipt(booth, { ...board, ...by }, { receipt: text, index: 2, time, ...changes }, kind, changes.body ?? body);
  assert.deepEqual(await check(), { index: 2, size: entries.length, witnessed: true });
  // Cosignatures of trustees follow. A receipt is good without them, and all three are asked for here.
  const logLine = text.indexOf("— ", text.indexOf("— ") + 1);
  assert.deepEqual(await check({ receipt: text.slice(0, logLine) }), { index: 2, size: entries.length, witnessed: false });
  const bytes = new TextEncoder().encode(text);
  for (let at = new TextEncoder().encode(text.slice(0, logLine)).length; at < bytes.length; at++) {
    const witnessed = await check({ receipt: new TextDecoder().decode(altered(bytes, at)) }).then((found) => found.witnessed, ({ name }) => assert.equal(name, "ReceiptError"));
    assert.notEqual(witnessed, true, `byte ${at}`);
  }
  const lines = text.slice(logLine).split(/(?<=\n)/);
  assert.equal((await check({ receipt: text.slice(0, logLine) + lines[0] + lines[0] + lines[1] })).witnessed, false, "one trustee twice");
  assert.equal((await check({}, { ...opened, trustees: altered(board.trustees, 60) })).witnessed, false, "other trustees than those of the opening");
  for (let at = 0; at < new TextEncoder().encode(text.slice(0, logLine)).length; at++) {
    await assert.rejects(check({ receipt: new TextDecoder().decode(altered(bytes, at)) }), { name: "ReceiptError" }, `byte ${at}`);
  }
  await assert.rejects(check({ receipt: text.slice(0, text.indexOf("— ")) }), { code: "malformed" });
  await assert.rejects(check({ index: 3 }), { code: "entry" });
  await assert.rejects(check({ time: time + 1n }), { code: "inclusion" });
  await assert.rejects(check({ body: altered(body, 300) }), { code: "inclusion" });
  await assert.rejects(check({ receipt: text.replace(/extra .*\n/, "") }), { code: "tracker" });
  await assert.rejects(check({}, { ...opened, logKey: seeded(4, 32) }), { code: "signature" });
  await assert.rejects(check({}, { ...opened, origin: `${opened.origin}x` }), { code: "origin" });
});

test("a checkpoint needs good signatures", () => {
  const checkpoint = files.get("checkpoint");
  assert.equal(verifier.verifyCheckpoint({ ...board, checkpoint }).witnessed, true);
  const lines = new TextDecoder().decode(checkpoint).split("\n");
  const without = (count) => new TextEncoder().encode([...lines.slice(0, -1 - count), ""].join("\n"));
  const fewer = verifier.verifyCheckpoint({ ...board, checkpoint: without(1) });
  assert.deepEqual([fewer.cosigners.length, fewer.quorum, fewer.witnessed], [2, 3, false]);
  assert.throws(() => verifier.verifyCheckpoint({ ...board, checkpoint: without(4) }), { name: "ComitiaError" });
  neverWitnessed(checkpoint, (bytes) => verifier.verifyCheckpoint({ ...board, checkpoint: bytes }));
});

test("manifest and joint key are those of the election id", async () => {
  const booth = await loadBooth();
  const manifest = files.get("manifest");
  const opened = booth.openElection({ ...board, manifest });
  assert.equal(opened.jointKey.length, 32);
  assert.throws(() => booth.openElection({ ...board, manifest: altered(manifest, 12) }), { code: "otherElection", field: "manifest" });
  assert.throws(() => booth.openElection({ ...board, manifest, electionId: seeded(2, 32) }), { code: "otherElection", field: "opening entry" });
  const ballot = booth.encrypt({ ...board, ...opened, manifest, credential: booth.makeCredential().credential, number: 1, choices: [[1, 0, 0, 0, 0]] });
  assert.equal(ballot.ballot.length, 166 + 192 * opened.bits);
});

test("inclusion and consistency proofs verify, altered ones do not", async () => {
  const { createHash } = await import("node:crypto");
  const sha256 = (...parts) => new Uint8Array(createHash("sha256").update(Buffer.concat(parts)).digest());
  const leaf = (number) => sha256(Buffer.from([0, number]));
  const node = (left, right) => sha256(Buffer.from([1]), left, right);
  const [a, b, c] = [leaf(1), leaf(2), leaf(3)];
  const two = node(a, b);
  const three = node(two, c);
  verifier.verifyInclusion({ leafHash: b, index: 1, size: 3, root: three, hashes: [a, c] });
  verifier.verifyInclusion({ leafHash: c, index: 2n, size: 3n, root: three, hashes: [two] });
  verifier.verifyConsistency({ oldSize: 2, oldRoot: two, newSize: 3, newRoot: three, hashes: [c] });
  assert.throws(() => verifier.verifyInclusion({ leafHash: a, index: 1, size: 3, root: three, hashes: [a, c] }), { code: "rootMismatch" });
  assert.throws(() => verifier.verifyInclusion({ leafHash: b, index: 1, size: 3, root: three, hashes: [a] }), { code: "proofLength" });
  assert.throws(() => verifier.verifyInclusion({ leafHash: b, index: 3, size: 3, root: three, hashes: [a, c] }), { code: "wrongSize" });
  assert.throws(() => verifier.verifyConsistency({ oldSize: 2, oldRoot: three, newSize: 3, newRoot: three, hashes: [c] }), { code: "rootMismatch" });
  assert.throws(() => verifier.verifyConsistency({ oldSize: 3, oldRoot: three, newSize: 2, newRoot: two, hashes: [] }), { code: "wrongSize" });
});
