// A trustee as a browser runs it, in Node.js: trustee.wasm in a worker thread, its key file and copies of boards in memory.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { Workplace, deriveKey } from "../../web/js/trustee/workplace.mjs";
import { least } from "./key-file.mjs";
import { root } from "./service.mjs";

const source = new WebAssembly.Module(readFileSync(join(root, ".build/wasm-out/trustee.wasm")));
export class MemoryStore {
  file = null;
  kept = 0;
  boards = new Map();

  async keep(file) {
    this.file = file;
    this.kept += 1;
  }

  async holds(board, path) { return this.boards.has(`${board}/${path}`); }
  async read(board, path) { return this.boards.get(`${board}/${path}`) ?? null; }
  async write(board, path, bytes) { this.boards.set(`${board}/${path}`, bytes); }
  async setAside() { this.boards.clear(); }
}

export class WasmTrustee {
  events = [];
  outcomes = [];
  store = new MemoryStore();

  constructor(service, name) { [this.service, this.name, this.passphrase] = [service, name, `the passphrase of ${name}`]; }

  #begin() {
    return Workplace.open({
      worker: new Worker(new URL("../../web/js/trustee/worker.mjs", import.meta.url)), source, origin: this.service.address, store: this.store,
      tell: (event) => this.events.push(event),
    });
  }

  /** Makes a key file. */
  async create() {
    const { key, cost } = await deriveKey(() => this.#begin(), this.passphrase, undefined, least);
    this.place = await this.#begin();
    await this.store.keep(await this.place.call("create", key, cost));
  }

  /** Opens the key file that is kept, or another one, in a worker of its own. */
  async open(passphrase = this.passphrase, file = this.store.file) {
    this.place?.close();
    const { key } = await deriveKey(() => this.#begin(), passphrase, file);
    this.place = await this.#begin();
    return this.place.call("open", key, file);
  }

  async join(link) {
    const outcome = await this.place.call("join", link, this.name);
    if (outcome.kind !== "waiting") throw new Error(JSON.stringify(outcome));
    this.reference = /#([a-z0-9]{20})\./.exec(link)[1];
  }

  async step(options) {
    const outcome = await this.place.call("step", this.reference, options);
    this.outcomes.push(outcome);
    return outcome;
  }

  close() { this.place?.close(); }
}
