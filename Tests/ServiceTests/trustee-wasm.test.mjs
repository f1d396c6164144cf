// A trustee as a browser runs it takes part with trustees of the command in one election, over the real service.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { owner, question } from "./client.mjs";
import { mirror } from "./election.mjs";
import { Service, Trustee, comitia, root, until } from "./service.mjs";
import { Voter } from "./voter.mjs";
import { WasmTrustee } from "./wasm-trustee.mjs";

describe("a trustee in WebAssembly", () => {
  let [service, organiser, path, reference, trustee, links] = [];
  const machines = [];
  const phase = async () => (await organiser.get(`${path}/trustees`)).phase;

  /** Steps until the service is in a phase. */
  const work = (name, options) => until(async () => {
    await trustee.step(options);
    return await phase() === name;
  }, `phase ${name}`);

  before(async () => {
    const built = spawnSync(join(root, "scripts/build-web"), { encoding: "utf8" });
    assert.equal(built.status, 0, built.stderr);
    service = await Service.start();
    organiser = await owner(service);
    ({ reference } = await organiser.post("/elections", { manifest: question, threshold: 2 }));
    path = `/elections/${reference}`;
    const lines = Array.from({ length: 4 }, (_, index) => `m${index},Member ${index},m${index}@example.org,1`);
    await organiser.post(`${path}/voters/import`, ["voterId,name,email,weight", ...lines].join("\n"), { type: "text/csv" });
    const invite = async (name) => {
      const { link } = await organiser.post(`${path}/trustees`, { name });
      return link.startsWith("/") ? service.address + link : link;
    };
    trustee = new WasmTrustee(service, "Wanda in a browser");
    await trustee.create();
    await trustee.join(await invite("Wanda"));
    for (const name of ["tom", "tina"]) {
      const machine = new Trustee(service, name);
      // One of them as people have it: its file is opened here later.
      await machine.join(await invite(name), { makesFile: name === "tom" });
      machines.push(machine);
    }
    await organiser.post(`${path}/ceremony`, {});
    for (const machine of machines) machine.begin();
  });

  after(async () => {
    trustee?.close();
    for (const machine of machines) await machine.stop();
    await service?.stop();
  });

  test("makes the key with them, and shows its share only when it is copied", { timeout: 600_000 }, async () => {
    await until(async () => (await trustee.step()).kind === "backupDue", "the end of the ceremony");
    assert.equal(await phase(), "drill");
    // Another machine takes over, from what was kept.
    const { elections: [election] } = await trustee.open();
    assert.deepEqual([election.stage, election.holdsShare, election.trustees.length], ["made", true, 3]);
    assert.equal((await trustee.step()).kind, "backupDue");
    await work("ready", { backedUp: true });
    assert.ok(trustee.events.some(({ kind }) => kind === "drillPassed"));
  });

  test("its key file is the command's", async () => {
    const folder = service.folder;
    const key = join(folder, "copied.key");
    writeFileSync(key, trustee.store.file, { mode: 0o600 });
    writeFileSync(`${key}.words`, `${trustee.passphrase}\n`, { mode: 0o600 });
    const { code, output, log } = await comitia("trustee", "status", "--key", key, "--passphrase-file", `${key}.words`, "--json");
    assert.equal(code, 0, log);
    assert.equal(JSON.parse(output).elections[0].holdsShare, true);
    // The other way round: a file of the command opens here.
    const other = new WasmTrustee(service, "");
    const { elections } = await other.open("the passphrase of tom", new Uint8Array(readFileSync(machines[0].key)));
    other.close();
    assert.equal(elections[0].holdsShare, true);
    rmSync(key);
  });

  test("the command goes on in the middle of its ceremony, with the very messages it would have said", { timeout: 600_000 }, async () => {
    const election = await organiser.post("/elections", { manifest: question, threshold: 2 });
    const place = `/elections/${election.reference}`;
    const invitation = async (name) => {
      const { link } = await organiser.post(`${place}/trustees`, { name });
      return link.startsWith("/") ? service.address + link : link;
    };
    const moving = new WasmTrustee(service, "moving");
    await moving.create();
    await moving.join(await invitation("moving"));
    const staying = new Trustee(service, "staying");
    await staying.join(await invitation("staying"));
    await organiser.post(`${place}/ceremony`, {});
    await until(async () => { await moving.step(); return (await organiser.get(`${place}/trustees`)).phase === "ceremony" && moving.events.some(({ kind }) => kind === "messagesSent"); }, "its commit");
    moving.close();
    // What the commit was the digest of follows from the seed: had the command another idea of it, this would be the proof of a fault.
    const command = new Trustee(service, "moving");
    writeFileSync(command.key, moving.store.file, { mode: 0o600 });
    machines.push(command, staying);
    command.begin();
    staying.begin();
    await until(async () => (await organiser.get(`${place}/trustees`)).phase === "ready", "the fire drill");
  });

  test("refuses a wrong passphrase and every changed file, and says which", async () => {
    const { file } = trustee.store;
    const code = async (bytes, words = trustee.passphrase) => {
      const other = new WasmTrustee(service, "");
      try {
        await other.open(words, bytes);
        return "opened";
      } catch (error) {
        return error.code;
      } finally {
        other.close();
      }
    };
    assert.equal(await code(file, "another passphrase"), "wrongPassphraseOrDamaged");
    assert.equal(await code(file.slice(0, 40)), "notAKeyFile");
    assert.equal(await code(new TextEncoder().encode("%PDF-1.7 something else")), "notAKeyFile");
    const changed = (place, value) => { const bytes = file.slice(); bytes[place] = value ?? bytes[place] ^ 1; return bytes; };
    assert.equal(await code(changed(9, 2)), "unknownVersion");
    assert.equal(await code(changed(13, 99)), "unreasonableCost");
    for (const place of [25, 45, 80, file.length - 1]) assert.equal(await code(changed(place)), "wrongPassphraseOrDamaged");
    assert.equal(await code(file.slice(0, -1)), "wrongPassphraseOrDamaged");
  });

  test("accepts the opening, cosigns, verifies the board and decrypts while another is away", { timeout: 600_000 }, async () => {
    links = (await organiser.post(`${path}/roll/links`, {})).items.map((item) => item.link);
    await organiser.post(`${path}/opening`, {});
    await until(async () => { await trustee.step(); return trustee.events.some(({ kind }) => kind === "cosigned"); }, "a cosignature");
    for (const link of links.slice(0, 3)) await (await Voter.open(link)).cast([[1, 0, 0, 0, 0]]);
    await machines[1].kill();
    const { electionId } = (await trustee.place.call("status")).elections[0];
    assert.match(electionId, /^[0-9a-f]{64}$/);
    await organiser.post(`${path}/closing`, {});
    await work("tallied");
    assert.ok(trustee.events.some(({ kind, size }) => kind === "decrypted" && size === 5));
    assert.equal((await trustee.step()).kind, "ended");
    const { elections: [election] } = await trustee.place.call("status");
    assert.deepEqual([election.stage, election.holdsShare], ["tallied", false]);
    const folder = join(service.folder, "record");
    await mirror(service, reference, folder);
    const verified = await comitia("verify", folder, "--election-id", electionId);
    assert.equal(verified.code, 0, verified.output + verified.log);
  });
});
