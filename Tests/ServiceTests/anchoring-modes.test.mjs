// An election in each mode of anchoring, on a chain with real gas: all of it is recorded, anybody verifies it against the chain, and it costs what the table of
// docs/spec/12-anchors.md says. With COMITIA_LONG=1 a thousand voters each.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Chain, deploy, noChains, run, variables } from "./chains.mjs";
import { owner } from "./client.mjs";
import { mirror, openElection } from "./election.mjs";
import { Service, root, until } from "./service.mjs";
import { Voter, choice } from "./voter.mjs";

const isLong = process.env.COMITIA_LONG === "1";
const voters = isLong ? 1000 : 26;
// Batches of fifty are full; a short election ends with one that is not.
const batch = isLong ? 50 : 20;

const table = Object.fromEntries(
  [...readFileSync(join(root, "docs/spec/12-anchors.md"), "utf8").matchAll(/^\| ([^|]+) \| ([0-9 ]+) \|$/gmu)].map(([, what, gas]) => [what, Number(gas.replaceAll(" ", ""))]),
);
const single = table["recordVote, each later one"];
/** What an election's first record costs more: its counter's slot. */
const first = table["recordVote, an election's first"] - single;
const ballot = (table["recordVoteBatch of 50"] - table["recordVoteBatch of 10"]) / 40;
const batchOf = (count) => table["recordVoteBatch of 10"] + (count - 10) * ballot;

/** What a ballot recorded by itself costs in the design that this one replaces. */
const replaced = 199_900;
const saved = (each, against) => `${(100 - (100 * each) / against).toFixed(1)} % less than ${against}`;
const isNear = (found, published) => Math.abs(found - published) <= 0.02 * published;

describe("anchoring", { skip: noChains }, () => {
  let [folder, chain, contract, service, organiser] = [];
  /** The latest block that was counted. */
  let counted = 0;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "comitia-modes-"));
    chain = await Chain.ethereum("--mining", "interval", "--seconds", "0.2");
    const deployed = await deploy(chain, folder);
    contract = deployed.contract;
    service = await Service.start({ settings: variables({ ...deployed.settings, chainBatchSize: batch, chainBatchEnough: batch, chainBatchWait: 20 }) });
    organiser = await owner(service);
    // What was deployed is another matter.
    await spent();
  });

  after(async () => {
    await service?.stop();
    chain?.stop();
    rmSync(folder, { recursive: true });
  });

  /** What has been called since it was asked last, and the gas of each call: from the blocks themselves. */
  async function spent() {
    const head = Number(await chain.ask("eth_blockNumber"));
    const calls = [];
    for (; counted < head; counted += 1) {
      const number = `0x${(counted + 1).toString(16)}`;
      const { transactions } = await chain.ask("eth_getBlockByNumber", number, true);
      if (transactions.length === 0) continue;
      const receipts = await chain.ask("eth_getBlockReceipts", number);
      for (const [index, { input, to }] of transactions.entries()) {
        assert.equal(receipts[index].status, "0x1");
        if (to?.toLowerCase() !== contract.toLowerCase()) continue;
        // Two words before the leaves: the election, where the list begins, and its length.
        const count = (input.length - 10) / 64 - 3;
        calls.push({ selector: input.slice(0, 10), gas: Number(receipts[index].gasUsed), count });
      }
    }
    return calls;
  }

  /** Holds an election with every ballot cast as fast as the service takes it. */
  async function hold(mode) {
    const election = await openElection(organiser, { voters, manifest: { title: mode, anchoring: { mode } } });
    for (let at = 0; at < election.links.length; at += 20) {
      await Promise.all(election.links.slice(at, at + 20).map(async (link, index) => (await Voter.open(link)).cast(choice((at + index) % 3))));
    }
    const { board } = await organiser.get(election.path);
    assert.equal(Number(board.size), voters + 1, "no vote waits for the chain");
    await organiser.post(`${election.path}/closing`, {});
    await until(async () => (await organiser.get(election.path)).state === "tallied", "the result");
    for (const trustee of election.trustees) await trustee.stop();
    const record = join(folder, mode);
    const verify = async (...words) => JSON.parse((await run("verify", record, ...words, "--json")).output);
    const check15 = ({ checks }) => checks.find(({ id }) => id === 15);
    const covers = async () => (await organiser.get(`${election.path}/anchors`)).coveredSize === voters + 2;
    // From the result on the record is good: while the chain has not all of it, it does not say where it is anchored.
    await mirror(service, election.reference, record);
    const early = await verify();
    assert.ok(early.ok, JSON.stringify(early.checks));
    if (!existsSync(join(record, "anchors"))) assert.deepEqual(early.notRun, [15]);
    const isShown = async () => (await fetch(`${service.address}/api/v1${election.path}/board/anchors`)).ok;
    await until(isShown, "everything to be on the chain", isLong ? 900 : 120);
    assert.ok(await covers());
    await mirror(service, election.reference, record);
    const verified = await verify("--rpc", chain.address);
    assert.ok(verified.ok && check15(verified)?.ok, JSON.stringify(check15(verified)));
    return { verified, calls: await spent() };
  }

  const anchors = (calls) => calls.filter(({ selector }) => selector === selectors().anchor);
  const selectors = () => {
    const { methods: made } = JSON.parse(readFileSync(join(root, "contracts/artefacts/VoteRegistry.json"), "utf8"));
    const of = (name) => Object.entries(made).find(([text]) => text.startsWith(`${name}(`))[1];
    return { anchor: of("anchor"), one: of("recordVote"), many: of("recordVoteBatch") };
  };

  const sum = (calls) => calls.reduce((total, { gas }) => total + gas, 0);

  test("checkpoints: an anchor costs the same whatever it covers", { timeout: 1_200_000 }, async (t) => {
    const { calls } = await hold("checkpoint");
    assert.equal(calls.length, anchors(calls).length);
    assert.ok(calls.length >= 2);
    for (const [index, { gas }] of calls.entries()) {
      assert.ok(gas <= 120_000);
      assert.ok(isNear(gas, table[index === 0 ? "anchor, the first" : "anchor, each later one"]), `${gas}`);
    }
    const each = sum(calls) / voters;
    assert.ok(1 - each / replaced >= 0.8, `${each}`);
    t.diagnostic(`${calls.length} anchors for ${voters} ballots: ${Math.round(each)} gas a ballot, ${saved(each, replaced)}, ${saved(each, single)}`);
  });

  test("batches: all ballots, for what the table says", { timeout: 1_200_000 }, async (t) => {
    const { calls, verified } = await hold("batch");
    const batches = calls.filter(({ selector }) => selector === selectors().many);
    assert.equal(batches.reduce((total, { count }) => total + count, 0), voters);
    for (const [index, { gas, count }] of batches.entries()) assert.ok(isNear(gas, batchOf(count) + (index === 0 ? first : 0)), `${count} for ${gas}`);
    const each = sum(batches) / voters;
    if (isLong) assert.ok(each <= 26_000, `${each}`);
    assert.ok(1 - each / replaced >= 0.8, `${each}`);
    t.diagnostic(`${batches.length} batches: ${Math.round(each)} gas a ballot, ${saved(each, replaced)}, ${saved(each, single)}`);
    t.diagnostic(verified.checks.find(({ id }) => id === 15).detail);
  });

  test("each by itself: all ballots, for what the table says", { timeout: 1_200_000 }, async (t) => {
    const { calls, verified } = await hold("each");
    const ones = calls.filter(({ selector }) => selector === selectors().one || selector === selectors().many);
    assert.equal(ones.length, voters);
    const each = sum(ones) / voters;
    const published = ones[0].selector === selectors().one ? single : table["recordVoteBatch of 1"];
    assert.ok(isNear(each, published + first / voters), `${each}`);
    t.diagnostic(`${ones.length} transactions: ${Math.round(each)} gas a ballot`);
    t.diagnostic(verified.checks.find(({ id }) => id === 15).detail);
  });

  test("nothing here and there differs, and the service says what it cost", async () => {
    const config = ["--data", service.data];
    const settings = Object.entries(service.options.settings);
    for (const [name, value] of settings) process.env[name] = value;
    try {
      const check = JSON.parse((await run("chain", "reconcile", ...config, "--json")).output);
      assert.ok(check.ok && check.findingCount === 0 && check.compared >= 2 * voters, JSON.stringify(check));
      const costs = JSON.parse((await run("chain", "costs", ...config, "--json")).output);
      assert.equal(costs.votes, 3 * voters);
    } finally { for (const [name] of settings) delete process.env[name]; }
  });
});
