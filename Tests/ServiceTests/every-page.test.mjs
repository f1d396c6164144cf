// Every page of the product, in a real browser: for every reader, with the keyboard, on a phone, valid, light, and with nothing from elsewhere.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Sample } from "./sample.mjs";
import { root } from "./service.mjs";

/** Runs a program of `pages/`; it prints JSON. */
function run(name, ...words) {
  return new Promise((resolve, reject) => {
    const process = spawn(join(root, ".build/python/bin/python"), [join(root, "Tests/ServiceTests/pages", name), ...words], { stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    process.stdout.on("data", (text) => { output += text; });
    process.stderr.on("data", (text) => { errors += text; });
    process.on("error", reject);
    process.on("close", (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(errors))));
  });
}

describe("every page", () => {
  let sample, folder;
  const parts = 2;

  before(async () => {
    const made = spawnSync(join(root, "scripts/python-env"), { encoding: "utf8" });
    assert.equal(made.status, 0, made.stderr);
    folder = mkdtempSync(join(tmpdir(), "comitia-pages-"));
    sample = await Sample.start();
  });

  after(async () => {
    await sample?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  test("is for every reader and every window, takes nothing from elsewhere, and lets nobody frame it", { timeout: 600_000 }, async () => {
    const place = JSON.stringify(sample.place);
    const visits = await Promise.all(Array.from({ length: parts }, (_, part) => run("visit_every.py", folder, place, String(part), String(parts))));
    const seen = visits.flatMap((visit) => visit.seen);
    assert.ok(seen.length >= 80, `${seen.length} pages were seen`);
    assert.deepEqual(seen.filter(({ faults }) => faults.length > 0), []);
    assert.deepEqual(visits[0].framed, []);
    // A title tells what a page is.
    const untitled = seen.filter(({ title }) => !/^.+ · .+$/.test(title)).map(({ name, title }) => `${name}: ${title}`);
    assert.deepEqual(untitled, []);
  });

  test("is valid HTML, as it is sent and as it is after what people do", { timeout: 600_000 }, async () => {
    assert.ok(readdirSync(folder).length >= 80);
    const { faults } = await run("validate.py", folder);
    assert.deepEqual(faults, []);
  });
});
