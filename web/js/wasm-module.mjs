// A WebAssembly module of ours, loaded, and the way to call it.

import { ComitiaError } from "./errors.mjs";
import { Reader } from "./wire.mjs";

/**
 * Where a module comes from: its bytes, compiled, or an answer of `fetch`.
 * @typedef {ArrayBuffer|Uint8Array|WebAssembly.Module|Response|Promise<ArrayBuffer|Uint8Array|WebAssembly.Module|Response>} ModuleSource
 */

const none = 0xffffffff;

/** An instance with its memory. One thread, one call at a time. */
export class WasmModule {
  #exports;
  #broken = false;

  /** @param {ModuleSource} source @param {(memory: () => Uint8Array) => Record<string, Function>} [imports] what the module may call */
  static async load(source, imports = () => ({})) {
    const module = new WasmModule();
    const functions = { comitia: imports(() => module.memory) };
    let given = await source;
    if (typeof Response !== "undefined" && given instanceof Response) {
      if (!given.ok) throw new Error(`${given.url}: ${given.status}`);
      given = await given.arrayBuffer();
    }
    const instance = given instanceof WebAssembly.Module
      ? await WebAssembly.instantiate(given, functions)
      : (await WebAssembly.instantiate(given, functions)).instance;
    module.#exports = instance.exports;
    return module;
  }

  /** The memory as it is now: it moves when it grows. */
  get memory() { return new Uint8Array(this.#exports.memory.buffer); }

  /**
   * Hands over a request and returns the answer. The request is wiped on both sides.
   * @param {string} name of the exported function
   * @param {number[]} first arguments before the request
   * @param {import("./wire.mjs").Writer} request
   * @returns {Reader} the answer
   * @throws {ComitiaError} when it is refused
   */
  call(name, first, request) {
    if (this.#broken) throw new Error("the module has failed before: load it again");
    const { bytes } = request;
    let answer;
    try {
      const place = this.#exports.comitia_allocate(bytes.length);
      if (place === 0) throw new ComitiaError("outOfRange", { field: "request" });
      this.memory.set(bytes, place);
      request.wipe();
      const result = this.#exports[name](...first, place, bytes.length);
      this.#exports.comitia_release(place);
      const count = new DataView(this.#exports.memory.buffer).getUint32(result, true);
      answer = this.memory.slice(result + 4, result + 4 + count);
      this.#exports.comitia_release(result);
    } catch (error) {
      // A trap leaves memory in no known state. Only the lack of memory should ever make one.
      this.#broken = error instanceof WebAssembly.RuntimeError;
      throw error;
    } finally {
      request.wipe();
    }
    const reader = new Reader(answer);
    if (reader.u8() === 0) return reader;
    const code = reader.text();
    const details = { field: reader.text() };
    for (const key of ["contest", "option", "bound"]) {
      const value = reader.u32();
      if (value !== none) details[key] = value;
    }
    throw new ComitiaError(code, details);
  }
}
