// Ballots made in WebAssembly and ballots made natively are the same.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { calls } from "../../web/js/calls.mjs";
import {
  Native, Reader, altered, frame, hex, loadBooth, loadVerifier, manifest, rawModules, requestsOf, seeded, unhex, vectors,
} from "./support.mjs";

let booth, verifier, native, raw;

before(async () => {
  [booth, verifier, raw] = await Promise.all([loadBooth(), loadVerifier(), rawModules()]);
  native = new Native();
});
after(() => native.close());

const refused = (code) => (error) => error.code === code || assert.fail(`${error.code ?? error}, not ${code}`);

for (const [number, vector] of vectors.entries()) {
  test(`ballot ${number} of the vectors is the published one`, () => {
    const { ballotHash, ballot } = booth.encrypt({
      ...frame(vector), credential: unhex(vector.credential), number: vector.number, choices: vector.values, seed: unhex(vector.seed),
    });
    assert.equal(hex(ballotHash), vector.ballotHash);
    if (!vector.castBallot) return;
    const castBallot = unhex(vector.castBallot);
    assert.equal(hex(ballot), hex(castBallot.slice(0, -64)));
    const { tracker, credential } = verifier.verifyBallot({ ...frame(vector), castBallot });
    assert.equal(hex(tracker), vector.tracker);
    assert.equal(hex(credential), vector.credential);
    assert.equal(hex(booth.readCredential(unhex(vector.credentialSecret))), vector.credential);
  });

  test(`every call about ballot ${number} has the same answer natively`, async () => {
    const of = frame(vector);
    const secret = unhex(vector.credentialSecret);
    const made = booth.encrypt({ ...of, credential: unhex(vector.credential), number: vector.number, choices: vector.values, seed: seeded(number, 64) });
    const { castBallot } = booth.cast({ secret, ballot: made.ballot, seed: seeded(100 + number, 64) });
    const openedBallot = booth.publish({ secret, ...made, seed: seeded(200 + number, 64) });
    const voter = await requestsOf(loadBooth, (fresh) => {
      fresh.encrypt({ ...of, credential: unhex(vector.credential), number: vector.number, choices: vector.values, seed: seeded(number, 64) });
      fresh.cast({ secret, ballot: made.ballot, seed: seeded(100 + number, 64) });
      fresh.challenge({ secret, ballot: made.ballot, seed: seeded(300 + number, 64) });
      fresh.publish({ secret, ...made, seed: seeded(200 + number, 64) });
      fresh.makeCredential({ seed: seeded(400 + number, 64) });
      fresh.readCredential(secret);
    });
    const checker = await requestsOf(loadVerifier, (fresh) => {
      fresh.verifyBallot({ ...of, castBallot });
      fresh.verifyOpened({ ...of, openedBallot });
      fresh.checkOpening({ ...of, ...made });
      fresh.makeCredential({ seed: seeded(500 + number, 64) });
      fresh.proveCredential({ secret, election: "an election", account: "an account", seed: seeded(600 + number, 64) });
    });
    const asked = [
      ...[calls.encrypt, calls.cast, calls.challenge, calls.publish, calls.makeCredential, calls.readCredential]
        .map((call, index) => ["booth", call, voter[index]]),
      ...[calls.verifyBallot, calls.verifyOpened, calls.checkOpening, calls.makeCredential, calls.proveCredential].map((call, index) => ["checker", call, checker[index]]),
    ];
    for (const [role, call, request] of asked) {
      const answer = raw[role].answer(call, request);
      assert.equal(answer[0], 0, `call ${call} is fulfilled`);
      assert.equal(hex(answer), hex(await native.answer(role, call, request)), `call ${call}`);
    }
  });
}

test("a native ballot verifies in WebAssembly, and no altered one does", async () => {
  const vector = vectors.find((candidate) => candidate.castBallot);
  const castBallot = unhex(vector.castBallot);
  for (let index = 0; index < castBallot.length; index += 37) {
    assert.throws(() => verifier.verifyBallot({ ...frame(vector), castBallot: altered(castBallot, index) }), { name: "ComitiaError" });
  }
  assert.throws(() => verifier.verifyBallot({ ...frame(vector), castBallot: castBallot.slice(0, -1) }), { name: "ComitiaError" });
  assert.throws(
    () => verifier.verifyBallot({ ...frame(vector), electionId: seeded(1, 32), castBallot }), refused("otherElection"));
});

test("a challenged ballot opens to what was chosen, to nothing else", () => {
  const contests = [{ kind: 4, options: 3, range: 5, minimum: 0, maximum: 15 }, { kind: 3, options: 4, range: 1, minimum: 1, maximum: 2 }];
  const choices = [[5, 0, 3], [0, 1, 1, 0]];
  const of = { ...frame(vectors[0]), manifest: manifest(contests) };
  const { secret, credential } = booth.makeCredential();
  const made = booth.encrypt({ ...of, credential, number: 1, choices });
  assert.deepEqual(verifier.checkOpening({ ...of, ...made }), { ballotHash: made.ballotHash, choices });
  assert.equal(booth.challenge({ secret, ballot: made.ballot }).length, 160);
  const openedBallot = booth.publish({ secret, ...made });
  assert.deepEqual(verifier.verifyOpened({ ...of, openedBallot }), { ballotHash: made.ballotHash, choices });
  assert.throws(() => verifier.checkOpening({ ...of, ...made, opening: altered(made.opening, 0) }), refused("doesNotOpen"));
  assert.throws(() => verifier.checkOpening({ ...of, ...made, opening: altered(made.opening, 1) }), refused("doesNotOpen"));
  assert.throws(() => verifier.verifyOpened({ ...of, openedBallot: altered(openedBallot, openedBallot.length - 40) }), { name: "ComitiaError" });
});

test("ballots of fresh randomness differ, and verify", () => {
  const vector = vectors[0];
  const { secret, credential } = booth.makeCredential();
  const make = () => booth.encrypt({ ...frame(vector), credential, number: 1, choices: vector.values }).ballot;
  const ballots = [make(), make()];
  assert.notEqual(hex(ballots[0]), hex(ballots[1]));
  for (const ballot of ballots) {
    const { tracker, castBallot } = booth.cast({ secret, ballot });
    assert.deepEqual(verifier.verifyBallot({ ...frame(vector), castBallot }), { tracker, credential });
  }
});

test("the tables of one election are not used for another", () => {
  const [one, other] = vectors;
  for (const vector of [one, other, one]) {
    const { ballotHash } = booth.encrypt({
      ...frame(vector), credential: unhex(vector.credential), number: vector.number, choices: vector.values, seed: unhex(vector.seed),
    });
    assert.equal(hex(ballotHash), vector.ballotHash);
  }
});

test("what breaks the rules is refused, with the place", () => {
  const of = { ...frame(vectors[0]), manifest: manifest([{ kind: 3, options: 3, range: 1, minimum: 1, maximum: 2 }]) };
  const { secret, credential } = booth.makeCredential();
  const encrypt = (choices) => () => booth.encrypt({ ...of, credential, number: 1, choices });
  assert.throws(encrypt([[1, 1, 1]]), { code: "overvote", contest: 0, bound: 2, message: "contest 1: at most 2 may be given" });
  assert.throws(encrypt([[0, 0, 0]]), { code: "undervote", contest: 0, bound: 1 });
  assert.throws(encrypt([[2, 0, 0]]), { code: "valueOutOfRange", contest: 0, option: 0, bound: 1 });
  assert.throws(encrypt([[1, 0]]), { code: "wrongNumberOfOptions", bound: 3 });
  assert.throws(encrypt([]), { code: "wrongNumberOfContests", bound: 1 });
  assert.throws(encrypt([[1.5, 0, 0]]), RangeError);
  assert.throws(encrypt([[-1, 0, 0]]), RangeError);
  for (const number of [-1, 1.5, 2 ** 32, undefined]) {
    assert.throws(() => booth.encrypt({ ...of, credential, number, choices: [[1, 0, 0]] }), RangeError);
  }
  assert.throws(() => booth.encrypt({ ...of, credential, number: 0, choices: [[1, 0, 0]] }), refused("outOfRange"));
  assert.throws(() => booth.encrypt({ ...of, credential: new Uint8Array(31), number: 1, choices: [[1, 0, 0]] }), RangeError);
  assert.throws(() => booth.encrypt({ ...of, jointKey: new Uint8Array(32), credential, number: 1, choices: [[1, 0, 0]] }), refused("outOfRange"));
  assert.throws(() => booth.encrypt({ ...of, jointKey: new Uint8Array(32).fill(255), credential, number: 1, choices: [[1, 0, 0]] }), refused("invalidEncoding"));
  assert.throws(() => booth.readCredential(new Uint8Array(32)), refused("invalidEncoding"));
  const { ballot } = booth.encrypt({ ...of, credential, number: 1, choices: [[1, 0, 0]] });
  assert.throws(() => booth.cast({ secret: booth.makeCredential().secret, ballot }), refused("otherCredential"));
  assert.throws(() => booth.cast({ secret, ballot: ballot.slice(1) }), { name: "ComitiaError" });
});

test("both modules say which specification they follow", () => {
  assert.equal(booth.version(), 1);
  assert.equal(verifier.version(), 1);
  assert.equal(new Reader(raw.booth.answer(200, new Uint8Array())).u8(), 1);
});
