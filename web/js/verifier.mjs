// What a checker does, who need not be served by those who serve the booth: verifier.wasm.

import { inclusionRequest } from "./booth.mjs";
import { calls } from "./calls.mjs";
import { fillRandom } from "./random.mjs";
import { WasmModule } from "./wasm-module.mjs";
import { Writer } from "./wire.mjs";

/**
 * What ballots of an election are bound to.
 * @typedef {{electionId: Uint8Array, jointKey: Uint8Array, manifest: Uint8Array}} Frame
 */

/**
 * Whose signatures count: what the election id stands for. The opening entry as the board has it, the record's file `trustees`.
 * @typedef {{electionId: Uint8Array, openingEntry: Uint8Array, trustees: Uint8Array}} Board
 */

/**
 * A checkpoint with good signatures. `witnessed`: as many trustees cosigned as the election asks for. Times in Unix seconds.
 * @typedef {{size: bigint, root: Uint8Array, quorum: number, cosigners: {trustee: number, time: bigint}[], witnessed: boolean}} VerifiedCheckpoint
 */

/**
 * The report of docs/spec/07-verification.md, 7.3.
 * `soFar`: of a board before its end or its result, for which checks 9 to 12 are not due.
 * @typedef {{ok: boolean, electionId: string|null, selfConsistentOnly: boolean, soFar?: boolean, aborted: string|null, checks: {id: number, name: string, ok: boolean, detail: string}[],
 *   notRun: number[], contests?: {title: string, options: {name: string, votes: number}[]}[]}} Report
 */

/**
 * What is known from outside a record, whether its board is verified as far as it is, and whom to tell how far the work is.
 * @typedef {{electionId?: Uint8Array, checkpoints?: Uint8Array[], receipts?: Uint8Array[], soFar?: boolean,
 *   progress?: (stage: "reading"|"proving", done: number, total: number) => void}} Given
 */

/**
 * What an entry of the board is, and by which hash it is found: the tracker of a cast ballot, the ballot hash of a challenge or an opened ballot.
 * @typedef {{index: number, kind: number, time: number, hash: Uint8Array, credential: Uint8Array, leafHash: Uint8Array}} EntrySummary
 */

const stepNumbers = { begin: 0, next: 1, add: 2, finish: 3 };

export class Verifier {
  #module;
  #host = new Host();

  /** @param {import("./wasm-module.mjs").ModuleSource} source verifier.wasm */
  static async load(source) {
    const verifier = new Verifier();
    verifier.#module = await WasmModule.load(source, (memory) => verifier.#host.imports(memory));
    return verifier;
  }

  #call(number, request) { return this.#module.call("comitia_checker", [number], request); }

  /** @returns {number} of the specification */
  version() { return this.#call(calls.version, new Writer()).u16(); }

  /** Makes a credential, on the voter's own device. @returns {{secret: Uint8Array, credential: Uint8Array}} */
  makeCredential({ seed = fillRandom(new Uint8Array(64)) } = {}) {
    const answer = this.#call(calls.makeCredential, new Writer().raw(seed, 64, "seed"));
    return { secret: answer.raw(32), credential: answer.raw(32) };
  }

  /**
   * Proves that who registers a credential for an account has its secret.
   * @param {{secret: Uint8Array, election: string, account: string, seed?: Uint8Array}} registration the election's reference and the account's id
   * @returns {Uint8Array} 64 bytes
   */
  proveCredential({ secret, election, account, seed = fillRandom(new Uint8Array(64)) }) {
    const bytes = (text) => new TextEncoder().encode(text);
    const request = new Writer().raw(secret, 32, "secret").raw(seed, 64, "seed").blob(bytes(election), "election").blob(bytes(account), "account");
    return this.#call(calls.proveCredential, request).raw(64);
  }

  /** Bytes of memory in use. */
  get memoryBytes() { return this.#module.memory.length; }

  /** As `Booth.openElection`. */
  openElection({ electionId, manifest, openingEntry }) {
    const request = new Writer().raw(electionId, 32, "electionId").blob(manifest, "manifest").blob(openingEntry, "openingEntry");
    const answer = this.#call(calls.openElection, request);
    return { jointKey: answer.raw(32), bits: answer.u16(), logKey: answer.raw(32), origin: answer.text(), draw: answer.raw(32) };
  }

  /**
   * Checks that a challenged ballot is what its opening says.
   * @param {Frame & {ballot: Uint8Array, opening: Uint8Array}} challenged
   * @returns {{ballotHash: Uint8Array, choices: number[][]}} to be compared with what the booth showed and the voter chose
   */
  checkOpening({ ballot, opening, ...frame }) {
    return this.#opened(this.#call(calls.checkOpening, this.#frame(frame).blob(ballot, "ballot").blob(opening, "opening")));
  }

  /** The same for one that was published. @param {Frame & {openedBallot: Uint8Array}} published */
  verifyOpened({ openedBallot, ...frame }) {
    return this.#opened(this.#call(calls.verifyOpened, this.#frame(frame).blob(openedBallot, "openedBallot")));
  }

  /**
   * Verifies proof and signature of a cast ballot.
   * @param {Frame & {castBallot: Uint8Array}} cast
   * @returns {{tracker: Uint8Array, credential: Uint8Array}}
   */
  verifyBallot({ castBallot, ...frame }) {
    const answer = this.#call(calls.verifyBallot, this.#frame(frame).blob(castBallot, "castBallot"));
    return { tracker: answer.raw(32), credential: answer.raw(32) };
  }

  /** As `Booth.verifyInclusion`. */
  verifyInclusion(proof) { this.#call(calls.verifyInclusion, inclusionRequest(proof)); }

  /**
   * Verifies that a tree begins with an earlier one.
   * @param {{oldSize: bigint|number, oldRoot: Uint8Array, newSize: bigint|number, newRoot: Uint8Array, hashes: Uint8Array[]}} proof
   */
  verifyConsistency({ oldSize, oldRoot, newSize, newRoot, hashes }) {
    const request = new Writer().u64(oldSize).raw(oldRoot, 32, "oldRoot").u64(newSize).raw(newRoot, 32, "newRoot").u8(hashes.length);
    for (const hash of hashes) request.raw(hash, 32, "hash");
    this.#call(calls.verifyConsistency, request);
  }

  /** @param {Board & {checkpoint: Uint8Array}} signed @returns {VerifiedCheckpoint} */
  verifyCheckpoint({ checkpoint, ...board }) {
    return this.#checkpoint(this.#call(calls.verifyCheckpoint, this.#board(board).blob(checkpoint, "checkpoint")));
  }

  /**
   * Verifies that an entry is on the board, and for a cast ballot that the receipt shows its tracker.
   * @param {Board & {receipt: Uint8Array, entry: Uint8Array}} receipt
   * @returns {{index: bigint, kind: number, tracker: Uint8Array, checkpoint: VerifiedCheckpoint}}
   */
  verifyReceipt({ receipt, entry, ...board }) {
    const answer = this.#call(calls.verifyReceipt, this.#board(board).blob(receipt, "receipt").blob(entry, "entry"));
    return { index: answer.u64(), kind: answer.u8(), tracker: answer.raw(32), checkpoint: this.#checkpoint(answer) };
  }

  /**
   * Verifies a whole record. Takes as long as it takes: call it in a worker.
   * @param {(path: string) => Uint8Array|null|undefined} read a file of the record by its path, without delay: in a worker by a synchronous request, in
   *   Node.js from disk; nothing if there is none
   * @param {Given} [given]
   * @returns {Report}
   * @throws {ComitiaError} `notARecord` when a file is missing
   */
  verifyRecord(read, given = {}) {
    const answer = this.#host.during({ read, progress: given.progress }, () => this.#module.call("comitia_verify", [], recordRequest(given)));
    return JSON.parse(new TextDecoder().decode(answer.rest()));
  }

  /**
   * The same in steps, so that others verify batches of ballots meanwhile: `begin`, `next` until it gives nothing, `add` what `verifyBatch` of any instance
   * answered to each batch, then `finish`.
   * @param {(path: string) => Uint8Array|null|undefined} read as for `verifyRecord`
   * @param {Given} [given]
   */
  recordSteps(read, given = {}) {
    const step = (name, request = new Writer()) =>
      this.#host.during({ read, progress: given.progress }, () => this.#module.call("comitia_verify_step", [stepNumbers[name]], request)).rest();
    return {
      /** Reads the board once: all checks but proofs of ballots, and what follows from them. */
      begin() { step("begin", recordRequest(given)); },
      /** @returns {Uint8Array|null} a batch; nothing after the last */
      next() {
        const batch = step("next");
        return batch.length > 0 ? batch : null;
      },
      /** @param {Uint8Array} outcome */
      add(outcome) { step("add", new Writer().raw(outcome)); },
      /** @returns {Report} */
      finish() { return JSON.parse(new TextDecoder().decode(step("finish"))); },
    };
  }

  /** @param {Uint8Array} batch of `recordSteps` @returns {Uint8Array} its outcome */
  verifyBatch(batch) { return this.#call(calls.verifyBatch, new Writer().raw(batch)).rest(); }

  /**
   * Reads a bundle of the board, going on from those before: after the last the root is the board's.
   * @param {{size: number, frontier: Uint8Array[], pieces?: Uint8Array[], bundle: Uint8Array, count: number}} next leaves before, their frontier, and those
   *   of them that are pieces of an entry not ended: none at the start
   * @returns {{size: number, frontier: Uint8Array[], root: Uint8Array, entries: EntrySummary[], open: number}} a summary for each leaf, a piece having kind 10;
   *   `open`: so many leaves at the end are pieces of an entry that is not ended
   */
  readBundle({ size, frontier, pieces = [], bundle, count }) {
    const request = new Writer().u64(size).u8(frontier.length);
    for (const hash of frontier) request.raw(hash, 32, "frontier");
    request.u8(pieces.length);
    for (const piece of pieces) request.blob(piece, "piece");
    const answer = this.#call(calls.readBundle, request.blob(bundle, "bundle").u16(count));
    const after = Array.from({ length: answer.u8() }, () => answer.raw(32));
    const root = answer.raw(32);
    const entries = Array.from({ length: answer.u16() }, (_, at) => ({
      index: size + at, kind: answer.u8(), time: Number(answer.u64()), hash: answer.raw(32), credential: answer.raw(32), leafHash: answer.raw(32),
    }));
    return { size: size + entries.length, frontier: after, root, entries, open: answer.u8() };
  }

  #frame({ electionId, jointKey, manifest }) {
    return new Writer().raw(electionId, 32, "electionId").raw(jointKey, 32, "jointKey").blob(manifest, "manifest");
  }

  #board({ electionId, openingEntry, trustees, renewals = [] }) {
    const request = new Writer().raw(electionId, 32, "electionId").blob(openingEntry, "openingEntry").blob(trustees, "trustees").u8(renewals.length);
    for (const { index, entry, file } of renewals) request.u64(index).blob(entry, "entry").blob(file, "renewal");
    return request;
  }

  #opened(answer) {
    const ballotHash = answer.raw(32);
    const choices = Array.from({ length: answer.u8() }, () => Array.from({ length: answer.u16() }, () => answer.u32()));
    return { ballotHash, choices };
  }

  #checkpoint(answer) {
    const [size, root, quorum] = [answer.u64(), answer.raw(32), answer.u8()];
    const cosigners = Array.from({ length: answer.u8() }, () => ({ trustee: answer.u8(), time: answer.u64() }));
    return { size, root, quorum, cosigners, witnessed: cosigners.length >= quorum };
  }
}

/** @param {Given} given */
function recordRequest({ electionId, checkpoints = [], receipts = [], soFar = false }) {
  const request = new Writer().u8(soFar ? 1 : 0).u8(electionId ? 1 : 0);
  if (electionId) request.raw(electionId, 32, "electionId");
  for (const list of [checkpoints, receipts]) {
    request.u8(list.length);
    for (const bytes of list) request.blob(bytes);
  }
  return request;
}

/** What the module calls while it verifies a record. */
class Host {
  #work = null;
  #file = null;
  #failure = null;

  /** Runs `step` with the caller's functions; what they throw is thrown again once the module has returned. */
  during(work, step) {
    [this.#work, this.#file, this.#failure] = [work, null, null];
    try {
      const result = step();
      if (this.#failure) throw this.#failure.error;
      return result;
    } catch (error) {
      throw this.#failure?.error ?? error;
    } finally {
      [this.#work, this.#file] = [null, null];
    }
  }

  /** @param {() => Uint8Array} memory */
  imports(memory) {
    const guarded = (step, otherwise) => {
      if (this.#failure) return otherwise;
      try {
        return step();
      } catch (error) {
        this.#failure = { error };
        return otherwise;
      }
    };
    return {
      open: (path, count) => guarded(() => {
        const name = String.fromCharCode(...memory().subarray(path, path + count));
        this.#file = this.#work?.read(name) ?? null;
        // More than a module can hold is as good as absent.
        return this.#file && this.#file.length < 2 ** 30 ? this.#file.length : -1;
      }, -1),
      read: (destination) => {
        memory().set(this.#file, destination);
        this.#file = null;
      },
      progress: (stage, done, total) => guarded(() => this.#work?.progress?.(stage === 0 ? "reading" : "proving", done, total)),
      random: (destination, count) => { fillRandom(memory().subarray(destination, destination + count)); },
    };
  }
}
