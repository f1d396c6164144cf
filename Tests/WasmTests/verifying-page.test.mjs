// What the verifying pages do with a record, from what a service would serve: all checks with proofs side by side, and the search for a ballot.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { findBallot, renewedNames, trusteeNames } from "../../web/js/ballot-search.mjs";
import { readCheckAddress, readOpenedFile, referenceIn } from "../../web/js/opened-ballot.mjs";
import { checkRecord } from "../../web/js/record-check.mjs";
import { FileMissing, bundlesOf, entriesOf, hashTilesOf, sizeNamedBy } from "../../web/js/record-files.mjs";
import { RecordStore } from "../../web/js/record-store.mjs";
import { entryIn, sameResult } from "../../web/js/report-words.mjs";
import { TrackerWords } from "../../web/js/tracker-words.mjs";
import { fragmentOf, readTracker } from "../../web/js/typed-tracker.mjs";
import { altered, hex, loadVerifier, recordVectors, unhex } from "./support.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const words = new TrackerWords(readFileSync(join(root, "Sources/TrackerWords/tracker-words.txt"), "utf8"));
let verifier;
let helper;

before(async () => { [verifier, helper] = [await loadVerifier(), await loadVerifier()]; });

/** A service that serves these files. */
class Served {
  loaded = 0;

  constructor(files) { this.files = files; }

  async file(path) {
    const bytes = this.files.get(path) ?? null;
    this.loaded += bytes?.length ?? 0;
    return bytes;
  }

  async need(path) {
    const bytes = await this.file(path);
    if (bytes === null) throw new FileMissing(path);
    return bytes;
  }

  async *inOrder(paths) { for (const path of paths) yield { path, bytes: await this.need(path) }; }
}

const vector = (name) => new Map(Object.entries(recordVectors[name]).map(([path, text]) => [path, new Uint8Array(Buffer.from(text, "base64"))]));
const good = () => vector("paused, with a replaced credential");
// Outcomes come back late and in another order.
const proofs = { width: 2, run: async (batch) => { await new Promise((resolve) => { setTimeout(resolve, 5); }); return helper.verifyBatch(batch); } };
const check = (files, given = {}) => checkRecord({ verifier, record: new Served(files), proofs, ...given });

describe("a whole record", () => {
  test("has the report of the verifier, which is told on the way", async () => {
    const stages = new Set();
    const { report, entries, bytes } = await check(good(), { tell: ({ stage }) => stages.add(stage) });
    const files = good();
    assert.deepEqual(report, verifier.verifyRecord((path) => files.get(path)));
    assert.equal(report.ok, true);
    assert.deepEqual([...stages], ["loading", "reading", "proving"]);
    assert.equal(entries, sizeNamedBy(files.get("checkpoint")));
    assert.equal(bytes, [...files.values()].reduce((sum, file) => sum + file.length, 0));
  });

  test("fails at the check that is there for it, whichever file has a byte changed", async () => {
    const expected = { manifest: 1, trustees: 2, roll: 4, checkpoint: 5, tally: 11, result: 12 };
    for (const [path, id] of Object.entries(expected)) {
      const files = good();
      files.set(path, altered(files.get(path), files.get(path).length - 3));
      const { report } = await check(files);
      assert.equal(report.checks.find(({ ok }) => !ok).id, id, path);
    }
    for (const path of [...good().keys()].filter((name) => name.startsWith("tile/"))) {
      const files = good();
      files.set(path, altered(files.get(path), files.get(path).length - 3));
      assert.equal((await check(files)).report.checks.find(({ ok }) => !ok).id, 5, path);
    }
  });

  test("without tally and result is verified so far; aborted as what it is", async () => {
    const files = good();
    files.delete("certificate");
    const unsigned = (await check(new Map(files))).report;
    for (const path of ["tally", "result", "draw-closing"]) files.delete(path);
    const { report } = await check(files);
    assert.equal(report.ok && report.soFar, true);
    assert.deepEqual(report.notRun, [9, 11, 12, 13, 15]);
    // Tally and result are looked at when the trustees have signed them.
    assert.deepEqual(unsigned, report);
    const aborted = (await check(vector("aborted"))).report;
    assert.deepEqual([aborted.ok, aborted.aborted, aborted.soFar], [true, "Given up.", undefined]);
  });

  test("that is not whole is none", async () => {
    for (const path of ["manifest", "trustees", "roll", "draw-opening", "tally", "result", "draw-closing"]) {
      const files = good();
      files.delete(path);
      await assert.rejects(check(files), { code: "notARecord", field: path });
    }
    for (const path of ["checkpoint", ...[...good().keys()].filter((name) => name.startsWith("tile/"))]) {
      const files = good();
      files.delete(path);
      await assert.rejects(check(files), { name: "FileMissing", path });
    }
  });

  test("is compared with the election id and the receipts that were given", async () => {
    const { report } = await check(good());
    assert.equal((await check(good(), { electionId: unhex(report.electionId) })).report.selfConsistentOnly, false);
    const other = (await check(good(), { electionId: new Uint8Array(32) })).report;
    assert.equal(other.checks.find(({ ok }) => !ok).id, 1);
    assert.equal((await check(good(), { receipts: [new Uint8Array(9)] })).report.checks.find(({ ok }) => !ok).id, 5);
  });

  test("takes no outcome for a batch that was not verified", async () => {
    await assert.rejects(check(good(), { proofs: { width: 1, run: async () => { throw new Error("broken"); } } }), /broken/);
    await assert.rejects(check(good(), { proofs: { width: 1, run: async () => new Uint8Array(4) } }), { name: "ComitiaError" });
    assert.equal((await check(good())).report.ok, true, "the module goes on after that");
  });
});

describe("a record's files", () => {
  test("are those of the specification", () => {
    const all = (size) => [...bundlesOf(size).map(({ path }) => path), ...hashTilesOf(size)];
    assert.deepEqual(all(256), ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
    const large = all(70_000);
    for (const path of ["tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]) assert.ok(large.includes(path), path);
    assert.equal(large.length, 274 + 274 + 2 + 1);
    assert.equal(bundlesOf(1_234_067 * 256 + 1).at(-1).path, "tile/entries/x001/x234/067.p/1");
    assert.deepEqual(["\n0\n", "\n07\n", "\n9999999999\n", "x", "\n352\n"].map((text) => sizeNamedBy(new TextEncoder().encode(text))), [null, null, null, null, 352]);
    assert.deepEqual(entriesOf(Uint8Array.of(0, 1, 7, 0, 0, 0, 2, 8, 9, 0, 5, 1)), [Uint8Array.of(7), new Uint8Array(), Uint8Array.of(8, 9)]);
  });

  test("are kept in memory as long as they are small, then in a file", async () => {
    let stored = new Uint8Array(0);
    let removed = false;
    const file = {
      write(bytes, { at }) { const all = new Uint8Array(at + bytes.length); all.set(stored); all.set(bytes, at); stored = all; return bytes.length; },
      read(bytes, { at }) { bytes.set(stored.subarray(at, at + bytes.length)); return bytes.length; },
      async remove() { removed = true; },
    };
    const store = new RecordStore({ limit: 10, open: async () => file });
    const pieces = [4, 5, 6, 7].map((length) => new Uint8Array(length).fill(length));
    for (const piece of pieces) await store.add(`p${piece.length}`, piece);
    assert.equal(stored.length, 13);
    for (const piece of pieces) assert.deepEqual(store.read(`p${piece.length}`), piece);
    assert.equal(store.read("none"), null);
    await store.close();
    assert.deepEqual([removed, store.read("p4")], [true, null]);
    const without = new RecordStore({ limit: 1, open: async () => null });
    await without.add("a", pieces[0]);
    await without.add("b", pieces[1]);
    assert.deepEqual(without.read("b"), pieces[1]);
  });
});

describe("a ballot", () => {
  const bundle = () => entriesOf(good().get([...good().keys()].find((path) => path.startsWith("tile/entries/"))));
  const find = (given, files = good()) => findBallot({ verifier, record: new Served(files), ...given });
  /** Kind, hash and credential of every entry. */
  const summaries = () => {
    const bytes = good().get([...good().keys()].find((path) => path.startsWith("tile/entries/")));
    return verifier.readBundle({ size: 0, frontier: [], bundle: bytes, count: bundle().length }).entries;
  };

  test("is found by its words or its tracker, with who signed the board", async () => {
    const cast = summaries().filter(({ kind }) => kind === 2);
    assert.ok(cast.length > 1);
    for (const { index, hash, time } of cast) {
      const byWords = await find({ prefix: readTracker(words.words(hash).join(" "), words) });
      assert.deepEqual([byWords.outcome, byWords.place, byWords.end], ["cast", { index, time }, "closed"]);
      assert.deepEqual(byWords.entry, bundle()[index]);
      const byHex = await find({ prefix: readTracker(` ${hex(hash).toUpperCase()}\n`, words) });
      assert.deepEqual(byHex.tracker, hash);
      assert.equal(byHex.checkpoint.witnessed, true);
      assert.equal(byHex.trustees.length, trusteeNames(good().get("trustees")).length);
    }
  });

  test("is found on a board signed by those who act since a renewal", async () => {
    const { hash, index } = summaries().find(({ kind }) => kind === 2);
    const finding = await find({ prefix: hash });
    const { trustees, checkpoint } = finding;
    assert.deepEqual(trustees, renewedNames(good().get("renewal-1")));
    assert.equal(checkpoint.cosigners.length, trustees.length, "all of them have cosigned");
    // By the roster of the opening the newcomers' signatures are a stranger's.
    const board = { electionId: finding.electionId, openingEntry: bundle()[0], trustees: good().get("trustees") };
    const before = verifier.verifyCheckpoint({ ...board, checkpoint: good().get("checkpoint") });
    const first = trusteeNames(good().get("trustees"));
    assert.equal(before.cosigners.length, trustees.filter((name, at) => name === first[at]).length);
    // A renewal counts from its place on, and only as the board has it.
    const at = summaries().find(({ kind }) => kind === 11).index;
    const renewal = { index: at, entry: bundle()[at], file: good().get("renewal-1") };
    const verify = (changes) => verifier.verifyCheckpoint({ ...board, checkpoint: good().get("checkpoint"), renewals: [{ ...renewal, ...changes }] });
    assert.equal(verify({}).cosigners.length, trustees.length);
    assert.equal(verify({ index: bundle().length }).cosigners.length, before.cosigners.length);
    for (const changes of [
      { file: altered(renewal.file, 60) }, { file: renewal.file.slice(0, -1) }, { entry: altered(renewal.entry, renewal.entry.length - 1) }, { entry: bundle()[index] },
    ]) assert.throws(() => verify(changes), { name: "ComitiaError" });
    const without = good();
    without.delete("renewal-1");
    await assert.rejects(find({ prefix: hash }, without), FileMissing);
  });

  test("that is not there is unknown", async () => {
    assert.equal((await find({ prefix: new Uint8Array(32).fill(7) })).outcome, "unknown");
    assert.equal((await find({ prefix: new Uint8Array(17) })).outcome, "unknown", "other entries have no hash to be found by");
  });

  test("is not said to be on a board whose entries or signatures were changed", async () => {
    const { hash } = summaries().find(({ kind }) => kind === 2);
    const tile = [...good().keys()].find((path) => path.startsWith("tile/entries/"));
    const files = good();
    files.set(tile, altered(files.get(tile), files.get(tile).length - 2));
    assert.equal((await find({ prefix: hash }, files)).outcome, "broken");
    const unsigned = good();
    unsigned.set("checkpoint", altered(unsigned.get("checkpoint"), unsigned.get("checkpoint").indexOf(0x0a) + 8));
    await assert.rejects(find({ prefix: hash }, unsigned), { name: "ComitiaError" });
    await assert.rejects(find({ prefix: hash, electionId: new Uint8Array(32) }), { code: "otherElection" });
  });

  test("is not looked for by what is no receipt", async () => {
    for (const text of ["", "c2sp.org/tlog-proof@v1\n", "hello"]) {
      await assert.rejects(find({ receipt: new TextEncoder().encode(text) }), { code: "malformedLog" });
    }
  });
});

test("the entry of a failure is named, where there is one", () => {
  assert.deepEqual(["entry 1284: repeats a ciphertext of entry 3", "tile/0/000: not the hashes of the entries", "entry 0 is not an opening entry", ""].map(entryIn), [1284, null, 0, null]);
});

test("two results are the same when every option has the same votes", () => {
  const result = (votes) => [{ title: "A", options: [{ name: "x", votes, share: votes }] }];
  assert.equal(sameResult(result(3), [{ title: "A", options: [{ name: "x", votes: 3 }] }]), true);
  assert.equal(sameResult(result(3), result(4)), false);
  assert.equal(sameResult(result(3), []), false);
});

test("files and addresses of opened ballots are read, others are none", () => {
  const file = { electionId: "ab".repeat(32), ballotHash: "cd".repeat(32), ballot: "01", opening: "02" };
  assert.deepEqual(readOpenedFile(JSON.stringify(file)).ballotHash, unhex(file.ballotHash));
  assert.equal(readOpenedFile(JSON.stringify({ ...file, reference: "abcdefghijkmnpqrstuv" })).reference, "abcdefghijkmnpqrstuv");
  for (const broken of ["", "[]", "null", JSON.stringify({ ...file, ballotHash: "cd" }), JSON.stringify({ ...file, ballot: "xy" }), JSON.stringify({ ...file, opening: undefined })]) {
    assert.equal(readOpenedFile(broken), null, broken);
  }
  assert.equal(referenceIn("https://vote.example/vote/abcdefghijkmnpqrstuv#secret"), "abcdefghijkmnpqrstuv");
  assert.equal(referenceIn("elsewhere"), null);
  assert.deepEqual(readCheckAddress("abcdefghijkmnpqrstuv.abacus-dilute"), { reference: "abcdefghijkmnpqrstuv", hash: "abacus-dilute" });
  assert.deepEqual(readCheckAddress("abcdefghijkmnpqrstuv"), { reference: "abcdefghijkmnpqrstuv", hash: null });
  assert.equal(readCheckAddress("short"), null);
  assert.deepEqual(["#a%20b", "", "#%"].map(fragmentOf), ["a b", "", "%"]);
});
