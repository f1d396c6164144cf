// The worker in which trustee.wasm runs, in a browser or in Node.js. The page sends calls, one after the other; the worker asks the page for what it needs and tells
// what happens.

import { Asking } from "./channel.mjs";
import { TrusteeModule } from "./module.mjs";

const port = globalThis.postMessage ? globalThis : (await import("node:worker_threads")).parentPort;
const listen = (take) => { if (port === globalThis) port.onmessage = ({ data }) => take(data); else port.on("message", take); };

let asking;
const module = (source) => TrusteeModule.load(source, {
  ask: (question, request) => asking.ask(question, request),
  tell: (event) => port.postMessage({ event }),
});
let trustee;

async function perform({ call, words }) {
  if (call === "load") {
    asking = new Asking(words[1], (message) => port.postMessage(message));
    trustee = await module(words[0]);
    return undefined;
  }
  return trustee[call](...words);
}

let last = Promise.resolve();
listen((message) => {
  last = last.then(async () => {
    try {
      port.postMessage({ id: message.id, result: await perform(message) });
    } catch (error) {
      port.postMessage({ id: message.id, error: { code: error.code ?? "failed", message: error.message, field: error.field } });
    }
  });
});
