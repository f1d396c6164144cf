// The audit log as its auditors meet it: exported from a service, verified by the command.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { owner, question } from "./client.mjs";
import { Service, comitia } from "./service.mjs";

test("an exported audit log is verified, and what was changed is noticed", { timeout: 600_000 }, async () => {
  const service = await Service.start();
  try {
    const chief = await owner(service);
    const place = (name) => join(service.folder, name);
    const keep = async (path, name) => { writeFileSync(place(name), await chief.get(path)); return place(name); };
    const key = await keep("/audit-log/key", "audit.key");
    await chief.post("/elections", { manifest: question, threshold: 2 });
    const first = await keep("/audit-log/export", "first.txt");
    await chief.post("/elections", { manifest: question, threshold: 2 });
    const second = await keep("/audit-log/export", "second.txt");
    const verify = (...words) => comitia("audit", "verify", ...words);

    const alone = await verify(second, "--key", key);
    assert.equal(alone.code, 0, alone.output + alone.log);
    assert.match(alone.output, /was not looked at/);
    const continued = await verify(second, "--key", key, "--checkpoint", first);
    assert.equal(continued.code, 0, continued.output + continued.log);
    assert.match(continued.output, /continues the older one/);

    // The checkpoint alone serves as well as the export that it stood in.
    const text = readFileSync(second, "utf8");
    const end = text.indexOf("\n\n");
    const altered = (name, content) => { writeFileSync(place(name), content); return place(name); };
    const checkpoint = altered("checkpoint", text.slice(end + 2));
    assert.equal((await verify(second, "--key", key, "--checkpoint", checkpoint)).code, 0);

    const lines = text.slice(0, end).split("\n");
    const file = (entries) => `${entries.join("\n")}\n${text.slice(end + 1)}`;
    const attacks = {
      changed: file(lines.map((line, index) => (index === 1 ? line.replace(/"action":"[^"]*"/, '"action":"nothing"') : line))),
      shorter: file(lines.slice(0, -1)),
      reordered: file([lines[1], lines[0], ...lines.slice(2)]),
      forged: text.replace(/\n[A-Za-z0-9+/=]{44}\n/, (hash) => `${hash.slice(0, 5)}${hash[5] === "A" ? "B" : "A"}${hash.slice(6)}`),
    };
    for (const [name, content] of Object.entries(attacks)) {
      assert.notEqual(content, text, name);
      const { code, output, log } = await verify(altered(name, content), "--key", key);
      assert.equal(code, 1, `${name}: ${output}${log}`);
      assert.match(output, /^NOT as it was written/);
    }
    // Cut back to what it once was, it is whole, but does not continue what somebody kept.
    assert.equal((await verify(first, "--key", key)).code, 0);
    assert.equal((await verify(first, "--key", key, "--checkpoint", second)).code, 1);

    for (const [words, reason] of [
      [[altered("cut", lines.join("\n")), "--key", key], /cut off/],
      [[checkpoint, "--key", key], /checkpoint alone/],
      [[second, "--key", second], /not a verifier key/],
      [[second], /--key FILE is missing/],
    ]) {
      const { code, log } = await verify(...words);
      assert.equal(code, 2);
      assert.match(log, reason);
    }
  } finally {
    await service.stop();
  }
});
