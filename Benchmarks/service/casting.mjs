// Ballots over HTTP: as many as are taken, and how long one waits at half the wanted load.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { counts, load, loopback, median, processorTime } from "./programs.mjs";

/** Half of the ballots a second that are wanted. */
const halfLoad = 1500;

/**
 * @param {{service: object, election: object, ballots: Buffer[][], database: number | null}} field ballots: two lists a round
 * @param {number} rounds
 */
export async function measureCasting(field, rounds) {
  const full = [];
  const half = [];
  for (let round = 0; round < rounds; round++) {
    full.push(await cast(field, field.ballots[2 * round], { connections: 256 }));
    half.push(await cast(field, field.ballots[2 * round + 1], { connections: 1000, rate: halfLoad }));
  }
  return { full: middle(full), half: { wantedPerSecond: halfLoad, ...middle(half) } };
}

async function cast({ service, election, database }, ballots, options) {
  const bodies = join(service.folder, "bodies");
  writeFileSync(bodies, Buffer.concat(ballots));
  const before = await state(service, election, database);
  const answered = await load("requests", { address: loopback(service.port), path: `/api/v1${election.path}/ballots`, bodies, apart: true, ...options });
  const after = await state(service, election, database);
  if (answered.statuses["201"] !== ballots.length) throw new Error(`not every ballot was taken: ${JSON.stringify(answered.statuses)}, failed: ${answered.failed}`);
  const used = (name) => (1e6 * (after[name] - before[name])) / ballots.length;
  const counted = (name) => (after.counts[name] ?? 0) - (before.counts[name] ?? 0);
  const mean = (name) => counted(`${name}_sum`) / counted(`${name}_count`);
  return {
    ballots: ballots.length,
    connections: options.connections,
    perSecond: answered.perSecond,
    p50: answered.p50, p95: answered.p95, p99: answered.p99,
    processor: { service: used("service"), database: used("database"), trustees: used("trustees"), generator: (1e6 * answered.cpu) / ballots.length },
    batch: mean("comitia_board_batch_size"), verificationMilliseconds: 1000 * mean("comitia_board_verification_seconds"),
    group: mean("comitia_board_group_size"), commitMilliseconds: 1000 * mean("comitia_board_commit_seconds"),
  };
}

async function state(service, election, database) {
  return {
    service: processorTime(service.process.pid),
    database: database ? processorTime(database) : 0,
    trustees: election.trustees.reduce((sum, trustee) => sum + processorTime(trustee.process.pid), 0),
    counts: await counts(service),
  };
}

/** Of rounds with the same members: the median of each number, and all rounds. */
function middle(rounds) {
  const number = (pick) => median(rounds.map(pick));
  const result = { rounds };
  for (const name of Object.keys(rounds[0])) {
    if (typeof rounds[0][name] === "number") result[name] = number((round) => round[name]);
  }
  result.processor = Object.fromEntries(Object.keys(rounds[0].processor).map((name) => [name, number((round) => round.processor[name])]));
  return result;
}
