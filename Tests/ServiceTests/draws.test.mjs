// What the trustees draw, and what is made of it: the order of options in the booth and on pages, lots in ties, ballots to be audited.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { readManifest } from "../../web/js/manifest.mjs";
import { drawnOrder } from "../../web/js/option-order.mjs";
import { owner } from "./client.mjs";
import { mirror, openElection } from "./election.mjs";
import { Service, command, root, until } from "./service.mjs";
import { Voter, booth } from "./voter.mjs";

const names = ["Adaeze", "Birgit", "Chloé", "Dario", "Elodie", "Farid", "Greta", "Hồng"];
const manifest = {
  title: "Who speaks first?", revoting: "last-counts", smallAcknowledged: true,
  contests: [
    { title: "Who is to be chair?", kind: "single", options: names, order: "drawn" },
    { title: "Who is to keep the books?", kind: "single", options: names },
    { title: "Who sits on the board?", kind: "approval", maximum: 3, options: names, order: "drawn" },
    { title: "Shall we move?", kind: "yes-no" },
  ],
};
const ballot = (chair) => [
  names.map((_, at) => Number(at === chair)), names.map((_, at) => Number(at === 0)), names.map((_, at) => Number(at < 2 || at === 2 + chair)),
  [Number(chair === 0), Number(chair !== 0)],
];

describe("what is drawn", () => {
  let [service, organiser, election, orders, folder, verified] = [];
  const page = async (path) => (await fetch(`${service.address}${path}`, { headers: { Accept: "text/html", "Accept-Language": "en" } })).text();
  /** The names in the order in which a text has them. */
  const found = (text) => [...text.matchAll(new RegExp(names.join("|"), "g"))].map(([name]) => name);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "comitia-draws-"));
    service = await Service.start();
    organiser = await owner(service);
    election = await openElection(organiser, { voters: 6, manifest });
    const facts = await (await Voter.open(election.links[0])).client.booth();
    const { draw } = (await booth()).openElection(facts);
    assert.deepEqual(readManifest(facts.manifest).contests.map(({ drawn }) => drawn), [true, false, true, false]);
    orders = await Promise.all([0, 2].map((contest) => drawnOrder(draw, contest, names.length)));
  });

  after(async () => {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the booth shows it, and casts what was chosen", { timeout: 600_000 }, async () => {
    const output = await new Promise((resolve, reject) => {
      const process = spawn(join(root, ".build/python/bin/python"), [join(root, "Tests/ServiceTests/pages/booth.py"), `order=${election.links[0]}`]);
      let [text, errors] = ["", ""];
      process.stdout.on("data", (bytes) => { text += bytes; });
      process.stderr.on("data", (bytes) => { errors += bytes; });
      process.on("close", (code) => (code === 0 ? resolve(JSON.parse(text)[0]) : reject(new Error(errors))));
    });
    assert.deepEqual(output.faults, []);
    const [chair, board] = orders.map((order) => order.map((at) => names[at]));
    assert.deepEqual(output.shown, [[...chair, "None of these"], [...names, "None of these"], [...board, "None of these"], ["Yes", "No", "None of these"]]);
    // Chosen were the first, the first, and the last three with the last of them first.
    assert.deepEqual(found(output.review), [chair[0], names[0], ...board.slice(-3)]);
    for (let voter = 1; voter < 5; voter++) await (await Voter.open(election.links[voter])).cast(ballot(voter - 1));
    // So that what the browser cast is known: the same voter once more.
    await (await Voter.open(election.links[0])).cast(ballot(4));
  });

  test("pages without scripts show the same", { timeout: 600_000 }, async () => {
    for (const [contest, order] of [[1, orders[0]], [2, names.keys()], [3, orders[1]]]) {
      const shown = (await page(`/elections/${election.reference}/options/${contest}`)).replace(/<head>[^]*<\/head>/, "");
      assert.deepEqual(found(shown), [...order].map((at) => names[at]));
    }
    const audit = await page(`/elections/${election.reference}/audit`);
    assert.match(audit, /Order of options: Who is to be chair\?/);
    assert.match(audit, /Not yet: it is drawn with the decryption/);
  });

  test("both verifiers say the same of the record, and pages and interface what they say", { timeout: 600_000 }, async () => {
    await organiser.post(`${election.path}/closing`, {});
    await until(async () => (await organiser.get(election.path)).state === "tallied", "the tally");
    await mirror(service, election.reference, folder);
    const answers = [[command, "verify", folder, "--json", "--sample", "3"], ["python3", join(root, "Tests/second-verifier/verify.py"), folder, "--json", "--sample", "3"]]
      .map(([program, ...words]) => spawnSync(program, words, { encoding: "utf8" })).map(({ status, stdout, stderr }) => {
        assert.equal(status, 0, stderr);
        return JSON.parse(stdout).draws;
      });
    [verified] = answers;
    assert.deepEqual(answers[1], verified);
    assert.deepEqual(verified.optionOrders, [{ contest: 0, options: orders[0] }, { contest: 2, options: orders[1] }]);
    assert.deepEqual(verified.lots.map(({ contest, votes, options }) => [contest, votes, [...options].sort()]), [[0, 1, [0, 1, 2, 3, 4]], [2, 5, [0, 1]], [2, 1, [2, 3, 4, 5, 6]]]);
    const { contests } = await organiser.get(`${election.path}/results`);
    assert.deepEqual(contests.flatMap(({ lots }, contest) => lots.map((lot) => ({ contest, ...lot }))), verified.lots);
    const result = await page(`/elections/${election.reference}/result`);
    const first = result.match(/options with 1 votes each come in this order: ([^.]*)\./)[1].split(", ");
    assert.deepEqual(first, verified.lots[0].options.map((at) => names[at]));
    assert.match(result, /First by lot/);
    const said = spawnSync(command, ["verify", folder], { encoding: "utf8" }).stdout;
    for (const words of [`duty order      ${verified.dutyOrder.join(", ")}`, `Who is to be chair?: ${first.join(", ")}`, verified.closing.output]) assert.ok(said.includes(words), said);
  });

  test("the ballots to be audited have their pages and proofs", { timeout: 600_000 }, async () => {
    const audit = await page(`/elections/${election.reference}/audit?sample=3`);
    const links = [...audit.matchAll(/href="(\/api\/v1\/elections\/[^"]*\/ballots\/[0-9a-f]{64})"/g)].map(([, link]) => link);
    assert.equal(links.length, 3);
    const indices = await Promise.all(links.map(async (link) => {
      const answer = await fetch(service.address + link);
      assert.equal(answer.status, 200);
      return Number((await answer.text()).match(/^index (\d+)$/m)[1]);
    }));
    assert.deepEqual(indices, verified.sample);
    for (const link of links) assert.ok(audit.includes(`/verify/${election.reference}#${link.split("/").at(-1)}`));
    const all = await page(`/elections/${election.reference}/audit?sample=100000`);
    assert.equal([...all.matchAll(/\/ballots\/[0-9a-f]{64}"/g)].length, 5);
    const { trustees } = await organiser.get(`${election.path}/trustees`);
    assert.equal(trustees.length, verified.dutyOrder.length);
    const asked = audit.match(/Order in which trustees are asked<\/dt>\s*<dd>([^<]*)</)[1];
    assert.equal(asked.trim(), verified.dutyOrder.map((asked) => trustees.find(({ number }) => number === asked).name).join(" · "));
  });
});
