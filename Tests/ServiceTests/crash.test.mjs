// The server is killed at random moments while voters cast, and so is the database: what was acknowledged is there, once.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { owner } from "./client.mjs";
import { openElection } from "./election.mjs";
import { Crowd, account, between, isLong } from "./crowd.mjs";
import { Postgres } from "./postgres.mjs";
import { Service, pause, until } from "./service.mjs";

const kills = (kind, few) => (isLong ? 200 : kind === "SQLite" && !few ? 10 : 6);

let postgres;
before(async () => { postgres = await Postgres.start(); });
after(async () => { await postgres?.stop(); });

/** Kills the service again and again, and now and then the database under it. */
async function havoc(service, count, hasPostgres) {
  for (let number = 1; number <= count; number++) {
    await pause(between(10, 400));
    if (hasPostgres && number % 4 === 0) {
      // The service stays up and has to find its way back by itself.
      postgres.kill();
      await pause(between(10, 300));
      await postgres.begin();
      await pause(between(200, 600));
    }
    await service.kill();
    await service.begin();
  }
}

/** Closes, waits for the trustees, and returns the result. */
async function finish(service, chief, election) {
  await chief.post(`${election.path}/closing`, {});
  await until(async () => (await chief.get(election.path)).state === "tallied", "the tally").catch(async (error) => {
    const said = election.trustees.map((trustee) => `${trustee.name}: ${trustee.logs}${trustee.output}`.slice(-2000)).join("\n");
    throw new Error(`${error.message}\n${JSON.stringify(await chief.get(`${election.path}/trustees`))}\n${said}\n${service.log.slice(-4000)}`);
  });
  return chief.get(`${election.path}/results`);
}

for (const kind of ["SQLite", "PostgreSQL"]) {
  describe(`killed while voters cast, on ${kind}`, { timeout: isLong ? 3_600_000 : 600_000 }, () => {
    const begin = async (manifest, body) => {
      const service = await Service.start(kind === "SQLite" ? {} : { database: postgres.database() });
      let election;
      try {
        const chief = await owner(service);
        election = await openElection(chief, { voters: 30, manifest });
        await body(service, chief, election);
      } finally {
        for (const trustee of election?.trustees ?? []) await trustee.stop();
        await service.stop();
      }
    };

    test("re-voting: the last acknowledged ballot of each voter counts", async () => {
      await begin({ revoting: "last-counts" }, async (service, chief, election) => {
        const crowd = await Crowd.gather(election.links);
        let isOver = false;
        const voting = crowd.revote(6, () => isOver);
        try { await havoc(service, kills(kind), kind === "PostgreSQL"); } finally { isOver = true; }
        await voting;
        await crowd.settle();
        await account(service, election.reference, await finish(service, chief, election), crowd);
      });
    });

    test("one vote each: none is lost, none counted twice", async () => {
      await begin({}, async (service, chief, election) => {
        const crowd = await Crowd.gather(election.links);
        let isOver = false;
        const voting = crowd.act(6, () => isOver, async (member) => {
          if (!member.last) return void await member.vote(Math.floor(Math.random() * 5));
          if (Math.random() < 0.5) {
            // The same ballot again is the same entry.
            const { castBallot, option, index } = member.last;
            assert.equal((await member.insist(castBallot, option)).index, index);
          } else {
            const second = await member.ballot(0);
            await assert.rejects(member.insist(second, 0), (error) => error.code === "already-voted");
          }
        });
        try { await havoc(service, kills(kind, true), kind === "PostgreSQL"); } finally { isOver = true; }
        await voting;
        for (const member of crowd.members) if (!member.last) await member.vote(1);
        const entries = await account(service, election.reference, await finish(service, chief, election), crowd);
        assert.equal(entries.filter((entry) => entry[0] === 2).length, 30);
      });
    });
  });
}
