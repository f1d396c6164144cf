// The whole of an election over the network: from registration to a verified result, on both databases.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Client, Refusal, owner, question } from "./client.mjs";
import { gatherTrustees, mirror } from "./election.mjs";
import { Postgres } from "./postgres.mjs";
import { Service, comitia, root, until } from "./service.mjs";
import { Voter, choice } from "./voter.mjs";

let postgres;
before(async () => { postgres = await Postgres.start(); });
after(async () => { await postgres?.stop(); });

for (const kind of ["SQLite", "PostgreSQL"]) {
  describe(`an election on ${kind}`, () => {
    test("from registration to a result that two verifiers accept", { timeout: 600_000 }, async () => {
      const service = await Service.start(kind === "SQLite" ? {} : { database: postgres.database() });
      let trustees = [];
      try {
        const chief = await owner(service);

        // Somebody registers, and is made an administrator who holds the election.
        const organiser = new Client(service);
        const person = { name: "Ada", surname: "Admin", email: "ada@example.org", password: "correct horse battery" };
        await organiser.post("/accounts", person);
        await assert.rejects(organiser.signIn(person.email, person.password), (error) => error instanceof Refusal && error.status === 403);
        const [pending] = (await chief.get("/accounts?state=pending")).items;
        await chief.post(`/accounts/${pending.id}/approval`);
        await chief.ask("PATCH", `/accounts/${pending.id}`, { role: "administrator" });
        await organiser.signIn(person.email, person.password);

        // The draft, its roll, its trustees.
        const { reference } = await organiser.post("/elections", { manifest: { ...question, revoting: "last-counts" }, threshold: 2 });
        const path = `/elections/${reference}`;
        const csv = ["voterId,name,email,weight", ...Array.from({ length: 50 }, (_, index) => `m${index + 1},Member ${index + 1},m${index + 1}@example.org,1`)];
        const report = await organiser.post(`${path}/voters/import?dryRun=true`, csv.join("\n"), { type: "text/csv" });
        assert.deepEqual([report.added, report.done], [50, false]);
        await organiser.post(`${path}/voters/import`, csv.join("\n"), { type: "text/csv" });
        await assert.rejects(organiser.post(`${path}/opening`, {}), (error) => error.code === "not-ready" && error.problem.obstacles.length > 0);
        trustees = await gatherTrustees(organiser, path, 3);
        const links = (await organiser.post(`${path}/roll/links`, {})).items.map((item) => item.link);
        assert.equal(links.length, 50);
        await until(async () => (await organiser.get(`${path}/trustees`)).phase === "ready", "the fire drill");
        const opened = await organiser.post(`${path}/opening`, {});
        assert.equal(opened.state, "active");

        // Fifty voters; the third of them changes its mind, the fourth tests a ballot first.
        const expected = [0, 0, 0, 0, 0];
        const voters = await Promise.all(links.map((link) => Voter.open(link)));
        const receipts = await Promise.all(voters.map(async (voter, index) => {
          if (index === 3) {
            const challenged = await voter.challenge(choice(0));
            await assert.rejects(voter.send(challenged), (error) => error.code === "ballot-challenged");
          }
          if (index === 2) await voter.cast(choice(4));
          const option = index % 6;
          if (option < 5) expected[option] += 1;
          return voter.cast(choice(option));
        }));

        // What is refused, and what is not counted twice.
        const again = await voters[0].send(receipts[0].castBallot);
        assert.equal(again.index, receipts[0].index);
        await assert.rejects(voters[5].cast(choice(0), 1), (error) => error.code === "number-too-low" && error.problem.nextNumber === 2);
        const stranger = await Voter.open(`${service.address}/vote/${reference}#${Buffer.alloc(32, 7).toString("base64url")}`);
        await assert.rejects(stranger.cast(choice(0), 1), (error) => error.code === "not-eligible");

        // Paused, nothing is taken.
        await organiser.post(`${path}/pause`, { reason: "The room is being changed" });
        await assert.rejects(voters[0].cast(choice(1)), (error) => error.code === "voting-paused");
        await organiser.post(`${path}/resumption`, {});

        // One trustee is gone; the other two finish.
        await trustees[0].stop();
        await organiser.post(`${path}/closing`, {});
        await assert.rejects(voters[0].cast(choice(1)), (error) => error.code === "voting-closed");
        await until(async () => (await organiser.get(path)).state === "tallied", "the tally");
        const results = await organiser.get(`${path}/results`);
        assert.deepEqual(results.contests[0].options.map((option) => option.votes), expected);
        assert.deepEqual([results.cast, results.counted, results.challenged], [51, 50, 1]);

        // Anyone copies the record and verifies it, with two programs.
        const record = join(service.folder, "record");
        await mirror(service, reference, record);
        const id = opened.board.electionId;
        const verified = await comitia("verify", record, "--election-id", id, "--json");
        assert.equal(verified.code, 0, verified.output + verified.log);
        const second = spawnSync("python3", [join(root, "Tests/second-verifier/verify.py"), record, "--election-id", id], { encoding: "utf8" });
        assert.equal(second.status, 0, second.stdout + second.stderr);

        // How long each phase took is told of everyone who took part in it: to the operator, and on the audit page.
        const metrics = await (await fetch(`${service.address}/metrics`)).text();
        const took = Object.fromEntries([...metrics.matchAll(/^comitia_trustee_seconds_count\{phase="(\w+)"\} (\d+)$/gmu)].map(([, phase, count]) => [phase, Number(count)]));
        assert.deepEqual(took, { joining: 3, ceremony: 3, drill: 3, cosignature: 2, decryption: 2, signing: 2 });
        for (const draw of ["opening", "closing"]) assert.match(metrics, new RegExp(`^comitia_draw_seconds_count\\{draw="${draw}"\\} 1$`, "mu"));
        const audit = await (await fetch(`${service.address}/elections/${reference}/audit`)).text();
        for (const draw of ["opening", "closing"]) assert.ok(audit.includes(`The output of the ${draw} draw was known after `), draw);
        for (const phase of ["Joining", "Key", "Fire drill", "Board cosigned", "Decrypted", "Result signed"]) assert.ok(audit.includes(`>${phase}</th>`), phase);

        // Nothing in the log tells who voted.
        await service.end();
        for (const voter of voters) assert.ok(!service.logs.includes(Buffer.from(voter.credential).toString("hex")));
        assert.ok(!service.logs.includes("example.org"));
        assert.ok(!service.logs.includes("correct horse"));
      } finally {
        for (const trustee of trustees) await trustee.stop();
        await service.stop();
      }
    });
  });
}
