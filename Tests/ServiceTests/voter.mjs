// Voters with the WebAssembly kernel, as their browsers have it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { webcrypto } from "node:crypto";
import { Booth } from "../../web/js/booth.mjs";
import { ElectionClient, toHex } from "../../web/js/election-client.mjs";
import { checkReceipt } from "../../web/js/receipt.mjs";
import { root } from "./service.mjs";

// Node.js 18 has it elsewhere.
globalThis.crypto ??= webcrypto;

let loaded;
export const booth = () => (loaded ??= Booth.load(readFileSync(join(root, ".build/wasm-out/booth.wasm"))));

export class Voter {
  /** @param {string} link the voting link, `<service>/vote/<reference>#<secret>` */
  static async open(link, options) {
    const voter = new Voter();
    const [, service, reference, secret] = link.match(/^(.*)\/vote\/([a-z0-9]+)#(.*)$/);
    voter.booth = await booth();
    voter.client = new ElectionClient(service, reference, options);
    voter.secret = Uint8Array.from(Buffer.from(secret, "base64url"));
    voter.credential = voter.booth.readCredential(voter.secret);
    return voter;
  }

  /** Reads what the booth needs, once. */
  async prepare() {
    if (this.frame) return;
    const facts = await this.client.booth();
    const { jointKey, logKey, origin } = this.booth.openElection(facts);
    this.frame = { electionId: facts.electionId, manifest: facts.manifest, jointKey };
    this.board = { logKey, origin, openingEntry: facts.openingEntry, trustees: facts.trustees };
  }

  async encrypt(choices, number) {
    await this.prepare();
    const next = number ?? (await this.client.credential(this.credential)).nextNumber;
    return this.booth.encrypt({ ...this.frame, credential: this.credential, number: next, choices });
  }

  /** Makes a ballot without sending it. */
  async ballot(choices, number) {
    const encrypted = await this.encrypt(choices, number);
    return this.booth.cast({ secret: this.secret, ballot: encrypted.ballot }).castBallot;
  }

  async cast(choices, number) { return this.send(await this.ballot(choices, number)); }

  /** Sends a ballot and checks the receipt. */
  async send(castBallot) {
    await this.prepare();
    const appended = await this.client.cast(castBallot);
    await checkReceipt(this.booth, this.board, appended, 2, castBallot);
    return { ...appended, castBallot };
  }

  /** Challenges a ballot and publishes its opening. */
  async challenge(choices) {
    const { ballot, opening } = await this.encrypt(choices);
    const challenge = this.booth.challenge({ secret: this.secret, ballot });
    await this.client.challenge(challenge);
    await this.client.publish(this.booth.publish({ secret: this.secret, ballot, opening }));
    return this.booth.cast({ secret: this.secret, ballot }).castBallot;
  }
}

/** Chooses one of so many options; none: blank. */
export const choice = (option, options = 5) => [Array.from({ length: options }, (_, index) => (index === option ? 1 : 0))];

export { toHex };
