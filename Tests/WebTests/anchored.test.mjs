// A receipt asks again when something was anchored: soon where an anchor covers its ballot, spread more widely where it may be the ballot's own hash.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { AnchorWatch } from "../../web/js/anchored.mjs";

const reference = "abcdefghijkmnpqrstuv";
const place = { network: "local", chain: 31337 };
const confirmed = { transaction: "ab".repeat(32), block: 9, time: "", state: "confirmed", size: 6 };
let [answer, asked, sockets, watch] = [];

class FakeSocket extends EventTarget {
  static OPEN = 1;
  readyState = 1;
  constructor() {
    super();
    sockets.push(this);
  }

  send() {}
  close() { this.readyState = 3; }
  hear(message) { this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) })); }
}

/** Lets promises go on. */
const settle = async () => { for (let turn = 0; turn < 20; turn += 1) await Promise.resolve(); };

/** Passes time. @returns {Promise<number>} how often was asked meanwhile */
async function pass(milliseconds) {
  const before = asked;
  for (let rest = milliseconds; rest > 0; rest -= 1000) {
    mock.timers.tick(Math.min(rest, 1000));
    await settle();
  }
  return asked - before;
}

const hear = (size, election = reference) => sockets[0].hear({ event: "anchored", election, size, block: 7 });

/** Begins to watch the ballot of entry 5. */
async function begin(found) {
  answer = { entry: 5, place, ...found };
  watch = new AnchorWatch(reference, "00".repeat(32), () => {});
  await settle();
  assert.deepEqual([asked, sockets.length], [1, 1]);
}

beforeEach(() => {
  [asked, sockets] = [0, []];
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  mock.method(Math, "random", () => 0.9);
  mock.method(globalThis, "fetch", async () => {
    asked += 1;
    return { ok: true, status: 200, headers: new Headers(), json: async () => answer };
  });
  Object.assign(globalThis, { WebSocket: FakeSocket, location: { href: "https://vote.example/vote/x", protocol: "https:" } });
});

afterEach(() => {
  watch.end();
  mock.timers.reset();
  mock.restoreAll();
});

test("an anchor above the ballot is asked for within seconds, one of others' states or elections is not", async () => {
  await begin({ state: "confirmed", record: { block: 8 } });
  hear(5);
  hear(6, "bbcdefghijkmnpqrstuv");
  assert.equal(await pass(25_000), 0);
  hear(6);
  answer = { ...answer, anchor: confirmed };
  assert.equal(await pass(3000), 1);
  // It stands: nothing more is asked.
  hear(7);
  assert.equal(await pass(300_000), 0);
});

test("while the ballot's own hash is awaited, any news may be of it, and many events make one question", async () => {
  await begin({ state: "waiting" });
  for (let second = 0; second < 17; second += 1) {
    hear(1);
    assert.equal(await pass(1000), 0);
  }
  hear(1);
  answer = { ...answer, state: "confirmed", record: { block: 8 } };
  assert.equal(await pass(2000), 1);
  hear(1);
  assert.equal(await pass(25_000), 0);
});

test("an event that comes while the answer is under way is not forgotten", async () => {
  await begin({ state: "waiting" });
  await pass(110_000);
  mock.timers.tick(10_000);
  hear(6);
  await settle();
  assert.equal(asked, 2);
  assert.equal(await pass(3000), 1);
});
