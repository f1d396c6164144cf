// Key files of trustees that open at once: the command's own take half a second of a processor, and of tests nobody tries passphrases.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createPrivateKey, createPublicKey, webcrypto } from "node:crypto";
import { TrusteeModule } from "../../web/js/trustee/module.mjs";

// Node.js 18 has it elsewhere.
globalThis.crypto ??= webcrypto;

/** The key of Ed25519 from a seed, as RFC 8410 has it. */
const signingKey = (seed) => createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]), format: "der", type: "pkcs8" });

/** The public key of Ed25519, in hexadecimal. */
export const publicBytes = (key) => createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32).toString("hex");

/** The least that a key file may cost. */
export const least = { passes: 1, memory: 8 << 10 };

const source = new URL("../../.build/wasm-out/trustee.wasm", import.meta.url);
let compiled;
const load = (fill) => TrusteeModule.load(compiled ??= new WebAssembly.Module(readFileSync(source)), { ask: () => new Uint8Array(), tell() {}, fill });

/** Makes a key file with a signing key of its own, as trustees in browsers have it, where there is none. */
export async function makeKeyFile(path, passphrase) {
  if (!existsSync(path)) await makeKnownKeyFile(path, passphrase);
}

/** Makes a key file. @returns {Promise<import("node:crypto").KeyObject>} its signing key */
export async function makeKnownKeyFile(path, passphrase) {
  const drawn = [];
  const fill = (bytes) => {
    webcrypto.getRandomValues(bytes);
    drawn.push(Buffer.from(bytes));
  };
  const cost = { ...least, salt: webcrypto.getRandomValues(new Uint8Array(16)) };
  const module = await load(fill);
  const key = module.derive(cost, new TextEncoder().encode(passphrase));
  writeFileSync(path, module.create(key, cost), { mode: 0o600 });
  const { fingerprint } = module.status();
  return drawn.filter(({ length }) => length >= 32).map((bytes) => signingKey(bytes.subarray(0, 32))).find((made) => publicBytes(made) === fingerprint);
}
