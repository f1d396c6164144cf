// `comitia chain publish`: what a record proves, on a chain with the real execution of bytecode (Tests/Support/chains/evm.py).

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Chain, noChains, run } from "./chains.mjs";
import { owner as chief } from "./client.mjs";
import { mirror, openElection } from "./election.mjs";
import { Service, command, root, until } from "./service.mjs";
import { Voter, choice } from "./voter.mjs";

const folder = mkdtempSync(join(tmpdir(), "comitia-publish-"));
const place = (name) => join(folder, name);
const artefact = (name) => JSON.parse(readFileSync(join(root, `contracts/artefacts/${name}.json`), "utf8"));
let chain;
let id;
/** Of accounts of ours. */
let owner;
let recorder;

const key = (name) => ["--key", place(`${name}.json`), "--passphrase-file", place("secret.txt")];
const publish = (...more) => run("chain", "publish", place("record"), "--network", "local", "--rpc", chain.address, "--folder", place("course"), ...more);
const json = async (...more) => {
  const answer = await publish("--json", ...more);
  return { ...answer, ...JSON.parse(answer.output) };
};
const sent = async (account) => Number(await chain.ask("eth_getTransactionCount", account, "pending"));

async function makeAccount(name, coins) {
  const made = await run("chain", "key", "create", ...key(name));
  const account = /0x[0-9a-fA-F]{40}/u.exec(made.output)?.[0];
  assert.ok(account, made.errors);
  await chain.ask("test_balance", account, `0x${(coins * 10n ** 18n).toString(16)}`);
  return account;
}

before(async () => {
  if (noChains) return;
  chain = await Chain.ethereum("--base-fee", "20000000000");
  writeFileSync(place("secret.txt"), "correct horse battery staple\n");
  owner = await makeAccount("owner", 5n);
  recorder = await makeAccount("recorder", 1n);
  writeFileSync(place("ballots.csv"), "A,B\n1,0\n0,1\n1,0\n");
  writeFileSync(place("board.json"), JSON.stringify({ title: "Board", smallAcknowledged: true, contests: [{ title: "Who?", kind: "single", options: ["A", "B"] }] }));
  const held = await run("election", "run", "--ballots", place("ballots.csv"), "--manifest", place("board.json"), "--out", place("record"), "--json");
  assert.equal(held.status, 0, held.errors);
  id = JSON.parse(held.output).electionId;
});

after(() => {
  chain?.stop();
  rmSync(folder, { recursive: true });
});

test("only the contracts that were chosen are deployed, and no other run takes them for another", { skip: noChains }, async () => {
  const deploy = (...more) => run(
    "chain", "deploy", "--network", "local", "--rpc", chain.address, ...key("owner"), "--recorder", recorder, "--folder", place("course"), "--yes", ...more,
  );
  const wrong = await deploy("--contracts", "ElectionManager,Registry");
  assert.equal(wrong.status, 2);
  assert.match(wrong.errors, /names of VoteRegistry,ElectionManager,VoterRegistry are needed/u);
  const made = await deploy("--contracts", "ElectionManager,VoterRegistry");
  assert.equal(made.status, 0, made.errors);
  assert.match(made.output, /ElectionManager +0x[0-9a-fA-F]{40}, keeps the course of elections and their results; comitia chain publish writes it/u);
  assert.doesNotMatch(made.output, /VoteRegistry/u);
  assert.deepEqual(JSON.parse(readFileSync(place("course/local.json"), "utf8")).contracts.map(({ name }) => name), ["ElectionManager", "VoterRegistry"]);
  assert.equal(await sent(owner), 2);
  const all = await deploy();
  assert.equal(all.status, 2);
  assert.match(all.errors, /is of ElectionManager, VoterRegistry, not of VoteRegistry, ElectionManager, VoterRegistry/u);
  assert.equal(await sent(owner), 2);
});

test("a record that fails, a stranger, a wrong election id: exit codes, and nothing sent", { skip: noChains }, async () => {
  cpSync(place("record"), place("altered"), { recursive: true });
  const tally = readFileSync(place("altered/tally"));
  tally[tally.length - 1] ^= 1;
  writeFileSync(place("altered/tally"), tally);
  const words = ["chain", "publish", place("altered"), "--network", "local", "--rpc", chain.address, "--folder", place("course"), ...key("recorder"), "--yes"];
  const failed = await run(...words);
  assert.deepEqual([failed.status, failed.errors.includes("check")], [1, false]);
  assert.match(failed.output, /Nothing was sent, for the record does not verify: check (9|11|13)/u);
  const answer = JSON.parse((await run(...words, "--json")).output);
  assert.deepEqual([answer.ok, typeof answer.check], [false, "number"]);
  const other = await json(...key("recorder"), "--yes", "--election-id", "00".repeat(32));
  assert.deepEqual([other.status, other.check], [1, 1]);
  const stranger = await publish(...key("owner"), "--yes");
  assert.equal(stranger.status, 2);
  assert.match(stranger.errors, /0x[0-9a-fA-F]{40} may not write to ElectionManager at 0x.*setRecorder/u);
  for (const [more, reason] of [
    [[], /nobody signs; give --key/u], [["--check", ...key("recorder")], /--check sends nothing; leave out --key/u],
    [["--check", "--election-manager", recorder], /the code at 0x.* is not that of ElectionManager/u],
    [["--check", "--election-id", "12"], /an election id has 64/u], [key("recorder"), /no terminal to confirm at; give --yes/u],
  ]) {
    const refused = await publish(...more);
    assert.equal(refused.status, 2, more.join(" "));
    assert.match(refused.errors, reason);
  }
  const nowhere = await run("chain", "publish", place("record"), "--network", "local", "--rpc", chain.address, "--folder", place("nowhere"), "--check");
  assert.equal(nowhere.status, 2);
  assert.match(nowhere.errors, /names neither ElectionManager nor VoterRegistry; deploy them/u);
  assert.deepEqual([await sent(owner), await sent(recorder)], [2, 0]);
});

test("what the record proves comes to the contracts once, also when the command is killed", { skip: noChains }, async () => {
  const dry = await json(...key("recorder"), "--dry-run");
  assert.deepEqual([dry.status, dry.steps], [0, ["create", "setRoll", "freeze", "open", "close", "publishResult"]]);
  const before_ = await json("--check");
  assert.deepEqual([before_.status, before_.ok, before_.missing.length, before_.record], [1, false, 6, "published"]);

  await chain.ask("test_mining", "manual");
  const words = ["chain", "publish", place("record"), "--network", "local", "--rpc", chain.address, "--folder", place("course"), ...key("recorder"), "--yes", "--confirmations", "2"];
  const killed = spawn(command, words, { stdio: "ignore" });
  const ended = new Promise((resolve) => { killed.on("close", resolve); });
  while (await sent(recorder) === 0) await new Promise((next) => { setTimeout(next, 50); });
  killed.kill("SIGKILL");
  await ended;
  const journal = JSON.parse(readFileSync(place(`course/local-${id}.json`), "utf8"));
  assert.equal(journal.steps[0].sent.length, 1);
  await chain.ask("test_mining", "interval", 0.2);
  const done = await run(...words, "--json", "--election-id", id);
  assert.equal(done.status, 0, done.errors);
  const answer = JSON.parse(done.output);
  assert.deepEqual([answer.ok, answer.missing, answer.differences], [true, [], []]);
  assert.equal(answer.steps[0].transaction, journal.steps[0].sent[0].transaction);
  assert.equal(await sent(recorder), 6);
  assert.equal(answer.gasUsed, answer.steps.reduce((sum, { gasUsed }) => sum + gasUsed, 0));
  assert.match(done.errors, /publishResult: 2 of 2 blocks/u);

  const [again, people, check] = [await publish(...key("recorder")), await publish("--check"), await json("--check")];
  assert.equal(again.status, 0, again.errors);
  assert.match(again.output, /✓ The contracts say what the record proves: the election has a result/u);
  assert.match(people.output, /publishResult +20\d\d-.*block \d+, transaction 0x[0-9a-f]{64}, [\d,]+ gas, 0\.\d+ POL[^]*✓ At block [\d,]+ the contracts say what the record proves/u);
  assert.deepEqual([people.status, check.status, check.ok], [0, 0, true]);
  assert.equal(await sent(recorder), 6);
});

test("anybody reads there what the files say", { skip: noChains }, async () => {
  const { contracts } = await json("--check");
  const ask = (name, signature) => chain.ask("eth_call", { to: contracts[name], data: artefact(name).methods[signature] + id }, "latest")
    .then((answer) => answer.slice(2).match(/.{64}/gu));
  const sha256 = (file) => createHash("sha256").update(readFileSync(join(place("record"), file))).digest("hex");
  const checkpoint = readFileSync(place("record/checkpoint"), "utf8").split("\n");
  const election = await ask("ElectionManager", "getElection(bytes32)");
  assert.deepEqual(
    [Number(`0x${election[0]}`), election[1], Number(`0x${election[3]}`), Number(`0x${election[4]}`), election[5]],
    [4, sha256("manifest"), 3, Number(checkpoint[1]), Buffer.from(checkpoint[2], "base64").toString("hex")],
  );
  const certificate = readFileSync(place("record/certificate"));
  const result = await ask("ElectionManager", "getResult(bytes32)");
  assert.deepEqual(result.slice(0, 3), [sha256("certificate"), certificate.subarray(178, 210).toString("hex"), certificate.subarray(210).toString("hex")]);
  const roll = await ask("VoterRegistry", "getRoll(bytes32)");
  assert.deepEqual([roll[0], Number(`0x${roll[1]}`), Number(`0x${roll[4]}`)], [election[2], 3, 1]);
});

test("contracts that say something else are named, by a folder of one's own and by address", { skip: noChains }, async () => {
  const { contracts } = await json("--check");
  // The same words by the addresses alone, where nothing was deployed from.
  const far = await run(
    "chain", "publish", place("record"), "--network", "local", "--rpc", chain.address, "--folder", place("absent"), "--check", "--json",
    "--election-manager", contracts.ElectionManager, "--voter-registry", contracts.VoterRegistry,
  );
  assert.equal(far.status, 0, far.errors);
  assert.ok(!existsSync(place("absent")));
  assert.equal(JSON.parse(far.output).steps[0].transaction, undefined);

  const fault = { kind: "answer", method: "eth_call", contains: artefact("ElectionManager").methods["getResult(bytes32)"].slice(2), times: 0, result: `0x${"11".repeat(128)}` };
  await chain.ask("test_fault", fault);
  const differing = await publish("--check");
  assert.equal(differing.status, 1);
  for (const field of ["result", "signatureR", "signatureS", "key"]) {
    assert.match(differing.output, new RegExp(`✗ ElectionManager.${field} is 0x${"11".repeat(32)}, and by the record 0x[0-9a-f]{64}`, "u"));
  }
  const refused = await json(...key("recorder"), "--yes");
  assert.deepEqual([refused.status, refused.ok, refused.differences.length], [1, false, 4]);
  await chain.ask("test_clearFaults");
  assert.equal(await sent(recorder), 6);
  assert.deepEqual(readdirSync(place("course")).sort(), [`local-${id}.json`, "local.json"]);
});

test("an election of a service, from its opening to its result, as its copies prove it", { skip: noChains, timeout: 300_000 }, async () => {
  const service = await Service.start();
  let trustees = [];
  try {
    const organiser = await chief(service);
    const { reference, path, links, trustees: machines } = await openElection(organiser, { voters: 12 });
    trustees = machines;
    await (await Voter.open(links[0])).cast(choice(0));
    const publishCopy = async (name) => {
      await mirror(service, reference, place(name));
      const words = ["--network", "local", "--rpc", chain.address, "--folder", place("course"), ...key("recorder"), "--yes", "--json"];
      const answer = await run("chain", "publish", place(name), ...words);
      assert.equal(answer.status, 0, answer.errors + answer.output);
      return JSON.parse(answer.output);
    };
    const before_ = await sent(recorder);
    const running = await publishCopy("running");
    assert.deepEqual([running.record, running.steps.map(({ step }) => step)], ["open", ["create", "setRoll", "freeze", "open"]]);
    await (await Voter.open(links[1])).cast(choice(1));
    // More ballots change nothing that the contracts keep.
    assert.equal((await publishCopy("later")).ok, true);
    assert.equal(await sent(recorder) - before_, 4);
    await organiser.post(`${path}/closing`, {});
    await until(async () => (await organiser.get(`${path}/trustees`)).phase === "tallied", "the result");
    const over = await publishCopy("over");
    assert.deepEqual([over.record, over.steps.length, await sent(recorder) - before_], ["published", 6, 6]);
    const old = await run("chain", "publish", place("later"), "--network", "local", "--rpc", chain.address, "--folder", place("course"), "--check");
    assert.equal(old.status, 1);
    assert.match(old.output, /✗ ElectionManager.state is published, and by the record open/u);
  } finally {
    for (const trustee of trustees) await trustee.stop();
    await service.stop();
  }
});
