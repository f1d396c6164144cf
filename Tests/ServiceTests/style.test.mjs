// The design system: the page that shows every component, its weight, and the rosette that two languages draw.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { rosettePath } from "../../web/js/rosette.mjs";
import { lookAt } from "./pages/look.mjs";
import { Service, root } from "./service.mjs";

const file = (path) => readFileSync(join(root, path), "utf8");

describe("the design system", () => {
  let service;

  before(async () => { service = await Service.start(); });
  after(async () => { await service?.stop(); });

  test("every component suits phone and desk, light and dark, both directions of writing, and every reader", { timeout: 600_000 }, async () => {
    const seen = await lookAt(`${service.address}/style/`);
    assert.equal(seen.length, 4);
    for (const { address, way, ...found } of seen) {
      assert.deepEqual(found, { faults: [], wide: false, stretched: false, small: [], violations: [] }, `${way} of ${address}`);
    }
  });

  test("what every page loads is small", () => {
    const sent = (path) => statSync(join(root, ".build/web", path)).size;
    assert.ok(sent("css/comitia.css.gz") <= 9216, `the stylesheet takes ${sent("css/comitia.css.gz")} bytes of 9216`);
    // Where Debian's Inter is not installed there is none, and pages use the system's typeface.
    if (existsSync(join(root, ".build/web/css/inter.woff2"))) assert.ok(sent("css/inter.woff2") <= 32768);
    assert.ok(sent("icons.svg.gz") <= 2048, `the icons take ${sent("icons.svg.gz")} bytes of 2048`);
  });

  test("every icon that is used exists, and the page shows all", () => {
    const drawn = [...file("web/icons.svg").matchAll(/<symbol id="([a-z]+)"/g)].map(([, name]) => name);
    const shown = new Set([...file("web/style/index.html").matchAll(/\/icons\.svg#([a-z]+)/g)].map(([, name]) => name));
    assert.deepEqual([...shown].sort(), drawn.sort());
  });

  test("sides are named by the direction of writing", () => {
    const folder = join(root, "web/css");
    for (const name of readdirSync(folder).filter((name) => /^\d+-.*\.css$/.test(name))) {
      const physical = file(`web/css/${name}`).match(/[{;\s](?:(?:margin|padding|border)-(?:left|right)[\w-]*|left|right)\s*:|text-align\s*:\s*(?:left|right)/);
      assert.equal(physical, null, `${name}: ${physical?.[0]}`);
    }
  });

  test("colours to choose on the page are those of the stylesheet", () => {
    const roles = (text) => Object.fromEntries([...text.matchAll(/(--[a-z0-9-]+): (#[0-9a-f]+)/g)].map(([, name, value]) => [name, value]));
    const [light, dark] = file("web/css/01-roles.css").split("prefers-color-scheme: dark");
    const [, chosenLight, chosenDark] = file("web/style/style.css").split(/:root:has\(#(?:light|dark):checked\)/);
    assert.deepEqual(roles(chosenLight), roles(light));
    assert.deepEqual(roles(chosenDark), roles(dark));
    assert.deepEqual(Object.keys(roles(dark)).sort(), Object.keys(roles(light)).sort());
  });

  test("rosettes are drawn as in Swift", () => {
    const vectors = JSON.parse(file("Tests/Vectors/rosettes.json"));
    assert.equal(vectors.length, 10);
    for (const { id, path } of vectors) assert.equal(rosettePath(Uint8Array.from(Buffer.from(id, "hex"))), path);
    assert.throws(() => rosettePath(new Uint8Array(31)), /32 bytes/);
  });
});
