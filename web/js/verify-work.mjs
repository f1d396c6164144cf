// What a page asks of its worker.

/** Why the worker gave up. `code`, `name`, `path` are those of what it met. */
export class WorkFailed extends Error {
  constructor(failure) {
    super(failure.message);
    Object.assign(this, failure);
  }
}

export class VerifyWork {
  #worker = null;
  #last = Promise.resolve();

  /**
   * Has one thing done, after all that was asked for before.
   * @param {"record"|"ballot"|"opening"|"published"|"election"} task as verify-worker.mjs has it
   * @param {object} given
   * @param {(progress: object) => void} [tell]
   * @returns {Promise<any>}
   */
  ask(task, given, tell = () => {}) {
    const answer = this.#last.then(() => this.#do(task, given, tell));
    this.#last = answer.catch(() => {});
    return answer;
  }

  #do(task, given, tell) {
    this.#worker ??= new Worker(new URL("./verify-worker.mjs", import.meta.url), { type: "module" });
    return new Promise((resolve, reject) => {
      // The next try begins with a worker that has loaded everything anew.
      const fail = (failure) => {
        this.#worker.terminate();
        this.#worker = null;
        reject(new WorkFailed(failure));
      };
      this.#worker.onmessage = ({ data }) => {
        if (data.progress) tell(data.progress);
        else if (data.failure) fail(data.failure);
        else resolve(data.answer);
      };
      this.#worker.onerror = (event) => fail({ message: event.message ?? "the worker has failed" });
      this.#worker.postMessage({ task, given });
    });
  }
}
