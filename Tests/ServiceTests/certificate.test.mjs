// The result as the trustees signed it, for people and programs: checked by implementations that are not ours (OpenSSL, zbar) and by comitia verify, with the record
// and without.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { owner } from "./client.mjs";
import { mirror, openElection } from "./election.mjs";
import { Service, comitia, until } from "./service.mjs";
import { Voter } from "./voter.mjs";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
/** A public key of Ed25519 as OpenSSL wants it: RFC 8410 before the 32 bytes. */
const publicKey = (hex) => createPublicKey({ key: Buffer.from(`302a300506032b6570032100${hex}`, "hex"), format: "der", type: "spki" });

describe("a result certificate", () => {
  let [service, election, certificate, folder, record] = [];
  const file = (name) => join(folder, name);
  const asked = (...words) => comitia("verify", ...words);

  before(async () => {
    service = await Service.start();
    const organiser = await owner(service);
    election = await openElection(organiser, { voters: 10, manifest: { title: "Ärger <b>", contests: [{ title: "Wer?", kind: "single", options: ["Ada & Co", "Bo"] }] } });
    for (const link of election.links.slice(0, 3)) await (await Voter.open(link)).cast([[1, 0]]);
    await organiser.post(`${election.path}/closing`, {});
    await until(async () => (await organiser.get(election.path)).state === "tallied", "the signed result");
    folder = service.folder;
    record = file("record");
    await mirror(service, election.reference, record);
    const answer = await fetch(`${service.address}/api/v1${election.path}/certificate`);
    assert.equal(answer.status, 200);
    const bytes = Buffer.from(await answer.arrayBuffer());
    writeFileSync(file("certificate.json"), bytes);
    certificate = JSON.parse(bytes);
  });

  after(async () => {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service?.stop();
  });

  test("its signature holds under OpenSSL, over exactly the bytes that the specification says", () => {
    const { files } = certificate;
    const binary = Buffer.from(files.certificate, "base64");
    const message = Buffer.concat([Buffer.from("comitia result certificate/v1\n"), binary.subarray(0, -64)]);
    assert.deepEqual(Buffer.from(certificate.signed, "base64"), message);
    assert.equal(binary.subarray(-64).toString("hex"), certificate.signature);
    const [key, signature] = [publicKey(certificate.jointKey), Buffer.from(certificate.signature, "hex")];
    assert.ok(verify(null, message, key, signature));
    assert.ok(!verify(null, Buffer.concat([message, Buffer.of(0)]), key, signature));
    // header, version, election, size, root, tally, result, draw
    const hex = (from, to) => message.subarray(30 + from, 30 + to).toString("hex");
    assert.equal(message.subarray(30, 38).toString(), "COMITIAC");
    assert.deepEqual([hex(10, 42), hex(50, 82), hex(82, 114), hex(114, 146), hex(146, 178)], [certificate.electionId, certificate.root, certificate.tally, certificate.result, certificate.draw]);
    assert.equal(message.readBigUInt64BE(30 + 42), BigInt(certificate.size));
    for (const [name, path] of [["tally", "tally"], ["result", "result"], ["draw", "draw-closing"]]) assert.equal(sha256(readFileSync(join(record, path))), certificate[name]);
    assert.equal(sha256(Buffer.from(files.result, "base64")), certificate.result);
    assert.equal(sha256(Buffer.concat([Buffer.of(0), Buffer.from(files.opening, "base64")])), certificate.electionId);
    assert.deepEqual(certificate.contests, [{ title: "Wer?", options: [{ name: "Ada & Co", votes: 3 }, { name: "Bo", votes: 0 }] }]);
    assert.deepEqual(readFileSync(join(record, "certificate")), binary);
  });

  test("comitia verify checks it alone, and says what that shows", async () => {
    const alone = await asked("--certificate", file("certificate.json"));
    assert.equal(alone.code, 0, alone.output);
    for (const words of ["The signature is good.", "Ada & Co", certificate.electionId, certificate.jointKey, "Nothing from outside was given"]) assert.ok(alone.output.includes(words), words);
    const known = await asked("--certificate", file("certificate.json"), "--election-id", certificate.electionId, "--json");
    assert.deepEqual([known.code, JSON.parse(known.output).ok, JSON.parse(known.output).selfConsistentOnly], [0, true, false]);
    const other = await asked("--certificate", file("certificate.json"), "--election-id", "00".repeat(32));
    assert.equal(other.code, 1);
    assert.match(other.output, /another election/);
    const binary = await asked("--certificate", join(record, "certificate"));
    assert.equal(binary.code, 2);
    assert.match(binary.log + binary.output, /says nothing by itself/);
  });

  test("altered words, totals or signatures are seen", async () => {
    const altered = async (change) => {
      const copy = structuredClone(certificate);
      change(copy);
      writeFileSync(file("altered.json"), JSON.stringify(copy));
      const { code, output } = await asked("--certificate", file("altered.json"));
      assert.equal(code, 1, output);
      return output;
    };
    assert.match(await altered((copy) => { copy.contests[0].options[1].votes = 3; }), /what it says in words/);
    assert.match(await altered((copy) => { copy.trustees[0] = "Mal"; }), /what it says in words/);
    const flip = (text) => {
      const bytes = Buffer.from(text, "base64");
      bytes[bytes.length - 1] ^= 1;
      return bytes.toString("base64");
    };
    assert.match(await altered((copy) => { copy.files.result = flip(copy.files.result); }), /not those that were signed/);
    assert.match(await altered((copy) => { copy.files.certificate = flip(copy.files.certificate); }), /not by the trustees/);
    assert.match(await altered((copy) => { copy.files.manifest = flip(copy.files.manifest); }), /manifest/);
  });

  test("comitia verify compares it with the record, and names trustees", async () => {
    for (const path of [file("certificate.json"), join(record, "certificate")]) {
      const { code, output } = await asked(record, "--certificate", path);
      assert.equal(code, 0, output);
      assert.match(output, /It agrees with what you gave: the certificate/);
      assert.match(output, /Trustees\n/);
    }
    const { trustees } = JSON.parse((await asked(record, "--json")).output);
    assert.equal(trustees.length, 3);
    assert.ok(trustees.filter(({ cosigned }) => cosigned).length >= 2 && trustees.filter(({ decrypted }) => decrypted).length >= 2);
  });

  test("its paper leads to verification, by a code that others read", async () => {
    const answer = await fetch(`${service.address}/elections/${election.reference}/certificate.pdf`);
    writeFileSync(file("certificate.pdf"), Buffer.from(await answer.arrayBuffer()));
    const drawn = spawnSync("pdftoppm", ["-r", "150", "-png", file("certificate.pdf"), file("page")], { encoding: "utf8" });
    assert.equal(drawn.status, 0, "pdftoppm is missing; run: scripts/install test");
    const pages = ["1", "2", "3"].map((number) => file(`page-${number}.png`)).filter((path) => { try { return readFileSync(path).length > 0; } catch { return false; } });
    const read = spawnSync("zbarimg", ["--quiet", "--raw", ...pages], { encoding: "utf8" });
    assert.equal(read.stdout.trim(), `${service.address}/verify/${election.reference}`);
    const text = spawnSync("pdftotext", ["-layout", file("certificate.pdf"), "-"], { encoding: "utf8" }).stdout.replace(/\s/g, "");
    assert.ok(text.includes(certificate.jointKey) && text.includes(certificate.signature));
  });

  test("the audit page and /conduct tell who did what", async () => {
    const conduct = await (await fetch(`${service.address}/api/v1${election.path}/conduct`)).json();
    assert.equal(conduct.trustees.length, 3);
    assert.deepEqual([conduct.refusals, conduct.failedCeremonies, conduct.witnesses, conduct.fork], [[], [], [], undefined]);
    assert.equal(conduct.trustees.filter(({ signature }) => signature === "done").length >= 2, true);
    writeFileSync(file("conduct.json"), JSON.stringify(conduct));
    assert.equal((await asked(record, "--evidence", file("conduct.json"))).code, 0);
    const page = await (await fetch(`${service.address}/elections/${election.reference}/audit`, { headers: { Accept: "text/html" } })).text();
    for (const words of ["Trustees and witnesses", "Joint signature", "None has signed this board."]) assert.ok(page.includes(words), words);
  });
});
