// The verifying pages in a real browser: a whole election, one that was tampered with on the way, single ballots, opened ballots.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { TrackerWords } from "../../web/js/tracker-words.mjs";
import { owner } from "./client.mjs";
import { openElection } from "./election.mjs";
import { Service, root, until } from "./service.mjs";
import { Voter, choice, toHex } from "./voter.mjs";

const words = new TrackerWords(readFileSync(join(root, "Sources/TrackerWords/tracker-words.txt"), "utf8"));
const shown = (tracker) => words.words(Buffer.from(tracker, "hex")).join(" ");

/** @param {...object} steps as pages/verify.py has them @returns {Promise<{text: string, faults: string[]}[]>} */
function visit(...steps) {
  const screenshots = process.env.VERIFY_SCREENSHOTS ? ["--screenshots", process.env.VERIFY_SCREENSHOTS] : [];
  return new Promise((resolve, reject) => {
    const browser = spawn(join(root, ".build/python/bin/python"), [join(root, "Tests/ServiceTests/pages/verify.py"), JSON.stringify(steps), ...screenshots]);
    let [output, errors] = ["", ""];
    browser.stdout.on("data", (text) => { output += text; });
    browser.stderr.on("data", (text) => { errors += text; });
    browser.on("error", reject);
    browser.on("close", (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(errors))));
  });
}

/** Nothing is complained of, nothing is wider than the window, and axe finds nothing. */
function isWell({ faults, wide, violations }, what) { assert.deepEqual({ faults, wide, violations }, { faults: [], wide: false, violations: [] }, what); }

describe("the verifying pages", () => {
  let [service, organiser, election, page, electionId] = [];
  /** Tracker and receipt of ballots: cast, replaced, its successor; a tested one with what opens it. */
  const ballots = {};

  before(async () => {
    const made = spawnSync(join(root, "scripts/python-env"), { encoding: "utf8" });
    assert.equal(made.status, 0, made.stderr);
    service = await Service.start();
    organiser = await owner(service);
    election = await openElection(organiser, { voters: 10, manifest: { revoting: "last-counts" } });
    page = `${service.address}/verify/${election.reference}`;
    const [first, second, third] = await Promise.all(election.links.slice(0, 3).map((link) => Voter.open(link)));
    ballots.cast = await first.cast(choice(0));
    ballots.replaced = await second.cast(choice(1));
    ballots.successor = await second.cast(choice(2));
    const encrypted = await third.encrypt(choice(3));
    await third.client.challenge(third.booth.challenge({ secret: third.secret, ballot: encrypted.ballot }));
    ballots.tested = { ...encrypted, tracker: toHex(encrypted.ballotHash), secret: third.secret, booth: third.booth, client: third.client };
    electionId = toHex(third.frame.electionId);
    ballots.file = { electionId, ballotHash: ballots.tested.tracker, ballot: toHex(encrypted.ballot), opening: toHex(encrypted.opening) };
  });

  after(async () => {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service?.stop();
  });

  test("a ballot is found while voting is open, and what became of it is said", { timeout: 600_000 }, async () => {
    const find = (name, more) => ({ do: "find", name, address: page, well: true, ...more });
    const receipt = ballots.cast.receipt;
    const [byWords, byReceipt, replaced, tested, unknown, typo, spoilt, unpublished] = await visit(
      find("found", { address: `${page}#${shown(ballots.cast.tracker).replaceAll(" ", "-")}`, way: "phone-dark" }), find("receipt", { receipt, well: false }),
      find("replaced", { words: shown(ballots.replaced.tracker), way: "phone-light" }), find("tested", { words: ballots.tested.tracker }),
      find("unknown", { words: shown("00".repeat(32)), way: "phone-light" }), find("typo", { words: "abacus dilute", place: "#tracker-error", well: false }),
      find("spoilt", { receipt: receipt.replace(/\n— .*\n$/, (line) => line.replace(/[A-Z]/g, "A")), well: false }),
      { do: "opened", name: "unpublished", address: `${service.address}/check#${election.reference}.${ballots.tested.tracker}` });
    for (const answer of [byWords, replaced, tested, unknown]) isWell(answer, answer.text);
    for (const { text } of [byWords, byReceipt]) {
      assert.match(text, /Your ballot is on the board\.\s+It is the last one of its voter: if voting ended now, it would count/);
      assert.ok(text.includes(`Entry ${ballots.cast.index}, `), text);
      assert.match(text, /What it does not: how you voted/);
    }
    assert.match(replaced.text, /a later one of the same voter replaced it\.\s+Only the last one counts\. If you did not vote again/);
    assert.ok(replaced.text.includes(`Entry ${ballots.successor.index}, `), replaced.text);
    assert.match(tested.text, /opened as a test\. It is never counted/);
    assert.match(unknown.text, /No ballot on the board[^]*All \d+ entries were read[^]*It was not cast/);
    assert.match(typo.text, /There are 2 words; a tracker has twelve/);
    assert.match(spoilt.text, /This receipt does not hold/);
    assert.match(unpublished.text, /but not what opens it/);
  });

  test("an opened ballot shows what it says, on another device", { timeout: 600_000 }, async () => {
    const { tested, file } = ballots;
    const address = `${service.address}/check`;
    await tested.client.publish(tested.booth.publish({ secret: tested.secret, ballot: tested.ballot, opening: tested.opening }));
    const lie = file.opening.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    const [code, saved, asked, lied, wrong] = await visit(
      { do: "opened", name: "code", address: `${address}#${election.reference}.${shown(tested.tracker).replaceAll(" ", "-")}`, way: "phone-light", well: true },
      { do: "opened", name: "saved", address, file: JSON.stringify({ ...file, reference: election.reference }), way: "phone-dark", well: true },
      { do: "opened", name: "asked", address, file: JSON.stringify(file), where: election.links[0].split("#")[0] },
      { do: "opened", name: "lied", address: `${address}#${election.reference}`, file: JSON.stringify({ ...file, opening: lie }) },
      { do: "opened", name: "wrong-address", address: `${address}#${election.reference}.${ballots.cast.tracker}` });
    for (const answer of [code, saved]) isWell(answer, answer.text);
    for (const answer of [code, saved, asked]) {
      assert.match(answer.text, /The ballot is what its opening says\.[^]*What this ballot says[^]*Dora/);
      assert.doesNotMatch(answer.text, /Ada|Emil/);
      for (const word of shown(tested.tracker).split(" ")) assert.ok(answer.text.includes(word), word);
    }
    assert.match(lied.text, /The ballot is not what its opening says/);
    assert.match(wrong.text, /does not have this ballot as a test/);
  });

  test("the board is verified so far; without JavaScript the pages say what to do", { timeout: 600_000 }, async () => {
    const [soFar, elsewhere, ...plain] = await visit(
      { do: "everything", name: "so-far", address: page, way: "phone-light", well: true }, { do: "everything", name: "other-id", address: page, id: "00".repeat(32) },
      { do: "plain", address: page }, { do: "plain", address: `${service.address}/check` });
    isWell(soFar, soFar.text);
    assert.match(soFar.text, /So far everything is right: the 9 checks/);
    assert.match(elsewhere.text, /Check 1 failed\./);
    for (const { text } of plain) assert.match(text, /Checking needs JavaScript/);
  });

  test("a whole election passes; one changed on the way fails at the check that is there for it", { timeout: 600_000 }, async () => {
    await organiser.post(`${election.path}/closing`, {});
    await until(async () => (await organiser.get(election.path)).state === "tallied", "the tally");
    const changed = (name, spoil) => ({ do: "everything", name, address: page, spoil, well: name === "changed-entries" });
    const [good, counted, entries, result] = await visit(
      { do: "everything", name: "good", address: page, id: electionId, way: "phone-dark", well: true },
      { do: "find", name: "counted", address: page, receipt: ballots.cast.receipt }, changed("changed-entries", "/board/tile/entries/"), { ...changed("changed-result", "/board/result$"), locale: "de-AT" });
    for (const answer of [good, entries]) isWell(answer, answer.text);
    assert.match(good.text, /All 14 checks have passed\.[^]*This is the election whose id you gave[^]*/);
    assert.match(good.text, /The service publishes the same numbers/);
    assert.match(counted.text, /it is the one that counts/);
    assert.match(entries.text, /Check 5 failed\.\s+Do not rely on this result/);
    assert.match(result.text, /Prüfung 12 ist gescheitert\.\s+Verlassen Sie sich nicht auf dieses Ergebnis/);
    for (const [{ report }, id] of [[entries, 5], [result, 12]]) {
      assert.equal(report.report.checks.find(({ ok }) => !ok).id, id);
      assert.equal(report.election, election.reference);
    }
  });
});
