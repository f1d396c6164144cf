// Mails to voters by a real mail server: taken, refused, put off; the server away, not to be trusted; the service killed while it sends.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Client, owner, question } from "./client.mjs";
import { gatherTrustees } from "./election.mjs";
import { Mailbox, certificate, linkIn } from "./mailbox.mjs";
import { Postgres } from "./postgres.mjs";
import { Service, freePort, until } from "./service.mjs";
import { Voter, choice } from "./voter.mjs";

let postgres;
before(async () => { postgres = await Postgres.start(); });
after(async () => { await postgres?.stop(); });

const basis = (mailbox) => ({
  COMITIA_SMTP: `localhost:${mailbox.port}`, COMITIA_MAIL_SENDER: "Wahlamt Köln <office@vote.example>", COMITIA_MAIL_REPLY_TO: "help@vote.example",
  COMITIA_MAILS_PER_MINUTE: "60000", COMITIA_SMTP_TIMEOUT: "5",
});

/** A draft with voters of these names. */
async function draft(chief, names, title = question.title) {
  const { reference } = await chief.post("/elections", { manifest: { ...question, title }, threshold: 2 });
  const path = `/elections/${reference}`;
  const lines = names.map((name, index) => `m${index + 1},${name} Grüße,${name}@example.org,1`);
  await chief.post(`${path}/voters/import`, ["voterId,name,email,weight", ...lines].join("\n"), { type: "text/csv" });
  return path;
}

/** How many mails of a kind are in each state. */
async function counts(chief, path, kind) {
  const { items } = await chief.get(`${path}/mails/counts`);
  return Object.fromEntries(items.filter((item) => item.kind === kind).map((item) => [item.state, item.count]));
}

describe("mails", { timeout: 600_000 }, () => {
  test("an election by mail, over STARTTLS and with a login, from invitation to result", async () => {
    const mailbox = new Mailbox(await freePort());
    const tls = certificate(mailbox.folder);
    const password = join(mailbox.folder, "password");
    writeFileSync(password, "open sesame\n", { mode: 0o600 });
    await mailbox.begin(tls, "comitia:open sesame");
    const service = await Service.start({
      settings: {
        ...basis(mailbox), COMITIA_SMTP_USER: "comitia", COMITIA_SMTP_PASSWORD_FILE: password, COMITIA_SMTP_AUTHORITY_FILE: tls.chain,
      },
    });
    let trustees = [];
    try {
      const chief = await owner(service);
      const path = await draft(chief, ["anna", "busy", "carl", "refused", "spam", "dora"], "Größe der Tafel");
      await chief.put(`${path}/mails/settings`, { language: "de", opening: true, result: true, confirmation: true });
      const unknown = { subject: "{election}", text: "{link} {nonsense}" };
      await assert.rejects(chief.put(`${path}/mails/texts/invitation`, unknown), (error) => error.status === 422 && /nonsense/.test(error.message));
      await chief.put(`${path}/mails/texts/reminder`, { subject: "Bitte! {election}", text: "{name}, noch bis {closes}: {link}" });
      const preview = await chief.post(`${path}/mails/preview`, { kind: "invitation" });
      assert.match(preview.text, /Kim Beispiel/);

      // Taken, refused, put off.
      assert.deepEqual(await chief.post(`${path}/mails/invitations`, {}), { links: 6, queued: 6, withoutAddress: 0, withoutLink: 0 });
      await until(async () => (await counts(chief, path, "invitation")).sent === 4, "the invitations", 30);
      assert.deepEqual(await counts(chief, path, "invitation"), { refused: 2, sent: 4 });
      const states = Object.fromEntries((await chief.get(`${path}/mails`)).items.map((mail) => [mail.email.split("@")[0], mail]));
      assert.deepEqual([states.busy.tries, states.busy.state, states.anna.tries], [2, "sent", 1]);
      assert.equal(states.refused.answer, "550 5.1.1 … no such mailbox here");
      assert.equal(states.spam.answer, "554 5.7.1 refused as spam");
      assert.equal((await chief.get(`${path}/mails?search=ann&state=sent`)).items.length, 1);

      // What arrived is a message as it should be.
      const [anna] = mailbox.to("anna@example.org");
      assert.deepEqual(anna.defects, []);
      assert.deepEqual(
        [anna.sender, anna.tls, anna.login, anna.subject, anna.replyTo, anna.to],
        ["office@vote.example", true, true, "Ihre Stimme: Größe der Tafel", "help@vote.example", "anna Grüße <anna@example.org>"]);
      assert.match(anna.id, /^<[0-9a-f]{32}@vote\.example>$/);
      assert.ok(linkIn(anna) && anna.html.includes(linkIn(anna)));
      assert.ok(mailbox.mails.length > new Set(mailbox.mails.map((mail) => mail.connection)).size, "connections are used again");

      // Open, vote with the mailed link, be confirmed; the others are reminded.
      trustees = await gatherTrustees(chief, path, 2);
      await until(async () => (await chief.get(`${path}/trustees`)).phase === "ready", "the fire drill");
      await chief.post(`${path}/opening`, {});
      await until(async () => (await counts(chief, path, "opening")).sent === 4, "the notices", 30);
      // Somebody has lost the mail.
      await chief.post(`${path}/voters/${states.carl.voter}/mailed-replacement`, { reason: "Mail lost" });
      await until(() => mailbox.to("carl@example.org").length === 3, "the new link", 30);
      const fresh = linkIn(mailbox.to("carl@example.org")[2]);
      assert.notEqual(fresh, linkIn(mailbox.to("carl@example.org")[0]));
      await (await Voter.open(linkIn(anna))).cast(choice(1));
      await until(() => mailbox.to("anna@example.org").length === 3, "the confirmation", 30);
      const confirmation = mailbox.to("anna@example.org")[2];
      assert.match(confirmation.text, /\n([a-z]+ ){11}[a-z]+\n/);
      assert.ok(!confirmation.text.includes("#"));
      const { queued } = await chief.post(`${path}/mails/reminders`, {});
      assert.equal(queued, 5);
      await until(async () => (await counts(chief, path, "reminder")).sent === 3, "the reminders", 30);
      assert.equal(mailbox.to("anna@example.org").length, 3);
      const reminder = mailbox.to("carl@example.org").at(-1);
      assert.deepEqual([reminder.subject, linkIn(reminder)], ["Bitte! Größe der Tafel", fresh]);
      assert.ok((await chief.get(`${path}/mails?limit=200`)).items.every((mail) => ["invitation", "opening"].includes(mail.kind)));
      await assert.rejects(chief.get(`${path}/mails?kind=nothing`), (error) => error.status === 400 || error.status === 422);
      await chief.post(`${path}/closing`, {});
      await until(async () => (await counts(chief, path, "result")).sent === 4, "the result", 60);

      // Nothing of it stands in the log; the numbers stand in the metrics.
      const secrets = mailbox.mails.map(linkIn).filter(Boolean).map((link) => link.split("#")[1]);
      for (const secret of [...secrets, "open sesame", "@example.org"]) assert.ok(!service.log.includes(secret), "the log tells nothing");
      const metrics = await (await fetch(`${service.address}/metrics`)).text();
      assert.match(metrics, /comitia_mails_total\{kind="invitation",state="refused"\} 2/);
      const log = (await chief.get("/audit-log?limit=200")).items.map((entry) => entry.action);
      for (const action of ["mails.settings", "mails.text", "mails.invite", "mails.remind"]) assert.ok(log.includes(action), action);

      // A forgotten password: whoever asks is told the same, and only who has an account gets a mail.
      const stranger = new Client(service);
      for (const email of ["owner@example.org", "nobody@example.org"]) {
        assert.deepEqual(await stranger.post("/password-mails", { email, language: "fr" }), { status: "received" });
      }
      await until(() => mailbox.to("owner@example.org").length === 1, "the password mail", 30);
      assert.equal(mailbox.to("nobody@example.org").length, 0);
      const code = mailbox.to("owner@example.org")[0].text.match(/\/password#(\S+)/)[1];
      await stranger.post("/password-resets", { code, password: "an entirely new one" });
      await stranger.signIn("owner@example.org", "an entirely new one");
    } finally {
      for (const trustee of trustees) await trustee.stop();
      await service.stop();
      await mailbox.stop();
    }
  });

  test("nothing is sent where encryption cannot be had, or is not to be trusted", async () => {
    const mailbox = new Mailbox(await freePort());
    await mailbox.begin();
    const service = await Service.start({ settings: basis(mailbox) });
    try {
      const chief = await owner(service);
      const path = await draft(chief, ["anna"]);
      await chief.post(`${path}/mails/invitations`, {});
      await until(() => service.log.includes('"event":"mail"'), "the warning", 30);
      await mailbox.end();
      const tls = certificate(mailbox.folder, "stranger");
      await mailbox.begin(tls);
      await until(async () => /certificate/i.test((await chief.get(`${path}/mails`)).items[0].answer), "the certificate's refusal", 30);
      assert.deepEqual(await counts(chief, path, "invitation"), { retried: 1 });
      assert.deepEqual(mailbox.mails, []);
    } finally {
      await service.stop();
      await mailbox.stop();
    }
  });

  test("the mail server is away, then the service is killed while it sends: none is lost, one at most comes twice", async () => {
    const mailbox = new Mailbox(await freePort());
    const service = await Service.start({
      database: postgres.database(), settings: { ...basis(mailbox), COMITIA_SMTP_ENCRYPTION: "none" },
    });
    try {
      const chief = await owner(service);
      const names = ["a", "b", "slow", "c", "d", "e"];
      const path = await draft(chief, names);
      assert.equal((await chief.post(`${path}/mails/invitations`, {})).queued, names.length);
      await until(async () => (await counts(chief, path, "invitation")).retried > 0, "a mail that is put off", 30);
      await mailbox.begin();
      // The mail server has it, and the service has not heard so yet.
      await until(() => mailbox.to("slow@example.org").length === 1, "the mail to be interrupted", 90);
      await service.kill();
      await service.begin();
      await until(async () => (await counts(chief, path, "invitation")).sent === names.length, "all mails", 60);
      for (const name of names) {
        const mails = mailbox.to(`${name}@example.org`);
        assert.equal(mails.length, name === "slow" ? 2 : 1, name);
        assert.equal(new Set(mails.map((mail) => mail.id)).size, 1);
        assert.equal(new Set(mails.map(linkIn)).size, 1);
      }
    } finally {
      await service.stop();
      await mailbox.stop();
    }
  });
});
