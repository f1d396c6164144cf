// Attacks on a running service, each over a socket: refused clearly, and nothing is changed by them.

import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Client, owner, question } from "./client.mjs";
import { openElection } from "./election.mjs";
import { filled, password, person, routes } from "./people.mjs";
import { ask, metric, stateOf } from "./raw.mjs";
import { Service } from "./service.mjs";
import { Voter, choice } from "./voter.mjs";

const settings = { COMITIA_REQUESTS_PER_MINUTE: "1000000", COMITIA_ATTEMPTS_PER_MINUTE: "100000", COMITIA_TRUSTED_PROXIES: "127.0.0.1,::1", COMITIA_LOG_LEVEL: "debug" };
const hostile = [
  "' OR '1'='1", "'; DROP TABLE accounts; --", `"; DELETE FROM elections; --`, "1); UPDATE accounts SET role = 'owner'; --", "\\'; SELECT 1; --",
  "' UNION SELECT password FROM accounts --", "$1", "%' OR TRUE --", "{{7*7}}", "<script>alert(1)</script>",
];
const unknown = { e: "zzzzzzzzzzzzzzzzzzzz", id: "zzzzzzzzzzzzzzzzzzzz", v: "nobody", number: "50", path: "manifest", other: "0".repeat(64) };
const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

describe("attacks", () => {
  let service, chief, draft, open, secrets;
  before(async () => {
    service = await Service.start({ settings });
    chief = await owner(service);
    draft = (await chief.post("/elections", { manifest: question, threshold: 2 })).reference;
    open = await openElection(chief, { voters: 4, trustees: 2, manifest: { revoting: "last-counts" } });
    secrets = ["a long enough password", password, "example.org", "people.example", chief.csrf, chief.cookie.split("=")[1], service.setupCode, ...open.links.map((link) => link.split("#")[1])];
  });
  after(async () => {
    for (const trustee of open?.trustees ?? []) await trustee.stop();
    await service.stop();
  });

  /** Runs an attack and makes sure that it has changed nothing. */
  async function changesNothing(attack) {
    const state = await stateOf(chief);
    await attack();
    assert.deepEqual(await stateOf(chief), state);
  }

  /** Sends a request as the owner with any text in path and query. */
  const asOwner = (method, target, headers = {}) =>
    fetch(service.address + target, { method, redirect: "manual", headers: { Cookie: chief.cookie, "X-Comitia-CSRF": chief.csrf, ...headers } });

  test("SQL in any part of a path or query is a text that names nothing", async () => {
    const all = (await routes(service)).filter(({ path, isTrustees }) => path !== "/metrics" && !isTrustees);
    await changesNothing(async () => {
      let count = 0;
      for (const { method, path, operation } of all) {
        for (const parameter of (operation.parameters ?? []).filter((one) => one.in !== "header")) {
          for (const text of hostile) {
            const isPath = parameter.in === "path";
            const target = filled(path, { ...unknown, ...(isPath ? { [parameter.name]: encodeURIComponent(text) } : {}) }) + (isPath ? "" : `?${parameter.name}=${encodeURIComponent(text)}`);
            const answer = await asOwner(method, target);
            assert.ok(answer.status >= 400 && answer.status < 500, `${method} ${target}: ${answer.status}`);
            assert.ok(!/sql|syntax error|sqlite|postgres/i.test(await answer.text()), target);
            count += 1;
          }
        }
      }
      assert.ok(count > 500);
    });
  });

  test("SQL in any member of a body is refused or kept as the text it is", async () => {
    const { components } = await (await fetch(`${service.address}/api/v1/openapi.json`)).json();
    const resolve = (schema) => (schema.$ref ? components.schemas[schema.$ref.split("/").pop()] : schema);
    // A value of a schema in which every text is hostile, where the schema leaves a choice.
    const value = (given, text) => {
      const schema = resolve(given);
      if (schema.enum) return schema.enum[0];
      if (schema.oneOf) return value(schema.oneOf[0], text);
      if (schema.type === "object") return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, member]) => [name, value(member, text)]));
      if (schema.type === "array") return [value(schema.items, text)];
      if (schema.type === "integer") return Math.max(1, schema.minimum ?? 1);
      return schema.type === "boolean" ? false : text;
    };
    const untouched = await chief.get(`/elections/${open.reference}`);
    const accounts = (await chief.get("/accounts?limit=200")).items;
    for (const { method, path, operation, isTrustees } of await routes(service)) {
      const schema = operation.requestBody?.content["application/json"]?.schema;
      if (!schema || isTrustees) continue;
      for (const text of hostile) {
        for (const e of [unknown.e, draft]) {
          const answer = await fetch(service.address + filled(path, { ...unknown, e }), {
            method, headers: { Cookie: chief.cookie, "X-Comitia-CSRF": chief.csrf, "Content-Type": "application/json" }, body: JSON.stringify(value(schema, text)),
          });
          assert.ok(answer.status < 500, `${method} ${path}: ${answer.status}`);
          assert.ok(!/sql|syntax error|sqlite|postgres/i.test((await answer.text()).replaceAll(JSON.stringify(text).slice(1, -1), "")), path);
        }
      }
    }
    assert.deepEqual(await chief.get(`/elections/${open.reference}`), untouched);
    assert.deepEqual((await chief.get("/accounts?limit=200")).items.filter(({ role }) => role === "owner"), accounts.filter(({ role }) => role === "owner"));
    draft = (await chief.post("/elections", { manifest: question, threshold: 2 })).reference;
  });

  test("names with quotes come back as they went in", async () => {
    for (const [index, text] of hostile.entries()) {
      const manifest = { ...question, title: text, description: text, contests: [{ title: text, kind: "single", options: [text, { name: "Other", description: text }] }] };
      const made = await chief.post("/elections", { manifest, threshold: 2 });
      const path = `/elections/${made.reference}`;
      const { manifest: kept } = await chief.get(path);
      assert.deepEqual([kept.title, kept.description, kept.contests[0].title], [text, text, text]);
      assert.ok(JSON.stringify(kept.contests[0].options).includes(JSON.stringify(text)));
      const voter = await chief.post(`${path}/voters`, { voterId: text, name: text, email: `m${index}@example.org` });
      const csv = `voterId,name\n"x${text.replaceAll('"', '""')}","${text.replaceAll('"', '""')}"`;
      assert.equal((await chief.post(`${path}/voters/import`, csv, { type: "text/csv" })).added, 1);
      const voters = (await chief.get(`${path}/voters`)).items;
      assert.equal(voters.find(({ id }) => id === voter.id).voterId, text);
      assert.ok(voters.some((one) => one.voterId === `x${text}` && one.name === text));
      await chief.post(`${path}/trustees`, { name: text });
      assert.equal((await chief.get(`${path}/trustees`)).trustees[0].name, text);
      await chief.post("/accounts", { name: text, surname: text, email: `quote${index}@people.example`, password });
      assert.ok((await chief.get("/accounts?state=pending&limit=200")).items.some((account) => account.name === text && account.surname === text));
      await chief.ask("DELETE", path);
    }
  });

  test("no path leads out of what is served", async () => {
    const key = readFileSync(join(service.folder, "data", "master.key"), "utf8").trim();
    await changesNothing(async () => {
      for (const up of ["..", "%2e%2e", "%2E.", "..%2f", "..%5c", "..\\", ".%00.", "....//", "%c0%ae%c0%ae", "%252e%252e"]) {
        for (const start of ["", "/js", "/vote", `/api/v1/elections/${open.reference}/board`, `/api/v1/elections/${open.reference}/board/tile`, `/api/v1/elections/${open.reference}/pictures`]) {
          for (const end of ["etc/passwd", "data/master.key", "wasm-out/booth.wasm", "Package.swift"]) {
            for (const depth of [1, 2, 8]) {
              const { status, body } = await ask(service, "GET", `${start}/${`${up}/`.repeat(depth)}${end}`);
              assert.ok([400, 404].includes(status), `${start} ${up} ${end}: ${status}`);
              assert.ok(!body.includes("root:") && !body.includes(key) && !body.includes("\0asm"));
            }
          }
        }
      }
      for (const target of ["//etc/passwd", "/etc/passwd", "/.git/config", "/js/", "/js", "/%00", "/index.html%00.js", "/js/booth.mjs/", "/js//booth.mjs", "file:///etc/passwd"]) {
        const { status, body } = await ask(service, "GET", target);
        assert.ok([400, 404].includes(status), `${target}: ${status}`);
        assert.ok(!body.includes("root:"));
      }
    });
  });

  test("what another site makes a browser send is refused", async () => {
    const other = await person(chief, "administrator", "forger");
    const body = JSON.stringify({ manifest: question, threshold: 2 });
    const send = (headers) => fetch(`${service.address}/api/v1/elections`, { method: "POST", headers: { Cookie: chief.cookie, "Content-Type": "application/json", ...headers }, body });
    const evil = "http://evil.example";
    await changesNothing(async () => {
      for (const headers of [
        {}, { "X-Comitia-CSRF": "" }, { "X-Comitia-CSRF": "wrong" }, { "X-Comitia-CSRF": other.csrf }, { "X-Comitia-CSRF": chief.csrf, Origin: evil },
        { "X-Comitia-CSRF": chief.csrf, Origin: "null" }, { "X-Comitia-CSRF": chief.csrf, Origin: `${service.address}.evil.example` },
        { "X-Comitia-CSRF": chief.csrf, "Sec-Fetch-Site": "cross-site" }, { "X-Comitia-CSRF": chief.csrf, "Sec-Fetch-Site": "same-site" }, { Origin: service.address },
      ]) {
        const answer = await send(headers);
        assert.deepEqual([answer.status, (await answer.json()).type], [403, "/problems/forgery"], JSON.stringify(headers));
      }
      // Forms cannot send JSON; methods hidden in fields or queries are not heeded; nobody is told that other sites may ask.
      assert.equal((await send({ "X-Comitia-CSRF": chief.csrf, "Content-Type": "text/plain" })).status, 415);
      assert.equal((await asOwner("GET", `/api/v1/elections/${draft}?_method=DELETE`)).status, 400);
      assert.equal((await asOwner("GET", `/api/v1/elections/${draft}`, { "X-HTTP-Method-Override": "DELETE" })).status, 200);
      for (const method of ["OPTIONS", "GET"]) {
        const answer = await asOwner(method, "/api/v1/elections", { Origin: evil, "Access-Control-Request-Method": "POST" });
        assert.equal([...answer.headers.keys()].filter((name) => name.startsWith("access-control-")).length, 0);
      }
      const login = await fetch(`${service.address}/api/v1/session`, {
        method: "POST", headers: { "Content-Type": "application/json", Origin: evil }, body: JSON.stringify({ name: other.email, password }),
      });
      assert.deepEqual([login.status, login.headers.get("Set-Cookie")], [403, null]);
    });
  });

  test("a session cannot be planted, and ends when it is ended", async () => {
    const victim = await person(chief, "voter", "victim");
    const attacker = await person(chief, "voter", "attacker");
    const signIn = (cookie, headers = {}) => fetch(`${service.address}/api/v1/session`, {
      method: "POST", headers: { "Content-Type": "application/json", Cookie: cookie, ...headers }, body: JSON.stringify({ name: victim.email, password }),
    });
    const who = async (cookie) => {
      const answer = await fetch(`${service.address}/api/v1/session`, { headers: { Cookie: cookie } });
      return answer.ok ? (await answer.json()).account.email : answer.status;
    };
    for (const planted of [`comitia=${"A".repeat(43)}`, attacker.cookie, victim.cookie]) {
      const answer = await signIn(planted);
      assert.equal(answer.status, 201);
      const cookie = answer.headers.get("Set-Cookie");
      assert.match(cookie, /^comitia=[A-Za-z0-9_-]{43,}; Path=\/; HttpOnly; SameSite=Lax$/);
      assert.notEqual(cookie.split(";")[0], planted);
      assert.notEqual(await who(planted), planted === attacker.cookie ? victim.email : "");
    }
    assert.equal(await who(`comitia=${"A".repeat(43)}`), 401);
    const secure = await signIn("", { "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1" });
    assert.match(secure.headers.get("Set-Cookie"), /^__Host-comitia=[A-Za-z0-9_-]{43,}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    // Two cookies of the name: one of them was planted.
    const fresh = (await signIn("")).headers.get("Set-Cookie").split(";")[0];
    assert.equal(await who(fresh), victim.email);
    assert.equal(await who(`${fresh}; comitia=${"A".repeat(43)}`), 401);
    // A new password ends all others; signing out ends the own.
    const client = new Client(service);
    await client.signIn(victim.email, password);
    const old = client.cookie;
    client.csrf = (await client.put("/session/password", { present: password, next: "another correct horse" })).csrf;
    secrets.push("another correct horse", client.cookie.split("=")[1]);
    assert.deepEqual([await who(fresh), await who(old), await who(client.cookie)], [401, 401, victim.email]);
    const last = client.cookie;
    await client.ask("DELETE", "/session");
    assert.equal(await who(last), 401);
  });

  test("nobody learns who has an account", async () => {
    const known = await person(chief, "voter", "known");
    const suspended = await person(chief, "voter", "suspended");
    await chief.ask("PATCH", `/accounts/${suspended.id}`, { state: "suspended" });
    const applicant = { name: "P", surname: "P", email: "waiting@people.example", password };
    await new Client(service).post("/accounts", applicant);
    // What is answered, without the request's own id, and how often a password was hashed for it.
    const look = async (path, body) => {
      const hashes = await metric(service, "comitia_password_hashes");
      const answer = await fetch(`${service.address}/api/v1${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      const names = [...answer.headers.keys()].filter((name) => !["date", "ratelimit"].includes(name)).join();
      return { status: answer.status, body: (await answer.text()).replace(/"instance":"[^"]*"/, ""), names, hashes: (await metric(service, "comitia_password_hashes")) - hashes };
    };
    const allAlike = (answers, status, hashes) => {
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
      assert.deepEqual([answers[0].status, answers[0].hashes], [status, hashes]);
    };
    const addresses = [known.email, suspended.email, applicant.email, "stranger@people.example", "KNOWN@people.example"];
    const tries = [];
    for (const name of [...addresses, "no-voter-id", "' OR 1=1 --"]) tries.push(await look("/session", { name, password: "wrong but long enough" }));
    allAlike(tries, 401, 1);
    const registrations = [];
    for (const email of addresses) registrations.push(await look("/accounts", { ...applicant, email }));
    allAlike(registrations, 202, 1);
    const resets = [];
    const { code } = await chief.post(`/accounts/${suspended.id}/password`).catch(() => chief.post(`/accounts/${known.id}/password`));
    for (const wrong of ["A".repeat(43), `${code.slice(0, -1)}${code.endsWith("A") ? "E" : "A"}`]) resets.push(await look("/password-resets", { code: wrong, password: "some new long password" }));
    allAlike(resets, resets[0].status, resets[0].hashes);
    assert.ok([400, 401, 403, 404, 422].includes(resets[0].status));
  });

  test("nothing is ever redirected, and no foreign host is repeated", async () => {
    const targets = [
      "/", "/index.html", "/vote", "/vote/", "/vote/x", "/vote/x/", "/trustee", "/trustee/", "/js", "/js/", "//evil.example", "//evil.example/%2e%2e", "/\\evil.example", "/%2f%2fevil.example",
      "http://evil.example/", "http://evil.example/js", "/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/elections/", "/api/v1//elections", "/?next=//evil.example", "/vote/x?return=http://evil.example",
    ];
    for (const target of targets) {
      for (const host of [`localhost:${service.port}`, "evil.example", "evil.example:80@localhost"]) {
        for (const fields of [{}, { "X-Forwarded-Host": "evil.example", "X-Original-URL": "/", "X-Forwarded-Proto": "https" }]) {
          const { status, headers, body } = await ask(service, "GET", target, { Host: host, ...fields });
          assert.ok(status < 300 || status >= 400, `${target}: ${status}`);
          assert.equal(headers.get("Location"), null);
          assert.ok(!body.includes("evil.example"), `${target}: ${body.slice(0, 200)}`);
        }
      }
    }
    for (const host of [undefined, ["a", "b"]]) assert.equal((await ask(service, "GET", "/", { Host: host })).status, 400);
    const { body } = await ask(service, "GET", "/api/v1/elections?limit=1", { Host: "evil.example", Cookie: chief.cookie });
    assert.ok(!body.includes("evil.example"));
    const links = await ask(
      service, "POST", `/api/v1/elections/${draft}/trustees`, { Host: "evil.example", Cookie: chief.cookie, "X-Comitia-CSRF": chief.csrf, "Content-Type": "application/json" }, '{"name":"T"}');
    assert.ok(links.status === 201 && !links.body.includes("evil.example"), links.body);
  });

  test("what was sent once does nothing a second time", async () => {
    // A ballot: the same bytes get the same receipt, and the board does not grow.
    const voter = await Voter.open(open.links[0]);
    const first = await voter.cast(choice(1));
    const later = await voter.cast(choice(2));
    await changesNothing(async () => { assert.equal((await voter.send(first.castBallot)).index, first.index); });
    assert.ok(later.index > first.index);
    const altered = Uint8Array.from(first.castBallot);
    altered[altered.length - 1] ^= 1;
    await changesNothing(async () => { await assert.rejects(voter.client.cast(altered)); });
    // Codes for the first owner and for a new password.
    const forgetful = await person(chief, "voter", "forgetful");
    const { code } = await chief.post(`/accounts/${forgetful.id}/password`);
    const reset = { code, password: "entirely new password" };
    await new Client(service).post("/password-resets", reset);
    secrets.push(code, reset.password);
    await changesNothing(async () => {
      await assert.rejects(new Client(service).post("/password-resets", reset), (error) => error.code === "invalid-code");
      const again = { code: service.setupCode, name: "E", surname: "E", email: "e@people.example", password };
      await assert.rejects(new Client(service).post("/setup", again), (error) => error.status >= 400 && error.status < 500);
    });
    // A key for idempotency is its caller's own.
    const options = { headers: { "Idempotency-Key": "0123456789abcdef-key" } };
    const body = { name: "mine", scopes: ["ownAccount"], expires: new Date(Date.now() + 3_600_000).toISOString() };
    const mine = await chief.post("/tokens", body, options);
    assert.deepEqual(await chief.post("/tokens", body, options), mine);
    const another = await person(chief, "administrator", "another");
    const theirs = await another.post("/tokens", body, options);
    assert.notEqual(theirs.token, mine.token);
    await assert.rejects(chief.post("/tokens", { ...body, name: "other" }, options), (error) => error.code === "key-reused");
    secrets.push(mine.token, theirs.token);
  });

  test("a trustee's request holds for its time, its key and itself only", async () => {
    const keys = [0, 1].map(() => generateKeyPairSync("ed25519"));
    const hex = ({ publicKey }) => publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("hex");
    const signed = (key, text) => sign(null, Buffer.from(text), key.privateKey).toString("base64");
    const reference = (await chief.post("/elections", { manifest: question, threshold: 2 })).reference;
    const { link } = await chief.post(`/elections/${reference}/trustees`, { name: "Tina" });
    const token = link.split(".").pop();
    secrets.push(token);
    const join = (key, name = "Tina", signer = key) => new Client(service).post("/trustees/join", {
      token, name, signingKey: hex(key), signature: signed(signer, `comitia trustee join/v1\n${token}\n${name}\n`),
    });
    await changesNothing(async () => { await assert.rejects(join(keys[0], "Tina", keys[1]), (error) => error.status === 422); });
    await join(keys[0]);
    await changesNothing(async () => {
      await join(keys[0]);
      await assert.rejects(join(keys[1]), (error) => error.status === 409);
      const path = `/api/v1/elections/${reference}/trustees/state`;
      const state = async (key, shift, { shown = key, asked = path, method = "GET" } = {}) => {
        const time = Math.floor(Date.now() / 1000) + shift;
        const text = `comitia trustee request/v1\n${method} ${path}\n${time}\n${sha256("").toString("hex")}\n`;
        return (await ask(service, "GET", asked, { Authorization: `Comitia-Trustee ${hex(shown)}.${time}.${signed(key, text)}` })).status;
      };
      assert.equal(await state(keys[0], 0), 200);
      assert.equal(await state(keys[0], -290), 200);
      for (const shift of [-310, 310, -86_400, 1e12]) assert.equal(await state(keys[0], shift), 401, String(shift));
      assert.equal(await state(keys[1], 0), 403);
      assert.equal(await state(keys[1], 0, { shown: keys[0] }), 401);
      assert.equal(await state(keys[0], 0, { asked: `${path}?after=0` }), 401);
      assert.equal(await state(keys[0], 0, { method: "POST" }), 401);
      assert.equal(await state(keys[0], 0, { asked: path.replace(reference, open.reference) }), 401);
    });
  });

  test("every kind of answer keeps browsers in check", async () => {
    const kinds = {
      page: "/", booth: "/vote/x", module: "/js/booth.mjs", noFile: "/nothing", api: "/api/v1/elections", problem: "/api/v1/nothing", refused: "/api/v1/accounts", board: `/api/v1/elections/${open.reference}/board/checkpoint`,
      description: "/api/v1/openapi.json", metrics: "/metrics", badTarget: "/%zz", longTarget: `/${"a".repeat(9000)}`,
    };
    for (const [kind, target] of Object.entries(kinds)) {
      for (const method of ["GET", "DELETE"]) {
        const { headers, status } = await ask(service, method, target, { "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1" });
        const what = `${kind} ${method} ${status}`;
        assert.equal(headers.get("X-Content-Type-Options"), "nosniff", what);
        assert.match(headers.get("Content-Security-Policy") ?? "", /default-src 'none'.*frame-ancestors 'none'/, what);
        // Forms of pages must be known to come from here; nothing goes to other sites.
        assert.equal(headers.get("Referrer-Policy"), kind === "page" ? "same-origin" : "no-referrer", what);
        assert.ok(!/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')/.test(headers.get("Content-Security-Policy")), what);
        assert.equal(headers.get("Server"), null, what);
        if (kind !== "longTarget") assert.match(headers.get("Strict-Transport-Security") ?? "", /^max-age=\d{8}/, what);
      }
    }
    const plain = await ask(service, "GET", "/");
    assert.equal(plain.headers.get("Strict-Transport-Security"), null);
  });

  test("the link in place of a lost one is shown once, and on no page afterwards", async () => {
    // Somebody who has not voted.
    const { id } = (await chief.get(`${open.path}/voters?limit=10`)).items.find(({ voterId }) => voterId === "m4");
    const pages = ["", "/voters", `/voters/${id}`, "/voters/links", "/mails", `/mails/voters/${id}`].map((page) => `${service.address}/organise/${open.reference}${page}`);
    const form = new URLSearchParams({ csrf: chief.csrf, do: "replace", reason: "Said so by phone" });
    const answer = await fetch(pages[2], { method: "POST", headers: { Cookie: chief.cookie }, body: form, redirect: "manual" });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("Cache-Control"), /no-store/);
    const shown = [...(await answer.text()).matchAll(new RegExp(`/vote/${open.reference}#([A-Za-z0-9_-]{43})`, "g"))];
    assert.equal(shown.length, 1);
    const [, secret] = shown[0];
    secrets.push(secret);
    for (const page of pages) {
      const later = await fetch(page, { headers: { Cookie: chief.cookie } });
      assert.equal(later.status, 200, page);
      assert.ok(!(await later.text()).includes(secret), page);
    }
  });

  test("the log holds no secret, and tells of no fault of the service", async () => {
    await chief.post("/tokens", { name: "log", scopes: ["ownAccount"], expires: new Date(Date.now() + 3_600_000).toISOString() });
    await fetch(`${service.address}/api/v1/elections?token=hidden-in-query`);
    await wait(200);
    const voters = await Promise.all(open.links.map((link) => Voter.open(link)));
    const all = [...secrets, "hidden-in-query", ...voters.map(({ credential }) => Buffer.from(credential).toString("hex"))];
    assert.ok(all.length > 15 && all.every((secret) => secret.length >= 10), all.join());
    for (const secret of all) assert.ok(!service.log.includes(secret), `the log holds ${secret.slice(0, 6)}…`);
    assert.ok(service.log.includes('"event":"request"'));
    assert.ok(!service.log.includes('"event":"failure"'), service.log.split("\n").filter((line) => line.includes('"failure"')).slice(0, 5).join("\n"));
    // Nor do files that others could read.
    for (const name of readdirSync(join(service.folder, "data"))) {
      if (name.includes("sqlite")) for (const secret of [password, ...open.links.map((link) => link.split("#")[1])]) assert.ok(!readFileSync(join(service.folder, "data", name)).includes(secret), name);
    }
  });
});
