// What organisers, voters and strangers write is text wherever it is shown, and what they upload is a picture or nothing.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Client, owner } from "./client.mjs";
import { gatherTrustees } from "./election.mjs";
import { Mailbox } from "./mailbox.mjs";
import { password } from "./people.mjs";
import { Service, freePort, root, until } from "./service.mjs";

const script = "<script>alert(1)</script>";
const image = `"><img src=x onerror=alert(1)>`;
const link = "javascript:alert(1)";
const formula = `=HYPERLINK("http://evil.example","x")`;
const long = "W".repeat(180);
const turned = "\u202egnp.exe";

const manifest = {
  title: `Board ${script}`, description: `${image}\n${link} [x](${link})\n${"W".repeat(3800)}`, smallAcknowledged: true, revoting: "last-counts",
  contests: [
    {
      title: `Who? ${image}`, description: script, kind: "approval", maximum: 2,
      options: [{ name: formula, description: image }, { name: `Ada ${image}`, description: link }, script, `@SUM(1)`, long],
    },
    { title: `Yes ${script}`, kind: "single", options: ["+1", "-1"] },
  ],
};

function visit(visits) {
  return new Promise((resolve, reject) => {
    const browser = spawn(join(root, ".build/python/bin/python"), [join(root, "Tests/ServiceTests/pages/hostile.py")], { stdio: ["pipe", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    browser.stdout.on("data", (text) => { output += text; });
    browser.stderr.on("data", (text) => { errors += text; });
    browser.on("error", reject);
    browser.on("close", (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(errors))));
    browser.stdin.end(JSON.stringify(visits));
  });
}

const faulty = async (visits) => (await visit(visits)).filter(({ faults }) => faults.length > 0);

/** The cells of a file; no field of these has a line feed. */
const cells = (csv) => csv.split(/\r?\n/).filter(Boolean).flatMap((line) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g).map((cell) => cell.replace(/,$/, "").replace(/^"|"$/g, "")));
const formulas = (csv) => cells(csv).filter((cell) => /^\s*[=+\-@]/.test(cell));

describe("hostile texts", () => {
  let [service, chief, mailbox, reference, path, account, election] = [];
  const trustees = [];
  const send = (client, to, fields) => fetch(service.address + to, {
    method: "POST", redirect: "manual", headers: { ...(client && { Cookie: client.cookie }), "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...(client && { csrf: client.csrf }), ...fields }),
  });

  before(async () => {
    const made = spawnSync(join(root, "scripts/python-env"), { encoding: "utf8" });
    assert.equal(made.status, 0, made.stderr);
    mailbox = new Mailbox(await freePort());
    await mailbox.begin();
    service = await Service.start({
      settings: {
        COMITIA_PILOT: "yes", COMITIA_SMTP: `localhost:${mailbox.port}`, COMITIA_SMTP_ENCRYPTION: "none", COMITIA_MAIL_SENDER: "office@vote.example",
        COMITIA_MAILS_PER_MINUTE: "60000",
      },
    });
    chief = await owner(service);
    await new Client(service).post("/accounts", { name: image, surname: script, email: "stranger@people.example", password });
    account = (await chief.get("/accounts?state=pending")).items[0].id;
    ({ reference } = await chief.post("/elections", { manifest, threshold: 1 }));
    path = `/elections/${reference}`;
    const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
    const lines = [[image, script], [formula, formula], ["+49", `-1+1${script}`], [long, long]].map(([id, name], index) => `${quoted(id)},${quoted(name)},voter${index}@example.org,1`);
    await chief.post(`${path}/voters/import`, ["voterId,name,email,weight", ...lines].join("\n"), { type: "text/csv" });
    election = `${service.address}${path}`;
  });

  after(async () => {
    for (const trustee of trustees) await trustee.stop();
    await service?.stop();
    await mailbox?.stop();
  });

  test("what turns text around, and what is endless, is refused where it would be a name", { timeout: 600_000 }, async () => {
    for (const title of [`Board ${turned}`, "W".repeat(10_000)]) {
      await assert.rejects(chief.post("/elections", { manifest: { ...manifest, title }, threshold: 1 }), (error) => error.status === 422);
    }
    const option = { ...manifest.contests[0], options: ["Ada", `Ada ${turned}`] };
    await assert.rejects(chief.post("/elections", { manifest: { ...manifest, contests: [option] }, threshold: 1 }), (error) => error.status === 422);
    await assert.rejects(
      chief.post(`${path}/voters`, { voterId: "x1", name: turned, email: "", weight: 1 }), (error) => error.status === 422 || error.status === 400);
  });

  test("every page shows it as text: draft, booth, board, desk", { timeout: 600_000 }, async () => {
    const asked = await (await send(null, "/help", { text: `${script} ${image} ${turned} ${"W".repeat(3000)}`, category: "link", severity: "2", address: "" })).text();
    const [, ticket, code] = asked.match(/id="reference">([^<]+)<[^]*id="code">([^<]+)</);
    await send(null, "/feedback", { overall: "1", confused: `${formula} ${image} ${turned}`, worked: script });
    const [{ id: voter }] = (await chief.get(`${path}/voters?limit=10`)).items;
    const cookie = chief.cookie;
    const organise = `${service.address}/organise/${reference}`;
    const administration = `${service.address}/administration`;
    const drafts = ["", "/questions", "/questions/1", "/questions/1/options/2/picture", "/ballot", "/voters", `/voters/${voter}`, "/trustees", "/check", "/delete"];
    const visits = [
      ...drafts.map((part) => ({ address: organise + part, cookie })),
      { address: `${organise}/ballot`, cookie, shows: [script, image, formula] },
      { address: `${service.address}/organise`, cookie, shows: [script] },
      { address: `${administration}/accounts`, cookie, shows: [image, script] }, { address: `${administration}/accounts/${account}`, cookie, shows: [image] },
      { address: `${administration}/desk`, cookie }, { address: `${administration}/desk/${ticket}`, cookie, shows: [script, image] },
      { address: `${administration}/feedback`, cookie, shows: [formula, image, script] }, { address: `${administration}/audit-log`, cookie },
      { address: `${service.address}/help/answer?reference=${ticket}#${code}`, steps: "answer", shows: [script, image] },
    ];
    assert.deepEqual(await faulty(visits), []);
  });

  test("mails have it as text, and files hold no formula", { timeout: 600_000 }, async () => {
    await chief.post(`${path}/mails/invitations`, {});
    await until(() => mailbox.mails.length >= 4, "the invitations", 60);
    for (const mail of mailbox.mails) {
      assert.deepEqual(mail.defects, []);
      assert.doesNotMatch(mail.html, /<script|<img|href="javascript:/i);
      assert.ok(mail.html.includes("&lt;script&gt;"), mail.html);
      assert.ok(!/[\r\n]/.test(mail.subject), "a subject is one line");
    }
    trustees.push(...await gatherTrustees(chief, path, 1));
    await until(async () => (await chief.get(`${path}/trustees`)).phase === "ready", "the fire drill");
    await send(chief, "/administration/feedback/export", { format: "csv" }).then((answer) => answer.text()).then((csv) => assert.deepEqual(formulas(csv), []));
    const links = await (await send(chief, `/organise/${reference}/voters/links`, { do: "renew", confirm: "RENEW" })).text();
    assert.equal(cells(links).filter((cell) => cell.includes("/vote/")).length, 4);
    await chief.post(`${path}/opening`, {});
    assert.deepEqual(formulas(links), []);
  });

  test("voters, and whoever checks, see it as text; the result’s file is harmless", { timeout: 600_000 }, async () => {
    const fresh = (await chief.get(`${path}/voters?limit=10`)).items;
    const voting = await Promise.all(fresh.slice(0, 2).map(async ({ id }) => (await chief.post(`${path}/voters/${id}/replacement`, { reason: `Lost ${image}` })).link));
    const visits = [
      { address: voting[0], steps: "review", shows: [script, image, formula] }, { address: voting[0], steps: "cast", shows: [script] },
      { address: voting[1], steps: "test", shows: [formula, image] },
    ];
    assert.deepEqual(await faulty(visits), []);
    await chief.post(`${path}/pause`, { reason: `${script} ${image}` });
    const paused = [{ address: election, shows: [script, image, formula] }, { address: `${service.address}/elections`, shows: [script] }];
    assert.deepEqual(await faulty(paused), []);
    await chief.post(`${path}/resumption`, {});
    await chief.post(`${path}/closing`, {});
    await until(async () => (await chief.get(path)).state === "tallied", "the tally");
    const public_ = ["", "/result", "/audit", "/options/1", "/options/1/2"].map((part) => ({ address: election + part, shows: [part.startsWith("/options") ? image : script] }));
    const all = [...public_, { address: `${service.address}/verify/${reference}`, steps: "verify", shows: [formula, script] }];
    assert.deepEqual(await faulty(all), []);
    const csv = await (await fetch(`${election}/result.csv`)).text();
    assert.deepEqual(formulas(csv), []);
  });
});

/** One green point. */
const point = Buffer.from("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63e08ef20000012100aebe1c354b0000000049454e44ae426082", "hex");
/** A chunk of text of a PNG file; nobody looks at its sum. */
const text = (words) => Buffer.concat([Buffer.from([0, 0, 0, words.length]), Buffer.from(`tEXt${words}`), Buffer.alloc(4)]);

describe("hostile pictures", () => {
  let [service, chief, path, reference] = [];
  const put = (bytes, kind = "png") => {
    const hash = createHash("sha256").update(bytes).digest("hex");
    const address = `${path}/pictures/${hash}`;
    return chief.ask("PUT", `${address}/${kind}`, bytes, { type: `image/${kind}` }).then(() => address);
  };

  before(async () => {
    service = await Service.start();
    chief = await owner(service);
    ({ reference } = await chief.post("/elections", { manifest, threshold: 1 }));
    path = `/elections/${reference}`;
  });

  after(async () => { await service?.stop(); });

  test("what is no picture is refused, whatever it is called", async () => {
    const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`);
    const html = Buffer.from(`<!DOCTYPE html><script>alert(1)</script>`);
    const polyglot = Buffer.from("GIF89a/*\0\0\0*/=1;alert(1)");
    const dressed = Buffer.concat([point.subarray(0, 8), html]);
    const bomb = Buffer.concat([point.subarray(0, 16), Buffer.from([0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]), point.subarray(24)]);
    for (const bytes of [svg, html, polyglot, dressed, bomb, point.subarray(0, -6), Buffer.alloc(0), Buffer.alloc((1 << 20) + 1, 0x89)]) {
      await assert.rejects(put(bytes), (error) => [413, 422].includes(error.status));
    }
    await assert.rejects(chief.ask("PUT", `${path}/pictures/${createHash("sha256").update(svg).digest("hex")}/svg`, svg, { type: "image/svg+xml" }), (error) => error.status === 404);
    const form = new FormData();
    form.set("csrf", chief.csrf);
    form.set("picture", new Blob([html], { type: "image/png" }), "face.png");
    const answer = await fetch(`${service.address}/organise/${reference}/questions/1/options/1/picture`, { method: "POST", headers: { Cookie: chief.cookie }, body: form, redirect: "manual" });
    assert.equal(answer.status, 422);
    assert.match(await answer.text(), /Choose a picture: PNG, JPEG or WebP/);
  });

  test("what is kept is served as the picture that it claims to be, and as nothing else", async () => {
    // A whole picture, and in it what a browser might take for a page.
    const address = await put(Buffer.concat([point.subarray(0, -12), text("<script>alert(1)</script>"), point.subarray(-12)]));
    const answer = await fetch(`${service.address}/api/v1${address}`, { headers: { Cookie: chief.cookie } });
    assert.equal(answer.headers.get("Content-Type"), "image/png");
    assert.equal(answer.headers.get("X-Content-Type-Options"), "nosniff");
    assert.equal(answer.headers.get("Content-Security-Policy"), "default-src 'none'; sandbox");
    assert.match(answer.headers.get("Cache-Control"), /^private,/);
    // A draft's pictures are nobody else's.
    assert.equal((await fetch(`${service.address}/api/v1${address}`)).status, 404);
  });
});
