// The page's side of the worker: calls it, and does for it what only a page can do. Works in Node.js too.

import { Answering, sharedMemory } from "./channel.mjs";
import { hex, malformed, questions, readRequest, unavailable, utf8, writeAnswer } from "./codec.mjs";
import { fillRandom } from "../random.mjs";
import { Reader, Writer } from "../wire.mjs";
import { moderateCost } from "./module.mjs";

/** A call that the module refused. `code` is for programs. */
export class TrusteeRefusal extends Error {
  constructor({ code, message, field }) {
    super(message);
    [this.code, this.field] = [code, field];
  }
}

/**
 * Where a page keeps the key file and copies of boards. `keep` has done so durably when it resolves.
 * @typedef {{keep(file: Uint8Array): Promise<void>, holds(board: string, path: string): Promise<boolean>, read(board: string, path: string): Promise<Uint8Array|null>,
 *   write(board: string, path: string, bytes: Uint8Array): Promise<void>, setAside(board: string): Promise<void>}} Store
 */

/** A worker with the module loaded. One call at a time: others wait. */
export class Workplace {
  #worker;
  #answering;
  #calls = new Map();
  #number = 0;
  #origin;
  #store;
  #tell;
  #ended = new AbortController();

  /**
   * @param {{worker: Worker, source: ArrayBuffer|WebAssembly.Module, origin: string, store: Store, tell?: (event: object) => void}} parts `origin`: of the service, such as
   *   `https://vote.example`
   */
  static async open({ worker, source, origin, store, tell = () => {} }) {
    const place = new Workplace();
    [place.#worker, place.#origin, place.#store, place.#tell] = [worker, origin, store, tell];
    const shared = sharedMemory();
    place.#answering = new Answering(shared, (question, request) => place.#respond(question, request));
    const take = (message) => place.#take(message);
    const fail = (error) => place.#fail(error);
    if (worker.on) worker.on("message", take).on("error", fail);
    else {
      worker.onmessage = ({ data }) => take(data);
      worker.onerror = (event) => fail(new Error(event.message ?? "the worker cannot be started"));
    }
    await place.call("load", source, shared);
    return place;
  }

  /** Calls a method of `TrusteeModule`. */
  call(name, ...words) {
    return new Promise((resolve, reject) => {
      const id = this.#number++;
      this.#calls.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call: name, words });
    });
  }

  /** Ends it, whatever it is doing: what was not kept was not said. */
  close() {
    this.#ended.abort();
    this.#worker.terminate();
    this.#fail(new Error("closed"));
  }

  #fail(error) {
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }

  #take(message) {
    if (message.event) return this.#tell(message.event);
    if (message.id === undefined) return this.#answering.take(message);
    const { resolve, reject } = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    return message.error ? reject(new TrusteeRefusal(message.error)) : resolve(message.result);
  }

  /** Answers the worker; it never waits for ever. */
  async #respond(question, request) {
    const board = () => [utf8(request.subarray(0, 20)), utf8(request.subarray(20))];
    try {
      switch (question) {
        case questions.send: return await this.#send(readRequest(request));
        case questions.keep:
          await this.#store.keep(request);
          return Uint8Array.of(0);
        case questions.holdsFile: return Uint8Array.of(await this.#store.holds(...board()) ? 1 : 0);
        case questions.readFile: {
          const file = await this.#store.read(...board());
          return file ? new Writer().u8(1).raw(file).bytes : Uint8Array.of(0);
        }
        case questions.fetchFile: return await this.#fetch(new Reader(request));
        case questions.setAside:
          await this.#store.setAside(utf8(request));
          return Uint8Array.of(0);
        default: return malformed("a question that nobody knows");
      }
    } catch (error) {
      return unavailable(error.message);
    }
  }

  async #send(request) {
    try {
      return writeAnswer(await this.#exchange(request));
    } catch (error) {
      return error instanceof TooLong ? malformed(error.message) : unavailable(reasonOf(error));
    }
  }

  async #fetch(reader) {
    const board = utf8(reader.raw(20));
    const limit = reader.u32();
    const target = reader.text();
    const path = utf8(reader.rest());
    let answer;
    try {
      answer = await this.#exchange({ method: "GET", target, limit, timeout: 3600 });
    } catch (error) {
      return error instanceof TooLong ? malformed(error.message) : unavailable(reasonOf(error));
    }
    if (answer.status < 200 || answer.status > 299) return new Writer().u8(3).u16(answer.status).raw(answer.body.subarray(0, 65_536)).bytes;
    await this.#store.write(board, path, answer.body);
    return Uint8Array.of(0);
  }

  async #exchange({ method, target, authorization, type, body, limit, timeout }) {
    const headers = {};
    if (authorization) headers.Authorization = authorization;
    if (type) headers["Content-Type"] = type;
    const given = AbortSignal.timeout((timeout || 60) * 1000);
    const signal = AbortSignal.any ? AbortSignal.any([given, this.#ended.signal]) : given;
    const answer = await fetch(this.#origin + target, { method, headers, body, signal, credentials: "omit", redirect: "error", cache: "no-store" });
    const time = Date.parse(answer.headers.get("Date") ?? "");
    return { status: answer.status, date: Number.isNaN(time) ? null : Math.floor(time / 1000), body: await bytesOf(answer, limit) };
  }
}

class TooLong extends Error {}

const reasonOf = (error) => (error.name === "TimeoutError" ? "it did not answer in time" : "the connection broke");

async function bytesOf(answer, limit) {
  const pieces = [];
  let length = 0;
  for (const reader = answer.body?.getReader(); reader;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new TooLong("an answer that is too long");
    }
    pieces.push(value);
  }
  const bytes = new Uint8Array(length);
  let place = 0;
  for (const piece of pieces) {
    bytes.set(piece, place);
    place += piece.length;
  }
  return bytes;
}

/**
 * The key of a passphrase, by a module of its own that gives its memory back.
 * @param {() => Promise<Workplace>} begin @param {string} passphrase @param {Uint8Array} [file] a key file whose cost and salt are to be taken; else a fresh one
 * @returns {Promise<{key: Uint8Array, cost: object}>}
 */
export async function deriveKey(begin, passphrase, file, cost = moderateCost) {
  const place = await begin();
  try {
    const whole = file ? await place.call("readCost", file) : { ...cost, salt: fillRandom(new Uint8Array(16)) };
    return { key: await place.call("derive", whole, new TextEncoder().encode(passphrase)), cost: whole };
  } finally {
    place.close();
  }
}

export { hex };
