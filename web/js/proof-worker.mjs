// One of the workers that verify ballots: a batch in, its outcome out.

import { Verifier } from "./verifier.mjs";

let verifier;

addEventListener("message", async ({ data }) => {
  if (data.module) {
    verifier = Verifier.load(data.module);
    // Whoever waits for a batch is told then.
    verifier.catch(() => {});
    return;
  }
  try {
    const outcome = (await verifier).verifyBatch(data.batch);
    postMessage({ outcome }, [outcome.buffer]);
  } catch (error) {
    postMessage({ error: String(error.message ?? error) });
  }
});
