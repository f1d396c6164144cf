// Does the work of the verifying pages beside the page, so that it stays alive: one thing at a time, told on the way how far it is.

import { findBallot } from "./ballot-search.mjs";
import { ProofPool } from "./proof-pool.mjs";
import { checkRecord } from "./record-check.mjs";
import { PublishedRecord } from "./record-files.mjs";
import { Verifier } from "./verifier.mjs";

const compiled = WebAssembly.compileStreaming(fetch(new URL("./verifier.wasm", import.meta.url)));
const verifier = compiled.then((module) => Verifier.load(module));
// Whoever asks for work is told.
verifier.catch(() => {});

// More often, and the page would do nothing but tell.
const tellEvery = 80;

function teller() {
  let last = 0;
  return (progress) => {
    const now = Date.now();
    if (now - last < tellEvery && progress.done !== progress.total) return;
    last = now;
    postMessage({ progress });
  };
}

const tasks = {
  async record({ reference, ...given }) {
    const proofs = new ProofPool(await compiled);
    try {
      return await checkRecord({ verifier: await verifier, record: new PublishedRecord("", reference), proofs, ...given, tell: teller() });
    } finally {
      proofs.close();
    }
  },

  async ballot({ reference, ...given }) {
    return findBallot({ verifier: await verifier, record: new PublishedRecord("", reference), ...given, tell: teller() });
  },

  async opening(ballot) { return (await verifier).checkOpening(ballot); },

  async published(ballot) { return (await verifier).verifyOpened(ballot); },

  async election(election) { return (await verifier).openElection(election); },
};

addEventListener("message", async ({ data: { task, given } }) => {
  try {
    postMessage({ answer: await tasks[task](given) });
  } catch (error) {
    postMessage({ failure: { name: error.name, message: error.message, code: error.code, path: error.path ?? error.field, isAbsent: error.isAbsent } });
  }
});
