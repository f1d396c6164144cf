// An election that opens and closes by itself, with the service away at the closing time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { owner, question } from "./client.mjs";
import { Crowd, account } from "./crowd.mjs";
import { gatherTrustees } from "./election.mjs";
import { Service, pause, until } from "./service.mjs";

test("opened and closed by the clock, over a restart", { timeout: 600_000 }, async () => {
  const service = await Service.start();
  let trustees = [];
  try {
    const chief = await owner(service);
    const { reference } = await chief.post("/elections", { manifest: question, threshold: 2 });
    const path = `/elections/${reference}`;
    const csv = ["voterId,name,email,weight", ...Array.from({ length: 4 }, (_, index) => `m${index},Member ${index},m${index}@example.org,1`)];
    await chief.post(`${path}/voters/import`, csv.join("\n"), { type: "text/csv" });
    trustees = await gatherTrustees(chief, path, 3);
    const phase = async () => (await chief.get(`${path}/trustees`)).phase;
    await until(async () => (await phase()) === "ready", "the fire drill");
    const links = (await chief.post(`${path}/roll/links`, {})).items.map((item) => item.link);
    const [opens, closes] = [Date.now() + 3000, Date.now() + 14_000];
    const draft = await chief.get(path);
    await chief.put(path, {
      manifest: { ...question, opens: new Date(opens).toISOString(), closes: new Date(closes).toISOString() }, threshold: 2, version: draft.version,
    });
    assert.equal((await chief.get(path)).state, "draft");
    const opened = await until(async () => { const now = await chief.get(path); return now.state === "active" && now; }, "the opening");
    assert.ok(Date.parse(opened.opened) >= opens);
    const crowd = await Crowd.gather(links);
    for (const member of crowd.members.slice(0, 3)) await member.vote(1);
    const late = await crowd.members[3].ballot(2);

    // Away when voting ends.
    await service.kill();
    await pause(Math.max(0, closes - Date.now()) + 500);
    await service.begin();
    // The closing may not have been done yet; the ballot is refused all the same.
    await assert.rejects(crowd.members[3].insist(late, 2), (error) => error.code === "voting-closed");
    const closed = await until(async () => { const now = await chief.get(path); return now.state !== "active" && now; }, "the closing", 30);
    assert.ok(Date.parse(closed.closed) >= closes);
    for (const trustee of trustees) {
      await trustee.kill();
      trustee.begin();
    }
    await until(async () => (await chief.get(path)).state === "tallied", "the tally");
    await account(service, reference, await chief.get(`${path}/results`), crowd);
  } finally {
    for (const trustee of trustees) await trustee.stop();
    await service.stop();
  }
});
