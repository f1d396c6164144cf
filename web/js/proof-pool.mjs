// Workers that verify batches of ballots side by side; started as they are needed.

export class ProofPool {
  #module;
  #idle = [];
  #waiting = [];
  #workers = [];
  /** How many batches are verified at once. */
  width;

  /** @param {WebAssembly.Module} module verifier.wasm, compiled @param {number} [width] */
  constructor(module, width = Math.min(6, Math.max(1, navigator.hardwareConcurrency ?? 2))) {
    this.#module = module;
    this.width = width;
  }

  /** @param {Uint8Array} batch @returns {Promise<Uint8Array>} its outcome */
  run(batch) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject });
      this.#start();
    });
  }

  #start() {
    if (this.#waiting.length === 0) return;
    if (this.#idle.length === 0 && this.#workers.length < this.width) this.#idle.push(this.#hire());
    const worker = this.#idle.pop();
    if (!worker) return;
    const { batch, resolve, reject } = this.#waiting.shift();
    const done = (settle, value) => {
      settle(value);
      this.#idle.push(worker);
      this.#start();
    };
    worker.onmessage = ({ data }) => (data.outcome ? done(resolve, data.outcome) : done(reject, new Error(data.error)));
    worker.onerror = (event) => done(reject, new Error(event.message ?? "a worker has failed"));
    worker.postMessage({ batch }, [batch.buffer]);
  }

  #hire() {
    const worker = new Worker(new URL("./proof-worker.mjs", import.meta.url), { type: "module" });
    worker.postMessage({ module: this.#module });
    this.#workers.push(worker);
    return worker;
  }

  /** Lets all go. */
  close() {
    for (const worker of this.#workers) worker.terminate();
    this.#workers = [];
    this.#idle = [];
  }
}
