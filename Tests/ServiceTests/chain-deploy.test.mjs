// `comitia chain deploy` and `comitia chain balance` on a chain with the real execution of bytecode (Tests/Support/chains/evm.py).

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Chain, noChains, python } from "./chains.mjs";
import { command, root } from "./service.mjs";

const owner = "0x00000000219ab540356cBB839Cbe05303d7705Fa";
const folder = mkdtempSync(join(tmpdir(), "comitia-chain-"));
const chains = [];
let key;
let account;

after(() => {
  for (const chain of chains) chain.stop();
  rmSync(folder, { recursive: true });
});

/** Runs a program to its end; in a terminal of its own, where something is to be typed. */
function run(words, { typed, program = command } = {}) {
  // Answers the question that ends with a colon and a space, and says what was shown.
  const terminal = `
import os, pty, sys
pid, side = pty.fork()
if pid == 0: os.execv(sys.argv[2], sys.argv[2:])
shown, answered = b"", False
while True:
    try: piece = os.read(side, 4096)
    except OSError: piece = b""
    if not piece: break
    shown += piece
    if not answered and shown.endswith(b"this: "):
        answered = True
        os.write(side, sys.argv[1].encode() + b"\\n")
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
  const [name, all] = typed === undefined ? [program, words] : [python, ["-c", terminal, typed, program, ...words]];
  return new Promise((resolve, reject) => {
    // In a session of its own there is no terminal to ask at.
    const child = spawn(name, all, { cwd: folder, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => { output += text; });
    child.stderr.setEncoding("utf8").on("data", (text) => { errors += text; });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output, errors }));
  });
}

async function startChain(chainID, ...options) {
  const chain = await Chain.ethereum("--chain-id", String(chainID), "--base-fee", "20000000000", ...options);
  chains.push(chain);
  return chain;
}

const fund = (chain, coins = 5n) => chain.ask("test_balance", account, `0x${(coins * 10n ** 18n).toString(16)}`);
const deploy = (chain, network, ...more) => [
  "chain", "deploy", "--network", network, "--rpc", chain.address, "--key", key, "--passphrase-file", "secret.txt", "--recorder", "none", ...more,
];

before(async () => {
  if (noChains) return;
  key = join(folder, "deployer.json");
  writeFileSync(join(folder, "secret.txt"), "correct horse battery staple\n");
  const made = await run(["chain", "key", "create", "--key", key, "--passphrase-file", "secret.txt"]);
  assert.equal(made.status, 0, made.errors);
  account = /0x[0-9a-fA-F]{40}/u.exec(made.output)[0];
});

test("a test network: dry run, deployment, and once more", { skip: noChains }, async () => {
  const chain = await startChain(80002, "--mining", "interval", "--seconds", "0.2");
  await fund(chain);
  const dry = await run([...deploy(chain, "amoy", "--dry-run", "--json")]);
  assert.equal(dry.status, 0, dry.errors);
  const plan = JSON.parse(dry.output);
  assert.equal(plan.contracts.length, 3);
  assert.ok(!existsSync(join(folder, "deployments")));
  assert.equal(await chain.ask("eth_getTransactionCount", account, "pending"), "0x0");

  const refused = await run(deploy(chain, "amoy"));
  assert.equal(refused.status, 2);
  assert.match(refused.errors, /no terminal to confirm at; give --yes/u);

  const first = await run([...deploy(chain, "amoy", "--yes", "--json", "--confirmations", "2")]);
  assert.equal(first.status, 0, first.errors);
  const answer = JSON.parse(first.output);
  assert.match(first.errors, /VoterRegistry: 2 of 2 blocks/u);
  assert.deepEqual(answer.contracts.map(({ address }) => address), plan.contracts.map(({ address }) => address));
  assert.match(answer.contracts[0].verification, /chainid=80002.*compilerversion=vyper:0\.4\.3.*deployments\/amoy-VoteRegistry-input\.json/u);
  const record = JSON.parse(readFileSync(join(folder, "deployments/amoy.json"), "utf8"));
  assert.equal(record.contracts[2].deployed.transaction, answer.contracts[2].transaction);
  assert.equal(record.owner, account);
  const artefact = JSON.parse(readFileSync(join(root, "contracts/artefacts/VoteRegistry.json"), "utf8"));
  assert.equal(await chain.ask("eth_getCode", answer.contracts[0].address, "latest"), artefact.runtimeBytecode);

  const again = await run(deploy(chain, "amoy"));
  assert.equal(again.status, 0, again.errors);
  assert.match(again.output, /All contracts are on amoy[^]*VoteRegistry +0x[0-9a-fA-F]{40}, keeps the anchors; comitia serve writes it/u);
  assert.equal(await chain.ask("eth_getTransactionCount", account, "pending"), "0x3");
});

test("polygon: only who types its name sends something", { skip: noChains }, async () => {
  const chain = await startChain(137);
  await fund(chain);
  const words = deploy(chain, "polygon", "--owner", owner, "--confirmations", "1");
  const nobody = await run(words);
  assert.equal(nobody.status, 2);
  assert.match(nobody.errors, /on polygon a person types the network’s name/u);
  const other = await run(words, { typed: "yes" });
  assert.equal(other.status, 2, other.output);
  assert.match(other.output, /not confirmed; nothing was sent/u);
  assert.equal(await chain.ask("eth_getTransactionCount", account, "pending"), "0x0");
  const yes = await run([...words, "--yes"]);
  assert.equal(yes.status, 2);
  assert.match(yes.errors, /--yes is for amoy and local/u);
  const right = await run(words, { typed: "polygon" });
  assert.equal(right.status, 0, right.output);
  const record = JSON.parse(readFileSync(join(folder, "deployments/polygon.json"), "utf8"));
  assert.equal(record.owner, owner);
  assert.ok(existsSync(join(folder, "deployments/polygon-ElectionManager-input.json")));
});

test("killed in the middle and run again, everything is there once", { skip: noChains }, async () => {
  const chain = await startChain(31337, "--mining", "manual");
  await fund(chain);
  const words = deploy(chain, "local", "--yes", "--confirmations", "3");
  const killed = spawn(command, words, { cwd: folder, stdio: "ignore" });
  const ended = new Promise((resolve) => { killed.on("close", resolve); });
  while (await chain.ask("eth_getTransactionCount", account, "pending") === "0x0") await new Promise((next) => { setTimeout(next, 50); });
  killed.kill("SIGKILL");
  await ended;
  const before = JSON.parse(readFileSync(join(folder, "deployments/local.json"), "utf8"));
  assert.equal(before.contracts[0].sent.length, 1);
  await chain.ask("test_mining", "interval", 0.2);
  const again = await run([...words, "--json"]);
  assert.equal(again.status, 0, again.errors);
  assert.equal(JSON.parse(again.output).contracts[0].transaction, before.contracts[0].sent[0].transaction);
  assert.equal(await chain.ask("eth_getTransactionCount", account, "pending"), "0x3");
});

test("what is wrong is said, with exit code 2 and nothing sent", { skip: noChains }, async () => {
  const chain = await startChain(80002);
  await fund(chain, 1n);
  const cases = [
    [deploy(chain, "polygon", "--dry-run", "--folder", "poor"), /a node is of chain 80002, and chain 137 is wanted/u],
    [deploy(chain, "amoy", "--yes", "--folder", "poor"), /has 1 and needs 2; send it more/u],
    [deploy(chain, "amoy", "--yes", "--folder", "poor", "--minimum-balance", "0.5", "--gas-cap", "40"), /gas costs 45 gwei now, more than the 40 allowed/u],
    [deploy(chain, "mainnet"), /polygon, amoy or local is needed/u],
    [["chain", "deploy", "--network", "amoy", "--key", key, "--recorder", "none"], /no node is named; give --rpc/u],
    [["chain", "deploy", "--network", "amoy", "--rpc", chain.address, "--recorder", "none"], /nobody signs; give --key/u],
    [["chain", "deploy", "--network", "amoy", "--rpc", "http://node.example.org", "--key", key, "--recorder", "none"], /another machine with http/u],
    [[...deploy(chain, "amoy"), "--owner", "0x00000000219ab540356cBB839Cbe05303d7705fA"], /whose capitals/u],
    [[...deploy(chain, "amoy"), "--confirmations", "65"], /from 1 to 64/u],
  ];
  for (const [words, expected] of cases) {
    const answer = await run(words);
    assert.equal(answer.status, 2, words.join(" "));
    assert.match(answer.errors, expected);
  }
  assert.equal(await chain.ask("eth_getTransactionCount", account, "pending"), "0x0");
});

test("an external signer deploys, too", { skip: noChains }, async () => {
  const chain = await startChain(31337, "--signer-style", "web3signer");
  const [signer] = await chain.ask("eth_accounts");
  const words = ["chain", "deploy", "--network", "local", "--rpc", chain.address, "--signer", chain.address, "--account", signer];
  const answer = await run([...words, "--recorder", account, "--yes", "--folder", "signed", "--json"]);
  assert.equal(answer.status, 0, answer.errors);
  assert.equal(JSON.parse(answer.output).recorder.toLowerCase(), account.toLowerCase());
  assert.ok(!existsSync(join(folder, "signed/local-VoteRegistry-input.json")));
});

test("balances, for people and for programs", { skip: noChains }, async () => {
  const chain = await startChain(137);
  await fund(chain);
  writeFileSync(join(folder, "nodes.txt"), `# with a key in it\n${chain.address}\n`);
  const words = ["chain", "balance", "--network", "polygon", "--rpc-file", "nodes.txt", "--key", key, "--account", owner];
  const people = await run(words);
  assert.equal(people.status, 0, people.errors);
  assert.match(people.output, /Balance +5 POL/u);
  const less = await run([...words, "--at-least", "2", "--json"]);
  assert.equal(less.status, 1);
  const answer = JSON.parse(less.output);
  assert.deepEqual(answer.accounts.map(({ balancePOL }) => balancePOL), ["0", "5"]);
  assert.equal(answer.accounts[1].anchors, String(5n * 10n ** 18n / (80_000n * BigInt(answer.accounts[1].gasPrice))));
  assert.equal((await run([...words.slice(0, 6), "--account", owner, "--rpc", "http://127.0.0.1:1/"])).status, 0);
  const lost = await run(["chain", "balance", "--network", "polygon", "--rpc", "http://127.0.0.1:1/", "--account", owner]);
  assert.equal(lost.status, 2);
  assert.match(lost.errors, /no node answers/u);
});
