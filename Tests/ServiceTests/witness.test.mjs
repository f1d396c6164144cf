// A witness outside is asked by logs, honest and not, that were written from the C2SP documents alone.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isLong, between } from "./crowd.mjs";
import { Log, cosignatureTime, isSigned, readCheckpoint } from "./log.mjs";
import { Witness, comitia, pause, until } from "./service.mjs";

const entries = (count, branch = "a", fork = 3) => Array.from({ length: count }, (_, index) => (index < fork ? `${index}` : `${branch}${index}`));

/** A witness of a folder of its own, running. */
async function withWitness(body) {
  const folder = mkdtempSync(join(tmpdir(), "comitia-witness-"));
  let witness;
  try {
    witness = await Witness.create("witness.example/w1", join(folder, "witness"));
    await body(witness);
  } finally {
    await witness?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

test("add-checkpoint is answered as C2SP tlog-witness says", { timeout: 600_000 }, () => withWitness(async (witness) => {
  const [log, stranger] = [new Log("vote.example/a1b2"), new Log("vote.example/other")];
  await witness.add(log.vkey);
  await witness.begin();
  const expect = async (request, status, what) => {
    const answer = await witness.ask(request);
    assert.equal(answer.status, status, `${what}: ${answer.text}`);
    return answer;
  };
  const cosigned = async (request, note) => {
    const before = Math.floor(Date.now() / 1000);
    const { text } = await expect(request, 200, "a continuation");
    const time = cosignatureTime(text, readCheckpoint(note).body, witness.vkey);
    assert.ok(time >= before - 1 && time <= Date.now() / 1000 + 1, text);
  };
  const size = async (request, known) => {
    const answer = await expect(request, 409, "another size");
    assert.deepEqual([answer.type, answer.text], ["text/x.tlog.size", `${known}\n`]);
  };

  await expect("old 0\n", 400, "no checkpoint");
  await expect(`old 00\n\n${log.checkpoint(entries(2))}`, 400, "a zero too many");
  await expect(`old 3\n\n${log.checkpoint(entries(2))}`, 400, "old above the size");
  await expect(`old 0\nnothing\n\n${log.checkpoint(entries(2))}`, 400, "not a hash");
  await expect(stranger.request(0, entries(2)), 404, "a log that is not witnessed");
  stranger.signer.name = log.signer.name;
  await expect(stranger.request(0, entries(2)), 403, "the name of a log, signed by another key");
  await size(log.request(1, entries(2)), 0);
  await expect(log.request(0, entries(2)).replace("old 0\n", `old 0\n${Buffer.alloc(32).toString("base64")}\n`), 422, "a proof from nothing");

  await cosigned(log.request(0, entries(2)), log.checkpoint(entries(2)));
  await cosigned(log.request(2, entries(2)), log.checkpoint(entries(2)));
  await size(log.request(0, entries(5)), 2);
  await cosigned(log.request(2, entries(5)), log.checkpoint(entries(5)));
  await size(log.request(2, entries(5)), 5);
  await size(log.request(2, entries(3)), 5);
  assert.equal((await witness.status()).evidence.length, 0);

  // A log with two faces: under the same size, and beyond.
  await size(log.request(5, entries(5, "b")), 5);
  await expect(log.request(5, entries(9, "b")), 422, "a fork");
  await expect(log.request(5, entries(9)).replace(/\n[^\n]+\n\n/, "\n\n"), 422, "a hash too few");
  const { evidence } = await witness.status();
  assert.equal(evidence.length, 6);
  const heads = evidence.filter((path) => readFileSync(path, "utf8").includes("\n9\n") === false)
    .map((path) => readFileSync(path, "utf8")).map((text) => readCheckpoint(text.replace(/^old[^]*?\n\n/, "")));
  assert.ok(heads.some((head) => head.size === 5 && head.root !== heads.find((other) => other.size === 5).root), "two roots of one size");
  for (const path of evidence) assert.ok(isSigned(readFileSync(path, "utf8").replace(/^old[^]*?\n\n/, ""), log.vkey), path);
  assert.match(witness.log, /"event":"forked".*evidence/);

  // Logs are added while it runs, and what it knows outlives it.
  const second = new Log("vote.example/second");
  await expect(second.request(0, entries(1)), 404, "not yet");
  await witness.add(second.vkey);
  await cosigned(second.request(0, entries(1)), second.checkpoint(entries(1)));
  assert.deepEqual(await witness.stop(), { code: 0, signal: null });
  await witness.begin();
  await size(log.request(0, entries(9)), 5);
  await cosigned(log.request(5, entries(9)), log.checkpoint(entries(9)));
  assert.deepEqual((await witness.status()).logs.map(({ origin, size }) => [origin, size]), [["vote.example/a1b2", 9], ["vote.example/second", 1]]);
}));

test("however many ask at once, no two answers contradict each other", { timeout: 600_000 }, () => withWitness(async (witness) => {
  const log = new Log("vote.example/a1b2");
  await witness.add(log.vkey);
  await witness.begin();
  await witness.ask(log.request(0, entries(3)));
  const sizes = Array.from({ length: 40 }, (_, index) => 4 + (index % 20));
  const answers = await Promise.all(sizes.map((size, index) => witness.ask(log.request(3, entries(size, index < 20 ? "a" : "b")))));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1, "from one size, one step");
  assert.ok(answers.every(({ status }) => [200, 409].includes(status)));
}));

test("what it knows of a log is whole or it signs nothing", { timeout: 600_000 }, () => withWitness(async (witness) => {
  const [log, impostor] = [new Log("vote.example/a1b2"), new Log("vote.example/a1b2")];
  await witness.add(log.vkey);
  await assert.rejects(witness.add(log.vkey), /is witnessed already/);
  await assert.rejects(witness.add(impostor.vkey), /under another key/);
  await assert.rejects(witness.add(witness.vkey), /key of a witness/);
  await assert.rejects(witness.add(`${log.vkey.slice(0, -1)}A`), /no public key of a log/);
  await witness.begin();
  assert.equal((await witness.ask(log.request(0, entries(4)))).status, 200);
  // Nobody else signs with its key meanwhile.
  const second = await comitia("witness", "run", "--data", witness.folder, "--passphrase-file", witness.passphrase, "--port", "0");
  assert.deepEqual([second.code, /used by another process/.test(second.log)], [2, true], second.log);
  assert.equal((await witness.ask("", "/other")).status, 404);
  await witness.stop("SIGKILL");

  const place = join(witness.folder, "logs", readdirSync(join(witness.folder, "logs")).find((name) => !name.includes(".")));
  const whole = readFileSync(place);
  const damages = [whole.subarray(0, whole.length - 30), Buffer.from(whole.toString().replace("\n4\n", "\n3\n")), whole.subarray(1), Buffer.alloc(0)];
  for (const damaged of damages) {
    writeFileSync(place, damaged);
    await witness.begin();
    assert.equal((await witness.ask(log.request(4, entries(5)))).status, 503);
    assert.match(witness.log, /"event":"storage".*damaged/);
    await witness.stop();
  }
  // A state that is gone does not let the log begin anew.
  unlinkSync(place);
  await witness.begin();
  assert.equal((await witness.ask(log.request(0, entries(5, "b")))).status, 404);
  await witness.stop();
  writeFileSync(place, whole, { mode: 0o600 });
  await witness.begin();
  assert.equal((await witness.ask(log.request(4, entries(5)))).status, 200);
}));

test("killed at any moment, it never cosigns two boards", { timeout: isLong ? 1_800_000 : 600_000 }, () => withWitness(async (witness) => {
  const log = new Log("vote.example/a1b2");
  await witness.add(log.vkey);
  const signed = [];
  let largest = 0;
  for (let round = 0; round < (isLong ? 60 : 6); round++) {
    await witness.begin();
    const known = Number((await witness.ask(log.request(0, []))).text) || 0;
    assert.ok(known >= largest, `it forgot that it cosigned ${largest}: ${known}`);
    // Two boards that part after three entries, each pressing on as fast as it can.
    let isOver = false;
    const press = async (branch) => {
      for (let old = known; !isOver;) {
        const size = old + 1 + Math.floor(Math.random() * 3);
        const answer = await witness.ask(log.request(old, entries(size, branch))).catch(() => null);
        if (answer === null) return;
        if (answer.status === 200) {
          const body = readCheckpoint(log.checkpoint(entries(size, branch))).body;
          assert.ok(cosignatureTime(answer.text, body, witness.vkey));
          signed.push({ size, branch });
          largest = Math.max(largest, size);
          old = size;
        } else if (answer.status === 409) {
          old = Number(answer.text);
        } else {
          assert.equal(answer.status, 422, answer.text);
          await pause(5);
        }
      }
    };
    const work = Promise.all([press("a"), press("a"), press("b"), press("b")]);
    // Somewhere within the work on one of the next.
    const wanted = signed.length + (round % 8) * 2;
    await Promise.race([work, until(() => signed.length >= wanted, "cosignatures")]);
    await pause(between(0, 20));
    await witness.stop("SIGKILL");
    isOver = true;
    await work;
  }
  const branches = [...new Set(signed.filter(({ size }) => size > 3).map(({ branch }) => branch))];
  assert.equal(branches.length, 1, "it cosigned both boards");
  await witness.begin();
  const known = Number((await witness.ask(log.request(0, []))).text);
  assert.ok(known >= largest);
  const [lost, won] = [branches[0] === "a" ? "b" : "a", branches[0]];
  assert.equal((await witness.ask(log.request(known, entries(known + 1, lost)))).status, 422);
  assert.equal((await witness.ask(log.request(known, entries(known + 1, won)))).status, 200);
}));
