// The whole of an election as people live it, by pages alone: an organiser, three trustees of whom one is at a browser, twenty voters, somebody who
// watches and a stranger who verifies; on both databases, at a desk without scripts and on a phone by keyboard.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { owner } from "./client.mjs";
import { mirror } from "./election.mjs";
import { Postgres } from "./postgres.mjs";
import { Service, Trustee, comitia, root } from "./service.mjs";

let postgres;
before(async () => {
  const made = spawnSync(join(root, "scripts/python-env"), { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  postgres = await Postgres.start();
});
after(async () => { await postgres?.stop(); });

/** Runs the people's browsers, and hands each thing that they tell to `hear`, after which they go on. */
async function people(words, hear) {
  const program = join(root, "Tests/ServiceTests/pages/journey.py");
  const browsers = spawn(join(root, ".build/python/bin/python"), [program, ...words], { stdio: ["pipe", "pipe", "pipe"] });
  let errors = "";
  browsers.stderr.on("data", (text) => { errors += text; });
  const ended = new Promise((resolve) => { browsers.on("close", resolve); });
  for await (const line of createInterface({ input: browsers.stdout })) {
    await hear(JSON.parse(line));
    browsers.stdin.write("\n");
  }
  assert.equal(await ended, 0, errors);
}

const ways = [
  { kind: "SQLite", way: "desk", what: "the organiser at a desk, without scripts" },
  { kind: "PostgreSQL", way: "keyboard", what: "the organiser on a phone, by keyboard alone" },
];
// The second takes a minute of two cores: it is among the long tests.
for (const { kind, way, what } of process.env.COMITIA_LONG ? ways : ways.slice(0, 1)) {
  test(`an election by pages, on ${kind}: ${what}`, { timeout: 600_000 }, async () => {
    const service = await Service.start(kind === "SQLite" ? {} : { database: postgres.database() });
    const machines = [];
    const told = {};
    try {
      const password = "a long enough password";
      const program = await owner(service, password);
      await people([way, service.address, password, service.folder], async (said) => {
        Object.assign(told, said);
        if (said.invited) {
          const machine = new Trustee(service, `trustee-${machines.length + 1}`);
          machines.push(machine);
          await machine.join(said.invited);
          machine.begin();
        }
        if (said.voted) {
          assert.deepEqual(said.faults, []);
          assert.match(said.percent, /95/);
        }
      });
      assert.deepEqual(told.faults, []);
      assert.match(told.trustee, /passes all checks/);
      assert.match(told.result, /Who is to be chair\?/);
      const { verified, tallied } = told;
      assert.deepEqual({ faults: verified.faults, wide: verified.wide, violations: verified.violations }, { faults: [], wide: false, violations: [] });
      assert.match(verified.text, /All \d+ checks have passed/);

      // Whoever sets a new password ends all sessions.
      await assert.rejects(program.get(`/elections/${tallied}/voters`), (error) => error.status === 401);
      await program.signIn("owner@example.org", `${password}, and another`);

      // Twenty voters took turns with the places of the first question, whose order was drawn; the first of them thought again.
      const { contests: [chair, proposals] } = await program.get(`/elections/${tallied}/results`);
      assert.deepEqual(Object.fromEntries(chair.options.map(({ name, votes }) => [name, votes])), told.chosen);
      assert.deepEqual(Object.values(told.chosen).sort(), [6, 7, 7]);
      // Four times one to five points for the first proposal, and five in the place of one.
      assert.deepEqual(proposals.options.map(({ votes }) => votes), [64, 0, 0]);
      assert.equal((await program.get(`/elections/${tallied}`)).state, "archived");
      const record = join(service.folder, "record");
      await mirror(service, tallied, record);
      const { code, output, log } = await comitia("verify", record);
      assert.equal(code, 0, output + log);
    } finally {
      for (const machine of machines) await machine.stop();
      await service.stop();
    }
  });
}
