// Comitia for browsers, their workers and Node.js: no dependencies. Modules are built by scripts/build-wasm.

export { Booth } from "./booth.mjs";
export { ComitiaError } from "./errors.mjs";
export { Verifier } from "./verifier.mjs";
