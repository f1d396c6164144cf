// The order of options, drawn by the trustees and computed by the booth.

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { drawnOrder, shownOrders } from "../../web/js/option-order.mjs";

// Node.js 18 has it elsewhere.
globalThis.crypto ??= webcrypto;

const { draws } = JSON.parse(await readFile(new URL("../Vectors/randomness.json", import.meta.url), "utf8"));
const unhex = (text) => new Uint8Array(Buffer.from(text, "hex"));

test("is that of the vectors", async () => {
  const orders = draws.filter(({ purpose, permutation }) => purpose === "option order" && permutation);
  assert.ok(orders.length >= 2);
  for (const { output, index, items, permutation } of orders) assert.deepEqual(await drawnOrder(unhex(output), index, items), permutation);
});

test("holds every option once, however many there are", async () => {
  for (const count of [1, 2, 8, 9, 250]) {
    const order = await drawnOrder(new Uint8Array(32).fill(count), 3, count);
    assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: count }, (_, at) => at));
  }
});

test("is the manifest's where nothing is to be drawn", async () => {
  const contest = (drawn) => ({ drawn, options: [{}, {}, {}, {}] });
  const manifest = { contests: [contest(true), contest(false), contest(true)] };
  const orders = await shownOrders(manifest, new Uint8Array(32));
  assert.deepEqual(orders.slice(0, 2), [[3, 0, 1, 2], [0, 1, 2, 3]]);
  assert.deepEqual(orders[2], await drawnOrder(new Uint8Array(32), 2, 4));
});
