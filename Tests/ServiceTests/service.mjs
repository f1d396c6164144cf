// A service and trustees of a test's own: real processes of the command, in a temporary folder.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { makeKeyFile } from "./key-file.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const command = process.env.COMITIA_TEST_COMMAND ?? join(root, ".build/debug/comitia");
// Of a coverage build nothing is measured here.
const environment = { ...process.env, LLVM_PROFILE_FILE: "/dev/null" };

export const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** Asks again and again until there is an answer. */
export async function until(ask, what, seconds = 120) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await pause(50);
  }
}

/** A port that is free now, and that the system gives to nobody who does not ask for it: below those that it chooses from itself. */
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const isFree = await new Promise((resolve) => {
      const server = createServer();
      server.on("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

/** What runs, or has run. */
const all = new Set();

// What a failed test has left running would keep its file from ever ending. Whatever else was to be tidied up is by then.
if (process.env.NODE_TEST_CONTEXT) {
  after(() => { setTimeout(() => { for (const running of all) running.stop("SIGKILL"); }, 20_000).unref(); });
}

/** A program that runs until it is told to stop; what it says is kept. */
class Running {
  output = "";
  log = "";

  constructor(words, settings = {}) {
    this.process = spawn(command, words, { env: { ...environment, ...settings }, stdio: ["ignore", "pipe", "pipe"] });
    all.add(this);
    this.process.stdout.setEncoding("utf8").on("data", (text) => { this.output += text; });
    this.process.stderr.setEncoding("utf8").on("data", (text) => { this.log += text; });
    this.ended = new Promise((resolve, reject) => {
      this.process.on("error", (error) => reject(new Error(`${error.message}; run: swift build --build-tests`)));
      this.process.on("close", (code, signal) => resolve({ code, signal }));
    });
    this.ended.then((end) => { this.end = end; }, (error) => {
      // There is no such program: nobody waits for it.
      this.log += error.message;
      this.end = { code: null, signal: null };
    });
  }

  async stop(signal = "SIGTERM") {
    if (!this.end) this.process.kill(signal);
    return this.ended;
  }
}

export class Service {
  #running = null;
  /** Texts of all logs so far. */
  logs = "";

  /** @param {{database?: string, data?: string, settings?: object}} [options] address of a PostgreSQL database; without one, SQLite. And another data folder */
  static async start(options = {}) {
    const service = new Service();
    service.folder = mkdtempSync(join(tmpdir(), "comitia-service-"));
    service.options = options;
    service.port = await freePort();
    service.address = `http://localhost:${service.port}`;
    await service.begin();
    return service;
  }

  /** Starts the process, again after it was killed. */
  async begin(...words) {
    const { database, settings } = this.options;
    const where = database ? ["--database", database] : [];
    const port = String(this.port);
    this.#running = new Running(
      ["serve", "--data", this.data, "--port", port, "--web", join(root, ".build/web"), ...where, ...words],
      { COMITIA_CASTS_PER_MINUTE: "1000000", COMITIA_REQUESTS_PER_MINUTE: "1000000", COMITIA_WEB_SOCKETS_PER_ADDRESS: "16000", ...settings },
    );
    await until(async () => {
      if (this.#running.end) throw new Error(`comitia serve ended: ${this.#running.log}`);
      return fetch(`${this.address}/api/v1/health`, { signal: AbortSignal.timeout(5000) }).then((answer) => answer.ok, () => false);
    }, "the service");
  }

  get data() { return this.options.data ?? join(this.folder, "data"); }
  get process() { return this.#running.process; }
  get output() { return this.#running.output; }
  get log() { return this.#running.log; }

  /** The code for the first owner, from the terminal. */
  get setupCode() { return this.output.split("\n").map((line) => line.trim()).find((line) => /^[A-Za-z0-9_-]{43}$/.test(line)); }

  async kill() {
    await this.#running.stop("SIGKILL");
    this.logs += this.#running.log;
  }

  async end() {
    const end = await this.#running.stop();
    this.logs += this.#running.log;
    return end;
  }

  async stop() {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A trustee on a machine of its own. */
export class Trustee {
  #running = null;
  /** What it said before it was killed. */
  logs = "";

  constructor(service, name) {
    this.service = service;
    this.name = name;
    this.key = join(service.folder, `${name}.key`);
    this.passphrase = join(service.folder, `${name}.passphrase`);
    writeFileSync(this.passphrase, `the passphrase of ${name}\n`, { mode: 0o600 });
  }

  /** @param {{makesFile?: boolean}} [options] whether the command makes the key file, at the price that it has for people */
  async join(link, { makesFile = false } = {}) {
    if (!makesFile) await makeKeyFile(this.key, readFileSync(this.passphrase, "utf8").trimEnd());
    const joining = new Running(["trustee", "join", link, "--key", this.key, "--passphrase-file", this.passphrase, "--name", this.name, "--yes"]);
    const { code } = await joining.ended;
    if (code !== 0) throw new Error(`comitia trustee join: ${joining.output}${joining.log}`);
  }

  /** @param {object} [settings] of its environment */
  begin(settings) { this.#running = new Running(["trustee", "run", "--key", this.key, "--passphrase-file", this.passphrase], settings); }

  /** A command of the trustee's, with its key file. @returns {Promise<{code: number, output: string, log: string}>} */
  async run(word, ...words) { return comitia("trustee", word, "--key", this.key, "--passphrase-file", this.passphrase, ...words); }

  get process() { return this.#running.process; }
  get output() { return this.#running ? this.#running.output + this.#running.log : ""; }
  get hasEnded() { return this.#running?.end; }

  async kill() {
    await this.#running.stop("SIGKILL");
    this.logs += this.output;
  }

  async stop() { if (this.#running) await this.#running.stop(); }

  /** Lets it ask at once: while voting goes on it otherwise asks for the newest checkpoint every 25 seconds. */
  async hurry() {
    await this.stop();
    this.begin();
  }
}

/** A witness outside, on a machine of its own. */
export class Witness {
  #running = null;
  /** Texts of all logs so far. */
  logs = "";

  /** Makes its key. It does not run yet. */
  static async create(name, folder) {
    const witness = new Witness();
    witness.folder = folder;
    witness.passphrase = `${folder}.passphrase`;
    writeFileSync(witness.passphrase, `the passphrase of ${name}\n`, { mode: 0o600 });
    witness.vkey = (await witness.#run("create", "--name", name, "--passphrase-file", witness.passphrase)).trim();
    witness.port = await freePort();
    witness.address = `http://localhost:${witness.port}`;
    return witness;
  }

  async #run(word, ...words) {
    const { code, output, log } = await comitia("witness", word, "--data", this.folder, ...words);
    if (code !== 0) throw new Error(`comitia witness ${word}: ${output}${log}`);
    return output;
  }

  /** Witnesses a log from now on. */
  add(vkey) { return this.#run("add", vkey); }

  async status() { return JSON.parse(await this.#run("status", "--json")); }

  async begin() {
    this.#running = new Running(["witness", "run", "--data", this.folder, "--passphrase-file", this.passphrase, "--port", String(this.port)]);
    await until(async () => {
      if (this.#running.end) throw new Error(`comitia witness run ended: ${this.#running.log}`);
      return fetch(this.address, { signal: AbortSignal.timeout(5000) }).then((answer) => answer.ok, () => false);
    }, "the witness");
  }

  /** Asks for a cosignature. */
  async ask(body, path = "/add-checkpoint") {
    const answer = await fetch(this.address + path, { method: "POST", body, signal: AbortSignal.timeout(60_000) });
    return { status: answer.status, type: answer.headers.get("Content-Type"), text: await answer.text() };
  }

  get log() { return this.#running.log; }

  async stop(signal = "SIGTERM") {
    if (!this.#running) return null;
    const end = await this.#running.stop(signal);
    this.logs += this.#running.log;
    return end;
  }
}

/** Runs the command to its end. */
export async function comitia(...words) {
  const running = new Running(words);
  const { code } = await running.ended;
  return { code, output: running.output, log: running.log };
}

export { readFileSync };
