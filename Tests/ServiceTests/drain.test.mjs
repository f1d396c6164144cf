// A service that is told to stop finishes what it has begun; and what it tells live while it runs.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { owner } from "./client.mjs";
import { openElection } from "./election.mjs";
import { Service, pause, until } from "./service.mjs";
import { Voter, choice } from "./voter.mjs";
import { LiveClient } from "./websocket.mjs";

async function withElection(body, options) {
  const service = await Service.start();
  let election;
  try {
    const chief = await owner(service);
    election = await openElection(chief, { voters: 5, ...options });
    await body(service, chief, election);
  } finally {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service.stop();
  }
}

/** Sends a ballot by a raw socket, the last byte held back. */
function heldBallot(service, path, castBallot) {
  const socket = connect(service.port, "127.0.0.1");
  const held = { answer: "", socket };
  socket.on("error", () => {});
  socket.on("data", (bytes) => { held.answer += bytes.toString("latin1"); });
  socket.write(`POST /api/v1${path}/ballots HTTP/1.1\r\nHost: localhost:${service.port}\r\nContent-Type: application/octet-stream\r\nContent-Length: ${castBallot.length}\r\n\r\n`);
  socket.write(castBallot.subarray(0, -1));
  held.finish = () => socket.write(castBallot.subarray(-1));
  return held;
}

const refuses = (port) => new Promise((resolve) => {
  const socket = connect(port, "127.0.0.1");
  socket.on("connect", () => { socket.destroy(); resolve(false); });
  socket.on("error", (error) => resolve(error.code === "ECONNREFUSED"));
});

test("SIGTERM: requests in flight are answered, others refused, WebSockets told; waiting trustees hold nobody up", { timeout: 600_000 }, async () => {
  await withElection(async (service, chief, { reference, path, links }) => {
    const live = await LiveClient.open(service);
    await live.subscribe(reference);
    const voter = await Voter.open(links[0]);
    const castBallot = await voter.ballot(choice(1));
    const held = heldBallot(service, path, castBallot);
    // The service has the first bytes by the time that it has answered others.
    await pause(500);
    await chief.get(path);
    const ending = service.end();
    await until(() => refuses(service.port), "new connections to be refused", 20);
    await until(() => live.closed, "the WebSocket to be closed", 20);
    assert.equal(live.closed, 1001);
    held.finish();
    await until(() => held.answer.includes("\r\n\r\n"), "the answer", 20);
    assert.match(held.answer, /^HTTP\/1\.1 201 /);
    const since = Date.now();
    assert.deepEqual(await ending, { code: 0, signal: null });
    // Three trustees wait up to 25 seconds for news: they are sent away.
    assert.ok(Date.now() - since < 15_000, "the service waited for its trustees' long polls");
    assert.ok(service.logs.includes('"event":"stopped"'));

    // It is on the board.
    await service.begin();
    assert.equal((await voter.send(castBallot)).index, 1);
    assert.equal((await chief.get(path)).board.cast, 1);
    live.end();
  });
});

test("live events: votes with total and time, pause, closing, result", { timeout: 600_000 }, async () => {
  await withElection(async (service, chief, { reference, path, links }) => {
    const live = await LiveClient.open(service);
    const deaf = await LiveClient.open(service);
    await live.subscribe(reference);
    live.say({ nonsense: 1 });
    await live.heard((message) => message.event === "problem");
    const receipts = [];
    for (const [index, link] of links.entries()) receipts.push(await (await Voter.open(link)).cast(choice(index)));
    const last = await live.heard((message) => message.event === "vote_cast" && message.total === 5);
    assert.deepEqual(Object.keys(last).sort(), ["election", "event", "time", "total", "voters"]);
    assert.equal(last.election, reference);
    assert.equal(Date.parse(last.time), Number(receipts.at(-1).time));
    const totals = live.messages.filter((message) => message.event === "vote_cast").map((message) => message.total);
    assert.deepEqual(totals, [...totals].sort((a, b) => a - b));

    const status = (word) => (message) => message.event === "status" && message.election === reference && message.status === word;
    await chief.post(`${path}/pause`, { reason: "A short break" });
    await live.heard(status("paused"));
    await chief.post(`${path}/resumption`, {});
    await live.heard(status("voting"));
    live.say({ unsubscribe: [reference] });
    await live.heard((message) => message.event === "subscribed" && message.elections.length === 0);
    await live.subscribe(reference);
    await chief.post(`${path}/closing`, {});
    await live.heard(status("closed"));
    await live.heard((message) => message.event === "result" && message.election === reference);
    assert.equal((await chief.get(`${path}/results`)).cast, 5);
    assert.deepEqual(deaf.messages, []);
    live.end();
    deaf.end();
  });
});
