// An election of twenty contests with forty options each, over the network: each ballot is several leaves of the log (docs/spec/06-record.md, 6.9).

import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { findBallot } from "../../web/js/ballot-search.mjs";
import { checkRecord } from "../../web/js/record-check.mjs";
import { PublishedRecord } from "../../web/js/record-files.mjs";
import { Verifier } from "../../web/js/verifier.mjs";
import { owner } from "./client.mjs";
import { mirror, openElection } from "./election.mjs";
import { Service, Trustee, comitia, root, until } from "./service.mjs";
import { Voter, toHex } from "./voter.mjs";
import { WasmTrustee } from "./wasm-trustee.mjs";

const [contests, options] = [20, 40];
const password = "a long enough password";
const manifest = {
  title: "Election of the faculty councils", smallAcknowledged: true,
  contests: Array.from({ length: contests }, (_, contest) => ({
    title: `Council ${contest + 1}`, kind: "approval", minimum: 0, maximum: 3,
    options: Array.from({ length: options }, (_, option) => `Candidate ${option + 1} of council ${contest + 1}`),
  })),
};
/** Three candidates of each council, others for each voter. */
const choices = (voter) => Array.from({ length: contests }, (_, contest) =>
  Array.from({ length: options }, (_, option) => ((option + contest + voter) % options < 3 ? 1 : 0)));

describe("an election of twenty contests with forty options", () => {
  let [service, organiser, path, reference, verifier, browserTrustee, open] = [];
  const trustees = [];
  const ballots = [];
  let record;

  before(async () => {
    for (const script of ["scripts/build-web", "scripts/python-env"]) {
      const made = spawnSync(join(root, script), { encoding: "utf8" });
      assert.equal(made.status, 0, made.stderr);
    }
    verifier = await Verifier.load(readFileSync(join(root, ".build/wasm-out/verifier.wasm")));
    service = await Service.start();
    organiser = await owner(service, password);
    ({ reference } = await organiser.post("/elections", { manifest, threshold: 2 }));
    path = `/elections/${reference}`;
    const lines = Array.from({ length: 3 }, (_, index) => `m${index},Member ${index},m${index}@example.org,1`);
    await organiser.post(`${path}/voters/import`, ["voterId,name,email,weight", ...lines].join("\n"), { type: "text/csv" });
    const invite = async (name) => {
      const { link } = await organiser.post(`${path}/trustees`, { name });
      return link.startsWith("/") ? service.address + link : link;
    };
    browserTrustee = new WasmTrustee(service, "Wanda in a browser");
    await browserTrustee.create();
    await browserTrustee.join(await invite("Wanda"));
    for (const name of ["tom", "tina"]) {
      const machine = new Trustee(service, name);
      await machine.join(await invite(name));
      trustees.push(machine);
    }
    await organiser.post(`${path}/ceremony`, {});
    for (const machine of trustees) machine.begin();
    await until(async () => (await browserTrustee.step({ backedUp: true }), (await organiser.get(`${path}/trustees`)).phase === "ready"), "the fire drill");
  });

  after(async () => {
    browserTrustee?.close();
    for (const machine of [...trustees, ...open?.trustees ?? []]) await machine.stop();
    await service?.stop();
  });

  test("is opened, voted, and one ballot of it tested", { timeout: 600_000 }, async () => {
    const links = (await organiser.post(`${path}/roll/links`, {})).items.map((item) => item.link);
    await organiser.post(`${path}/opening`, {});
    const voters = await Promise.all(links.map((link) => Voter.open(link)));
    // Four leaves are behind the opening: the challenge and those of the opened ballot.
    const challenged = await voters[2].challenge(choices(5));
    await assert.rejects(voters[2].send(challenged), { code: "ballot-challenged" });
    for (const [index, voter] of voters.entries()) ballots.push(await voter.cast(choices(index)));
    assert.deepEqual(ballots.map(({ index }) => index), [7, 10, 13]);
    assert.equal(ballots[0].castBallot.length, 230 + 192 * 820);
    assert.equal((await voters[0].send(ballots[0].castBallot)).index, 7);
    const longer = new Uint8Array(ballots[0].castBallot.length + 1);
    await assert.rejects(voters[0].send(longer), { code: "ballot-too-long" });
    await assert.rejects(voters[0].send(new Uint8Array(250_000)), { code: "body-too-large" });
  });

  test("is found on the board so far, by tracker and by receipt", { timeout: 600_000 }, async () => {
    const published = () => new PublishedRecord(service.address, reference);
    for (const { tracker, receipt, castBallot, index } of ballots) {
      const byTracker = await findBallot({ verifier, record: published(), prefix: Buffer.from(tracker, "hex") });
      assert.deepEqual([byTracker.outcome, byTracker.place.index, byTracker.size, byTracker.entries], ["cast", index, 14, 6]);
      assert.deepEqual(byTracker.entry.slice(9), castBallot);
      const byReceipt = await findBallot({ verifier, record: published(), receipt: new TextEncoder().encode(receipt) });
      assert.deepEqual([byReceipt.outcome, byReceipt.place.index], ["cast", index]);
    }
    const proofs = { width: 1, run: async (batch) => verifier.verifyBatch(batch) };
    const { report, entries } = await checkRecord({ verifier, record: published(), proofs });
    assert.deepEqual([report.ok, report.soFar, entries], [true, true, 6]);
  });

  test("is counted by trustees on machines and in browsers", { timeout: 600_000 }, async () => {
    await organiser.post(`${path}/closing`, {});
    await until(async () => (await browserTrustee.step(), (await organiser.get(path)).state === "tallied"), "the tally");
    const results = await organiser.get(`${path}/results`);
    const expected = choices(0).map((contest, at) => contest.map((vote, option) => vote + choices(1)[at][option] + choices(2)[at][option]));
    assert.deepEqual(results.contests.map((contest) => contest.options.map(({ votes }) => votes)), expected);
    assert.deepEqual([results.cast, results.counted, results.challenged], [3, 3, 1]);
  });

  test("is verified by the command, the second verifier and the browser's module", { timeout: 600_000 }, async () => {
    record = join(service.folder, "record");
    await mirror(service, reference, record);
    const receipts = ballots.map(({ receipt }, number) => {
      const file = join(service.folder, `receipt-${number}`);
      writeFileSync(file, receipt);
      return file;
    });
    const words = ["--receipt", receipts[1]];
    const verified = await comitia("verify", record, ...receipts.flatMap((file) => ["--receipt", file]), "--json");
    assert.equal(verified.code, 0, verified.output + verified.log);
    const second = spawnSync("python3", [join(root, "Tests/second-verifier/verify.py"), record, ...words, "--json"], { encoding: "utf8" });
    assert.equal(second.status, 0, second.stdout + second.stderr);
    const proofs = { width: 1, run: async (batch) => verifier.verifyBatch(batch) };
    const { report, entries } = await checkRecord({ verifier, record: new PublishedRecord(service.address, reference), proofs });
    assert.deepEqual([report.ok, entries], [true, 7]);
    assert.deepEqual(report.contests, JSON.parse(verified.output).contests);
    assert.deepEqual(report.contests, JSON.parse(second.stdout).contests);
  });

  test("is looked into entry by entry", { timeout: 600_000 }, async () => {
    const { output } = await comitia("inspect", record, "10", "--json");
    const entry = JSON.parse(output);
    assert.deepEqual([entry.kind, entry.leaves, entry.content.tracker, entry.content.encryptedValues], ["cast", 3, ballots[1].tracker, "820"]);
    const piece = await comitia("inspect", record, "9");
    assert.equal(piece.code, 2);
    assert.match(piece.log + piece.output, /piece of a longer one/);
    const overview = JSON.parse((await comitia("inspect", record, "--json")).output);
    assert.deepEqual([overview.entries, overview.size, overview.cast], [7, 15, 3]);
    const found = await comitia("inspect", record, "--tracker", ballots[2].tracker.slice(0, 16), "--json");
    assert.equal(JSON.parse(found.output).entry, 13);
    assert.equal(toHex(ballots[2].castBallot.subarray(0, 32)), overview.electionId);
  });

  test("is made, voted and read on a phone, with light pages", { timeout: 600_000 }, async (t) => {
    const draft = await organiser.post("/elections", { manifest, threshold: 2 });
    open = await openElection(organiser, { voters: 2, manifest });
    const program = join(root, "Tests/ServiceTests/pages/long.py");
    const words = [program, service.address, password, draft.reference, reference, open.links[0]];
    const { stdout } = await promisify(execFile)(join(root, ".build/python/bin/python"), words, { maxBuffer: 16 << 20 });
    const seen = JSON.parse(stdout);
    for (const [who, { seen: steps }] of Object.entries(seen)) t.diagnostic(`${who}: ${JSON.stringify(steps ?? seen[who].bytes)}`);

    assert.deepEqual(seen.organiser.faults, []);
    assert.equal(seen.organiser.rows, contests);
    assert.match(seen.organiser.room, /1,?024 places, and 820 are taken/);
    assert.deepEqual([seen.organiser.moved, seen.organiser.there], ["Council 12", 1]);

    assert.deepEqual(seen.anybody.faults, []);
    assert.match(seen.anybody.audit, /7 entries[^]*takes 3, one after another/);

    assert.deepEqual(seen.voter.faults, []);
    assert.equal(seen.voter.chosen.length, contests);
    assert.match(seen.voter.chosen[0], /Candidate 37 of council 1/);
    assert.deepEqual([seen.voter.changed, seen.voter.words, seen.voter.kept], [contests + 1, 12, ["receipt"]]);
  });
});
