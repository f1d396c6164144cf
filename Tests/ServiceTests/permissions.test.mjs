// Who may do what, on every route that the service describes.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, Refusal, owner, question } from "./client.mjs";
import { filled, permissions, person, routes } from "./people.mjs";
import { stateOf } from "./raw.mjs";
import { Service } from "./service.mjs";

const unknown = { e: "zzzzzzzzzzzzzzzzzzzz", id: "zzzzzzzzzzzzzzzzzzzz", v: "nobody", number: "50", path: "manifest", other: "0".repeat(64) };
const settings = { COMITIA_REQUESTS_PER_MINUTE: "1000000", COMITIA_ATTEMPTS_PER_MINUTE: "100000" };

/** Status and problem of an answer, whatever it is. */
async function outcome(client, method, path) {
  try {
    return { status: (await client.ask(method, path)).status };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, code: error.code, problem: error.problem };
  }
}

describe("permissions", () => {
  let service, chief, all;
  before(async () => {
    service = await Service.start({ settings });
    chief = await owner(service);
    all = (await routes(service)).filter(({ path }) => path !== "/metrics");
  });
  after(async () => { await service.stop(); });

  // Routes that end the session of who asks, or that a session alone may use.
  const ending = new Set(["DELETE /api/v1/session", "DELETE /api/v1/sessions"]);

  async function tryAll(client, mayUse) {
    for (const { method, path, permission, isTrustees } of all) {
      if (ending.has(`${method} ${path}`) && mayUse.includes("ownAccount")) continue;
      const { status, code, problem } = await outcome(client, method, filled(path, unknown).replace("/api/v1", ""));
      const what = `${method} ${path}: ${status} ${JSON.stringify(problem)}`;
      assert.ok(status < 500, what);
      if (isTrustees) {
        assert.deepEqual([status, code], [401, "not-authenticated"], what);
      } else if (permission === undefined || mayUse.includes(permission)) {
        assert.ok(!problem?.detail?.includes("The permission") && code !== "not-authenticated", what);
      } else {
        assert.deepEqual([status, code], [403, "forbidden"], what);
      }
    }
  }

  test("the description names a permission of each route that is not for everybody", () => {
    assert.ok(all.length > 80);
    const open = all.filter(({ permission, isTrustees }) => !permission && !isTrustees).map(({ method, path }) => `${method} ${path.replace("/api/v1", "")}`);
    assert.deepEqual(open.sort(), [
      "GET /election-templates", "GET /elections", "GET /elections/{e}", "GET /elections/{e}/anchors", "GET /elections/{e}/ballots/{tracker}",
      "GET /elections/{e}/ballots/{tracker}/anchor", "GET /elections/{e}/board/consistency",
      "GET /elections/{e}/board/{path}", "GET /elections/{e}/booth", "GET /elections/{e}/certificate",
      "GET /elections/{e}/conduct", "GET /elections/{e}/credentials/{credential}", "GET /elections/{e}/pictures/{sha256}",
      "GET /elections/{e}/record.tar", "GET /elections/{e}/results", "GET /events", "GET /health", "GET /openapi.json", "GET /pilot", "GET /ready", "POST /accounts",
      "POST /elections/{e}/ballots", "POST /elections/{e}/challenges", "POST /elections/{e}/opened", "POST /elections/{e}/steps", "POST /password-mails", "POST /password-resets", "POST /session", "POST /setup",
      "POST /trustees/join",
    ]);
  });

  test("without a session everything else is refused", async () => {
    const nobody = new Client(service);
    for (const { method, path, permission, isTrustees } of all) {
      const { status, problem } = await outcome(nobody, method, filled(path, unknown).replace("/api/v1", ""));
      if (permission || isTrustees) assert.equal(status, 401, `${method} ${path}: ${JSON.stringify(problem)}`);
    }
  });

  for (const role of Object.keys(permissions)) {
    test(`${role}: each route as the table says`, async () => {
      const client = role === "owner" ? chief : await person(chief, role);
      assert.deepEqual((await client.get("/session")).permissions, [...permissions[role]].sort());
      const before = role === "owner" ? null : await stateOf(chief);
      await tryAll(client, permissions[role]);
      if (before) assert.deepEqual(await stateOf(chief), before);
    });
  }

  test("a token may what its scope says, and makes none that may more", async () => {
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    for (const scope of permissions.owner) {
      const program = new Client(service);
      program.useToken((await chief.post("/tokens", { name: scope, scopes: [scope], expires })).token);
      await tryAll(program, [scope]);
      if (scope !== "ownAccount") continue;
      await assert.rejects(program.post("/tokens", { name: "more", scopes: permissions.owner, expires }), (error) => error.status === 403);
      // A token has no session to end or to change the password of.
      for (const [method, path] of [["GET", "/session"], ["DELETE", "/session"]]) {
        assert.equal((await outcome(program, method, path)).status, 403);
      }
      const change = { present: "a long enough password", next: "another long password" };
      await assert.rejects(program.put("/session/password", change), (error) => error.status === 403);
    }
    await chief.get("/session");
  });

  test("nobody rises: accounts above and beside one's own cannot be changed", async () => {
    const high = await person(chief, "administrator", "high");
    const beside = await person(chief, "administrator", "beside");
    const low = await person(chief, "voter", "low");
    const boss = (await chief.get("/session")).account.id;
    const before = await stateOf(chief);
    for (const id of [boss, beside.id, high.id]) {
      for (const [method, path, body] of [
        ["PATCH", `/accounts/${id}`, { role: "owner" }], ["PATCH", `/accounts/${id}`, { state: "suspended" }], ["DELETE", `/accounts/${id}`],
        ["POST", `/accounts/${id}/password`],
      ]) {
        await assert.rejects(high.ask(method, path, body), (error) => error.status === 403 || error.status === 409, `${method} ${path}`);
      }
    }
    for (const role of ["owner", "administrator"]) {
      await assert.rejects(high.ask("PATCH", `/accounts/${low.id}`, { role }), (error) => error.status === 403, role);
    }
    assert.deepEqual(await stateOf(chief), before);
    // Who is suspended is out at once, by session and by token.
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const program = new Client(service);
    program.useToken((await low.post("/tokens", { name: "t", scopes: ["ownAccount"], expires })).token);
    assert.equal((await outcome(program, "GET", "/tokens")).status, 200);
    await chief.ask("PATCH", `/accounts/${low.id}`, { state: "suspended" });
    assert.equal((await outcome(low, "GET", "/session")).status, 401);
    assert.equal((await outcome(program, "GET", "/tokens")).status, 401);
  });

  test("a draft is invisible to whom it does not concern, and only its organiser changes it", async () => {
    const maker = await person(chief, "administrator", "maker");
    const other = await person(chief, "administrator", "other");
    const voter = await person(chief, "voter", "curious");
    const { reference } = await maker.post("/elections", { manifest: question, threshold: 2 });
    const before = await stateOf(chief);
    const bare = ({ status, problem }) => JSON.stringify({ status, problem }).replace(/"instance":"[^"]*"/, "");
    for (const client of [new Client(service), voter]) {
      assert.ok(!(await client.get("/elections?limit=200")).items.some((item) => item.reference === reference));
      for (const { method, path, isTrustees } of all) {
        if (!path.includes("/elections/{e}") || isTrustees) continue;
        // Nothing tells it from an election that never was.
        const [draft, none] = [reference, unknown.e].map((e) => outcome(client, method, filled(path, { ...unknown, e }).replace("/api/v1", "")));
        assert.equal(bare(await draft), bare(await none), `${method} ${path}`);
        if (method === "GET") assert.ok([400, 401, 403, 404].includes((await draft).status), `${method} ${path}`);
      }
    }
    for (const { method, path, permission } of all) {
      if (permission !== "manageElections" || !path.includes("{e}") || path.endsWith("/clone")) continue;
      const body = path.endsWith("/pause") || path.endsWith("/abort") ? { reason: "No" } : path.endsWith("/trustees") && method === "POST" ? { name: "T" }
        : path.endsWith("/trustees") ? { order: [] } : path.endsWith("/absence") ? { absent: [] } : path.endsWith("{e}") && method === "PUT" ? { manifest: question }
          : method === "DELETE" || path.includes("/pictures/") || path.endsWith("/invitation") ? undefined : {};
      const sent = other.ask(method, filled(path, { ...unknown, e: reference, number: "1" }).replace("/api/v1", ""), body);
      await assert.rejects(sent, (error) => [403, 409].includes(error.status) || (path.includes("/pictures/") && error.status === 415), `${method} ${path}`);
    }
    assert.deepEqual(await stateOf(chief), before);
  });
});
