// The page for voting, in a real browser: on a phone and on a desk, in the dark, by keyboard, without scripts.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { owner } from "./client.mjs";
import { openElection } from "./election.mjs";
import { Service, root } from "./service.mjs";

const python = join(root, ".build/python/bin/python");

/** @param {...[string, string]} steps what to do with which link */
function visit(...steps) {
  return new Promise((resolve, reject) => {
    const words = steps.map(([step, link]) => `${step}=${link}`);
    const process = spawn(python, [join(root, "Tests/ServiceTests/browser.py"), ...words], { stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    process.stdout.on("data", (text) => { output += text; });
    process.stderr.on("data", (text) => { errors += text; });
    process.on("error", reject);
    process.on("close", (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(errors))));
  });
}

describe("the page for voting", () => {
  let [service, organiser, election] = [];

  before(async () => {
    const made = spawnSync(join(root, "scripts/python-env"), { encoding: "utf8" });
    assert.equal(made.status, 0, made.stderr);
    service = await Service.start();
    organiser = await owner(service);
    election = await openElection(organiser, { voters: 10, manifest: { revoting: "last-counts" } });
  });

  after(async () => {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service?.stop();
  });

  test("a voter votes, on a phone and again on a desk", { timeout: 120_000 }, async () => {
    const [{ phone, desk }] = await visit(["vote", election.links[0]]);
    for (const { faults, text, receipt } of [phone, desk]) {
      assert.deepEqual(faults, []);
      assert.match(text, /You can close this page/);
      assert.match(receipt, /^c2sp\.org\/tlog-proof@v1\n/);
    }
    assert.notEqual(phone.receipt, desk.receipt);
  });

  test("a voter tests a ballot, then casts a fresh one; another uses the keyboard alone", { timeout: 120_000 }, async () => {
    const [tested, typed] = await visit(["test", election.links[1]], ["keyboard", election.links[2]]);
    assert.deepEqual(tested, { faults: [], opened: ["ballot", "ballotHash", "electionId", "opening"] });
    assert.deepEqual(typed.faults, []);
    assert.equal((await organiser.get(election.path)).board.challenged, 1);
  });

  test("what does not work says why, and what to do", { timeout: 120_000 }, async () => {
    const [whole] = election.links[3].split("#");
    const stranger = `${whole}#${Buffer.alloc(32, 9).toString("base64url")}`;
    const elsewhere = election.links[3].replace(election.reference, "abcdefghijkmnpqrstuv");
    const [cut, unknown, none, plain] = await visit(["refused", whole], ["refused", stranger], ["refused", elsewhere], ["without-script", election.links[3]]);
    assert.match(cut.text, /This link is not complete/);
    assert.match(unknown.text, /does not vote in this election/);
    assert.match(none.text, /no open election here/);
    assert.match(plain.text, /needs JavaScript/);
    await organiser.post(`${election.path}/pause`, { reason: "The hall is being changed" });
    const [paused] = await visit(["refused", election.links[3]]);
    assert.match(paused.text, /Voting is paused[^]*The hall is being changed/);
    await organiser.post(`${election.path}/resumption`, {});
    await organiser.post(`${election.path}/closing`, {});
    const [closed] = await visit(["refused", election.links[3]]);
    assert.match(closed.text, /Voting has ended/);
  });
});
