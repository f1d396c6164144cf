// Test chains with the real execution of their kind (Tests/Support/chains), as processes; and what a service needs to anchor on one.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { command, root } from "./service.mjs";

/** With the packages that the chains need. */
export const python = process.env.COMITIA_TEST_PYTHON ?? join(root, ".build/python/bin/python");

/** For `{ skip }`: why there can be no test chain here, or false. */
export const noChains = existsSync(python) ? false : "scripts/python-env makes .build/python";

/** Runs the command to its end. @returns {Promise<{status: number, output: string, errors: string}>} */
export function run(...words) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => { output += text; });
    child.stderr.setEncoding("utf8").on("data", (text) => { errors += text; });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output, errors }));
  });
}

/** Changes a service's database behind its back. @param {Service} service on SQLite @param {string} sql @returns {unknown[][]} what it answers */
export function tamper({ data }, sql) {
  const program = "import json, sqlite3, sys\nwith sqlite3.connect(sys.argv[1], timeout=20) as base: print(json.dumps(base.execute(sys.argv[2]).fetchall()))";
  return JSON.parse(execFileSync(python, ["-c", program, join(data, "comitia.sqlite"), sql], { encoding: "utf8" }));
}

export class Chain {
  /** One that works like Ethereum. */
  static ethereum(...options) { return Chain.#start("evm.py", options); }

  static solana() { return Chain.#start("solana.py", []); }

  static async #start(program, options) {
    const chain = new Chain();
    chain.process = spawn(python, [join(root, "Tests/Support/chains", program), ...options], { stdio: ["pipe", "pipe", "inherit"] });
    for await (const port of createInterface({ input: chain.process.stdout })) {
      chain.address = `http://127.0.0.1:${port}`;
      return chain;
    }
    throw new Error(`${program} did not start`);
  }

  async ask(method, ...params) {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const answer = await fetch(this.address, { method: "POST", headers: { "Content-Type": "application/json", Connection: "close" }, body });
    const { result, error } = await answer.json();
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  stop() { this.process?.kill("SIGKILL"); }
}

/**
 * Makes an account with coins and deploys the contracts, with the commands that operators use.
 * @param {Chain} chain of the id 31337
 * @param {string} folder for keys and for what was deployed
 * @returns {Promise<{account: string, contract: string, settings: object}>} with settings of `comitia serve`
 */
export async function deploy(chain, folder) {
  const place = (name) => join(folder, name);
  writeFileSync(place("secret.txt"), "correct horse battery staple\n");
  const key = ["--key", place("key.json"), "--passphrase-file", place("secret.txt")];
  const made = await run("chain", "key", "create", ...key);
  const account = /0x[0-9a-fA-F]{40}/u.exec(made.output)?.[0];
  if (!account) throw new Error(made.errors);
  await chain.ask("test_balance", account, `0x${(5n * 10n ** 18n).toString(16)}`);
  const deployed = await run(
    "chain", "deploy", "--network", "local", "--rpc", chain.address, ...key, "--recorder", account, "--folder", place("deployments"), "--yes", "--json",
  );
  if (deployed.status !== 0) throw new Error(deployed.errors);
  const contract = JSON.parse(deployed.output).contracts.find(({ name }) => name === "VoteRegistry").address;
  const settings = {
    chainNetwork: "local", chainEndpoints: chain.address, chainKeyFile: place("key.json"), chainPassphraseFile: place("secret.txt"),
    chainDeployments: place("deployments"), chainAnchorEvery: 10,
  };
  return { account, contract, settings };
}

/** Settings of `comitia serve` as variables of its environment. */
export function variables(settings) {
  const name = (text) => `COMITIA_${text.replace(/[A-Z]/gu, "_$&").toUpperCase()}`;
  return Object.fromEntries(Object.entries(settings).map(([setting, value]) => [name(setting), String(value)]));
}

/** A chain with the contracts on it, for a service whose pages are looked at. */
export class Registry {
  static async start() {
    const registry = new Registry();
    registry.folder = mkdtempSync(join(tmpdir(), "comitia-registry-"));
    try {
      registry.chain = await Chain.ethereum("--base-fee", "20000000000");
      const { settings } = await deploy(registry.chain, registry.folder);
      registry.settings = variables({ ...settings, chainBatchWait: 5, chainExplorer: "https://explorer.example" });
      return registry;
    } catch (error) {
      registry.stop();
      throw error;
    }
  }

  stop() {
    this.chain?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
