// The pages of administrators, of the support desk, of people's own affairs: in a real browser, without scripts where that is promised.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Client, owner, question } from "./client.mjs";
import { gatherTrustees } from "./election.mjs";
import { password, person } from "./people.mjs";
import { Service, root, until } from "./service.mjs";
import { Voter, choice } from "./voter.mjs";

const attack = "<img src=x onerror=alert(1)>";

/** @param {...[string, object]} steps of pages/administration.py */
function visit(service, ...steps) {
  return new Promise((resolve, reject) => {
    const words = [join(root, "Tests/ServiceTests/pages/administration.py"), service.address, JSON.stringify(steps)];
    const process = spawn(join(root, ".build/python/bin/python"), words, { stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    process.stdout.on("data", (text) => { output += text; });
    process.stderr.on("data", (text) => { errors += text; });
    process.on("error", reject);
    process.on("close", (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(errors))));
  });
}

describe("the pages of administrators, voters and those who ask", () => {
  let service, chief, auditor, device;

  before(async () => {
    const made = spawnSync(join(root, "scripts/python-env"), { encoding: "utf8" });
    assert.equal(made.status, 0, made.stderr);
    service = await Service.start({ settings: { COMITIA_PILOT: "yes" } });
    chief = await owner(service);
    [auditor, , device] = [await person(chief, "auditor"), await person(chief, "support"), await person(chief, "voter", "device")];
  });

  after(async () => { await service?.stop(); });

  /** Sends a form as a browser with this session would. */
  const send = (client, path, fields) => fetch(service.address + path, {
    method: "POST", redirect: "manual", headers: { Cookie: client.cookie, "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ csrf: client.csrf, ...fields }),
  });

  test("a registration is approved and gets a role; auditors see it and change nothing", { timeout: 600_000 }, async () => {
    await new Client(service).post("/accounts", { name: attack, surname: "Waiting", email: "waiting@people.example", password });
    const [administered, operated, audited] = await visit(service, ["administer", { waiting: "waiting@" }], ["operate", {}], ["audit", {}]);
    for (const { faults } of [administered, operated, audited]) assert.deepEqual(faults, []);
    assert.equal(administered.rows, 1);
    assert.match(administered.code, /\/password#[A-Za-z0-9_-]{43}$/);
    assert.equal((await chief.get(`/accounts/${administered.account}`)).role, "support");
    assert.match(operated.settings, /masterKeyFile/);
    assert.equal(audited.buttons, 0);
    assert.ok(!/Waiting|people\.example/.test(audited.text), "auditors see no names");
    for (const word of ["role", "suspension", "password", "deletion"]) {
      assert.equal((await send(auditor, `/administration/accounts/${administered.account}/${word}`, { role: "owner" })).status, 403);
    }
    assert.equal((await send(auditor, "/administration/jobs/x/retry", {})).status, 403);
    // Without the anti-forgery token nothing is done.
    assert.equal((await send({ cookie: chief.cookie, csrf: "" }, `/administration/accounts/${administered.account}/suspension`, {})).status, 403);
  });

  test("a question is asked without an account or scripts, answered, and seen by its code", { timeout: 600_000 }, async () => {
    const [asked, answered, heard] = await visit(service, ["ask", { text: `My link is gone ${attack}` }], ["answer", {}], ["hear", {}]);
    for (const { faults } of [asked, answered, heard]) assert.deepEqual(faults, []);
    assert.equal((await send(auditor, "/administration/desk/x/answer", { text: "no" })).status, 403);
    const code = asked.link.split("#")[1];
    assert.ok(!service.log.includes(code), "the code stands in no log");
    assert.ok((await chief.get("/audit-log")).items.some(({ action }) => action === "ticket.answered"));
  });

  test("feedback is given without an account or scripts, and taken along as files", { timeout: 600_000 }, async () => {
    const [given] = await visit(service, ["feedback", { text: `=HYPERLINK("x") ${attack}` }]);
    assert.deepEqual(given.faults, []);
    const csv = await (await send(chief, "/administration/feedback/export", { format: "csv" })).text();
    assert.match(csv, /"4","","","","yes","","","'=HYPERLINK\(""x""\) <img/);
    const [entry] = await (await send(chief, "/administration/feedback/export", { format: "json" })).json();
    assert.deepEqual(Object.keys(entry), ["day", "overall", "trust", "confused"]);
    assert.equal((await send(auditor, "/administration/feedback/export", { format: "csv" })).status, 403);
  });

  test("a voter's own device makes the credential that votes; the own page says so, never what", { timeout: 600_000 }, async () => {
    const { reference } = await chief.post("/elections", { manifest: { ...question, title: "Own devices", credentials: "voter" }, threshold: 1 });
    const path = `/elections/${reference}`;
    await chief.post(`${path}/voters/admission`, { accounts: [device.id] });
    const gathering = gatherTrustees(chief, path, 1);
    const [made] = await visit(service, ["credential", { reference }]);
    assert.deepEqual([made.faults, made.same, made.disabled], [[], true, true]);
    assert.ok(made.link.startsWith(`${service.address}/vote/${reference}#`));
    assert.ok(!service.log.includes(made.link.split("#")[1]), "the secret stands in no log");
    const trustees = await gathering;
    try {
      await until(async () => (await chief.get(`${path}/trustees`)).phase === "ready", "the fire drill");
      await chief.post(`${path}/opening`, {});
      const voter = await Voter.open(made.link);
      await voter.cast(choice(2));
      const [own] = await visit(service, ["mine", {}]);
      assert.deepEqual(own.faults, []);
      assert.match(own.text, /You have voted/);
      assert.equal(own.words.length, 12);
      assert.ok(!question.contests[0].options.some((name) => own.text.includes(name)));
    } finally {
      for (const trustee of trustees) await trustee.stop();
    }
  });
});
