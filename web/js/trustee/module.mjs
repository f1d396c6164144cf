// trustee.wasm: what a trustee does. It waits wherever it asks something, so it runs in a worker (`worker.mjs`).

import { fillRandom } from "../random.mjs";
import { WasmModule } from "../wasm-module.mjs";
import { Writer } from "../wire.mjs";
import { ascii, calls, counted, questions, readEvent, readJoined, readOutcome, readProblem, readState, readStatus } from "./codec.mjs";

/** How much work it is to try a passphrase: a quarter of the memory that the command takes, for browsers may have no more (docs/spec/08-trustee-network.md, 8.10). */
export const moderateCost = Object.freeze({ passes: 4, memory: 64 << 20 });

const nothing = new Uint8Array();

export class TrusteeModule {
  #module;
  #answer = nothing;
  #ask;
  #tell;
  #fill;

  /**
   * @param {import("../wasm-module.mjs").ModuleSource} source trustee.wasm
   * @param {{ask: (question: number, request: Uint8Array) => Uint8Array, tell: (event: object) => void, fill?: (bytes: Uint8Array) => void}} host answers before it returns
   */
  static async load(source, { ask, tell, fill = fillRandom }) {
    const module = new TrusteeModule();
    [module.#ask, module.#tell, module.#fill] = [ask, tell, fill];
    module.#module = await WasmModule.load(source, (memory) => module.#imports(memory));
    return module;
  }

  #imports(memory) {
    return {
      ask: (question, place, count) => {
        this.#answer = this.#respond(question, memory().slice(place, place + count));
        return this.#answer.length;
      },
      read: (place) => {
        memory().set(this.#answer, place);
        this.#answer = nothing;
      },
      random: (place, count) => {
        for (let start = 0; start < count; start += 65_536) this.#fill(memory().subarray(place + start, place + Math.min(count, start + 65_536)));
      },
    };
  }

  /** What needs no page is answered here. */
  #respond(question, request) {
    switch (question) {
      case questions.tell:
        this.#tell(readEvent(request));
        return nothing;
      case questions.readState: return readState(request);
      case questions.readJoined: return readJoined(request);
      case questions.readProblem: return readProblem(request);
      case questions.now: return new Writer().u64(Date.now()).bytes;
      default: return this.#ask(question, request);
    }
  }

  #call(number, request = new Writer()) { return this.#module.call("comitia_trustee", [number], request); }

  /** @param {Uint8Array} file @returns {{passes: number, memory: number, salt: Uint8Array}} what opening it costs */
  readCost(file) {
    const answer = this.#call(calls.readCost, new Writer().raw(file));
    return { passes: answer.u32(), memory: Number(answer.u64()), salt: answer.raw(16) };
  }

  /** The key of a passphrase. The memory stays taken: throw the module away. @returns {Uint8Array} */
  derive(cost, passphrase) { return this.#call(calls.derive, writeCost(cost).raw(passphrase)).raw(32); }

  /** Makes a key file with a fresh signing key, and opens it. @returns {Uint8Array} */
  create(key, cost) { return this.#call(calls.create, new Writer().raw(key, 32, "key").raw(writeCost(cost).bytes)).rest(); }

  /** Opens a key file. */
  open(key, file) { return readStatus(this.#call(calls.open, new Writer().raw(key, 32, "key").raw(file))); }

  /** What the open key file holds. */
  status() { return readStatus(this.#call(calls.status)); }

  /** @param {string} link @returns {{service: string, reference: string, known: boolean}} */
  readInvitation(link) {
    const answer = this.#call(calls.readInvitation, new Writer().raw(ascii(link)));
    return { service: answer.text(), reference: new TextDecoder().decode(answer.raw(20)), known: answer.u8() === 1 };
  }

  /** Accepts an invitation. @returns {object} an outcome */
  join(link, name) { return readOutcome(this.#call(calls.join, counted(new Writer(), ascii(link)).raw(ascii(name)))); }

  /** Does all that can be done now. @returns {object} an outcome */
  step(reference, { wait = 0, backedUp = false } = {}) {
    return readOutcome(this.#call(calls.step, new Writer().raw(ascii(reference), 20).u16(wait).u8(backedUp ? 1 : 0)));
  }

  /** The person has looked at a list of new trustees, and approves it. @param {string} list its digest @returns {object} an outcome */
  approve(reference, list) {
    const digest = Uint8Array.from(list.match(/../g), (pair) => parseInt(pair, 16));
    return readOutcome(this.#call(calls.approve, new Writer().raw(ascii(reference), 20).raw(digest, 32, "list")));
  }

  /** Seals under another key from now on. @returns {Uint8Array} the file */
  rekey(key, cost) { return this.#call(calls.rekey, new Writer().raw(key, 32, "key").raw(writeCost(cost).bytes)).rest(); }

  /**
   * The open file is a copy that one goes on from.
   * @param {boolean} isNewest whether a person vouches that nothing was done with the key since
   * @returns {Uint8Array} the file to be kept
   */
  restore(isNewest) { return this.#call(calls.restore, new Writer().u8(isNewest ? 1 : 0)).rest(); }

  /** The key file, as it was kept last. @returns {Uint8Array} */
  file() { return this.#call(calls.file).rest(); }
}

function writeCost({ passes, memory, salt }) { return new Writer().u32(passes).u64(memory).raw(salt, 16, "salt"); }
