// No bytes make a module trap, memory does not grow, and secrets do not stay in it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { calls } from "../../web/js/calls.mjs";
import { Native, frame, hex, loadBooth, loadVerifier, rawModules, requestsOf, seeded, unhex, vectors } from "./support.mjs";

const rounds = process.env.COMITIA_LONG === "1" ? 40 : 4;
const vector = vectors.find((candidate) => candidate.castBallot);
const secret = unhex(vector.credentialSecret);
let native, raw;

before(async () => {
  raw = await rawModules();
  native = new Native();
});
after(() => native.close());

/** A good request for every call that has one without a record. */
async function goodRequests() {
  const of = frame(vector);
  let made, openedBallot;
  const voter = await requestsOf(loadBooth, (booth) => {
    made = booth.encrypt({ ...of, credential: unhex(vector.credential), number: vector.number, choices: vector.values, seed: seeded(1, 64) });
    booth.cast({ secret, ballot: made.ballot, seed: seeded(2, 64) });
    booth.challenge({ secret, ballot: made.ballot, seed: seeded(3, 64) });
    openedBallot = booth.publish({ secret, ...made, seed: seeded(4, 64) });
  });
  const checker = await requestsOf(loadVerifier, (verifier) => {
    verifier.checkOpening({ ...of, ...made });
    verifier.verifyBallot({ ...of, castBallot: unhex(vector.castBallot) });
    verifier.verifyOpened({ ...of, openedBallot });
    const [leaf, sibling] = [seeded(5, 32), seeded(6, 32)];
    for (const proof of [{ index: 0, size: 2 }, { index: 2n ** 63n, size: 2n ** 64n - 1n }]) {
      assert.throws(() => verifier.verifyInclusion({ leafHash: leaf, root: leaf, hashes: [sibling], ...proof }));
    }
    assert.throws(() => verifier.verifyConsistency({ oldSize: 1, oldRoot: leaf, newSize: 2n ** 64n - 1n, newRoot: leaf, hashes: [sibling] }));
  });
  return [
    ...[calls.encrypt, calls.cast, calls.challenge, calls.publish].map((call, index) => ["booth", call, voter[index]]),
    ...[calls.checkOpening, calls.verifyBallot, calls.verifyOpened, calls.verifyInclusion, calls.verifyInclusion, calls.verifyConsistency]
      .map((call, index) => ["checker", call, checker[index]]),
  ];
}

/** A request with some bytes changed, cut or put in. */
function mutated(request, number) {
  const random = seeded(number, 16);
  const bytes = Array.from(request);
  for (let change = 0; change <= random[0] % 3; change++) {
    const at = (random[1 + change] << 8 | random[4 + change]) % (bytes.length + 1);
    const value = [0, 255, 127, 128, random[7 + change]][random[10 + change] % 5];
    if (random[13] % 4 === 0) bytes.splice(at, 1 + random[14] % 40);
    else if (random[13] % 4 === 1) bytes.splice(at, 0, value);
    else bytes[Math.min(at, bytes.length - 1)] = value;
  }
  return Uint8Array.from(bytes);
}

test("random and damaged requests never trap, and have the same answer natively", async () => {
  const good = await goodRequests();
  for (const [role, call, request] of good) {
    for (let number = 0; number < 40 * rounds; number++) {
      const damaged = mutated(request, number);
      assert.equal(hex(raw[role].answer(call, damaged)), hex(await native.answer(role, call, damaged)), `${role} ${call}, damage ${number}`);
    }
  }
  for (let number = 0; number < 500 * rounds; number++) {
    const request = seeded(number, seeded(number, 1)[0] * 2);
    const role = number % 2 ? "booth" : "checker";
    const call = number % 18;
    assert.equal(hex(raw[role].answer(call, request)), hex(await native.answer(role, call, request)), `${role} ${call}, bytes ${number}`);
  }
});

test("a request to verify a record may be any bytes", () => {
  for (let number = 0; number < 500 * rounds; number++) {
    assert.equal(raw.checker.answer(0, seeded(number, number % 300), "comitia_verify")[0], 1);
  }
});

test("memory does not grow over 10 000 calls", async () => {
  const [booth, verifier] = await Promise.all([loadBooth(), loadVerifier()]);
  const of = frame(vector);
  const castBallot = unhex(vector.castBallot);
  const step = () => {
    const { ballot } = booth.encrypt({ ...of, credential: unhex(vector.credential), number: vector.number, choices: vector.values });
    booth.cast({ secret, ballot });
    assert.throws(() => booth.cast({ secret, ballot: ballot.slice(0, 100) }));
    verifier.verifyBallot({ ...of, castBallot });
  };
  for (let number = 0; number < 50; number++) step();
  const [before, verifierBefore] = [booth.memoryBytes, verifier.memoryBytes];
  for (let number = 0; number < 2500; number++) step();
  assert.equal(booth.memoryBytes, before);
  assert.equal(verifier.memoryBytes, verifierBefore);
  assert.ok(before <= 4 << 20, `${before} bytes`);
});

test("no secret stays in the module's memory", async () => {
  const { booth } = await rawModules();
  const requests = (await goodRequests()).filter(([role]) => role === "booth");
  const answers = requests.map(([, call, request]) => booth.answer(call, request));
  const memory = Buffer.from(booth.memory());
  // The opening: 33 bytes a bit, of which 32 are the randomness, at the end of the answer.
  const opening = answers[0].slice(-33 * ((answers[0].length - 33 - 8 - 166) / 225 | 0));
  assert.ok(opening.length >= 66);
  const secrets = { credential: secret, opening: opening.slice(1, 33), last: opening.slice(-32), seed: seeded(1, 64), signing: seeded(2, 64) };
  for (const [name, bytes] of Object.entries(secrets)) {
    for (let start = 0; start + 16 <= bytes.length; start += 16) {
      assert.equal(memory.indexOf(Buffer.from(bytes.slice(start, start + 16))), -1, `${name}, from byte ${start}`);
    }
  }
  // What is public stays: the search works.
  assert.notEqual(memory.indexOf(Buffer.from(unhex(vector.election))), -1);
});

test("the booth needs nothing from the page, the verifier only what it declares", async () => {
  const imports = async (load) => {
    const { moduleBytes } = await import("./support.mjs");
    return WebAssembly.Module.imports(new WebAssembly.Module(moduleBytes(load))).map((entry) => `${entry.module}.${entry.name}`).sort();
  };
  assert.deepEqual(await imports("booth"), []);
  assert.deepEqual(await imports("verifier"), ["comitia.open", "comitia.progress", "comitia.random", "comitia.read"]);
});
