// A PostgreSQL server of a test's own: in a temporary folder, on a socket there, as a user without privileges. It ends with the test's process.

import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

function programs() {
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql").sort((a, b) => b - a) : [];
  const folder = versions.map((version) => `/usr/lib/postgresql/${version}/bin`).find((path) => existsSync(join(path, "initdb")));
  if (!folder) throw new Error("no PostgreSQL server is installed; run: scripts/install test");
  return folder;
}

// The server refuses to run as root.
function unprivileged() {
  if (process.getuid() !== 0) return { prefix: [], own: () => {} };
  const field = (flag) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  const [user, group] = [field("-u"), field("-g")];
  return { prefix: ["setpriv", `--reuid=${user}`, `--regid=${group}`, "--clear-groups"], own: (path) => chownSync(path, user, group) };
}

export class Postgres {
  #folder = mkdtempSync(join(tmpdir(), "comitia-postgres-"));
  #user = unprivileged();
  #process;
  #databases = 0;

  static async start() {
    const server = new Postgres();
    server.#user.own(server.#folder);
    server.#run("initdb", "--pgdata", server.#data, "--username=comitia", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8");
    await server.begin();
    return server;
  }

  /** The process of which all of the server's are children. */
  get pid() { return this.#process.pid; }

  get #data() { return join(this.#folder, "data"); }

  #words(program, words) { return [...this.#user.prefix, join(programs(), program), ...words]; }

  #run(program, ...words) {
    const [first, ...rest] = this.#words(program, words);
    const done = spawnSync(first, rest, { encoding: "utf8", cwd: this.#folder });
    if (done.status !== 0) throw new Error(`${program}: ${done.stderr}`);
    return done.stdout;
  }

  /** Starts the server, again where it was killed. */
  async begin() {
    const options = ["-D", this.#data, "-k", this.#folder, "-h", "", "-c", "max_connections=50"];
    // The shell waits for this process to end, whichever way it does, and stops the server then.
    const command = this.#words("postgres", options).map((word) => `'${word}'`).join(" ");
    const script = `${command} & server=$!; { read -r _ || true; kill -INT $server 2>/dev/null; } & wait $server`;
    this.#process = spawn("bash", ["-c", `exec 3<&0; { ${script.replace("read -r _", "read -r _ <&3")}; } 2>/dev/null`], { stdio: ["pipe", "ignore", "ignore"] });
    this.#process.stdin.on("error", () => {});
    for (let attempt = 0; ; attempt++) {
      const [first, ...rest] = this.#words("pg_isready", ["-q", "-h", this.#folder, "-U", "comitia", "-d", "postgres"]);
      if (spawnSync(first, rest).status === 0) return;
      if (attempt === 200) throw new Error("PostgreSQL does not start");
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }

  /** Ends the server as a power failure would. */
  kill() { this.#run("pg_ctl", "stop", "--pgdata", this.#data, "--mode=immediate"); }

  /** Makes an empty database. @returns {string} its address */
  database() {
    const name = `test${++this.#databases}`;
    this.#run("createdb", "-h", this.#folder, "-U", "comitia", name);
    return `postgresql://comitia@/${name}?host=${encodeURIComponent(this.#folder)}`;
  }

  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = new Promise((resolve) => { this.#process.on("exit", resolve); });
      this.#process.stdin.end();
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
