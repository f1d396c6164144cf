// What everybody sees of an election through its life: pages, downloads, the turnout that moves. every-page.test.mjs looks at how they look.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { owner } from "./client.mjs";
import { openElection } from "./election.mjs";
import { Service, root, until } from "./service.mjs";
import { Voter } from "./voter.mjs";

const attack = `"><script>alert(1)</script>`;
const manifest = {
  title: `A board ${attack}`, description: "For the garden.\nAll may come.", revoting: "last-counts",
  contests: [
    { title: "Who is to be chair?", kind: "single", options: [{ name: "=Ada", description: attack }, "Blaise", "Carl"] },
    { title: "Which projects?", kind: "approval", maximum: 2, options: ["A well", "Bees", "A bench"] },
  ],
};

describe("the pages that everybody sees", () => {
  let [service, organiser, election] = [];
  const page = async (path) => {
    const answer = await fetch(`${service.address}${path}`, { headers: { Accept: "text/html", "Accept-Language": "en" } });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const text = async (path) => {
    const { status, text } = await page(path);
    assert.equal(status, 200, path);
    assert.ok(!text.includes("<script>alert"), path);
    return text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  };

  before(async () => {
    service = await Service.start();
    organiser = await owner(service);
    election = await openElection(organiser, { voters: 10, manifest });
    election.page = `/elections/${election.reference}`;
  });

  after(async () => {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service?.stop();
  });

  /** Watches the page, and calls `act` when it is live. */
  const watch = (count, act) => new Promise((resolve, reject) => {
    const process = spawn(join(root, ".build/python/bin/python"), [join(root, "Tests/ServiceTests/pages/turnout.py"), service.address + election.page, String(count)]);
    let [output, errors, isLive] = ["", "", false];
    process.stdout.on("data", (bytes) => {
      output += bytes;
      if (isLive || !output.startsWith("live\n")) return;
      isLive = true;
      act().catch(reject);
    });
    process.stderr.on("data", (bytes) => { errors += bytes; });
    process.on("close", (code) => (code === 0 ? resolve(JSON.parse(output.slice(5))) : reject(new Error(errors))));
  });

  test("drafts are nobody's business; an open election is in the list with all it says", { timeout: 600_000 }, async () => {
    const draft = await organiser.post("/elections", { manifest: { ...manifest, title: "A draft" }, threshold: 2 });
    assert.equal((await page(`/elections/${draft.reference}`)).status, 404);
    const list = await text("/elections");
    assert.match(list, /A board .*Voting is open/);
    assert.doesNotMatch(list, /A draft/);
    const shown = await text(election.page);
    for (const words of ["For the garden.", "0 of 10 voters have voted: 0.0%", "Up to 2 answers.", "Any 2 of them can open the totals", "The service made the voting links"]) {
      assert.ok(shown.includes(words), words);
    }
    assert.match(await text(`${election.page}/options/1/1`), /=Ada/);
    assert.match(await text(`${election.page}/options/2`), /A well .*Bees .*A bench/);
    assert.equal((await page(`${election.page}/options/1/4`)).status, 404);
    assert.match(await text(`${election.page}/result`), /There is no result yet/);
    for (const file of ["result.csv", "certificate.pdf"]) assert.equal((await page(`${election.page}/${file}`)).status, 404);
    assert.match(await text("/how"), /What we cannot promise/);
  });

  test("the turnout moves by itself when a ballot is cast, and is there without scripts", { timeout: 600_000 }, async () => {
    const voters = await Promise.all(election.links.slice(0, 2).map((link) => Voter.open(link)));
    await voters[0].cast([[1, 0, 0], [1, 1, 0]]);
    const seen = await watch(2, async () => {
      await voters[0].cast([[0, 1, 0], [1, 1, 0]]);
      await voters[1].cast([[0, 1, 0], [0, 1, 0]]);
    });
    assert.deepEqual(seen.faults, []);
    assert.match(seen.plain.text, /1 of 10 voters have voted: 10.0%/);
    assert.equal(seen.plain.live, false);
    assert.deepEqual([seen.percent, seen.live, seen.voters], ["20.0%", true, "2"]);
  });

  test("pauses are told with their reason, then the count, the result and its downloads", { timeout: 600_000 }, async () => {
    await organiser.post(`${election.path}/pause`, { reason: `The hall burns ${attack}` });
    assert.match(await text(election.page), /Voting is paused. Reason: The hall burns/);
    await organiser.post(`${election.path}/resumption`, {});
    await organiser.post(`${election.path}/closing`, {});
    assert.match(await text(election.page), /Being counted|Result published/);
    await until(async () => (await organiser.get(election.path)).state === "tallied", "the tally");
    assert.match(await text("/elections"), /Result published/);
    const result = await text(`${election.page}/result`);
    for (const words of ["“Blaise” has the most votes.", "20.0% of 10", "“Bees” has the most votes.", "Certificate of result"]) assert.ok(result.includes(words), words);
    assert.doesNotMatch(result, /Elected/);
    const csv = (await page(`${election.page}/result.csv`)).text;
    assert.ok(csv.includes(`"'=Ada","0","0.0"`) && csv.includes(`"Blaise","2","100.0","most"`), csv);
    const certificate = await page(`${election.page}/certificate.pdf`);
    assert.equal(certificate.headers.get("Content-Type"), "application/pdf");
    assert.ok(certificate.text.startsWith("%PDF"));
    const audit = await text(`${election.page}/audit`);
    for (const words of ["Ballots cast 3", "Voters who voted 2 of 10", "The hall burns", "All entries", "What is served now is what was fixed.", "There is no anchor, by the choice of who organises this election."]) {
      assert.ok(audit.includes(words), words);
    }
    const german = await fetch(service.address + election.page, { headers: { "Accept-Language": "de" } });
    assert.match(await german.text(), /<html lang="de"[^]*Beteiligung/);
  });
});
