// The booth in a real browser: on phones and a desk, by keyboard, in Arabic, without scripts, with a connection that is lost and tabs that are closed.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { owner } from "./client.mjs";
import { openElection } from "./election.mjs";
import { Service, root } from "./service.mjs";

const python = join(root, ".build/python/bin/python");
const timeout = 120_000;

const students = {
  title: "Student Council Election", description: "Students’ Union of Lindmoor University", revoting: "last-counts", smallAcknowledged: true,
  contests: [
    {
      title: "Who should sit on the council?", kind: "approval", maximum: 3, description: "Three seats are to be filled.",
      options: [{ name: "Tamsin Orrelby", description: "Biology, third year" }, "Mirko Sandholt", "Adaeze Lindqvale", "Elodie Farncastle", "Jonas Weidemark"],
    },
    { title: "Should the union join the city bicycle scheme?", kind: "single", options: ["Yes", "No"] },
    { title: "How well does each plan serve us?", kind: "score", range: 5, options: ["Repair the hall", "Build anew"] },
    { title: "How many points for each song?", kind: "score", range: 12, options: ["First", "Second", "Third"] },
  ],
};

const families = ["Lindqvale", "Sandholt", "Orrelby", "Weidemark"];
const people = ["Adaeze", "Birgit", "Chloé", "Dario", "Elodie", "Farid", "Greta", "Hồng", "Ingrid", "Jonas"].flatMap((name) => families.map((family) => `${name} ${family}`));
const assembly = {
  title: "Assembly", smallAcknowledged: true,
  contests: Array.from({ length: 6 }, (_, index) => ({ title: `Who should sit on committee ${index + 1}?`, kind: "approval", maximum: 5, options: people })),
};

/** @param {...[string, string]} journeys of booth.py, and the links that they use */
function visit(...journeys) {
  return new Promise((resolve, reject) => {
    const words = journeys.map(([journey, link]) => `${journey}=${link}`);
    const process = spawn(python, [join(root, "Tests/ServiceTests/pages/booth.py"), ...words], { stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    process.stdout.on("data", (text) => { output += text; });
    process.stderr.on("data", (text) => { errors += text; });
    process.on("error", reject);
    process.on("close", (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(errors))));
  });
}

describe("the booth", () => {
  let [service, organiser, election] = [];

  before(async () => {
    const made = spawnSync(join(root, "scripts/python-env"), { encoding: "utf8" });
    assert.equal(made.status, 0, made.stderr);
    service = await Service.start();
    organiser = await owner(service);
    election = await openElection(organiser, { voters: 12, manifest: students });
  });

  after(async () => {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service?.stop();
  });

  test("a voter votes on a phone", { timeout }, async () => {
    const [answer] = await visit(["vote", election.links[0]]);
    assert.deepEqual(answer.faults, []);
    assert.deepEqual([answer.asked, answer.over, answer.marked], [true, true, 3], "a blank is confirmed, one mark too many is not made");
    assert.match(answer.chosen, /Tamsin Orrelby[^]*Adaeze Lindqvale[^]*One mark left unused[^]*No[^]*Repair the hall/);
    assert.deepEqual(answer.during, ["choices"]);
    assert.deepEqual(answer.after, ["receipt"], "after casting no choices are kept");
    assert.equal(answer.fragment, "", "the page can vote no more");
    assert.match(answer.receipt, /^c2sp\.org\/tlog-proof@v1\nextra /);
    assert.equal(answer.words.length, 12);
    assert.ok(answer.same, "loaded again, the page shows the same receipt");
    assert.match(answer.text, /You can close this page/);
    assert.doesNotMatch(answer.text, /Tamsin|Adaeze|Repair/);
    assert.deepEqual([answer.pages, answer.opened], [1, 1]);
    assert.deepEqual(answer.steps.map(({ step }) => step).sort(), ["cast", "encrypted", "opened", "reviewed"], "each step is counted once");
    for (const { step, ...more } of answer.steps) assert.deepEqual(Object.keys(more), step === "cast" ? ["minutes"] : [], "and nothing else is said");
    assert.ok(answer.bytes <= 150_000, `${answer.bytes} bytes were transferred`);
  });

  test("by keyboard on a desk; again with the same link; from right to left", { timeout }, async () => {
    const [typed, twice, arabic] = await visit(["keyboard", election.links[1]], ["again", election.links[2]], ["arabic", election.links[3]]);
    assert.deepEqual(typed, { faults: [], focus: "Your ballot is cast." });
    assert.deepEqual(twice, { faults: [], told: [false, true] });
    assert.deepEqual(arabic, { faults: [], direction: "rtl", german: "ltr de", title: "أُودعت ورقتك." });
  });

  test("a ballot that was tested is never cast, a fresh one is", { timeout }, async () => {
    const [tested] = await visit(["test", election.links[4]]);
    assert.deepEqual(tested, { faults: [], opened: ["ballot", "ballotHash", "electionId", "opening", "reference"], same: true, fresh: true, elsewhere: true, fits: true, needsFile: false });
    assert.equal((await organiser.get(election.path)).board.challenged, 1);
  });

  test("long lists of options and many questions", { timeout }, async () => {
    const large = await openElection(organiser, { voters: 1, manifest: assembly });
    try {
      const [answer] = await visit(["long", large.links[0]]);
      assert.deepEqual(answer, { faults: [], names: ["Chloé Sandholt", "Hồng Orrelby", "None of these"], marks: "Your marks: Chloé Sandholt and Hồng Orrelby", everything: 41, kept: 2 });
    } finally {
      for (const trustee of large.trustees) await trustee.stop();
    }
  });

  test("lost connections and closed tabs lose nothing", { timeout }, async () => {
    const [lost, closed, interrupted] = await visit(["lost", election.links[5]], ["closed", election.links[6]], ["interrupted", election.links[7]]);
    assert.deepEqual(lost, { faults: [], kept: ["choices", "sent"] });
    assert.deepEqual(closed, { faults: [], reloaded: true, forgotten: true, kept: ["receipt"] });
    assert.deepEqual(interrupted, { faults: [] });
  });

  test("what does not work says why, and what to do", { timeout }, async () => {
    const [whole] = election.links[8].split("#");
    const stranger = `${whole}#${Buffer.alloc(32, 9).toString("base64url")}`;
    const elsewhere = election.links[8].replace(election.reference, "abcdefghijkmnpqrstuv");
    const [cut, unknown, none, plain] = await visit(["refused", whole], ["refused", stranger], ["refused", elsewhere], ["without_script", election.links[8]]);
    assert.match(cut.text, /This link is not complete/);
    assert.match(unknown.text, /does not vote in this election/);
    assert.match(none.text, /no open election here/);
    assert.match(plain.text, /needs JavaScript/);
    await organiser.post(`${election.path}/pause`, { reason: "The hall is being changed" });
    const [paused] = await visit(["refused", election.links[8]]);
    assert.match(paused.text, /Voting is paused[^]*The hall is being changed/);
    await organiser.post(`${election.path}/resumption`, {});
    await organiser.post(`${election.path}/closing`, {});
    const [ended] = await visit(["refused", election.links[8]]);
    assert.match(ended.text, /Voting has ended/);
    for (const { faults } of [cut, unknown, none, paused, ended]) assert.deepEqual(faults, []);
  });
});
