// Key files of trustees that open at once: the command's own take half a second of a processor, and of tests nobody tries passphrases.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { TrusteeModule } from "../../web/js/trustee/module.mjs";

// Node.js 18 has it elsewhere.
globalThis.crypto ??= webcrypto;

/** The least that a key file may cost. */
export const least = { passes: 1, memory: 8 << 10 };

const source = new URL("../../.build/wasm-out/trustee.wasm", import.meta.url);
let compiled;
const load = () => TrusteeModule.load(compiled ??= new WebAssembly.Module(readFileSync(source)), { ask: () => new Uint8Array(), tell() {} });

/** Makes a key file with a signing key of its own, as trustees in browsers have it, where there is none. */
export async function makeKeyFile(path, passphrase) {
  if (existsSync(path)) return;
  const cost = { ...least, salt: webcrypto.getRandomValues(new Uint8Array(16)) };
  const module = await load();
  const key = module.derive(cost, new TextEncoder().encode(passphrase));
  writeFileSync(path, module.create(key, cost), { mode: 0o600 });
}
