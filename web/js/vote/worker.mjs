// The kernel on a thread of its own, so that encrypting never makes the page stand still.

import { Booth } from "../booth.mjs";
import { checkReceipt } from "../receipt.mjs";

let loading = null;

/** What the page may ask. */
const tasks = {
  load: (module) => { loading = Booth.load(module); },
  encrypt: async (ballot) => (await loading).encrypt(ballot),
  cast: async (signer) => (await loading).cast(signer),
  challenge: async (signer) => (await loading).challenge(signer),
  publish: async (signer) => (await loading).publish(signer),
  track: async (castBallot) => (await loading).track(castBallot),
  checkReceipt: async (board, appended, kind, body) => checkReceipt(await loading, board, appended, kind, body),
};

addEventListener("message", async ({ data: { id, task, values } }) => {
  try {
    postMessage({ id, answer: await tasks[task](...values) });
  } catch (error) {
    postMessage({ id, error: { name: error.name, message: error.message, code: error.code } });
  }
});
