// Measures a service of its own, for release, with an election of the usual ballot: `node measure.mjs [--quick]`; figures go to standard output as JSON.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { owner } from "../../Tests/ServiceTests/client.mjs";
import { openElection } from "../../Tests/ServiceTests/election.mjs";
import { Postgres } from "../../Tests/ServiceTests/postgres.mjs";
import { Service } from "../../Tests/ServiceTests/service.mjs";
import { measureCasting } from "./casting.mjs";
import { measureIdle, measureWebSockets } from "./held.mjs";
import { measurePlain } from "./plain.mjs";
import { makeBallots, residentBytes } from "./programs.mjs";

const isQuick = process.argv.includes("--quick");
const size = isQuick ? { voters: 4000, rounds: 1, held: 1000, plain: 10_000 } : { voters: 20_000, rounds: 3, held: 10_000, plain: 30_000 };
/** Ballots that are cast while others listen. */
const events = 5;

const note = (text) => process.stderr.write(`  ${text}\n`);

/** A service with an open election, and ballots for it. */
async function prepare(database, serverPid) {
  const service = await Service.start({ database });
  const organiser = await owner(service);
  note(`${size.voters} voters, three trustees`);
  const election = await openElection(organiser, { voters: size.voters, manifest: { revoting: "last-counts" } });
  const booth = join(service.folder, "booth.json");
  const links = join(service.folder, "links");
  writeFileSync(booth, JSON.stringify(await organiser.get(`${election.path}/booth`)));
  writeFileSync(links, election.links.join("\n"));
  note("their ballots");
  const ballots = await makeBallots(booth, links, join(service.folder, "ballots"), 2 * size.rounds + 1);
  return { service, organiser, election, ballots, database: serverPid };
}

async function measure(database, serverPid, others) {
  const field = await prepare(database, serverPid);
  const { service, election } = field;
  try {
    const startBytes = residentBytes(service.process.pid);
    note("casting");
    const result = { casting: await measureCasting(field, size.rounds) };
    result.memory = { startBytes, entries: 2 * size.rounds * size.voters, afterBytes: residentBytes(service.process.pid) };
    if (others) {
      note("small answers");
      result.plain = await measurePlain(service, size.rounds, size.plain);
      for (const trustee of election.trustees) await trustee.stop();
      note("idle connections");
      result.idle = await measureIdle(service, size.held);
      note("WebSockets");
      result.webSockets = await measureWebSockets({ ...field, ballots: field.ballots.at(-1).slice(0, events) }, size.held);
    }
    return result;
  } finally {
    for (const trustee of election.trustees) await trustee.stop();
    await service.stop();
  }
}

note("SQLite");
const result = { voters: size.voters, rounds: size.rounds, sqlite: await measure(undefined, null, true) };
note("PostgreSQL");
const postgres = await Postgres.start().catch((error) => note(error.message));
if (postgres) {
  try {
    result.postgresql = await measure(postgres.database(), postgres.pid, false);
  } finally {
    await postgres.stop();
  }
}
process.stdout.write(`${JSON.stringify(result)}\n`);
