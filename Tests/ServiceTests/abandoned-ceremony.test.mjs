// A trustee is lost for good while the key is being made: the ceremony is given up, another comes, and the same election goes on. The other withholds its part of the opening
// draw, and is named for it.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { owner } from "./client.mjs";
import { draftElection, inviteTrustees, mirror } from "./election.mjs";
import { Line } from "./line.mjs";
import { Postgres } from "./postgres.mjs";
import { Service, Trustee, comitia, until } from "./service.mjs";
import { Voter, choice } from "./voter.mjs";

let postgres;
before(async () => { postgres = await Postgres.start(); });
after(async () => { await postgres?.stop(); });

for (const kind of ["SQLite", "PostgreSQL"]) {
  describe(`a key ceremony on ${kind}`, () => {
    test("is given up for a lost trustee, and made anew with another", { timeout: 600_000 }, async () => {
      const service = await Service.start(kind === "SQLite" ? {} : { database: postgres.database() });
      let trustees = [];
      const line = await Line.start(service);
      line.ask = ({ method, path }) => { if (method === "POST" && path.endsWith("/drill")) throw new Error("kept back"); };
      try {
        const organiser = await owner(service);
        const { reference, path } = await draftElection(organiser, { voters: 4 });
        trustees = await inviteTrustees(organiser, path, 3);
        await organiser.post(`${path}/ceremony`, {});
        // The third has joined, and never answers again.
        const staying = trustees.slice(0, 2);
        for (const trustee of staying) trustee.begin();
        const at = async () => organiser.get(`${path}/trustees`);
        await until(async () => (await at()).missing.join() === "3", "the others' words");
        const given = (await at()).ceremony;
        await assert.rejects(organiser.ask("DELETE", `${path}/trustees/3`), ({ code }) => code === "trustees-fixed");
        await organiser.ask("DELETE", `${path}/ceremony`);
        assert.equal((await at()).phase, "failed");
        await until(() => staying.every(({ output }) => output.includes("was given up")), "the trustees to be told");
        await assert.rejects(organiser.ask("DELETE", `${path}/ceremony`), ({ code }) => code === "wrong-phase");

        await organiser.ask("DELETE", `${path}/trustees/3`);
        const { link } = await organiser.post(`${path}/trustees`, { name: "Newcomer" });
        const newcomer = new Trustee(service, "newcomer");
        await newcomer.join(line.address + link.slice(link.indexOf("/trustee#")));
        newcomer.begin();
        trustees.push(newcomer);
        await organiser.post(`${path}/ceremony`, {});
        await until(async () => (await at()).phase === "drill" && (await at()).missing.join() === "3", "the fire drill of the others");
        await organiser.post(`${path}/ceremony/absence`, { absent: ["newcomer"] });
        assert.equal((await at()).phase, "ready");
        assert.notEqual((await at()).ceremony, given);
        const actions = (await organiser.get("/audit-log")).items.map(({ action }) => action);
        assert.ok(actions.includes("ceremony.abandoned"), actions.join());

        const links = (await organiser.post(`${path}/roll/links`, {})).items.map((item) => item.link);
        await organiser.post(`${path}/opening`, {});
        await (await Voter.open(links[0])).cast(choice(0));
        await organiser.post(`${path}/closing`, {});
        await until(async () => (await organiser.get(path)).state === "tallied", "the result");
        const conduct = await (await fetch(`${service.address}/api/v1${path}/conduct`)).json();
        assert.deepEqual([conduct.refusals, conduct.failedCeremonies], [[], []]);
        const record = join(service.folder, "record");
        await mirror(service, reference, record);
        const { code, output } = await comitia("verify", record);
        assert.equal(code, 0, output);
        assert.match(output, /3 {2}newcomer: missed the fire drill, and gave no part of the opening draw/);
        assert.equal(conduct.trustees[2].drill, "absent");
        const page = await (await fetch(`${service.address}/elections/${reference}/audit`, { headers: { Accept: "text/html" } })).text();
        assert.match(page, /newcomer\s*<span[^>]*>[^]*?Missed the drill/);
      } finally {
        for (const trustee of trustees) await trustee.stop();
        await line.stop();
        await service.stop();
      }
    });
  });
}
