// Attacks by size, number and slowness: each is refused early, costs little, and others are served meanwhile.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { Client, owner, question } from "./client.mjs";
import { ask, open, parse, send, stateOf } from "./raw.mjs";
import { Service, until } from "./service.mjs";

const settings = { COMITIA_REQUESTS_PER_MINUTE: "1000000", COMITIA_ATTEMPTS_PER_MINUTE: "100000" };
const megabyte = 1 << 20;

describe("pressure", () => {
  let service, chief, draft, stateBefore;
  before(async () => {
    service = await Service.start({ settings });
    chief = await owner(service);
    draft = (await chief.post("/elections", { manifest: question, threshold: 2 })).reference;
    stateBefore = await stateOf(chief);
  });
  after(async () => {
    assert.equal(service.process.exitCode, null);
    await service.stop();
  });

  /** Bytes of memory that the server's process has had at most. */
  function mostMemory() {
    const status = readFileSync(`/proc/${service.process.pid}/status`, "latin1");
    return Number(status.match(/VmHWM:\s+(\d+) kB/)[1]) * 1024;
  }

  /** Sends a header, then bytes without end, at most a gigabyte; tells how many were taken and what was answered. */
  async function flood(header, frame, limit = 1024 * megabyte) {
    const connection = open(service);
    await connection.ready;
    connection.socket.write(header);
    const piece = frame(Buffer.alloc(megabyte, 0x20));
    let sent = 0;
    while (sent < limit && !connection.isClosed) {
      sent += megabyte;
      if (!connection.socket.write(piece)) {
        await Promise.race([new Promise((resolve) => { connection.socket.once("drain", resolve); }), connection.received]);
      }
    }
    const timer = setTimeout(() => connection.socket.destroy(), 10_000);
    const answer = await connection.received;
    clearTimeout(timer);
    return { sent, status: answer.length > 0 ? parse(answer).status : null };
  }

  const chunk = (bytes) => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
  const head = (path, type, length) => `POST /api/v1${path} HTTP/1.1\r\nHost: localhost:${service.port}\r\nContent-Type: ${type}\r\n${length}\r\n\r\n`;

  test("a body of a gigabyte, declared or in chunks, is refused and not kept", { timeout: 600_000 }, async () => {
    const before = mostMemory();
    for (const [path, type] of [
      ["/session", "application/json"], ["/elections", "application/json"], [`/elections/${draft}/ballots`, "application/octet-stream"],
      ["/nowhere", "text/plain"], [`/elections/${draft}/voters/import`, "text/csv"],
    ]) {
      const declared = await send(service, head(path, type, `Content-Length: ${1 << 30}`));
      assert.equal(declared.status, 413, path);
      const flooded = await flood(head(path, type, "Transfer-Encoding: chunked"), chunk);
      assert.ok(flooded.status === 413 || flooded.status === null, `${path}: ${flooded.status}`);
      assert.ok(flooded.sent < 200 * megabyte, `${path}: ${flooded.sent / megabyte} MiB were taken`);
    }
    for (const length of ["99999999999999999999999999", "-1", "1e9", "0x10", "1, 2"]) {
      assert.ok([400, 413].includes((await send(service, head("/session", "application/json", `Content-Length: ${length}`))).status), length);
    }
    assert.ok(mostMemory() - before < 64 * megabyte, `${(mostMemory() - before) / megabyte} MiB more`);
  });

  test("with whatever credentials, only so much is read at once", { timeout: 600_000 }, async () => {
    const header = head(`/elections/${draft}/voters/import`, "text/csv", `Authorization: Bearer wrong\r\nContent-Length: ${120 * megabyte}`);
    const connections = Array.from({ length: 8 }, () => open(service));
    await Promise.all(connections.map(({ ready }) => ready));
    for (const { socket } of connections) socket.write(header);
    // Two of them are waited for, the others hear at once that there is no room.
    const answers = [];
    for (const { received } of connections) received.then((bytes) => { if (bytes.length > 0) answers.push(parse(bytes)); });
    await until(() => answers.length >= 6, "six refusals", 20);
    assert.deepEqual(answers.map(({ status, headers }) => [status, headers.get("Retry-After")]), Array(6).fill([503, "10"]));
    // Room is given back by those who go.
    for (const { socket } of connections) socket.destroy();
    await until(async () => {
      const small = await ask(service, "POST", `/api/v1/elections/${draft}/voters/import?dryRun=true`, { Cookie: chief.cookie, "X-Comitia-CSRF": chief.csrf, "Content-Type": "text/csv" }, `voterId\n${"x".repeat(1.5 * megabyte)}`);
      return small.status !== 503;
    }, "room", 20);
  });

  test("lists of voters from nobody are not even read", { timeout: 600_000 }, async () => {
    const before = mostMemory();
    const answers = await Promise.all(Array.from({ length: 8 }, () =>
      flood(head(`/elections/${draft}/voters/import`, "text/csv", `Content-Length: ${120 * megabyte}`), (bytes) => bytes, 120 * megabyte)));
    assert.ok(answers.every(({ status }) => [401, 413, null].includes(status)), JSON.stringify(answers));
    assert.ok(mostMemory() - before < 64 * megabyte, `${(mostMemory() - before) / megabyte} MiB more`);
  });

  test("slow clients keep nobody else waiting, and are sent away", { timeout: 600_000 }, async () => {
    const slow = Array.from({ length: 500 }, () => open(service));
    await Promise.all(slow.map((connection) => connection.ready));
    slow.forEach((connection, index) => {
      // Half of them are slow with the header, half with the body.
      connection.socket.write(index % 2 ? `POST /api/v1/session HTTP/1.1\r\nHost: localhost:${service.port}\r\n` : head("/session", "application/json", "Content-Length: 50"));
    });
    const drip = setInterval(() => {
      for (const [index, { socket, isClosed }] of slow.entries()) if (!isClosed && socket.writable) socket.write(index % 2 ? "X-Slow: 1\r\n" : " ");
    }, 2000);
    try {
      for (let count = 0; count < 200; count++) assert.equal((await fetch(`${service.address}/api/v1/health`)).status, 200);
      assert.equal((await chief.get("/session")).account.role, "owner");
      assert.ok(slow.filter(({ isClosed }) => !isClosed).length > 400, "they were open meanwhile");
      const answers = await Promise.all(slow.map(({ received }) => received));
      for (const answer of answers) if (answer.length > 0) assert.equal(parse(answer).status, 408);
    } finally {
      clearInterval(drip);
      for (const { socket } of slow) socket.destroy();
    }
  });

  test("headers and targets without end are refused", async () => {
    const fields = (count, size) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`X-${index}`, "a".repeat(size)]));
    for (const [what, statuses] of [
      [ask(service, "GET", "/api/v1/health", fields(1, megabyte)), [431]], [ask(service, "GET", "/api/v1/health", fields(5000, 1)), [431]],
      [ask(service, "GET", `/api/v1/${"a".repeat(megabyte)}`), [414, 431]], [ask(service, "GET", `/api/v1/elections?${"limit=1&".repeat(900)}`), [400]],
      [ask(service, "GET", `/api/v1${"/a".repeat(3000)}`), [404]], [ask(service, "GET", "/api/v1/elections", { Cookie: Array(50).fill("comitia=x") }), [200]],
    ]) {
      const { status } = await what;
      assert.ok(statuses.includes(status), `${status}, not ${statuses}`);
    }
  });

  test("JSON bombs are refused as what they are", async () => {
    const deep = (open_, close, depth) => open_.repeat(depth) + close.repeat(depth);
    const valid = JSON.stringify({ manifest: question, threshold: 2 });
    for (const [body, status] of [
      [deep("[", "]", 30_000), 400], [deep('{"a":', "", 10_000), 400], [`{"manifest":${deep("[", "]", 10_000)}}`, 400],
      [valid.replace('"threshold"', '"threshold":2,"threshold"'), 400], ['{"threshold":1e999999,"manifest":{}}', 400],
      [`{"threshold":${"9".repeat(60_000)},"manifest":{}}`, 400], [valid.replace(":2}", ":1e308}"), 422], [valid.replace(":2}", ":-0}"), 422],
      [valid.replace(":2}", ":2.5}"), 422], [`{${Array.from({ length: 5000 }, (_, index) => `"${index}":0`).join()}}`, 422],
      [`{"manifest":"\\ud800","threshold":2}`, 400], ["\ufeff{}", 400], [`${valid}x`, 400], [" ".repeat(60_000), 400], ['{"threshold":NaN}', 400],
    ]) {
      const sent = chief.ask("POST", "/elections", body, { type: "text/plain", headers: {} });
      await assert.rejects(sent, (error) => error.status === 415);
      const refused = await ask(service, "POST", "/api/v1/elections", { Cookie: chief.cookie, "X-Comitia-CSRF": chief.csrf, "Content-Type": "application/json" }, body);
      assert.equal(refused.status, status, `${body.slice(0, 80)}: ${refused.body.slice(0, 300)}`);
      assert.ok(refused.body.length < 8192);
    }
  });

  test("a flood of password tries is slowed down, and others still sign in", { timeout: 600_000 }, async () => {
    const tries = await Promise.all(Array.from({ length: 40 }, () =>
      new Client(service).signIn("owner@example.org", "not the password").then(() => 201, (error) => error.status)));
    assert.ok(tries.every((status) => [401, 429, 503].includes(status)) && tries.includes(429), tries.join());
    assert.equal((await chief.get("/session")).account.role, "owner");
  });

  test("nothing was changed by all of this", async () => {
    assert.deepEqual(await stateOf(chief), stateBefore);
  });
});
