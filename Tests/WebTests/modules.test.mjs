// Modules of pages ask each other only for what is there: a browser would show nothing at all.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = fileURLToPath(new URL("../../web/js", import.meta.url));
const within = (name) => readdirSync(join(folder, name)).map((file) => join(name, file));
const modules = [...readdirSync(folder), ...within("trustee"), ...within("vote")].filter((name) => name.endsWith(".mjs")).map((name) => join(folder, name));

function exportsOf(file) {
  const source = readFileSync(file, "utf8");
  const names = [...source.matchAll(/^export (?:async )?(?:function\*?|class|const|let) (\w+)/gm)].map((match) => match[1]);
  const lists = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap((match) => match[1].split(",").map((name) => name.trim().split(" as ").at(-1)));
  return new Set([...names, ...lists]);
}

test("the booth's modules are joined to programs that a browser can read", () => {
  for (const [entry, last] of [["start", "new Page("], ["worker", "postMessage("]]) {
    const words = ["-v", `entry=web/js/vote/${entry}.mjs`, "-f", "scripts/join-modules.awk"];
    const { status, stdout, stderr } = spawnSync("awk", words, { cwd: root, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stdout, /^(import|export) /m);
    assert.ok(stdout.includes(last));
    const checked = spawnSync(process.execPath, ["--input-type=module", "--check"], { input: stdout, encoding: "utf8" });
    assert.equal(checked.status, 0, checked.stderr);
  }
  const missing = spawnSync("awk", ["-v", "entry=web/js/vote/none.mjs", "-f", "scripts/join-modules.awk"], { cwd: root, encoding: "utf8" });
  assert.notEqual(missing.status, 0);
  assert.match(missing.stderr, /none\.mjs cannot be read/);
});

test("every name that a module imports is exported", () => {
  let count = 0;
  for (const file of modules) {
    for (const [, names, from] of readFileSync(file, "utf8").matchAll(/import \{([^}]*)\} from "(\.[^"]+)"/g)) {
      const target = normalize(join(dirname(file), from));
      assert.ok(existsSync(target), `${file} imports ${from}, which is not there`);
      for (const name of names.split(",").map((part) => part.trim().split(" as ")[0]).filter(Boolean)) {
        assert.ok(exportsOf(target).has(name), `${file} imports ${name} from ${from}, which does not export it`);
        count += 1;
      }
    }
  }
  assert.ok(count > 50);
});
