// `comitia serve` that anchors on a public chain: an election by batches from its opening to its result, on a chain with the real execution of bytecode
// (Tests/Support/chains/evm.py); what keeps the service from starting, and what does not; `comitia chain reconcile` and `comitia chain costs`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Chain, deploy, noChains, run, tamper, variables } from "./chains.mjs";
import { owner } from "./client.mjs";
import { openElection } from "./election.mjs";
import { Service, command, until } from "./service.mjs";
import { Voter } from "./voter.mjs";

const folder = mkdtempSync(join(tmpdir(), "comitia-chain-service-"));
const place = (name) => join(folder, name);
const chains = [];

async function startChain(chainID, ...options) {
  const chain = await Chain.ethereum("--chain-id", String(chainID), ...options);
  chains.push(chain);
  return chain;
}

describe("a service that anchors", { skip: noChains }, () => {
  let [chain, service, organiser, election, contract, common] = [];
  // The address of the node stands in a file, for it may hold a key.
  const settings = (more = {}) => ({ ...common, chainEndpoints: "", chainEndpointsFile: place("nodes.txt"), chainBatchWait: 2, ...more });
  /** A configuration file for commands, and for services that are not to start. */
  const configuration = (name, more) => {
    writeFileSync(place(name), JSON.stringify({ ...settings(more), data: service?.data ?? place("data"), port: 0 }));
    return place(name);
  };
  const metrics = async () => (await fetch(`${service.address}/metrics`)).text();
  const metric = (text, name) => Number(new RegExp(`^${name} ([0-9.e+-]+)$`, "mu").exec(text)?.[1]);

  before(async () => {
    chain = await startChain(31337, "--mining", "interval", "--seconds", "0.3");
    ({ contract, settings: common } = await deploy(chain, folder));
    writeFileSync(place("nodes.txt"), `# the nodes\n${chain.address}?key=geheim\n`);
    service = await Service.start({ settings: variables(settings()) });
    organiser = await owner(service);
  });

  after(async () => {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service?.stop();
    for (const each of chains) each.stop();
    rmSync(folder, { recursive: true });
  });

  test("an election is recorded from its opening to its result", async () => {
    election = await openElection(organiser, { voters: 10, manifest: { anchoring: { mode: "batch", chain: 31337, contract } } });
    const file = async () => {
      const answer = await fetch(`${service.address}/api/v1${election.path}/board/anchors`);
      return answer.ok ? Buffer.from(await answer.arrayBuffer()) : null;
    };
    const opened = await until(file, "the first anchor");
    assert.equal(opened.subarray(0, 8).toString(), "COMITIAL");
    assert.equal(opened.readBigUInt64BE(10), 31337n);
    assert.equal(`0x${opened.subarray(18, 38).toString("hex")}`, contract.toLowerCase());
    for (const link of election.links.slice(0, 6)) await (await Voter.open(link)).cast([[1, 0, 0, 0, 0]]);
    await until(async () => metric(await metrics(), "votes_recorded_total") === 6, "six ballots on the chain");
    await organiser.post(`${election.path}/closing`, {});
    await until(async () => (await organiser.get(election.path)).state === "tallied", "the result");
    // Opening, six ballots, closing.
    const covers = (bytes) => bytes && bytes.includes(Buffer.from("0000000000000008", "hex"));
    await until(async () => covers(await file()), "the last anchor");
    // What is on the chain is published at once, and counted by the worker's next look.
    const confirmed = (text) => metric(text, 'blockchain_transactions_total\\{status="confirmed"\\}') >= 3 && metric(text, "transaction_duration_seconds_count") >= 3;
    const text = await until(async () => { const now = await metrics(); return confirmed(now) && now; }, "three transactions that are counted as confirmed");
    assert.equal(metric(text, "pending_blockchain_votes"), 0);
    assert.ok(metric(text, "gas_price_gwei") > 1 && metric(text, "comitia_chain_balance") < 5);
  });

  test("commands beside the service say what there is, and what it cost", async () => {
    const config = configuration("config.json");
    const check = await run("chain", "reconcile", "--config", config, "--json");
    assert.equal(check.status, 0, check.errors + check.output);
    const { ok, compared, findingCount } = JSON.parse(check.output);
    assert.ok(ok && compared >= 8 && findingCount === 0, check.output);
    const words = await run("chain", "reconcile", "--config", config);
    assert.match(words.output, /all as they should be/u);

    const costs = JSON.parse((await run("chain", "costs", "--config", config, "--usd", "0.5", "--json")).output);
    assert.equal(costs.votes, 6);
    assert.ok(costs.transactions >= 3 && costs.gas > 79_000 && costs.gasAVote === Math.floor(costs.gas / 6));
    assert.equal(costs.cost.usd, Number(costs.cost.pol) * 0.5);
    assert.deepEqual(costs.modes.map(({ mode }) => mode), ["checkpoint", "batch", "each"]);
    assert.deepEqual(costs.savings.map(({ against }) => against), [199_900, 56_443]);
    writeFileSync(place("price.txt"), "0.25\n");
    const shown = await run("chain", "costs", "--config", config, "--usd-file", place("price.txt"), "--days", "1");
    assert.equal(shown.status, 0, shown.errors);
    assert.match(shown.output, /Votes +6, of 1 election\n/u);
    assert.match(shown.output, /USD/u);
    const elsewhere = await run("chain", "costs", "--data", place("nothing"));
    assert.equal(elsewhere.status, 2);
    assert.match(elsewhere.errors, /there is no service in/u);
  });

  test("a record that was altered in the database is named, and mended where that is wanted", async () => {
    const config = configuration("config.json");
    const reconcile = async (...words) => {
      const { status, output } = await run("chain", "reconcile", "--config", config, ...words);
      return { status, output };
    };
    const findings = (count) => until(async () => metric(await metrics(), "comitia_chain_findings") === count, `${count} findings`);
    await findings(0);
    const ballot = "kind = 'batch' AND hash = (SELECT MIN(hash) FROM chain_records WHERE kind = 'batch')";
    const [[hash, block]] = tamper(service, `UPDATE chain_records SET block = block + 1 WHERE ${ballot} RETURNING '0x' || lower(hex(hash)), block`);
    const named = await reconcile();
    assert.equal(named.status, 1, named.output);
    assert.match(named.output, /one thing does not agree|1 thing does not agree/u);
    assert.match(named.output, new RegExp(`differing: confirmed here from one block, and on the chain in another[^]*${election.reference}[^]*${hash}[^]*block ${block}[^]*block ${block - 1}`, "u"));
    await findings(1);
    const mended = JSON.parse((await reconcile("--repair", "--json")).output);
    assert.deepEqual(mended.findings.map(({ kind, hash: found, here, chain: there, mended: done }) => [kind, found, here, there, done]), [["differing", hash, block, block - 1, true]]);
    // One that is gone: the board misses it, and the chain has what nobody here wants.
    const [[gone]] = tamper(service, `DELETE FROM chain_records WHERE ${ballot} RETURNING '0x' || lower(hex(hash))`);
    assert.equal(gone, hash);
    const missed = await reconcile("--json");
    assert.equal(missed.status, 1);
    assert.deepEqual(JSON.parse(missed.output).findings.map(({ kind, hash: found }) => [kind, found]).sort(), [["extra", hash], ["unrecorded", hash]]);
    await findings(2);
    // What the chain has is nobody's to mend; once the record is back it is taken over.
    assert.equal((await reconcile("--repair")).status, 1);
    const again = await reconcile("--repair");
    assert.equal(again.status, 0, again.output);
    const good = await reconcile();
    assert.equal(good.status, 0, good.output);
    assert.match(good.output, /all as they should be/u);
    await findings(0);
  });

  test("nodes of another chain, or no contract: the service does not start", async () => {
    const other = await startChain(80002);
    writeFileSync(place("others.txt"), `${chain.address}\n${other.address}?key=geheim\n`);
    const wrong = await run("serve", "--config", configuration("wrong.json", { chainEndpointsFile: place("others.txt"), data: place("data-1") }), "--data", place("data-1"));
    assert.equal(wrong.status, 2);
    assert.match(wrong.errors, /a node is of chain 80002, and local is chain 31337; the service does not start/u);
    // In production likewise: a test network is not taken for Polygon.
    const deployed = JSON.parse(readFileSync(join(common.chainDeployments, "local.json"), "utf8"));
    mkdirSync(place("production"));
    writeFileSync(place("production/polygon.json"), JSON.stringify({ ...deployed, network: "polygon", chainId: 137 }));
    const production = { chainNetwork: "polygon", chainDeployments: place("production"), chainEndpointsFile: "", chainEndpoints: other.address, data: place("data-1") };
    const test = await run("serve", "--config", configuration("production.json", production), "--data", place("data-1"));
    assert.equal(test.status, 2);
    assert.match(test.errors, /a node is of chain 80002, and polygon is chain 137; the service does not start/u);
    const bare = await startChain(31337);
    const none = await run("serve", "--config", configuration("bare.json", { chainEndpointsFile: "", chainEndpoints: bare.address }), "--data", place("data-2"));
    assert.equal(none.status, 2);
    assert.match(none.errors, /the contract VoteRegistry of this program is not at 0x/u);
    for (const { errors } of [wrong, none]) assert.doesNotMatch(errors, /geheim|correct horse/u);
  });

  test("settings that mean nothing, or lack something, are refused", async () => {
    for (const [more, reason] of [
      [{ chainNetwork: "" }, /chainNetwork is not set, so this would mean nothing/u],
      [{ chainNetwork: "ethereum" }, /there are polygon, amoy, local/u],
      [{ chainEndpointsFile: "" }, /no node is named/u],
      [{ chainEndpoints: "http://node.example.org" }, /http:/u],
      [{ chainPassphraseFile: "" }, /chainKeyFile is set, so this is needed too/u],
      [{ chainKeyFile: "" }, /nobody signs/u],
      [{ chainSigner: "https://signer.example.org" }, /one of them is needed/u],
      [{ chainGasCap: "dear" }, /a number of gwei/u],
      [{ chainBatchSize: 51 }, /from 1 to 50/u],
    ]) {
      const refused = await run("serve", "--check", "--config", configuration("refused.json", more));
      assert.equal(refused.status, 2, JSON.stringify(more));
      assert.match(refused.errors, reason);
    }
  });

  test("without a node the service starts, and votes go on", async () => {
    const data = place("data-3");
    const [name, words] = [command, ["serve", "--config", configuration("silent.json", { chainEndpointsFile: "", chainEndpoints: "http://127.0.0.1:9" }), "--data", data, "--port", "0"]];
    const child = spawn(name, words, { stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    child.stderr.setEncoding("utf8").on("data", (text) => { log += text; });
    await until(() => log.includes('"event":"started"'), "the service");
    assert.match(log, /"level":"warning".*"event":"chain".*voting goes on without/u);
    child.kill("SIGTERM");
    await new Promise((resolve) => { child.on("close", resolve); });
    assert.ok(!readFileSync(place("secret.txt"), "utf8").split("\n").some((line) => line && log.includes(line)));
  });
});
