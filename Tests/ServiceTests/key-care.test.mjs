// Key files of trustees and witnesses over the command: copies, going on from one, passphrases.

import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { owner } from "./client.mjs";
import { mirror, openElection } from "./election.mjs";
import { Service, Witness, comitia, until } from "./service.mjs";
import { Voter } from "./voter.mjs";

const folder = mkdtempSync(join(tmpdir(), "comitia-key-care-"));
after(() => rmSync(folder, { recursive: true }));

const words = (name, text) => {
  const path = join(folder, name);
  writeFileSync(path, `${text}\n`, { mode: 0o600 });
  return path;
};
const [old, other, short] = [words("old", "five random words here"), words("other", "five other words there"), words("short", "short")];

const does = async (...arguments_) => {
  const { code, output, log } = await comitia(...arguments_);
  assert.equal(code, 0, log);
  return output;
};
const refused = async (reason, ...arguments_) => {
  const { code, log } = await comitia(...arguments_);
  assert.equal(code, 2, log);
  assert.match(log, reason);
};

test("a key file, its passphrase and its copies", { timeout: 600_000 }, async () => {
  const [key, copy, again] = ["own.key", "own.copy", "again.key"].map((name) => join(folder, name));
  const status = async (file, passphrase) => JSON.parse(await does("trustee", "status", "--key", file, "--passphrase-file", passphrase, "--json"));
  await does("trustee", "key", "create", "--key", key, "--passphrase-file", old);
  const { fingerprint } = await status(key, old);
  await refused(/shorter than 12/, "trustee", "key", "passphrase", "--key", key, "--passphrase-file", old, "--new-passphrase-file", short);
  await does("trustee", "key", "passphrase", "--key", key, "--passphrase-file", old, "--new-passphrase-file", other);
  await refused(/passphrase is wrong/, "trustee", "status", "--key", key, "--passphrase-file", old);
  assert.equal((await status(key, other)).fingerprint, fingerprint);
  await does("trustee", "key", "export", copy, "--key", key, "--passphrase-file", other, "--new-passphrase-file", old);
  assert.equal(statSync(copy).mode & 0o777, 0o600);
  await refused(/is there already/, "trustee", "key", "export", copy, "--key", key, "--passphrase-file", other, "--new-passphrase-file", old);
  await refused(/is there already/, "trustee", "key", "restore", copy, "--key", key, "--passphrase-file", old);
  await refused(/passphrase is wrong/, "trustee", "key", "restore", copy, "--key", again, "--passphrase-file", other);
  for (const [name, bytes, reason] of [
    ["cut", readFileSync(copy).subarray(0, -1), /wrong, or the file is damaged/], ["stub", readFileSync(copy).subarray(0, 60), /only the beginning/],
    ["flipped", readFileSync(copy).map((byte, place) => (place === 90 ? byte ^ 4 : byte)), /wrong, or the file is damaged/], ["empty", Buffer.alloc(0), /not a key file/],
  ]) {
    writeFileSync(join(folder, name), bytes);
    await refused(reason, "trustee", "key", "restore", join(folder, name), "--key", again, "--passphrase-file", old);
    assert.ok(!existsSync(again));
  }
  await does("trustee", "key", "restore", copy, "--key", again, "--passphrase-file", old);
  assert.equal((await status(again, old)).fingerprint, fingerprint);
});

test("a witness's passphrase", { timeout: 600_000 }, async () => {
  const witness = await Witness.create("witness.example/k", join(folder, "witness"));
  await does("witness", "passphrase", "--data", witness.folder, "--passphrase-file", witness.passphrase, "--new-passphrase-file", other);
  await refused(/passphrase is wrong/, "witness", "run", "--data", witness.folder, "--passphrase-file", witness.passphrase, "--port", String(witness.port));
  witness.passphrase = other;
  await witness.begin();
  await witness.stop();
});

describe("a trustee that goes on from a copy", () => {
  let [service, organiser, election] = [];
  const copy = join(folder, "trustee.copy");
  const checkpoint = async () => (await fetch(`${service.address}/api/v1${election.path}/board/checkpoint`)).text();
  const cosigners = async () => [...(await checkpoint()).matchAll(/\/trustee\/(\d) /g)].map(([, number]) => Number(number));
  const statusOf = async ({ key, passphrase }) => JSON.parse(await does("trustee", "status", "--key", key, "--passphrase-file", passphrase, "--json")).elections[0];

  before(async () => {
    service = await Service.start();
    organiser = await owner(service);
    election = await openElection(organiser, { voters: 4 });
  });
  after(async () => {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service?.stop();
  });

  test("follows the others to the result", { timeout: 600_000 }, async () => {
    const [lost, second, third] = election.trustees;
    await until(async () => (await cosigners()).length === 3, "the first cosignatures");
    // From a running trustee, and with its own passphrase.
    await does("trustee", "key", "export", copy, "--key", lost.key, "--passphrase-file", lost.passphrase, "--new-passphrase-file", lost.passphrase);
    await (await Voter.open(election.links[0])).cast([[1, 0, 0, 0, 0]]);
    await until(async () => (await cosigners()).includes(1), "its cosignature");
    const { cosignedSize } = await statusOf(lost);
    for (const trustee of [lost, second, third]) await trustee.kill();
    copyFileSync(lost.key, join(folder, "gone.key"));
    rmSync(lost.key);
    await does("trustee", "key", "restore", copy, "--key", lost.key, "--passphrase-file", lost.passphrase);
    const restored = await statusOf(lost);
    assert.deepEqual([restored.isRestored, restored.holdsShare, restored.cosignedSize < cosignedSize], [true, true, true]);
    // A board that is new to all: it waits.
    await (await Voter.open(election.links[1])).cast([[0, 1, 0, 0, 0]]);
    lost.begin();
    await until(() => lost.output.includes("your key file was restored from a copy, so your machine cosigns what 2 other trustees have cosigned"), "it to say so");
    assert.deepEqual(await cosigners(), []);
    second.begin();
    third.begin();
    await until(async () => (await cosigners()).length === 3, "its cosignature after those of the others");
    await organiser.post(`${election.path}/closing`, {});
    await until(() => [lost, second, third].every((trustee) => trustee.hasEnded), "the end");
    for (const trustee of [lost, second, third]) assert.deepEqual(trustee.hasEnded, { code: 0, signal: null }, trustee.output);
    assert.match(lost.output, /your share is wiped/);
    const record = join(folder, "record");
    await mirror(service, election.reference, record);
    await does("verify", record);
  });
});
