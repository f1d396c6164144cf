// What a voter's device does to vote: booth.wasm.

import { calls } from "./calls.mjs";
import { fillRandom } from "./random.mjs";
import { WasmModule } from "./wasm-module.mjs";
import { Writer } from "./wire.mjs";

/** @returns {Uint8Array} 64 bytes of the platform's generator */
const freshSeed = () => fillRandom(new Uint8Array(64));

/**
 * A ballot that was encrypted. `opening` is the voter's secret until the ballot is challenged; then it shows what the ballot says.
 * @typedef {{ballotHash: Uint8Array, ballot: Uint8Array, opening: Uint8Array}} EncryptedBallot
 */

/**
 * Secrets are wiped from the module's memory after each call, and from requests. What a browser compiled of them, or its engine's garbage collector left behind,
 * is beyond any page's reach; wipe with `fill(0)` what a method returned as soon as it has been used.
 *
 * Every `seed` is 64 random bytes, taken from the platform when left out. Never use one twice; only tests give one.
 */
export class Booth {
  #module;

  /** @param {import("./wasm-module.mjs").ModuleSource} source booth.wasm */
  static async load(source) {
    const booth = new Booth();
    booth.#module = await WasmModule.load(source);
    return booth;
  }

  #call(number, request) { return this.#module.call("comitia_booth", [number], request); }

  /** @returns {number} of the specification */
  version() { return this.#call(calls.version, new Writer()).u16(); }

  /** Bytes of memory in use. */
  get memoryBytes() { return this.#module.memory.length; }

  /**
   * Checks that manifest and joint key are those that an election id stands for.
   * @param {{electionId: Uint8Array, manifest: Uint8Array, openingEntry: Uint8Array}} election the opening entry as the board has it
   * @returns {{jointKey: Uint8Array, bits: number, logKey: Uint8Array, origin: string, draw: Uint8Array}} and who signs the checkpoints of its board, and
   *   the output of the opening draw
   */
  openElection({ electionId, manifest, openingEntry }) {
    const request = new Writer().raw(electionId, 32, "electionId").blob(manifest, "manifest").blob(openingEntry, "openingEntry");
    const answer = this.#call(calls.openElection, request);
    return { jointKey: answer.raw(32), bits: answer.u16(), logKey: answer.raw(32), origin: answer.text(), draw: answer.raw(32) };
  }

  /** Makes a credential. @returns {{secret: Uint8Array, credential: Uint8Array}} */
  makeCredential({ seed = freshSeed() } = {}) {
    const answer = this.#call(calls.makeCredential, new Writer().raw(seed, 64, "seed"));
    return { secret: answer.raw(32), credential: answer.raw(32) };
  }

  /** @param {Uint8Array} secret @returns {Uint8Array} the public credential */
  readCredential(secret) { return this.#call(calls.readCredential, new Writer().raw(secret, 32, "secret")).raw(32); }

  /**
   * Encrypts choices and proves that they keep the rules. Show `ballotHash` to the voter before asking whether to cast or to challenge.
   * @param {{electionId: Uint8Array, jointKey: Uint8Array, manifest: Uint8Array, credential: Uint8Array, number: number, choices: number[][],
   *   seed?: Uint8Array}} ballot `number`: 1, or one more than the largest number of a ballot that the board shows cast with this credential, or that this
   *   device made for it; `choices`: for each contest the value of each option
   * @returns {EncryptedBallot}
   */
  encrypt({ electionId, jointKey, manifest, credential, number, choices, seed = freshSeed() }) {
    const request = new Writer().raw(electionId, 32, "electionId").raw(jointKey, 32, "jointKey").blob(manifest, "manifest")
      .raw(credential, 32, "credential").u32(number).raw(seed, 64, "seed").u8(choices.length);
    for (const contest of choices) {
      request.u16(contest.length);
      for (const value of contest) request.u32(value);
    }
    const answer = this.#call(calls.encrypt, request);
    return { ballotHash: answer.raw(32), ballot: answer.blob(), opening: answer.blob() };
  }

  /**
   * Signs a ballot to cast it.
   * @param {{secret: Uint8Array, ballot: Uint8Array, seed?: Uint8Array}} signer
   * @returns {{tracker: Uint8Array, castBallot: Uint8Array}}
   */
  cast({ secret, ballot, seed = freshSeed() }) {
    const request = new Writer().raw(secret, 32, "secret").raw(seed, 64, "seed").blob(ballot, "ballot");
    const answer = this.#call(calls.cast, request);
    return { tracker: answer.raw(32), castBallot: answer.blob() };
  }

  /**
   * Signs a ballot to challenge it: it will be opened and never counted.
   * @param {{secret: Uint8Array, ballot: Uint8Array, seed?: Uint8Array}} signer
   * @returns {Uint8Array} to be logged before the opening is given to anyone
   */
  challenge({ secret, ballot, seed = freshSeed() }) {
    const request = new Writer().raw(secret, 32, "secret").raw(seed, 64, "seed").blob(ballot, "ballot");
    return this.#call(calls.challenge, request).blob();
  }

  /**
   * Signs the opening of a challenged ballot to publish it.
   * @param {{secret: Uint8Array, ballot: Uint8Array, opening: Uint8Array, seed?: Uint8Array}} signer
   * @returns {Uint8Array} the opened ballot
   */
  publish({ secret, ballot, opening, seed = freshSeed() }) {
    const request = new Writer().raw(secret, 32, "secret").raw(seed, 64, "seed").blob(ballot, "ballot").blob(opening, "opening");
    return this.#call(calls.publish, request).blob();
  }

  /**
   * Verifies that a leaf is at an index of a tree. Whose the root is, a checkpoint's signature says.
   * @param {{leafHash: Uint8Array, index: bigint|number, size: bigint|number, root: Uint8Array, hashes: Uint8Array[]}} proof
   */
  verifyInclusion(proof) { this.#call(calls.verifyInclusion, inclusionRequest(proof)); }

  /**
   * Verifies an Ed25519 signature.
   * @param {{publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array}} signed
   */
  async verifySignature({ publicKey, signature, message }) {
    const hashed = new Uint8Array([...signature.subarray(0, 32), ...publicKey, ...message]);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-512", hashed));
    this.#call(calls.verifySignature, new Writer().raw(publicKey, 32, "publicKey").raw(signature, 64, "signature").raw(hash));
  }

  /** @param {Uint8Array} castBallot @returns {Uint8Array} its tracker */
  track(castBallot) { return this.#call(calls.track, new Writer().raw(castBallot)).raw(32); }
}

/** @param {{leafHash: Uint8Array, index: bigint|number, size: bigint|number, root: Uint8Array, hashes: Uint8Array[]}} proof */
export function inclusionRequest({ leafHash, index, size, root, hashes }) {
  const request = new Writer().raw(leafHash, 32, "leafHash").u64(index).u64(size).raw(root, 32, "root").u8(hashes.length);
  for (const hash of hashes) request.raw(hash, 32, "hash");
  return request;
}
