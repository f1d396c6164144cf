// What the tests of the WebAssembly modules share.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { webcrypto } from "node:crypto";
import { Booth, Verifier } from "../../web/js/comitia.mjs";
import { Reader, Writer } from "../../web/js/wire.mjs";

// Node.js 18 has it elsewhere.
globalThis.crypto ??= webcrypto;

const root = fileURLToPath(new URL("../../", import.meta.url));
const built = (name) => join(root, ".build/debug", name);
// Of a coverage build nothing is measured here.
const environment = { ...process.env, LLVM_PROFILE_FILE: "/dev/null" };

export const moduleBytes = (name) => readFileSync(join(root, ".build/wasm-out", `${name}.wasm`));
export const loadBooth = () => Booth.load(moduleBytes("booth"));
export const loadVerifier = () => Verifier.load(moduleBytes("verifier"));
export const vectors = JSON.parse(readFileSync(join(root, "Tests/Vectors/ballots.json")));

export const recordVectors = JSON.parse(readFileSync(join(root, "Tests/Vectors/records.json")));

export const hex = (bytes) => Buffer.from(bytes).toString("hex");
export const unhex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
/** Bytes that are always the same for a number: a test that fails fails again. */
export function seeded(number, count) {
  const bytes = new Uint8Array(count);
  let state = (number * 2654435761 + 1) >>> 0;
  for (let index = 0; index < count; index++) {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    bytes[index] = state >>> 11;
  }
  return bytes;
}
/** The bytes with one bit of one of them turned over. */
export const altered = (bytes, index) => bytes.map((byte, at) => (at === index ? byte ^ 1 : byte));

/** A manifest (docs/spec/06-record.md, 6.1) with contests as the vectors have them. */
export function manifest(contests) {
  const text = (writer, value) => {
    const bytes = new TextEncoder().encode(value);
    return writer.u16(bytes.length).raw(bytes);
  };
  const writer = new Writer().raw(new TextEncoder().encode("COMITIAM")).u16(1);
  text(text(writer, "An election"), "").u64(0).u64(0).u8(0).u8(0).u8(1).u8(0).u8(contests.length);
  for (const contest of contests) {
    text(text(writer.u8(contest.kind), "A question"), "");
    writer.u16(contest.range).u32(contest.minimum).u32(contest.maximum).u8(0).u16(contest.options);
    for (let option = 1; option <= contest.options; option++) text(text(writer, `Option ${option}`), "").raw(new Uint8Array(32));
  }
  return writer.bytes.slice();
}

/** What a vector's ballot is bound to, as the modules take it. */
export const frame = (vector) =>
  ({ electionId: unhex(vector.election), jointKey: unhex(vector.key), manifest: manifest(vector.contests) });

/** The sources of the modules compiled for this machine: a process that answers the same requests. */
export class Native {
  #process = spawn(built("BoothNative"), { env: environment, stdio: ["pipe", "pipe", "inherit"] });
  #waiting = [];

  constructor() {
    createInterface({ input: this.#process.stdout }).on("line", (line) => this.#waiting.shift().resolve(unhex(line)));
    const fail = (reason) => { for (const call of this.#waiting.splice(0)) call.reject(new Error(`BoothNative: ${reason}`)); };
    this.#process.on("error", (error) => fail(`${error.message}; run: swift build --build-tests`));
    this.#process.on("exit", (code) => fail(`ended with ${code}`));
  }

  /** @returns {Promise<Uint8Array>} the answer with its status */
  answer(role, number, request) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${role} ${number} ${hex(request)}\n`);
    });
  }

  close() { this.#process.stdin.end(); }
}

/** The modules without their wrapper: any bytes in, all bytes out. */
export async function rawModules() {
  const modules = {};
  const none = { comitia: { open: () => -1, read() {}, progress() {}, random() {} } };
  for (const [role, file] of [["booth", "booth"], ["checker", "verifier"]]) {
    const { instance } = await WebAssembly.instantiate(moduleBytes(file), none);
    const exports = instance.exports;
    const memory = () => new Uint8Array(exports.memory.buffer);
    modules[role] = {
      memory,
      answer(number, request, name = `comitia_${role}`) {
        const place = exports.comitia_allocate(request.length);
        memory().set(request, place);
        const first = name === "comitia_verify" ? [] : [number];
        const result = exports[name](...first, place, request.length);
        exports.comitia_release(place);
        const count = new DataView(exports.memory.buffer).getUint32(result, true);
        const answer = memory().slice(result + 4, result + 4 + count);
        exports.comitia_release(result);
        return answer;
      },
    };
  }
  return modules;
}

/** The request that a method of the wrapper makes, caught on its way to the module. */
export async function requestsOf(load, make) {
  const object = await load();
  const caught = [];
  const original = Writer.prototype.wipe;
  Writer.prototype.wipe = function wipe() {
    if (this.bytes.some((byte) => byte !== 0)) caught.push(this.bytes.slice());
    original.call(this);
  };
  try {
    await make(object);
  } finally {
    Writer.prototype.wipe = original;
  }
  return caught;
}

/** The command `comitia`. */
export function comitia(...words) {
  const run = spawnSync(built("comitia"), words, { env: environment, encoding: "utf8", maxBuffer: 1 << 26 });
  if (run.error) throw new Error(`comitia: ${run.error.message}; run: swift build --build-tests`);
  return run;
}

/** Runs a step with a folder of its own, which is removed afterwards. */
export async function withScratch(step) {
  const folder = mkdtempSync(join(tmpdir(), "comitia-wasm-"));
  try {
    return await step(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export { Reader, Writer };
