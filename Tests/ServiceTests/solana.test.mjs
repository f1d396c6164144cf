// A result marked on Solana: a service, three trustees as processes, and the real runtime behind JSON-RPC.

import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Chain, noChains } from "./chains.mjs";
import { owner } from "./client.mjs";
import { draftElection, inviteTrustees, openElection } from "./election.mjs";
import { Line, phaseIn, says } from "./line.mjs";
import { Service, until } from "./service.mjs";
import { Voter } from "./voter.mjs";

const letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function base58(bytes) {
  let [number, text] = [BigInt(`0x${Buffer.from(bytes).toString("hex")}`), ""];
  for (; number > 0n; number /= 58n) text = letters[Number(number % 58n)] + text;
  return "1".repeat(bytes.findIndex((byte) => byte !== 0)) + text;
}

describe("a result on Solana", { skip: noChains }, () => {
  let [chain, service, folder, election, organiser] = [];

  before(async () => {
    chain = await Chain.solana();
    folder = mkdtempSync(join(tmpdir(), "comitia-solana-"));
    const { privateKey } = generateKeyPairSync("ed25519");
    const { d, x } = privateKey.export({ format: "jwk" });
    const address = Buffer.from(x, "base64url");
    writeFileSync(join(folder, "key.json"), JSON.stringify([...Buffer.from(d, "base64url"), ...address]), { mode: 0o600 });
    await chain.ask("requestAirdrop", base58(address), 1_000_000_000);
    service = await Service.start({
      settings: { COMITIA_SOLANA_ENDPOINTS: chain.address, COMITIA_SOLANA_NETWORK: "any", COMITIA_SOLANA_KEY_FILE: join(folder, "key.json") },
    });
    organiser = await owner(service);
    election = await openElection(organiser, { voters: 4, manifest: question });
    await (await Voter.open(election.links[0])).cast([[1, 0]]);
  });

  after(async () => {
    for (const trustee of election?.trustees ?? []) await trustee.stop();
    await service?.stop();
    chain?.stop();
    if (folder) rmSync(folder, { recursive: true });
  });

  const question = { contests: [{ title: "Who?", kind: "single", options: ["Ada", "Bo"] }] };
  const file = async (name, { reference } = election) => {
    const answer = await fetch(`${service.address}/api/v1/elections/${reference}/board/${name}`);
    return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()) : null;
  };

  test("is marked once, in a transaction of the trustees that the chain has", async () => {
    await organiser.post(`${election.path}/closing`, {});
    await until(async () => (await organiser.get(election.path)).state === "tallied", "the result");
    const mark = await until(() => file("anchor-solana"), "the mark");
    assert.equal(mark.subarray(0, 8).toString(), "COMITIAX");
    assert.equal(base58(mark.subarray(10, 42)), await chain.ask("getGenesisHash"));
    const transaction = mark.subarray(52);
    const found = await chain.ask("getTransaction", base58(transaction.subarray(1, 65)), { encoding: "base64" });
    assert.equal(found.transaction[0], transaction.toString("base64"));
    const certificate = createHash("sha256").update(await file("certificate")).digest("hex");
    const memo = transaction.toString("latin1").match(/comitia:result:v1:[0-9a-f]{64}:([0-9a-f]{64})/u);
    assert.equal(memo[1], certificate);
    // The nonce account, and the mark.
    assert.equal((await chain.ask("test_executed")).length, 2);
  });

  test("is marked by three of five, where two are killed as the marking begins", { timeout: 300_000 }, async () => {
    const drafted = await draftElection(organiser, { threshold: 3, manifest: question });
    const lines = [];
    const trustees = await inviteTrustees(organiser, drafted.path, 5, async () => {
      lines.push(await Line.start(service));
      return lines.at(-1).address;
    });
    let deaths = 0;
    const doom = (index) => async (exchange) => {
      if (phaseIn(exchange) !== "marking") return;
      lines[index].watch = () => {};
      await trustees[index].kill();
      deaths += 1;
    };
    try {
      for (const index of [0, 3]) lines[index].watch = doom(index);
      // The three that stay are enough: they wait for the deaths.
      for (const index of [1, 2, 4]) lines[index].ask = async (exchange) => { if (says("marking", exchange)) await until(() => deaths === 2, "two deaths"); };
      for (const trustee of trustees) trustee.begin();
      await organiser.post(`${drafted.path}/ceremony`, {});
      await until(async () => (await organiser.get(`${drafted.path}/trustees`)).phase === "ready", "the key");
      const { items } = await organiser.post(`${drafted.path}/roll/links`, {});
      await organiser.post(`${drafted.path}/opening`, {});
      await (await Voter.open(items[0].link)).cast([[0, 1]]);
      await organiser.post(`${drafted.path}/closing`, {});
      const mark = await until(() => file("anchor-solana", drafted), "the mark");
      assert.equal(deaths, 2);
      assert.ok(await chain.ask("getTransaction", base58(mark.subarray(53, 117)), { encoding: "base64" }));
      for (const index of [1, 2, 4]) {
        assert.deepEqual(await until(() => trustees[index].hasEnded, "a trustee to be done"), { code: 0, signal: null }, trustees[index].output);
      }
    } finally {
      for (const trustee of trustees) await trustee.stop();
      for (const line of lines) await line.stop();
    }
  });
});
