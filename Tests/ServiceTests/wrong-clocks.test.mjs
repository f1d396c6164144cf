// Trustees whose clocks are hours off: requests, cosignatures and the election's own times do not mind.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { test } from "node:test";
import { owner, question } from "./client.mjs";
import { Crowd, account } from "./crowd.mjs";
import { draftElection, inviteTrustees } from "./election.mjs";
import { Line, phaseIn } from "./line.mjs";
import { Service, until } from "./service.mjs";

const hour = 3600;
/** Seconds that each trustee's clock is ahead. */
const offsets = [7 * hour, -9 * hour, 0];

/** Debian's libfaketime, that moves the clock of a process; `null` where it is not. */
function fakeClock() {
  const architecture = { x64: "x86_64", arm64: "aarch64" }[process.arch] ?? process.arch;
  const library = `/usr/lib/${architecture}-linux-gnu/faketime/libfaketimeMT.so.1`;
  return existsSync(library) ? library : null;
}

/** What moves the clock of a process by so many seconds, but not the one by which it waits. */
function moved(library, seconds, name) {
  return {
    LD_PRELOAD: library, FAKETIME: `${seconds < 0 ? "" : "+"}${seconds}`, FAKETIME_DONT_FAKE_MONOTONIC: "1",
    // Without these names the library makes some of its own, and sets them in the environment before Swift has found the arguments beside it.
    FAKETIME_SHARED: `/${name}-semaphore /${name}-memory`,
  };
}

/** When each key cosigned the checkpoint, Unix seconds: a cosignature/v1 is key id, time and signature. */
function cosignatureTimes(note) {
  const lines = note.split("\n").filter((line) => /^— .*\/trustee\/\d+ /.test(line));
  return Object.fromEntries(lines.map((line) => {
    const [, number, content] = line.match(/\/trustee\/(\d+) (\S+)$/);
    return [number, Number(Buffer.from(content, "base64").readBigUInt64BE(4))];
  }));
}

test("trustees seven hours ahead and nine behind", { timeout: 600_000 }, async (context) => {
  const library = fakeClock();
  if (!library) return context.skip("needs Debian's faketime");
  const service = await Service.start();
  let [trustees, lines] = [[], []];
  try {
    const chief = await owner(service);
    const { reference, path } = await draftElection(chief, { threshold: 2, voters: 4 });
    trustees = await inviteTrustees(chief, path, 3, async () => {
      lines.push(await Line.start(service));
      return lines.at(-1).address;
    });
    const refusals = [0, 0, 0];
    const told = [];
    for (const [index, line] of lines.entries()) {
      line.watch = (exchange) => {
        if (exchange.status === 401) refusals[index] += 1;
        const phase = phaseIn(exchange);
        if (phase) told.push({ phase, at: Date.now() });
      };
    }
    await chief.post(`${path}/ceremony`, {});
    for (const [index, trustee] of trustees.entries()) {
      trustee.begin(offsets[index] === 0 ? {} : moved(library, offsets[index], `comitia-test-${process.pid}-${index}`));
    }
    await until(async () => (await chief.get(`${path}/trustees`)).phase === "ready", "the fire drill");

    // Opened and closed by the service's clock, whatever the time of the trustees.
    const links = (await chief.post(`${path}/roll/links`, {})).items.map((item) => item.link);
    const [opens, closes] = [Date.now() + 2000, Date.now() + 7000];
    const { version } = await chief.get(path);
    await chief.put(path, {
      manifest: { ...question, opens: new Date(opens).toISOString(), closes: new Date(closes).toISOString() }, threshold: 2, version,
    });
    const opened = await until(async () => { const now = await chief.get(path); return now.state === "active" && now; }, "the opening");
    const crowd = await Crowd.gather(links);
    await crowd.settle();
    const end = await until(async () => { const now = await chief.get(path); return now.state === "tallied" && now; }, "the tally");
    assert.ok(Date.parse(opened.opened) >= opens);
    assert.ok(Date.parse(end.closed) >= closes);
    assert.ok(told.filter(({ phase }) => phase === "open").every(({ at }) => at >= opens));
    assert.ok(told.filter(({ phase }) => phase === "closing").every(({ at }) => at >= closes));

    // Each was told the service's time and asked again (specification, 8.1); the one whose clock is right never had to.
    assert.ok(refusals[0] > 0 && refusals[1] > 0, String(refusals));
    assert.equal(refusals[2], 0);
    for (const trustee of trustees) {
      assert.deepEqual(await until(() => trustee.hasEnded, `${trustee.name} to be done`), { code: 0, signal: null }, trustee.output);
      assert.doesNotMatch(trustee.output, /evidence is kept/);
    }
    // Cosignatures carry each trustee's own time, and the record is good all the same.
    const note = await (await fetch(`${service.address}/api/v1${path}/board/checkpoint`)).text();
    const times = Object.entries(cosignatureTimes(note));
    assert.ok(times.length >= 2);
    for (const [number, time] of times) assert.ok(Math.abs(time - Date.now() / 1000 - offsets[number - 1]) < hour, `trustee ${number} cosigned at ${time}`);
    await account(service, reference, await chief.get(`${path}/results`), crowd);
  } catch (error) {
    error.message += `\n${trustees.map((trustee) => trustee.output).join("\n")}`;
    throw error;
  } finally {
    for (const trustee of trustees) await trustee.stop();
    for (const line of lines) await line.stop();
    for (const name of ["memory", "semaphore"]) {
      for (const index of offsets.keys()) for (const start of ["", "sem."]) rmSync(`/dev/shm/${start}comitia-test-${process.pid}-${index}-${name}`, { force: true });
    }
    await service.stop();
  }
});
