// Witnesses outside are asked by the service, and receipts come under what the trustees have witnessed. A record with all of it is judged by the Go
// project's implementation.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { owner } from "./client.mjs";
import { Crowd, account } from "./crowd.mjs";
import { openElection } from "./election.mjs";
import { cosignatureTime, isSigned, leafHash, readCheckpoint, rootOf, vkeyOf } from "./log.mjs";
import { Service, Witness, comitia, root, until } from "./service.mjs";

/** The file `witnesses`: vkey and note of each. */
function readWitnesses(bytes) {
  const found = new Map();
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    const [, vkey, length] = bytes.subarray(at, end).toString().match(/^(\S+) (\d+)$/);
    at = end + 1 + Number(length);
    found.set(vkey, bytes.subarray(end + 1, at).toString());
  }
  return found;
}

const goModule = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog";
const signatures = (note) => note.split("\n").filter((line) => line.startsWith("— ")).length;

test("witnesses outside cosign what grows; receipts come under witnessed checkpoints", { timeout: 600_000 }, async (context) => {
  const service = await Service.start();
  const [near, far] = [
    await Witness.create("witness.example/near", join(service.folder, "near")),
    await Witness.create("witness.example/far", join(service.folder, "far")),
  ];
  // A third takes every request and never answers.
  const held = new Set();
  const silent = createServer((socket) => { held.add(socket.on("error", () => {})); }).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const third = `${vkeyOf("witness.example/silent", 4, Buffer.alloc(32, 1))} http://127.0.0.1:${silent.address().port}`;
  const named = [near, far].map(({ vkey, address }) => `${vkey} ${address}`);
  service.options = { settings: { COMITIA_WITNESSES: [...named, third].join(", ") } };
  let election;
  try {
    await service.end();
    // The first runs and does not know the log; the second is away.
    await near.begin();
    await service.begin();
    const chief = await owner(service);
    election = await openElection(chief, { voters: 6, manifest: { revoting: "last-counts" } });
    const { path, trustees, reference } = election;
    const file = async (name) => {
      const answer = await fetch(`${service.address}/api/v1${path}/board/${name}`);
      assert.equal(answer.status, 200, name);
      return Buffer.from(await answer.arrayBuffer());
    };
    const newest = async () => readCheckpoint((await file("checkpoint")).toString());
    const receipt = async (tracker) => {
      const answer = await fetch(`${service.address}/api/v1${path}/ballots/${tracker}`);
      assert.equal(answer.status, 200);
      const text = await answer.text();
      const note = text.slice(text.indexOf("\n\n") + 2);
      return { text, note, ...readCheckpoint(note), index: Number(answer.headers.get("Comitia-Entry")) };
    };
    const outcome = async (witness, outcome) => {
      const text = await (await fetch(`${service.address}/metrics`)).text();
      const line = text.split("\n").find((line) => line.startsWith("comitia_witness_answers_total{") && line.includes(witness) && line.includes(`"${outcome}"`));
      return Number(line?.split(" ").at(-1) ?? 0);
    };
    const vkey = (await file("vkey")).toString().trim();
    const { quorum } = await chief.get(`${path}/trustees`);
    const crowd = await Crowd.gather(election.links);
    /** Casts, and gives the tracker. */
    const vote = async (number) => {
      const member = crowd.members[number];
      await member.vote(1);
      return Buffer.from(/^extra (\S+)$/m.exec(member.last.receipt)[1], "base64").toString("hex");
    };

    // Nobody witnesses: voting goes on, and a receipt comes under the newest checkpoint.
    await until(() => outcome("near", "refused"), "a refusal");
    await until(() => outcome("far", "absent"), "an absence");
    await until(() => held.size > 0, "a request to the silent one");
    for (const trustee of trustees) await trustee.stop();
    const first = await vote(0);
    const before = await receipt(first);
    assert.deepEqual([before.size, signatures(before.note)], [(await newest()).size, 1]);
    assert.equal(readWitnesses(await file("witnesses")).size, 0);

    // Trustees come back: the same receipt, witnessed. What is cast while they are away again is not, and takes nothing from the first.
    for (const trustee of trustees) trustee.begin();
    const witnessed = await until(async () => {
      const found = await receipt(first);
      return signatures(found.note) > quorum && found;
    }, "a witnessed receipt");
    assert.equal(witnessed.index, before.index);
    for (const trustee of trustees) await trustee.stop();
    const second = await vote(1);
    const later = await receipt(second);
    assert.deepEqual([later.size, signatures(later.note)], [(await newest()).size, 1]);
    const still = await receipt(first);
    assert.ok(signatures(still.note) > quorum && still.size < later.size);

    // Witnesses come, each when it can, are killed, and catch up.
    const seen = (witness, size) => until(async () => {
      const note = readWitnesses(await file("witnesses")).get(witness.vkey);
      return note && readCheckpoint(note).size >= size && note;
    }, `${witness.vkey} at ${size}`);
    await near.add(vkey);
    await far.add(vkey);
    await far.begin();
    for (const witness of [near, far]) {
      const note = await seen(witness, later.size);
      assert.ok(isSigned(note, vkey));
      assert.ok(cosignatureTime(note, readCheckpoint(note).body, witness.vkey));
    }
    await near.stop("SIGKILL");
    await vote(2);
    await seen(far, later.size + 1);
    await service.kill();
    await service.begin();
    assert.ok(readWitnesses(await file("witnesses")).get(near.vkey), "it outlives the service");
    await near.begin();
    for (const trustee of trustees) trustee.begin();
    await seen(near, later.size + 1);
    assert.ok(await outcome("near", "cosigned"));

    // The closed board is cosigned by both, the record's checkpoint by trustees alone.
    await crowd.settle();
    await chief.post(`${path}/closing`, {});
    await until(async () => (await chief.get(path)).state === "tallied", "the tally");
    const closing = await newest();
    const notes = [await seen(near, closing.size), await seen(far, closing.size)];
    const folder = join(service.folder, "record");
    const entries = await account(service, reference, await chief.get(`${path}/results`), crowd, folder);
    assert.doesNotMatch((await file("checkpoint")).toString(), /witness\.example/);
    const words = notes.flatMap((note, number) => {
      const place = join(service.folder, `outside-${number}`);
      writeFileSync(place, note);
      return ["--checkpoint", place];
    });
    const verified = await comitia("verify", folder, ...words);
    assert.equal(verified.code, 0, verified.output + verified.log);
    const keys = (await chief.get(`${path}/trustees`)).trustees.map(({ signingKey }) => Buffer.from(signingKey, "hex"));
    await context.test("Go's implementation agrees", { skip: !existsSync(goModule) && "golang-golang-x-mod-dev is not installed" }, async () => {
      writeFileSync(join(folder, "vkey"), vkey);
      writeFileSync(join(folder, "cosigners"), keys.map((key, index) => `${vkeyOf(`${closing.origin}/trustee/${index + 1}`, 4, key)}\n`).join(""));
      mkdirSync(join(folder, "receipts"));
      for (const tracker of [first, second]) {
        const { index, text } = await receipt(tracker);
        writeFileSync(join(folder, "receipts", String(index)), text);
      }
      const leaves = entries.map((entry) => leafHash(entry));
      const hash = (size) => rootOf(leaves.slice(0, size)).toString("base64");
      const proofs = [];
      for (const [old, size] of [[1, 2], [1, closing.size], [witnessed.size, still.size + 1], [later.size, closing.size], [closing.size, closing.size]]) {
        const answer = await fetch(`${service.address}/api/v1${path}/board/consistency?old=${old}&new=${size}`);
        assert.equal(answer.status, 200);
        proofs.push([old, size, hash(old), hash(size), ...(await answer.text()).split("\n").filter(Boolean)].join(" "));
      }
      writeFileSync(join(folder, "consistency"), `${proofs.join("\n")}\n`);
      const program = join(service.folder, "tlogcheck");
      execFileSync("go", ["build", "-o", program, join(root, "Tests/Support/tlogcheck/main.go")], { env: { ...process.env, GO111MODULE: "off", GOPATH: "/usr/share/gocode", GOFLAGS: "" } });
      const says = execFileSync(program, [folder], { encoding: "utf8" });
      assert.match(says, new RegExp(`^size ${closing.size}, cosignatures [${quorum}-${keys.length}], receipts 2, consistency proofs ${proofs.length}\n$`));
      // It does refuse.
      writeFileSync(join(folder, "consistency"), `${proofs.join("\n").replace(hash(closing.size), hash(1))}\n`);
      assert.throws(() => execFileSync(program, [folder], { encoding: "utf8", stdio: "pipe" }), /Command failed/);
    });
  } finally {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await near.stop();
    await far.stop();
    await service.stop();
    for (const socket of held) socket.destroy();
    silent.close();
    assert.doesNotMatch(service.logs, /stopped-early/, "a witness that does not answer held up the end");
  }
});
