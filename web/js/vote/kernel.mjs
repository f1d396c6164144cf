// The page's side of the kernel's worker.

import { Booth } from "../booth.mjs";

/** Asks the kernel; one object a page. */
export class Kernel {
  #worker = null;
  #module;
  #waiting = new Map();
  #last = 0;

  constructor() {
    // The module is compiled while it arrives.
    this.#module = fetch("/js/booth.wasm").then((answer) => {
      if (!answer.ok) throw new Error(`/js/booth.wasm: ${answer.status}`);
      return WebAssembly.compileStreaming(answer);
    });
  }

  /** The kernel on the page itself: for what is known before a thread of its own could have started, and takes no time. @returns {Promise<Booth>} */
  async here() { return Booth.load(await this.#module); }

  /** Starts the thread; whoever asks starts it, too. */
  start() {
    if (this.#worker) return;
    this.#worker = new Worker("/js/vote/worker.mjs", { type: "module" });
    this.#worker.addEventListener("message", ({ data: { id, answer, error } }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) reject(Object.assign(new Error(error.message), error));
      else resolve(answer);
    });
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      for (const { reject } of this.#waiting.values()) reject(new Error("the kernel did not start"));
      this.#waiting.clear();
    });
    // Before anything that is asked: all wait for the same promise, in their order.
    this.#module.then((module) => this.#post("load", [module])).catch(() => {});
  }

  /** @param {string} task of worker.mjs @param {...any} values @returns {Promise<any>} */
  async ask(task, ...values) {
    this.start();
    await this.#module;
    return this.#post(task, values);
  }

  #post(task, values) {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, task, values });
    });
  }
}
