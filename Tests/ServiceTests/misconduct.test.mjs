// Trustees that cheat, that use a share of before a renewal, and one that was replaced and acts again, at the real service: refused, named on the audit page and
// in /conduct; what is proof convinces comitia verify.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { owner } from "./client.mjs";
import { draftElection, mirror } from "./election.mjs";
import { makeKnownKeyFile, publicBytes } from "./key-file.mjs";
import { Line } from "./line.mjs";
import { Postgres } from "./postgres.mjs";
import { Rogue } from "./rogue.mjs";
import { Service, Trustee, comitia, readFileSync, root, until } from "./service.mjs";
import { Voter, choice } from "./voter.mjs";

let postgres;
before(async () => { postgres = await Postgres.start(); });
after(async () => { await postgres?.stop(); });

/** Three trustees with keys that the test knows; the first talks through a line. Two are enough. */
async function open(service, organiser) {
  const { reference, path } = await draftElection(organiser, { voters: 6 });
  const line = await Line.start(service);
  const [trustees, rogues] = [[], []];
  for (const [index, name] of ["Ada", "Bo", "Cy"].entries()) {
    const { link } = await organiser.post(`${path}/trustees`, { name });
    const trustee = new Trustee(service, name);
    const key = await makeKnownKeyFile(trustee.key, readFileSync(trustee.passphrase, "utf8").trimEnd());
    await trustee.join((index === 0 ? line.address : service.address) + link.slice(link.indexOf("/trustee#")));
    trustees.push(trustee);
    rogues.push(new Rogue(service, reference, key));
  }
  // Two ceremonies fail: in the first the second trustee says two things, in the other the third signs what is no message.
  for (const [number, bodies] of [[2, [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]], [3, [Buffer.alloc(31)]]]) {
    const { ceremony } = await organiser.post(`${path}/ceremony`, {});
    const rogue = rogues[number - 1];
    const about = { id: ceremony, threshold: 2, keys: rogues.map(({ key }) => publicBytes(key)) };
    const messages = bodies.map((body) => rogue.ceremonyMessage(1, about, number, body));
    assert.equal((await rogue.ask("POST", `/ceremonies/${ceremony}/messages`, Rogue.batch(messages))).status, 200);
    assert.equal((await organiser.get(`${path}/trustees`)).phase, "failed");
  }
  await organiser.post(`${path}/ceremony`, {});
  for (const trustee of trustees) trustee.begin();
  await until(async () => (await organiser.get(`${path}/trustees`)).phase === "ready", "the fire drill");
  const links = (await organiser.post(`${path}/roll/links`, {})).items.map((item) => item.link);
  await organiser.post(`${path}/opening`, {});
  return { reference, path, line, trustees, rogues, links };
}

/** Gives the third place to another. */
async function replaceThird(service, organiser, { path, reference, trustees }) {
  const lost = trustees[2];
  await lost.kill();
  for (const { key } of [trustees[0], lost]) copyFileSync(key, `${key}.old`);
  const { invitations } = await organiser.post(`${path}/handover`, { replace: [{ number: 3, name: "Dee" }] });
  const newcomer = new Trustee(service, "Dee");
  await newcomer.join(service.address + invitations[0].link);
  newcomer.begin();
  trustees.push(newcomer);
  for (const trustee of trustees.slice(0, 2)) {
    await until(() => trustee.output.includes("comitia trustee approve --list"), "the list to be shown");
    await trustee.stop();
    const [, list] = (await trustee.run("approve")).output.match(/approve --list ([0-9a-f]{64})/);
    assert.equal((await trustee.run("approve", "--list", list)).code, 0);
    trustee.begin();
  }
  await until(async () => (await fetch(`${service.address}/api/v1/elections/${reference}/board/renewal-1-checkpoint`)).ok, "the renewal to be in force");
  await until(() => newcomer.output.includes("your new share counts"), "the new share");
  return newcomer;
}

/** A trustee's part in the end, with the share that its key file had before the renewal. */
const formerPart = (trustee, record) => Buffer.from(
  execFileSync(join(root, ".build/debug/FormerShare"), [`${trustee.key}.old`, record], { input: readFileSync(trustee.passphrase), encoding: "utf8" }).trim(), "hex",
);

/** What the audit page says of a trustee, phase by phase. */
function standings(page, name) {
  const [, cells] = page.match(new RegExp(`<th scope="row">${name}</th>([^]*?)</tr>`));
  return [...cells.matchAll(/<td>([^]*?)<\/td>/g)].map(([, cell]) => cell.replace(/<[^>]*>/g, "").trim());
}

const flipped = (bytes, place) => {
  const copy = Buffer.from(bytes);
  copy[place] ^= 1;
  return copy;
};

for (const kind of ["SQLite", "PostgreSQL"]) {
  describe(`misconduct on ${kind}`, () => {
    test("each kind is refused and named, and what is evidence is believed unless it is altered", { timeout: 600_000 }, async () => {
      const service = await Service.start(kind === "SQLite" ? {} : { database: postgres.database() });
      let election;
      try {
        const organiser = await owner(service);
        election = await open(service, organiser);
        const { reference, path, line, trustees, rogues: [ada, , cy], links } = election;
        const voter = await Voter.open(links[0]);
        await voter.cast(choice(0));
        const newcomer = await replaceThird(service, organiser, election);
        await newcomer.stop();
        // Requests are signed with whole seconds: what is of the renewal's own proves nothing.
        const renewed = Date.now();
        await until(() => Date.now() >= renewed + 1000, "another second");

        // What the machine of the first would say at the end is kept back.
        const kept = {};
        let isLying = true;
        line.ask = ({ method, path: asked, body }) => {
          if (method !== "POST") return;
          if (asked.endsWith("/partials")) {
            kept.partial = body;
            if (isLying) throw new Error("kept back");
          } else if (asked.endsWith("/signing")) {
            if (body[0] === 1) kept.commitment ??= body;
            if (body[0] === 2) {
              kept.answer = body;
              throw new Error("kept back");
            }
          }
        };
        await organiser.post(`${path}/closing`, {});
        const size = (await organiser.get(path)).board.size;
        const forbidden = async (...request) => assert.equal((await cy.ask(...request)).status, 403);
        await forbidden("POST", `/board/cosignatures?size=${size}`, Buffer.from("— nobody AAAA\n"));

        await until(() => kept.partial, "the first one's part of the decryption");
        // The shares of before the renewal are real, and of no use: to who was replaced, and to who stays.
        const closed = join(service.folder, "closed");
        await mirror(service, reference, closed);
        await forbidden("POST", "/partials", formerPart(trustees[2], closed));
        // Its own machine comes back with that key file: it learns that another has its place, and lets the share go.
        trustees[2].begin();
        assert.deepEqual(await until(() => trustees[2].hasEnded, "the end of the old key file"), { code: 0, signal: null });
        assert.match(trustees[2].output, /another is trustee in your place; your share is wiped/);
        const outdated = await ada.ask("POST", "/partials", formerPart(trustees[0], closed));
        assert.deepEqual([outdated.status, /the share that trustee 1 had before a renewal/.test(outdated.bytes.toString())], [422, true]);
        assert.equal((await ada.ask("POST", "/partials", flipped(kept.partial, kept.partial.length - 1))).status, 422);
        isLying = false;

        await until(() => kept.answer, "the first one's share of the signature");
        await forbidden("POST", "/signing", kept.answer);
        assert.equal((await ada.ask("POST", "/signing", Buffer.concat([Buffer.of(1), Rogue.commitment()]))).status, 204);
        // A nonce that a session had, signed anew.
        assert.equal((await ada.ask("POST", "/signing", kept.commitment, { time: Math.floor(Date.now() / 1000) + 9 })).status, 409);
        assert.equal((await ada.ask("POST", "/signing", flipped(kept.answer, 33))).status, 422);
        newcomer.begin();
        await until(async () => (await organiser.get(path)).state === "tallied", "the result of the others");

        const conduct = await (await fetch(`${service.address}/api/v1${path}/conduct`)).json();
        const named = conduct.refusals.map(({ trustee, name, phase, reason }) => `${trustee} ${name} ${phase} ${reason}`).sort();
        assert.deepEqual(named, [
          "1 Ada decryption former-trustee", "1 Ada decryption wrong-part", "1 Ada signature used-nonce", "1 Ada signature wrong-share",
          "3 Cy cosignature former-trustee", "3 Cy decryption former-trustee", "3 Cy signature former-trustee",
        ]);
        assert.deepEqual(conduct.trustees.map(({ name }) => name), ["Ada", "Bo", "Dee"]);
        // Who came later has missed nothing before, but was away when the totals were opened.
        const { ceremony: made, drill, decryption } = conduct.trustees[2];
        assert.deepEqual([made, drill, decryption], ["joined", "joined", "none"]);
        const page = await (await fetch(`${service.address}/elections/${reference}/audit`, { headers: { Accept: "text/html" } })).text();
        for (const words of [
          "Its share of the joint signature is wrong", "It used a random number twice", "The proof of its part does not hold",
          "Said two different things", "Signed what is no message", "Its key or its share is from before a renewal", "Cy, who is no trustee any more, wanted to sign the board", "Old share refused",
          "Ada used a share from before a renewal to open the totals", "Cy used a share from before a renewal to open the totals",
        ]) assert.ok(page.includes(words), words);
        // Whose part in the totals and in the closing draw never came.
        assert.deepEqual(["Ada", "Bo", "Dee"].map((name) => standings(page, name)[3]), ["Done", "Done", "No part"]);

        const record = join(service.folder, "record");
        await mirror(service, reference, record);
        const place = join(service.folder, "conduct.json");
        const judged = async (document) => {
          writeFileSync(place, JSON.stringify(document));
          const { code, output } = await comitia("verify", record, "--evidence", place, "--json");
          assert.equal(code, 0, output);
          return JSON.parse(output).evidence;
        };
        const [share, ceremony, malformed, ...said] = await judged(conduct);
        assert.deepEqual(share, { kind: "wrong-share", trustee: 1, name: "Ada", proved: true });
        const { key, ...proved } = ceremony;
        assert.deepEqual(proved, { kind: "failed-ceremony", trustee: 2, name: "Bo", proved: true, fault: "equivocation" });
        assert.equal(key, conduct.failedCeremonies[0].signingKeys[1]);
        // By a key that is no trustee's any more; what is malformed depends on the threshold that the service names.
        assert.deepEqual([malformed.name, malformed.proved, malformed.fault], ["Cy", true, "malformed-message"]);
        assert.ok(said.every(({ kind }) => kind === "refused"));
        const words = ({ trustee, name, phase, fault }) => `${trustee} ${name} ${phase} ${fault}`;
        assert.deepEqual(said.filter(({ proved }) => proved).map(words).sort(), [
          "1 Ada decryption former-trustee", "1 Ada decryption wrong-part", "3 Cy decryption former-trustee", "3 Cy signature former-trustee",
        ]);
        // A machine that learns of its replacement still sends a cosignature, and a nonce's first use is known to the service alone.
        assert.deepEqual(said.filter(({ proved }) => !proved).map(words).sort(), ["1 Ada signature used-nonce", "3 Cy cosignature former-trustee"]);
        const shown = await comitia("verify", record, "--evidence", place);
        assert.match(shown.output, /3 {2}Dee: (did not cosign the closing checkpoint; )?no decryption and no part of the closing draw are by it \(trustee since renewal 1\)/);
        assert.match(shown.output, /1 {2}Ada: took part in everything/);
        const overview = await comitia("inspect", record);
        assert.match(overview.output, /Dee in the place of Cy/);
        const certificate = join(service.folder, "certificate.json");
        writeFileSync(certificate, Buffer.from(await (await fetch(`${service.address}/api/v1${path}/certificate`)).arrayBuffer()));
        const alone = await comitia("verify", "--certificate", certificate);
        assert.equal(alone.code, 0, alone.output);
        assert.match(alone.output, /any 2 of Ada, Bo, Dee/);
        const foreign = JSON.parse(readFileSync(certificate));
        foreign.files.renewals[0] = flipped(Buffer.from(foreign.files.renewals[0], "base64"), 60).toString("base64");
        writeFileSync(certificate, JSON.stringify(foreign));
        assert.equal((await comitia("verify", "--certificate", certificate)).code, 1);
        assert.match(shown.output, /Proved: trustee 1, Ada, gave a wrong share of the joint signature/);
        assert.match(shown.output, /Proved: trustee 2, Bo, made a key ceremony fail \(equivocation\)/);
        for (const [who, deed] of [
          ["3, Cy", "used a key or share from before a renewal (decryption)"], ["3, Cy", "used a key or share from before a renewal (signature)"],
          ["1, Ada", "used a key or share from before a renewal (decryption)"], ["1, Ada", "sent a part that does not hold (decryption)"],
        ]) assert.ok(shown.output.includes(`Proved: trustee ${who}, ${deed}; its own key signed it.`), `${deed}\n${shown.output}`);
        for (const words of [
          "3, Cy, it refused: cosignature, former-trustee", "1, Ada, it refused: signature, used-nonce",
        ]) assert.ok(shown.output.includes(`The service says, and nothing proves: of trustee ${words}.`), `${words}\n${shown.output}`);
        for (const [member, change] of [
          ["body", (text) => flipped(Buffer.from(text, "base64"), 40).toString("base64")], ["signature", (text) => flipped(Buffer.from(text, "base64"), 3).toString("base64")],
          ["list", (text) => flipped(Buffer.from(text, "base64"), 0).toString("base64")], ["time", (time) => time + 1], ["target", (text) => `${text}x`], ["trustee", () => 2],
        ]) {
          const altered = structuredClone(conduct);
          const { evidence } = altered.refusals.find((refusal) => refusal.evidence);
          evidence[member] = change(evidence[member]);
          assert.equal((await judged(altered))[0].proved, false, member);
        }
        // Only what must be seen to be judged is shown, and nothing else that was signed proves anything.
        const requests = conduct.refusals.filter(({ request }) => request);
        assert.deepEqual(requests.map(({ trustee, request }) => `${trustee} ${"body" in request}`).sort(), ["1 true", "1 true", "3 false", "3 false"]);
        for (const [index, { request }] of requests.entries()) {
          for (const [member, change] of [
            ["signature", (text) => flipped(Buffer.from(text, "base64"), 3).toString("base64")], ["time", (time) => time + 1], ["target", (text) => text.replace(/.\//, "x/")],
            ["bodyHash", (text) => text.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))], ["body", () => "AAAA"],
          ]) {
            const altered = structuredClone(conduct);
            altered.refusals.filter((refusal) => refusal.request)[index].request[member] = change(request[member]);
            assert.equal((await judged(altered)).filter(({ kind, proved }) => kind === "refused" && proved).length, 3, member);
          }
          for (const [member, value] of [["trustee", 2], ["phase", "drill"], ["reason", "malformed"], ["signingKey", "00".repeat(32)]]) {
            const altered = structuredClone(conduct);
            altered.refusals.filter((refusal) => refusal.request)[index][member] = value;
            assert.equal((await judged(altered)).filter(({ kind, proved }) => kind === "refused" && proved).length, 3, member);
          }
        }
        for (const change of [
          (failed) => { failed.messages[1] = flipped(Buffer.from(failed.messages[1], "base64"), 40).toString("base64"); }, (failed) => { failed.messages.pop(); },
          (failed) => { failed.signingKeys[1] = failed.signingKeys[0].replace(/^./, "0"); }, (failed) => { failed.culprit = 1; }, (failed) => { failed.fault = "bad-share"; },
          (failed) => { failed.ceremony = "00".repeat(32); }, (failed) => { failed.culprit = 4; }, (failed) => { failed.threshold = 9; },
        ]) {
          const altered = structuredClone(conduct);
          change(altered.failedCeremonies[0]);
          const [, judgement] = await judged(altered);
          assert.equal(judgement.proved, false, change.toString());
        }
      } finally {
        for (const trustee of election?.trustees ?? []) await trustee.stop();
        await election?.line.stop();
        await service.stop();
      }
    });
  });
}
