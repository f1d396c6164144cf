// How a worker that runs a WebAssembly module waits for answers that only the page can get: from the network, from storage. The worker sleeps on shared memory until
// the page has put the answer there, piece by piece. Shared memory needs a page that is isolated from other origins.

const places = { state: 0, length: 1 };
const [waiting, ready] = [0, 1];
const pieceLength = 1 << 20;

/** What both sides share. */
export function sharedMemory() { return { control: new SharedArrayBuffer(8), piece: new SharedArrayBuffer(pieceLength) }; }

/** In the worker: asks and waits. */
export class Asking {
  #control;
  #piece;
  #post;

  /** @param {{control: SharedArrayBuffer, piece: SharedArrayBuffer}} shared @param {(message: object) => void} post to the page */
  constructor({ control, piece }, post) {
    this.#control = new Int32Array(control);
    this.#piece = new Uint8Array(piece);
    this.#post = post;
  }

  #turn(message) {
    Atomics.store(this.#control, places.state, waiting);
    this.#post(message);
    Atomics.wait(this.#control, places.state, waiting);
    return Atomics.load(this.#control, places.length);
  }

  /** @param {number} question @param {Uint8Array} request @returns {Uint8Array} the answer */
  ask(question, request) {
    const length = this.#turn({ question, request });
    const answer = new Uint8Array(length);
    for (let start = 0; start < length; start += pieceLength) {
      if (start > 0) this.#turn({ more: start });
      answer.set(this.#piece.subarray(0, Math.min(pieceLength, length - start)), start);
    }
    return answer;
  }
}

/** In the page: answers. */
export class Answering {
  #control;
  #piece;
  #answer = new Uint8Array();
  #respond;

  /** @param {{control: SharedArrayBuffer, piece: SharedArrayBuffer}} shared @param {(question: number, request: Uint8Array) => Promise<Uint8Array>} respond */
  constructor({ control, piece }, respond) {
    this.#control = new Int32Array(control);
    this.#piece = new Uint8Array(piece);
    this.#respond = respond;
  }

  /** Takes a message of the worker's `Asking`. */
  async take({ question, request, more }) {
    if (more === undefined) this.#answer = await this.#respond(question, request);
    const start = more ?? 0;
    this.#piece.set(this.#answer.subarray(start, start + pieceLength));
    Atomics.store(this.#control, places.length, this.#answer.length);
    Atomics.store(this.#control, places.state, ready);
    Atomics.notify(this.#control, places.state);
  }
}
