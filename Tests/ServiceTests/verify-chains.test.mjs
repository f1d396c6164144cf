// `comitia verify --rpc` on a record whose board is on a chain with the real execution of bytecode (Tests/Support/chains/evm.py).

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Chain, noChains } from "./chains.mjs";
import { command, root } from "./service.mjs";

const folder = mkdtempSync(join(tmpdir(), "comitia-verify-chains-"));
const artefact = JSON.parse(readFileSync(join(root, "contracts/artefacts/VoteRegistry.json"), "utf8"));
let chain;
let address;
let account;
let contract;
let id;
let leaves;

const number = (value, bytes = 8) => Buffer.from(BigInt(value).toString(16).padStart(2 * bytes, "0"), "hex");
const word = (hex) => hex.replace("0x", "").padStart(64, "0");
const leafHash = (bytes) => createHash("sha256").update(Buffer.concat([Buffer.of(0), bytes])).digest();

function comitia(...words) {
  return new Promise((resolve) => {
    execFile(command, words, { cwd: folder }, (error, output, errors) => resolve({ status: error?.code ?? 0, output, errors }));
  });
}

const ask = (...words) => chain.ask(...words);

/** Has the account that records send something; the receipt of it. */
async function send(data, to) {
  const hash = await ask("eth_sendTransaction", { from: account, ...(to && { to }), data, gas: "0x1e8480" });
  return ask("eth_getTransactionReceipt", hash);
}

/** The leaves of a board of one bundle. */
function leavesOf(record, size) {
  const bundle = readFileSync(join(folder, record, `tile/entries/000.p/${size}`));
  const found = [];
  for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) found.push(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)));
  return found;
}

const verify = (...words) => comitia("verify", "record", "--json", ...words).then(({ status, output }) => ({ status, ...JSON.parse(output) }));
const check15 = ({ checks }) => checks.find(({ id: number15 }) => number15 === 15);

before(async () => {
  if (noChains) return;
  chain = await Chain.ethereum();
  ({ address } = chain);
  [account] = await ask("eth_accounts");
  contract = (await send(artefact.bytecode + word(account) + word(account))).contractAddress;
  writeFileSync(join(folder, "board.json"), JSON.stringify({
    title: "Board", smallAcknowledged: true, anchoring: { mode: "batch", chain: 31337, contract }, contests: [{ title: "Who?", kind: "single", options: ["A", "B"] }],
  }));
  writeFileSync(join(folder, "ballots.csv"), "A,B\n1,0\n0,1\n1,0\n");
  const run = await comitia("election", "run", "--ballots", "ballots.csv", "--manifest", "board.json", "--out", "record", "--json");
  assert.equal(run.status, 0, run.errors);
  id = JSON.parse(run.output).electionId;
});

after(() => {
  chain?.stop();
  rmSync(folder, { recursive: true });
});

test("without anchors check 15 is not run, which is said, and to ask the chain then fails", { skip: noChains }, async () => {
  const alone = await verify();
  assert.deepEqual([alone.status, alone.ok, alone.notRun, alone.chains], [0, true, [15], undefined]);
  assert.match((await comitia("verify", "record")).output, /15 {2}– .*not run: the record does not say where its board is anchored[^]*board\s+ended\s+at\s+20\d\d-[^]*ask\s+why/);
  assert.match((await comitia("inspect", "record")).output, /chain 31337, contract 0x[0-9a-f]{40}, mode batch[^]*the record does not say where/);
  const asked = await verify("--rpc", address);
  assert.deepEqual([asked.status, asked.ok], [1, false]);
  assert.match(check15(asked).detail, /anchors: is missing, .* which ended at 20\d\d-.* UTC: get the record again/);
});

test("ballots and anchors are found; one that the board does not have is named", { skip: noChains }, async () => {
  const [, size, base64] = readFileSync(join(folder, "record/checkpoint"), "utf8").split("\n");
  const board = Buffer.from(base64, "base64");
  leaves = leavesOf("record", size).filter((leaf) => leaf[0] === 2).map(leafHash);
  assert.equal(leaves.length, 3);
  const batch = (list) => artefact.methods["recordVoteBatch(bytes32,bytes32[])"] + id + word("40") + word(list.length.toString(16))
    + list.map((leaf) => leaf.toString("hex")).join("");
  const recorded = await send(batch(leaves), contract);
  // A service's tree of this board alone.
  const leaf = leafHash(Buffer.concat([Buffer.from(id, "hex"), number(size), board]));
  const receipt = await send(artefact.methods["anchor(bytes32,uint64)"] + leaf.toString("hex") + word("1"), contract);
  const { timestamp } = await ask("eth_getBlockByNumber", receipt.blockNumber, false);
  writeFileSync(join(folder, "record/anchors"), Buffer.concat([
    Buffer.from("COMITIAL"), number(1, 2), number(31337), Buffer.from(contract.slice(2), "hex"), number(recorded.blockNumber), number(1, 2),
    Buffer.from(receipt.transactionHash.slice(2), "hex"), number(receipt.blockNumber), number(timestamp), leaf, number(1), number(size), board,
    number(0), number(0, 1),
  ]));

  const offline = await verify();
  assert.deepEqual([offline.status, offline.notRun], [0, []]);
  assert.match(check15(offline).detail, /1 anchors on chain 31337 .* the chain itself was not asked/);
  const good = await verify("--rpc", address, "--rpc", "http://127.0.0.1:1");
  assert.deepEqual([good.status, good.ok, good.chains.faults], [0, true, []]);
  const gas = Number(receipt.gasUsed) + Number(recorded.gasUsed);
  assert.deepEqual(good.chains.chain, { nodes: 2, answering: 1, anchors: 1, ballots: 3, matched: 3, blocks: 2, transactions: 2, gas, silent: [2] });
  assert.match((await comitia("verify", "record", "--rpc", address)).output, /15 {2}✓ .*1 anchors are on the chain/);
  assert.match((await comitia("inspect", "record")).output, /1 in blocks \d+ to \d+, the last of the whole board/);

  const dropped = Buffer.alloc(32, 7);
  const lost = await send(batch([dropped]), contract);
  const bad = await verify("--rpc", address);
  assert.deepEqual([bad.status, bad.ok, bad.contests], [1, false, undefined]);
  assert.equal(
    check15(bad).detail, `node 1: the chain has recorded a ballot that the board does not have: ${dropped.toString("hex")}, in block `
    + `${Number(lost.blockNumber)}, transaction ${lost.transactionHash.slice(2)}`);
});

test("nobody is asked by mistake", { skip: noChains }, async () => {
  assert.equal((await verify("--rpc", "http://127.0.0.1:1")).chains.faults[0], "node 1: does not answer");
  for (const [words, reason] of [
    [["--rpc", "ftp://x"], /--rpc has an address that is none/], [["--rpc", "http://node.example.org"], /--rpc has an address of another machine with http/],
    [["--solana-rpc", "x"], /--solana-rpc has an address/], [["--rpc-file", "absent"], /absent/],
  ]) {
    const { status, errors } = await comitia("verify", "record", ...words);
    assert.equal(status, 2);
    assert.match(errors, reason);
  }
  assert.match((await verify("--solana-rpc", address)).checks.at(-1).detail, /anchor-solana: is missing/);
  unlinkSync(join(folder, "record/anchors"));
});
