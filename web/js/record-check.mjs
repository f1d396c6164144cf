// Everything that `comitia verify` checks, of a record that is loaded from a service, with proofs verified side by side.

import { pieceKind } from "./long-entry.mjs";
import { FileMissing, bundlesOf, entriesOf, hashTilesOf, sizeNamedBy } from "./record-files.mjs";
import { RecordStore } from "./record-store.mjs";

const abortEntry = 8;
const renewalEntry = 11;

/**
 * How far the work is: bytes loaded and files, entries, or entries whose proofs are done.
 * @typedef {{stage: "loading"|"reading"|"proving", done: number, total: number, bytes: number}} Progress
 */

/**
 * Loads a record and verifies it.
 * @param {{
 *   verifier: import("./verifier.mjs").Verifier, record: import("./record-files.mjs").PublishedRecord,
 *   proofs: {width: number, run: (batch: Uint8Array) => Promise<Uint8Array>}, store?: RecordStore,
 *   electionId?: Uint8Array, receipts?: Uint8Array[], checkpoints?: Uint8Array[], tell?: (progress: Progress) => void,
 * }} work `proofs` verifies batches, so many at once
 * @returns {Promise<{report: import("./verifier.mjs").Report, entries: number, bytes: number, checkpoint: Uint8Array}>}
 * @throws {FileMissing} and `ComitiaError` with the code `notARecord` when the record is not whole
 */
export async function checkRecord({ verifier, record, proofs, store = new RecordStore(), tell = () => {}, ...given }) {
  try {
    const { entries, soFar, checkpoint } = await load(record, store, tell);
    const report = await verify({ verifier, proofs, store, given: { ...given, soFar }, tell: (progress) => tell({ ...progress, bytes: record.loaded }) });
    return { report, entries, bytes: record.loaded, checkpoint };
  } finally {
    await store.close();
  }
}

/** Loads all files. What a record must have and this one has not is for the verifier to say, but for the entries themselves. */
async function load(record, store, tell) {
  const checkpoint = await record.need("checkpoint");
  await store.add("checkpoint", checkpoint);
  const size = sizeNamedBy(checkpoint) ?? 0;
  const ends = new Map();
  for (const path of ["manifest", "trustees", "roll", "draw-opening", "tally", "result", "draw-closing", "certificate", "anchors", "anchor-solana"]) {
    const bytes = await record.file(path);
    if (bytes === null) continue;
    await store.add(path, bytes);
    ends.set(path, bytes);
  }
  const bundles = bundlesOf(size).map(({ path }) => path);
  const paths = [...bundles, ...hashTilesOf(size)];
  let [done, entries, last, renewals] = [0, 0, null, 0];
  for await (const { path, bytes } of record.inOrder(paths)) {
    await store.add(path, bytes);
    if (done < bundles.length) {
      const leaves = entriesOf(bytes);
      entries += leaves.filter((leaf) => leaf[0] !== pieceKind).length;
      last = leaves.at(-1);
      renewals += leaves.filter((leaf) => leaf[0] === renewalEntry).length;
    }
    done += 1;
    tell({ stage: "loading", done, total: paths.length, bytes: record.loaded });
  }
  for (let number = 1; number <= renewals; number += 1) {
    for (const path of [`renewal-${number}`, `renewal-${number}-checkpoint`]) {
      const bytes = await record.file(path);
      if (bytes !== null) await store.add(path, bytes);
    }
  }
  // Before the trustees have signed there is no result that one could rely on. An aborted election never has one.
  const soFar = !ends.has("certificate") && last?.[0] !== abortEntry;
  return { entries, soFar, checkpoint };
}

async function verify({ verifier, proofs, store, given, tell }) {
  let handedOut = 0;
  let [proven, total] = [0, 0];
  const progress = (stage, done, all) => {
    if (stage === "reading") return tell({ stage, done, total: all });
    [handedOut, total] = [done, all];
  };
  const steps = verifier.recordSteps((path) => store.read(path), { ...given, progress });
  steps.begin();
  const running = new Set();
  for (let batch = steps.next(); batch !== null; batch = steps.next()) {
    const upTo = handedOut;
    const work = proofs.run(batch).then((outcome) => {
      steps.add(outcome);
      running.delete(work);
      proven = Math.max(proven, upTo);
      tell({ stage: "proving", done: proven, total });
    });
    running.add(work);
    // Others have not failed unseen when one does.
    work.catch(() => {});
    if (running.size > proofs.width) await Promise.race(running);
  }
  await Promise.all(running);
  return steps.finish();
}

export { FileMissing };
