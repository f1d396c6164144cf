// Trustees run from a timer, and all are needed: a process each time, which ends when it has done what can be done.

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

test("while a signature is waited for, the trustee's other election goes on", { timeout: 600_000 }, async () => {
  const service = await Service.start();
  const turns = [[], []];
  let isStopped = false;
  const timers = [];
  try {
    const chief = await owner(service);
    const phase = async ({ path }) => (await chief.get(`${path}/trustees`)).phase;
    const reach = (election, name) => until(async () => await phase(election) === name, name);
    const one = await draftElection(chief, { threshold: 2, manifest: { revoting: "last-counts" } });
    const [busy, other] = await inviteTrustees(chief, one.path, 2);
    const two = await draftElection(chief, { threshold: 1 });
    const { link } = await chief.post(`${two.path}/trustees`, { name: "Trustee" });
    const joined = await busy.run("join", service.address + link.slice(link.indexOf("/trustee#")), "--name", busy.name, "--yes");
    assert.equal(joined.code, 0, joined.log);
    // The other one stops when it has decrypted: nobody can sign.
    const hasDecrypted = () => turns[1].some(({ output }) => output.includes("your part of its tally was sent"));
    timers.push(serve(busy, turns[0], () => isStopped), serve(other, turns[1], () => isStopped || hasDecrypted()));
    await chief.post(`${one.path}/ceremony`, {});
    await reach(one, "ready");
    const links = (await chief.post(`${one.path}/roll/links`, {})).items.map((item) => item.link);
    await chief.post(`${one.path}/opening`, {});
    await (await Crowd.gather(links)).settle();
    await chief.post(`${one.path}/closing`, {});
    await reach(one, "signing");
    await timers[1];
    // A process that was there before may end; the next one stays.
    const held = await until(async () => {
      const count = turns[0].length;
      await pause(5000);
      return turns[0].length === count && { count };
    }, "the process that signs");
    await chief.post(`${two.path}/ceremony`, {});
    await reach(two, "ready");
    assert.equal(await phase(one), "signing");
    assert.equal(turns[0].length, held.count);
    timers.push(serve(other, turns[1], () => isStopped));
    await reach(one, "tallied");
    await until(() => turns[0].length > held.count, "the process to end");
  } catch (error) {
    error.message += `\n${turns.flat().map(({ code, output, log }) => `${code} ${output}${log}`).join("\n")}`;
    throw error;
  } finally {
    isStopped = true;
    await service.stop();
    await Promise.allSettled(timers);
  }
});
