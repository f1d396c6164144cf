// Memory of connections that are held, and how fast an event reaches all who listen.

import { pause } from "../../Tests/ServiceTests/service.mjs";
import { load, loopback, median, residentBytes } from "./programs.mjs";

/** A process that has served nobody yet: memory that others freed would hide what connections take. */
async function startAgain(service) {
  await service.end();
  await service.begin();
  await pause(2000);
  return residentBytes(service.process.pid);
}

function memory(count, before, held) {
  return { connections: count, startBytes: before, heldBytes: held, eachBytes: (held - before) / count };
}

/** Connections that have asked once and stay open. */
export async function measureIdle(service, count) {
  const before = await startAgain(service);
  let held;
  const options = { address: loopback(service.port), path: "/api/v1/health", connections: count, hold: "4s", apart: true };
  const figures = await load("idle", options, async () => {
    await pause(2000);
    held = residentBytes(service.process.pid);
  });
  if (figures.lost > 0) throw new Error(`${figures.lost} idle connections were lost`);
  return memory(count, before, held);
}

/** WebSockets that listen to one election, while some ballots are cast. */
export async function measureWebSockets({ service, election, organiser, ballots }, count) {
  const before = await startAgain(service);
  let held;
  const sent = [];
  const options = {
    address: loopback(service.port), path: "/api/v1/events", say: JSON.stringify({ subscribe: [election.reference] }),
    connections: count, hold: `${4 + 2 * ballots.length}s`, apart: true,
  };
  const figures = await load("websockets", options, async () => {
    await pause(2000);
    held = residentBytes(service.process.pid);
    for (const ballot of ballots) {
      const start = Date.now();
      await organiser.post(`${election.path}/ballots`, ballot.subarray(4), { type: "application/octet-stream" });
      sent.push({ start, answered: Date.now() });
      await pause(1500);
    }
  });
  if (figures.lost > 0) throw new Error(`${figures.lost} WebSockets were lost`);
  const told = figures.texts.filter(({ text }) => text.includes("\"vote_cast\""));
  if (told.length !== ballots.length || told.some((event) => event.count !== count)) {
    throw new Error(`not every listener was told of every ballot: ${told.map((event) => event.count)}`);
  }
  return {
    ...memory(count, before, held),
    // From sending the ballot: verification, commit and receipt are in it.
    firstMilliseconds: median(told.map((event, index) => event.first - sent[index].start)),
    lastMilliseconds: median(told.map((event, index) => event.last - sent[index].start)),
    answerMilliseconds: median(sent.map(({ start, answered }) => answered - start)),
  };
}
