// A trustee's machine is lost while voting is open: its place is given to another, voting goes on, and the result is made with the new one.

import assert from "node:assert/strict";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { owner } from "./client.mjs";
import { mirror, openElection } from "./election.mjs";
import { Postgres } from "./postgres.mjs";
import { Service, Trustee, comitia, until } from "./service.mjs";
import { Voter, choice } from "./voter.mjs";

let postgres;
before(async () => { postgres = await Postgres.start(); });
after(async () => { await postgres?.stop(); });

/** The person behind a machine looks at the list, and approves it. */
async function approve(trustee) {
  await trustee.stop();
  const shown = await trustee.run("approve");
  assert.equal(shown.code, 0, shown.output + shown.log);
  const [, list] = shown.output.match(/approve --list ([0-9a-f]{64})/);
  assert.match(shown.output, /NEW, key [0-9a-f]{64}/);
  const other = await trustee.run("approve", "--list", "0".repeat(64));
  assert.equal(other.code, 1, other.output + other.log);
  const approved = await trustee.run("approve", "--list", list);
  assert.equal(approved.code, 0, approved.output + approved.log);
  trustee.begin();
}

for (const kind of ["SQLite", "PostgreSQL"]) {
  describe(`a hand-over on ${kind}`, () => {
    test("a lost trustee is replaced; the old file is of no use", { timeout: 600_000 }, async () => {
      const service = await Service.start(kind === "SQLite" ? {} : { database: postgres.database() });
      let trustees = [];
      try {
        const organiser = await owner(service);
        const { reference, path, links, trustees: machines } = await openElection(organiser, { voters: 12 });
        trustees = machines;
        const voters = await Promise.all(links.map((link) => Voter.open(link)));
        for (const voter of voters.slice(0, 4)) await voter.cast(choice(0));

        // The machine of the third is lost. Somebody has a copy of its file.
        const lost = trustees[2];
        await lost.kill();
        const copy = join(service.folder, "copy.key");
        copyFileSync(lost.key, copy);
        rmSync(lost.key);

        const { invitations } = await organiser.post(`${path}/handover`, { replace: [{ number: 3, name: "Newcomer" }] });
        assert.deepEqual(invitations.map(({ number }) => number), [3]);
        const newcomer = new Trustee(service, "newcomer");
        await newcomer.join(service.address + invitations[0].link);
        newcomer.begin();
        trustees.push(newcomer);

        // Nothing is dealt before the persons have approved.
        await until(() => trustees[0].output.includes("comitia trustee approve --list"), "the list to be shown");
        assert.deepEqual((await organiser.get(`${path}/handover`)).dealers, []);
        await approve(trustees[0]);
        assert.deepEqual((await organiser.get(`${path}/handover`)).approved, [1]);
        await voters[4].cast(choice(1));
        // The service dies while it goes on.
        await approve(trustees[1]);
        await service.kill();
        await service.begin();
        await until(async () => (await fetch(`${service.address}/api/v1/elections/${reference}/board/renewal-1-checkpoint`)).ok, "the renewal to be in force");
        await until(() => newcomer.output.includes("renewal 1 is on the board: your new share counts"), "the new share");
        const names = (await organiser.get(`${path}/trustees`)).trustees.map(({ name }) => name);
        assert.equal(names[2], "newcomer");
        await voters[5].cast(choice(1));

        // Voting ends. The first is away: the new one and the second make the result.
        await trustees[0].stop();
        await organiser.post(`${path}/closing`, {});
        await until(async () => (await organiser.get(`${path}/trustees`)).phase === "tallied", "the result");
        const record = join(service.folder, `record-${kind}`);
        await mirror(service, reference, record);
        const verified = await comitia("verify", record, "--json");
        assert.equal(verified.code, 0, verified.output + verified.log);
        const report = JSON.parse(verified.output);
        assert.deepEqual(report.contests[0].options.slice(0, 2).map(({ votes }) => votes), [4, 2]);
        assert.match(report.checks.find(({ id }) => id === 3).detail, /renewals of shares: 1/);

        // The old file, put back, learns that it is replaced, and wipes what it holds.
        copyFileSync(copy, lost.key);
        const ran = await lost.run("run", "--once");
        assert.match(ran.output + ran.log, /another is trustee in your place|passes all checks/);
        const status = JSON.parse((await lost.run("status", "--json")).output);
        assert.equal(status.elections[0].holdsShare, false);
      } finally {
        for (const trustee of trustees) await trustee.stop();
        await service.stop();
      }
    });
  });
}
