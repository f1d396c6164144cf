// An older backup is put back: the board takes nothing until the newer database is there again.

import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { owner } from "./client.mjs";
import { Crowd, account } from "./crowd.mjs";
import { openElection } from "./election.mjs";
import { Service, until } from "./service.mjs";

const files = ["comitia.sqlite", "comitia.sqlite-wal", "comitia.sqlite-shm"];

/** Copies the database of a service that is stopped. */
function backUp(service, name) {
  mkdirSync(join(service.folder, name));
  for (const file of files) if (existsSync(join(service.data, file))) cpSync(join(service.data, file), join(service.folder, name, file));
}

function putBack(service, name) {
  for (const file of files) {
    rmSync(join(service.data, file), { force: true });
    if (existsSync(join(service.folder, name, file))) cpSync(join(service.folder, name, file), join(service.data, file));
  }
}

const forgetMarks = (service) => rmSync(join(service.data, "high-water"), { recursive: true });

test("an older backup makes the board read-only, until the newer database is back", { timeout: 600_000 }, async () => {
  const service = await Service.start();
  let election;
  try {
    const chief = await owner(service);
    election = await openElection(chief, { voters: 10 });
    const { path, trustees, reference } = election;
    const crowd = await Crowd.gather(election.links);
    const behind = async () => (await chief.get(path)).board.behind;
    const restart = async (backup, ...words) => {
      await service.end();
      if (backup) putBack(service, backup);
      await service.begin(...words);
    };
    const refusesVotes = async (member) => {
      const castBallot = await member.ballot(1);
      await assert.rejects(member.voter.send(castBallot), (error) => error.status === 503 && error.code === "board-behind");
      const answer = await fetch(`${service.address}/api/v1${path}/ballots`, {
        method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: castBallot,
      });
      assert.equal(answer.status, 503);
      assert.ok(Number(answer.headers.get("Retry-After")) > 0);
    };
    const cosigned = async () => {
      const text = await (await fetch(`${service.address}/api/v1${path}/board/checkpoint`)).text();
      return Number(text.split("\n")[1]) === 7 && text.split("\n").filter((line) => line.startsWith("— ")).length === 4;
    };

    // Three votes, a backup, three more; the trustees cosign all of them.
    for (const member of crowd.members.slice(0, 3)) await member.vote(1);
    await service.end();
    backUp(service, "older");
    await service.begin();
    for (const member of crowd.members.slice(3, 6)) await member.vote(2);
    for (const trustee of trustees) {
      await trustee.kill();
      trustee.begin();
    }
    await until(cosigned, "the cosignatures");
    for (const trustee of trustees) await trustee.stop();
    await until(() => existsSync(join(service.data, "high-water", reference)), "the high-water mark");
    await service.end();
    backUp(service, "newer");

    // The high-water mark tells.
    putBack(service, "older");
    await service.begin();
    assert.match(await behind(), /has 4 entries, and once had 7/);
    await refusesVotes(crowd.members[6]);
    await assert.rejects(chief.post(`${path}/closing`, {}), (error) => error.status === 503 && error.code === "board-behind");
    // Also who votes again with what was lost is not told that it is there.
    await assert.rejects(crowd.members[5].voter.send(crowd.members[5].last.castBallot), (error) => error.code === "board-behind");
    // What is there is shown, and its receipts are given again.
    assert.equal((await crowd.members[0].voter.send(crowd.members[0].last.castBallot)).index, 1);

    // Without it, the operator says so, and the trustees show what they cosigned.
    await service.end();
    forgetMarks(service);
    await service.begin("--restored");
    assert.match(await behind(), /waits for all trustees/);
    await refusesVotes(crowd.members[6]);
    for (const trustee of trustees) trustee.begin();
    await until(async () => /once had 7/.test(await behind()), "the trustees' evidence");
    await until(() => trustees.every((trustee) => /The board is shorter/.test(trustee.output)), "the alarms");
    for (const trustee of trustees) await trustee.stop();

    // Without either the trustees tell; and it is not forgotten.
    await restart("older");
    assert.equal(await behind(), undefined);
    trustees[1].begin();
    await until(async () => /once had 7/.test(await behind()), "the trustee's evidence");
    await refusesVotes(crowd.members[6]);
    await trustees[1].stop();
    await restart(null);
    assert.match(await behind(), /once had 7/);
    await refusesVotes(crowd.members[6]);

    // The newer database: read-only until all trustees have seen that nothing is missing.
    await restart("newer", "--restored");
    assert.match(await behind(), /waits for all trustees/);
    await refusesVotes(crowd.members[6]);
    for (const trustee of trustees) trustee.begin();
    await until(async () => (await behind()) === undefined, "the trustees' word");
    for (const member of crowd.members.slice(6)) await member.vote(3);
    await chief.post(`${path}/closing`, {});
    await until(async () => (await chief.get(path)).state === "tallied", "the tally");
    await account(service, reference, await chief.get(`${path}/results`), crowd);
  } finally {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service.stop();
  }
});
