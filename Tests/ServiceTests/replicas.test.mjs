// Two servers on one database take ballots for one election, while one of them is killed.

import { after, before, test } from "node:test";
import { join } from "node:path";
import { owner } from "./client.mjs";
import { Crowd, account, between, isLong } from "./crowd.mjs";
import { openElection } from "./election.mjs";
import { Postgres } from "./postgres.mjs";
import { Service, pause, until } from "./service.mjs";

let postgres;
before(async () => { postgres = await Postgres.start(); });
after(async () => { await postgres?.stop(); });

test("two servers on one database, one of them killed again and again", { timeout: isLong ? 1_800_000 : 600_000 }, async () => {
  const database = postgres.database();
  const first = await Service.start({ database });
  const servers = [first];
  let election;
  try {
    const chief = await owner(first);
    election = await openElection(chief, { voters: 20, manifest: { revoting: "last-counts" } });
    const second = await Service.start({ database, settings: { COMITIA_MASTER_KEY_FILE: join(first.data, "master.key") } });
    servers.push(second);
    const crowd = await Crowd.gather(election.links, (index) => servers[index % 2].address);
    let isOver = false;
    const voting = crowd.revote(6, () => isOver);
    try {
      for (let kill = 0; kill < (isLong ? 100 : 8); kill++) {
        await pause(between(50, 600));
        await second.kill();
        await second.begin();
      }
      const count = crowd.receipts.length;
      await until(() => crowd.receipts.length > count + 10, "votes through both");
    } finally { isOver = true; }
    await voting;
    await crowd.settle();
    await chief.post(`${election.path}/closing`, {});
    await until(async () => (await chief.get(election.path)).state === "tallied", "the tally");
    // Mirrored from the other server than the trustees'.
    await account(second, election.reference, await chief.get(`${election.path}/results`), crowd);
  } finally {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    for (const server of servers.reverse()) await server.stop();
  }
});
