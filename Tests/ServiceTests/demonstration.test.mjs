// What somebody sees who tries the product for the first time: `comitia demonstration`, as `make run` starts it, with both test chains, to its end.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Chain, noChains, run } from "./chains.mjs";
import { freePort, root } from "./service.mjs";

describe("the demonstration", { skip: noChains }, () => {
  let [ethereum, solana, folder] = [];

  before(async () => {
    [ethereum, solana] = await Promise.all([Chain.ethereum("--mining", "interval", "--seconds", "1", "--rests", "40"), Chain.solana()]);
    folder = mkdtempSync(join(tmpdir(), "comitia-demonstration-"));
  });

  after(() => {
    ethereum?.stop();
    solana?.stop();
    if (folder) rmSync(folder, { recursive: true });
  });

  test("goes from an empty folder to a verified result on both chains", { timeout: 600_000 }, async () => {
    const { status, output, errors } = await run(
      "demonstration", "--finish", "--data", join(folder, "data"), "--web", join(root, ".build/web"), "--port", String(await freePort()),
      "--evm", ethereum.address, "--solana", solana.address);
    assert.equal(status, 0, output + errors);
    assert.match(output, /Amina Okafor/u);
    assert.match(output, /15 +✓ +chain anchors +\d+ anchors are on the chain.+; Solana has the mark/u);
    assert.equal((await solana.ask("test_executed")).length, 2, "the nonce account, and the mark");
  });
});
