// An organiser goes from nothing to a counted election by pages alone, without scripts, while trustees do their part on machines of their own.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { owner } from "./client.mjs";
import { Service, Trustee, root } from "./service.mjs";
import { Voter } from "./voter.mjs";

/** The organiser's browser: says what it sees, a line of JSON each, and waits for a line after what somebody else has to do. */
class Organiser {
  faults = [];

  constructor(service, password) {
    const program = join(root, "Tests/ServiceTests/pages/organise.py");
    this.process = spawn(join(root, ".build/python/bin/python"), [program, service.address, password]);
    this.errors = "";
    this.process.stderr.on("data", (text) => { this.errors += text; });
    this.ended = new Promise((resolve, reject) => {
      this.process.on("error", reject);
      this.process.on("close", (code) => (code === 0 ? resolve() : reject(new Error(this.errors))));
    });
    this.lines = createInterface({ input: this.process.stdout });
  }

  goOn() { this.process.stdin.write("\n"); }
}

describe("the organiser’s pages", () => {
  let service;
  const trustees = [];

  before(async () => {
    const made = spawnSync(join(root, "scripts/python-env"), { encoding: "utf8" });
    assert.equal(made.status, 0, made.stderr);
    service = await Service.start();
  });

  after(async () => {
    for (const trustee of trustees) await trustee.stop();
    await service?.stop();
  });

  test("from an empty page to the result, without scripts", { timeout: 600_000 }, async () => {
    const password = "a long enough password";
    const program = await owner(service, password);
    const organiser = new Organiser(service, password);
    let reference = null;
    // What goes wrong here is to be heard where the browser waits.
    const work = (async () => {
      for await (const line of organiser.lines) {
        const said = JSON.parse(line);
        if (said.invited) {
          const trustee = new Trustee(service, `trustee-${trustees.length + 1}`);
          trustees.push(trustee);
          await trustee.join(said.invited);
          trustee.begin();
          organiser.goOn();
        }
        if (said.opened) {
          reference = said.opened;
          const links = said.links;
          for (const [index, link] of links.slice(0, 2).entries()) await castBy(link, index);
          organiser.goOn();
        }
      }
    })();
    await Promise.race([organiser.ended, work.then(() => organiser.ended)]);
    await work;
    const { state, board } = await program.get(`/elections/${reference}`);
    assert.equal(state, "archived");
    assert.equal(board.voters, 2);
    const result = await program.get(`/elections/${reference}/results`);
    assert.equal(result.contests.length, 2);
  });

  async function castBy(link, choice) {
    const voter = await Voter.open(link);
    await voter.cast([[0, 1, 2].map((option) => (option === choice ? 1 : 0)), [3, 0, 5]]);
  }
});
