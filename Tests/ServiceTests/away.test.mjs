// The database is away, the disk is full: clear refusals, and recovery without hands.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { owner } from "./client.mjs";
import { Crowd, account } from "./crowd.mjs";
import { openElection } from "./election.mjs";
import { Postgres } from "./postgres.mjs";
import { Service, pause, until } from "./service.mjs";

let postgres;
before(async () => { postgres = await Postgres.start(); });
after(async () => { await postgres?.stop(); });

const post = (service, path, castBallot) => fetch(`${service.address}/api/v1${path}/ballots`, {
  method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: castBallot,
});

/** A refusal that says when to come again, and that nothing is known of the ballot. */
async function assertUnavailable(answer) {
  assert.equal(answer.status, 503);
  assert.ok(Number(answer.headers.get("Retry-After")) > 0);
  assert.match(answer.headers.get("Content-Type"), /problem\+json/);
  assert.equal((await answer.json()).type, "/problems/board-unavailable");
}

async function readiness(service) {
  const answer = await fetch(`${service.address}/api/v1/ready`);
  return { status: answer.status, ...(await answer.json()) };
}

async function finish(service, chief, { path, reference }, crowd) {
  await chief.post(`${path}/closing`, {});
  await until(async () => (await chief.get(path)).state === "tallied", "the tally");
  await account(service, reference, await chief.get(`${path}/results`), crowd);
}

test("PostgreSQL away while voters cast", { timeout: 600_000 }, async () => {
  const service = await Service.start({ database: postgres.database() });
  let election;
  try {
    const chief = await owner(service);
    election = await openElection(chief, { voters: 12, manifest: { revoting: "last-counts" } });
    const crowd = await Crowd.gather(election.links.slice(1));
    const [other] = (await Crowd.gather(election.links.slice(0, 1))).members;
    const spare = await other.ballot(2);
    let isOver = false;
    const voting = crowd.revote(4, () => isOver);
    try {
      for (let round = 0; round < 3; round++) {
        await pause(500);
        postgres.kill();
        await assertUnavailable(await post(service, election.path, spare));
        assert.equal((await fetch(`${service.address}/api/v1/health`)).status, 200);
        const ready = await readiness(service);
        assert.deepEqual([ready.status, ready.ready], [503, false]);
        assert.ok(ready.failed.includes("database"));
        // The board that is in memory can still be looked at.
        assert.equal((await fetch(`${service.address}/api/v1${election.path}/booth`)).status, 200);
        await assert.rejects(chief.get(election.path), (error) => error.status === 503);
        await postgres.begin();
        await until(async () => (await readiness(service)).status === 200, "the service to be ready", 30);
        const before = crowd.receipts.length;
        await until(() => crowd.receipts.length > before, "a vote", 30);
      }
    } finally { isOver = true; }
    await voting;
    await crowd.settle();
    await finish(service, chief, election, crowd);
    assert.match(service.log, /"level":"error"/);
    assert.equal(service.process.exitCode, null);
  } finally {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service.stop();
  }
});

/** A small disk, `null` where this process may not mount one. */
function smallDisk() {
  const folder = mkdtempSync(join(tmpdir(), "comitia-disk-"));
  if (process.getuid() === 0 && spawnSync("mount", ["-t", "tmpfs", "-o", "size=6m,mode=700", "tmpfs", folder]).status === 0) return folder;
  rmSync(folder, { recursive: true });
  return null;
}

test("SQLite on a full disk", { timeout: 600_000 }, async (context) => {
  const disk = smallDisk();
  if (!disk) return context.skip("a small disk can be mounted by root only");
  let [service, election] = [null, null];
  try {
    service = await Service.start({ data: join(disk, "data") });
    const chief = await owner(service);
    election = await openElection(chief, { voters: 12, manifest: { revoting: "last-counts" } });
    const crowd = await Crowd.gather(election.links);
    await crowd.settle();
    const filler = join(disk, "filler");
    const fill = spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=4k"], { encoding: "utf8" });
    assert.match(fill.stderr, /No space left/);

    // The log of the database has some room of its own; then nothing is taken.
    const [member] = crowd.members;
    let refused = null;
    for (let number = 0; number < 2000 && !refused; number++) {
      const castBallot = await member.ballot(number % 5);
      const answer = await post(service, election.path, castBallot);
      if (answer.status !== 201) {
        await assertUnavailable(answer);
        refused = castBallot;
      } else {
        await answer.arrayBuffer();
        await member.insist(castBallot, number % 5);
      }
    }
    assert.ok(refused, "the disk did not fill");
    await assertUnavailable(await post(service, election.path, refused));
    assert.equal((await fetch(`${service.address}/api/v1/health`)).status, 200);
    assert.ok((await readiness(service)).failed.includes("disk"));
    const { last } = member;
    assert.equal((await member.voter.client.credential(member.voter.credential)).casts, member.acknowledged.length);
    assert.equal((await post(service, election.path, last.castBallot)).status, 200);

    // Killed on the full disk: what was acknowledged is there after the start, or at the latest once there is room.
    await service.kill();
    writeFileSync(filler, "");
    await service.begin();
    assert.equal((await member.insist(last.castBallot, last.option)).index, last.index);
    await crowd.settle();
    // Full once more, and room again without a restart.
    spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=4k"]);
    const late = await crowd.members[1].ballot(2);
    await post(service, election.path, late);
    rmSync(filler);
    await crowd.members[1].insist(late, 2);
    await member.vote(3);
    for (const trustee of election.trustees) {
      await trustee.kill();
      trustee.begin();
    }
    await finish(service, chief, election, crowd);
  } finally {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service?.stop();
    spawnSync("umount", [disk]);
    rmSync(disk, { recursive: true, force: true });
  }
});
