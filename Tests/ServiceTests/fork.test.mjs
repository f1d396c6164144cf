// A service with two boards under one key, made of a copy of its database: whoever has seen one refuses the other, and keeps both heads.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { owner } from "./client.mjs";
import { Crowd, account } from "./crowd.mjs";
import { openElection } from "./election.mjs";
import { isSigned, readCheckpoint } from "./log.mjs";
import { Service, Witness, comitia, until } from "./service.mjs";

const files = ["comitia.sqlite", "comitia.sqlite-wal", "comitia.sqlite-shm"];

/** Keeps the database of a service that is stopped, and forgets what would show that it was put back. */
function keep(service, name) {
  mkdirSync(join(service.folder, name));
  for (const file of files) if (existsSync(join(service.data, file))) cpSync(join(service.data, file), join(service.folder, name, file));
}

function putBack(service, name) {
  rmSync(join(service.data, "high-water"), { recursive: true, force: true });
  for (const file of files) {
    rmSync(join(service.data, file), { force: true });
    if (existsSync(join(service.folder, name, file))) cpSync(join(service.folder, name, file), join(service.data, file));
  }
}

/** Puts what witnesses have signed back as it was kept, and nothing else. */
function putBackWitnessed(service, name) {
  const sql = "ATTACH ? AS kept; DELETE FROM board_witnesses; INSERT INTO board_witnesses SELECT * FROM kept.board_witnesses";
  const program = "import sqlite3, sys\nd = sqlite3.connect(sys.argv[1], isolation_level=None)\nfor s in sys.argv[3].split('; '): d.execute(s, [sys.argv[2]] * s.count('?'))";
  execFileSync("python3", ["-c", program, join(service.data, files[0]), join(service.folder, name, files[0]), sql]);
}

/** The checkpoint in what was kept: a note, or a whole request. */
const noteIn = (path) => readFileSync(path, "utf8").replace(/^old[^]*?\n\n/, "");

test("a log with two faces is caught, with both heads", { timeout: 600_000 }, async () => {
  const service = await Service.start();
  const witness = await Witness.create("witness.example/w1", join(service.folder, "witness"));
  service.options = { settings: { COMITIA_WITNESSES: `${witness.vkey} ${witness.address}` } };
  let election;
  try {
    await service.end();
    await witness.begin();
    await service.begin();
    const chief = await owner(service);
    election = await openElection(chief, { voters: 10 });
    const { path, trustees, reference } = election;
    const text = async (name) => {
      const answer = await fetch(`${service.address}/api/v1${path}/board/${name}`);
      return answer.ok ? answer.text() : null;
    };
    const crowd = await Crowd.gather(election.links);
    const vote = async (...numbers) => { for (const number of numbers) await crowd.members[number].vote(1); };
    const vkey = (await text("vkey")).trim();
    await witness.add(vkey);
    const seenByWitness = (size) => until(async () => (await witness.status()).logs[0].size === size, `the witness at ${size}`);
    const cosigned = async (size) => {
      const isThere = async () => {
        const note = await text("checkpoint");
        return readCheckpoint(note).size === size && note.split("\n").filter((line) => line.startsWith("— ")).length === 4;
      };
      // Once or twice: they may still be asked for a checkpoint that some of them have cosigned already.
      do {
        await Promise.all(trustees.map((trustee) => trustee.hurry()));
      } while (!(await until(isThere, `all trustees at ${size}`, 4).catch(() => false)));
    };

    // Three entries in common, then two boards.
    await vote(0, 1);
    await cosigned(3);
    await seenByWitness(3);
    for (const trustee of trustees) await trustee.stop();
    await service.end();
    keep(service, "common");
    await service.begin();
    for (const trustee of trustees) trustee.begin();
    await vote(2, 3);
    await cosigned(5);
    await seenByWitness(5);
    const shownToSome = await text("checkpoint");
    for (const trustee of trustees) await trustee.stop();
    await service.end();
    keep(service, "one");

    putBack(service, "common");
    await service.begin();
    const onOne = crowd.members.slice(2, 4).map((member) => member.acknowledged);
    const other = await Crowd.gather(election.links);
    for (const number of [4, 5]) await other.members[number].vote(2);
    const shownToOthers = await text("checkpoint");
    const heads = [shownToSome, shownToOthers].map(readCheckpoint);
    assert.deepEqual(heads.map(({ size }) => size), [5, 5]);
    assert.notEqual(heads[0].root, heads[1].root);
    for (const note of [shownToSome, shownToOthers]) assert.ok(isSigned(note, vkey));

    // The witness refuses, keeps both, and the operator of the service is told.
    const kept = await until(async () => {
      const { evidence } = await witness.status();
      return evidence.length === 2 && evidence;
    }, "the witness's evidence");
    assert.deepEqual(kept.map((path) => readCheckpoint(noteIn(path)).body).sort(), heads.map(({ body }) => body).sort());
    await until(() => /"event":"forked"/.test(witness.log), "the witness's own log");
    await until(() => /"event":"witness".*has cosigned another board of 5 entries/.test(service.log), "the service's log");
    assert.equal((await witness.status()).logs[0].size, 5);

    // So does a trustee; it says so, and an honest service would take no more ballots.
    const [trustee] = trustees;
    trustee.begin();
    await until(() => /evidence is kept in/.test(trustee.output), "the trustee's alarm");
    assert.match(trustee.output, /not a continuation of the one you cosigned/);
    await trustee.stop();
    const status = await comitia("trustee", "status", "--key", trustee.key, "--passphrase-file", trustee.passphrase, "--json");
    const { evidence } = JSON.parse(status.output);
    assert.deepEqual(evidence.map((path) => path.split("-").at(-1)), ["held", "shown"]);
    assert.deepEqual(evidence.map((path) => readCheckpoint(noteIn(path)).body), heads.map(({ body }) => body));
    for (const path of evidence) assert.ok(isSigned(noteIn(path), vkey));
    const told = await comitia("trustee", "status", "--key", trustee.key, "--passphrase-file", trustee.passphrase);
    assert.ok(evidence.every((path) => told.output.includes(path)));
    assert.match((await chief.get(path)).board.behind, /its first 5 entries are not those/);
    // What the board cannot show is published, beside what it shows instead.
    const published = await text("evidence");
    assert.equal(readCheckpoint(published).body, heads[0].body);
    assert.ok(isSigned(published, vkey));
    const conduct = await (await fetch(`${service.address}/api/v1${path}/conduct`)).json();
    const roots = heads.map(({ root }) => Buffer.from(root, "base64").toString("hex"));
    assert.deepEqual([conduct.fork.size, conduct.fork.root, conduct.fork.boardRoot], [5, ...roots]);
    const page = await (await fetch(`${service.address}/elections/${reference}/audit`, { headers: { Accept: "text/html" } })).text();
    for (const words of ["The log has signed two boards", ...roots]) assert.ok(page.includes(words), words);
    await assert.rejects(other.members[6].voter.send(await other.members[6].ballot(1)), (error) => error.code === "board-behind");
    assert.equal((await text("checkpoint")).split("\n").filter((line) => line.startsWith("— ")).length, 1, "nobody cosigned it");
    // Where only the board was put back, what the witness signed of the other one is still there, and the page says so.
    const witnesses = async () => {
      const shown = await (await fetch(`${service.address}/elections/${reference}/audit`, { headers: { Accept: "text/html" } })).text();
      return ["Saw this board", "Saw another board"].map((words) => shown.includes(words));
    };
    assert.deepEqual(await witnesses(), [true, false]);
    await service.end();
    putBackWitnessed(service, "one");
    await service.begin();
    assert.deepEqual(await witnesses(), [false, true]);

    // The board that was cosigned is finished; its record is not that of the other head, and says which two there are.
    await service.end();
    putBack(service, "one");
    await service.begin();
    assert.equal(await text("evidence"), null);
    for (const trustee of trustees) trustee.begin();
    assert.ok(onOne.every((receipts) => receipts.length === 1));
    await chief.post(`${path}/closing`, {});
    await until(async () => (await chief.get(path)).state === "tallied", "the tally");
    await seenByWitness(readCheckpoint(await text("checkpoint")).size);
    const folder = join(service.folder, "record");
    await account(service, reference, await chief.get(`${path}/results`), crowd, folder);
    const place = join(service.folder, "head");
    writeFileSync(place, shownToSome);
    assert.equal((await comitia("verify", folder, "--checkpoint", place)).code, 0);
    writeFileSync(place, shownToOthers);
    const refused = await comitia("verify", folder, "--checkpoint", place, "--json");
    assert.equal(refused.code, 1);
    assert.match(refused.output, /forked: the first 5 entries/);
    for (const root of roots) assert.ok(refused.output.includes(root), refused.output);
    // What either service tells of the other's head is evidence against it.
    for (const [note, code] of [[shownToSome, 0], [shownToOthers, 1]]) {
      writeFileSync(place, JSON.stringify({ ...conduct, fork: { ...conduct.fork, checkpoint: note } }));
      const { code: found, output } = await comitia("verify", folder, "--evidence", place);
      assert.equal(found, code, output);
      if (code === 1) assert.match(output, /forked: the first 5 entries/);
    }
  } finally {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await witness.stop();
    await service.stop();
  }
});
