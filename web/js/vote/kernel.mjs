// The page's side of the kernel's worker.

/** Asks the kernel; one object a page. */
export class Kernel {
  #worker = new Worker("/js/vote/worker.mjs", { type: "module" });
  #waiting = new Map();
  #last = 0;

  constructor() {
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
  }

  /** Starts the kernel; the module is compiled while it arrives. */
  async load() {
    const answer = await fetch("/js/booth.wasm");
    if (!answer.ok) throw new Error(`/js/booth.wasm: ${answer.status}`);
    await this.ask("load", await WebAssembly.compileStreaming(answer));
  }

  /** @param {string} task of worker.mjs @param {...any} values @returns {Promise<any>} */
  ask(task, ...values) {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, task, values });
    });
  }
}
