// All three trustees, and all are needed, run from a timer: a process each time, which ends when it has done what can be done.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { owner } from "./client.mjs";
import { Crowd, account, between } from "./crowd.mjs";
import { draftElection, inviteTrustees } from "./election.mjs";
import { Service, pause, until } from "./service.mjs";

/** Starts a trustee again and again. Ends when its election is over, or nobody waits any more. */
async function serve(trustee, turns, isStopped) {
  while (!isStopped()) {
    const turn = await trustee.run("run", "--once");
    turns.push(turn);
    if (turn.output.includes("nothing is left to do")) return;
    await pause(between(100, 1500));
  }
}

test("trustees that run once, again and again, count an election and sign its result", { timeout: 600_000 }, async () => {
  const service = await Service.start();
  const turns = [[], [], []];
  let isStopped = false;
  let timers;
  try {
    const chief = await owner(service);
    const { path, reference } = await draftElection(chief, { threshold: 3, manifest: { revoting: "last-counts" } });
    const trustees = await inviteTrustees(chief, path, 3);
    timers = Promise.all(trustees.map((trustee, index) => serve(trustee, turns[index], () => isStopped)));
    await chief.post(`${path}/ceremony`, {});
    const reach = (phase) => until(async () => (await chief.get(`${path}/trustees`)).phase === phase, phase);
    await reach("ready");
    const links = (await chief.post(`${path}/roll/links`, {})).items.map((item) => item.link);
    await chief.post(`${path}/opening`, {});
    const crowd = await Crowd.gather(links);
    await crowd.settle();
    await chief.post(`${path}/closing`, {});
    await until(async () => (await chief.get(path)).state === "tallied", "the result");
    // Each has verified the record and wiped its share.
    await timers;
    await account(service, reference, await chief.get(`${path}/results`), crowd, join(service.folder, "record"));
    for (const turn of turns.flat()) assert.equal(turn.code, 0, turn.output + turn.log);
    for (const trustee of trustees) {
      const { elections: [{ holdsShare }] } = JSON.parse((await trustee.run("status", "--json")).output);
      assert.equal(holdsShare, false);
    }
    // Nobody began anew: each signed in one process.
    const { refusals } = await (await fetch(`${service.address}/api/v1${path}/conduct`)).json();
    assert.deepEqual(refusals, []);
    for (const own of turns) assert.equal(own.filter(({ output, log }) => /signed it together with others/.test(output + log)).length, 1);
  } catch (error) {
    error.message += `\n${turns.flat().map(({ code, output, log }) => `${code} ${output}${log}`).join("\n")}`;
    throw error;
  } finally {
    isStopped = true;
    await service.stop();
    await timers?.catch(() => {});
  }
});
