// Pages of voters and of everybody where the service writes to a public chain: what they say changes when an anchor is there.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Registry, noChains } from "./chains.mjs";
import { owner } from "./client.mjs";
import { openElection } from "./election.mjs";
import { Service, root, until } from "./service.mjs";

describe("pages of an anchored election", { skip: noChains }, () => {
  let chain, service, organiser, election;

  before(async () => {
    chain = await Registry.start();
    service = await Service.start({ settings: chain.settings });
    organiser = await owner(service);
    election = await openElection(organiser, { voters: 3, trustees: 2, manifest: { anchoring: { mode: "batch" } } });
  });

  after(async () => {
    await Promise.all((election?.trustees ?? []).map((trustee) => trustee.stop()));
    await service?.stop();
    chain?.stop();
  });

  test("a receipt tells of cosignatures and of the anchor by itself, and asks nobody but the service", { timeout: 240_000 }, async () => {
    const words = [join(root, "Tests/ServiceTests/pages/anchored.py"), service.address, election.links[0]];
    const browser = spawn(join(root, ".build/python/bin/python"), words, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    browser.stdout.setEncoding("utf8").on("data", (text) => { output += text; });
    assert.equal(await new Promise((resolve) => { browser.on("close", resolve); }), 0);
    const { first, last, receipt, loads, found, elsewhere } = JSON.parse(output);
    assert.match(first, /a test chain|public chain/u);
    assert.match(last, /under anchor 0x[0-9a-f]{8}…[0-9a-f]{6} on a test chain, in block \d+\. Its own hash is in block \d+\./u);
    // The log's line, and those of both trustees.
    assert.deepEqual(receipt.match(/^— \S+/gmu)?.map((line) => line.replace(/^.*(?=\/trustee)/u, "")).slice(1), ["/trustee/1", "/trustee/2"]);
    assert.match(found, /under anchor 0x[0-9a-f]{8}…/u);
    assert.equal(loads, 1);
    assert.deepEqual(elsewhere, []);
  });

  test("the audit page says what is there, with links to the explorer", async () => {
    const page = await until(async () => {
      const text = await (await fetch(`${service.address}/elections/${election.reference}/audit`)).text();
      return text.includes("https://explorer.example/tx/0x") && text;
    }, "the anchor on the page");
    assert.match(page, /Ballots recorded<\/dt><dd>1/u);
    assert.doesNotMatch(page, /src="https:/u);
  });

  test("once it has ended, the audit page says how much of it agrees with the chain, though nobody has asked", { timeout: 240_000 }, async () => {
    const audit = async () => (await fetch(`${service.address}/elections/${election.reference}/audit`)).text();
    const file = `/api/v1/elections/${election.reference}/board/anchors`;
    assert.ok((await audit()).includes(file));
    await organiser.post(`${election.path}/closing`, {});
    const page = await until(async () => {
      const text = await audit();
      return /1 of 1[^0-9]/u.test(text) && text.includes("100.0%") && text.includes(file) && text;
    }, "the rate on the page");
    assert.doesNotMatch(page, /Not compared yet/u);
  });
});
