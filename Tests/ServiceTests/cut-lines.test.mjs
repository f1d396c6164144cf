// The network between trustees and service fails in the middle of ceremony, fire drill, vote, decryption and signature: nothing goes on with fewer than
// are needed, and everything when the network is back.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { owner } from "./client.mjs";
import { Crowd, account, between, isLong } from "./crowd.mjs";
import { draftElection, inviteTrustees } from "./election.mjs";
import { Line, says } from "./line.mjs";
import { Service, pause, until } from "./service.mjs";

/** A network that can be taken from trustees, by their numbers. */
class Proxies {
  isExact = true;

  constructor(lines) { this.lines = lines; }

  fail(numbers, how) { for (const number of numbers) this.lines[number - 1].fail(how); }
  mend() { for (const line of this.lines) line.mend(); }
}

/** The same by the kernel: packets to the ports of these lines, and from them, are lost or refused. No other port is touched. */
class Packets {
  /** What is on its way to a line already still arrives. */
  isExact = false;
  #rules = [];

  static isPossible() { return process.getuid() === 0 && spawnSync("iptables", ["-w", "-n", "-L", "OUTPUT"]).status === 0; }

  constructor(lines) { this.lines = lines; }

  fail(numbers, how) {
    for (const number of numbers) {
      const port = String(this.lines[number - 1].port);
      const target = how === "cut" ? ["REJECT", "--reject-with", "tcp-reset"] : ["DROP"];
      const directions = how === "half" ? ["--sport"] : ["--dport", "--sport"];
      for (const direction of directions) this.#add(["OUTPUT", "-o", "lo", "-p", "tcp", direction, port, "-j", ...(direction === "--sport" ? ["DROP"] : target)]);
    }
  }

  #add(rule) {
    const { status, stderr } = spawnSync("iptables", ["-w", "-I", ...rule], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    this.#rules.push(rule);
  }

  mend() { for (const rule of this.#rules.splice(0)) spawnSync("iptables", ["-w", "-D", ...rule]); }
}

/**
 * One election through five failures.
 * @param {number} seconds for how long the network is away each time
 */
async function hold(makeNetwork, seconds) {
  const service = await Service.start();
  let [trustees, lines, network] = [[], [], null];
  try {
    const chief = await owner(service);
    const { reference, path } = await draftElection(chief, { threshold: 3, manifest: { revoting: "last-counts" } });
    trustees = await inviteTrustees(chief, path, 5, async () => {
      lines.push(await Line.start(service));
      return lines.at(-1).address;
    });
    network = makeNetwork(lines);
    const overview = () => chief.get(`${path}/trustees`);

    /**
     * As one of these says something in a phase, for the `count`th time, all of them lose the network. It comes back when they have missed it for a while.
     * The election does not leave the phase before.
     */
    const failIn = async (where, numbers, how, count = 1) => {
      await new Promise((resolve) => {
        for (const number of numbers) {
          let left = count;
          lines[number - 1].ask = (exchange) => {
            if (!says(where, exchange) || --left > 0) return;
            for (const line of lines) line.ask = () => {};
            network.fail(numbers, how);
            resolve();
          };
        }
      });
      await pause(seconds * 1000);
      const { phase: now } = await overview();
      network.mend();
      if (network.isExact) assert.equal(now, where);
    };

    // Answers come late all the time.
    for (const line of lines) line.watch = () => pause(between(0, 20));

    // Four of five in the middle of the ceremony: it needs all.
    const ceremony = failIn("ceremony", [1, 2, 3, 4], "cut", 2);
    await chief.post(`${path}/ceremony`, {});
    for (const trustee of trustees) trustee.begin();
    await ceremony;
    await failIn("drill", [1, 5], "silent");
    await until(async () => (await overview()).phase === "ready", "the fire drill");

    // Votes are taken while no trustee can be reached.
    const crowd = await Crowd.gather((await chief.post(`${path}/roll/links`, {})).items.map((item) => item.link));
    const open = failIn("open", [1, 2, 3, 4, 5], "half");
    await chief.post(`${path}/opening`, {});
    await crowd.settle();
    await open;
    await crowd.settle();

    // Three of five as they decrypt, and three as they sign: too few are left.
    const decryption = failIn("decrypting", [2, 3, 4], "silent");
    await chief.post(`${path}/closing`, {});
    await decryption;
    await failIn("signing", [1, 2, 5], "cut");
    await until(async () => (await chief.get(path)).state === "tallied", "the result");
    for (const trustee of trustees) {
      assert.deepEqual(await until(() => trustee.hasEnded, `${trustee.name} to be done`), { code: 0, signal: null }, trustee.output);
      assert.doesNotMatch(trustee.output, /evidence is kept/);
    }
    await account(service, reference, await chief.get(`${path}/results`), crowd);
  } catch (error) {
    error.message += `\n${trustees.map((trustee) => trustee.output).join("\n")}`;
    throw error;
  } finally {
    network?.mend();
    for (const trustee of trustees) await trustee.stop();
    for (const line of lines) await line.stop();
    await service.stop();
  }
}

test("lines that are cut, break off half-way and fall silent", { timeout: 600_000 }, () => hold((lines) => new Proxies(lines), 1));

test("packets that are lost and refused", { timeout: 600_000 }, async (context) => {
  if (!isLong) return context.skip("in long runs only");
  if (!Packets.isPossible()) return context.skip("needs root and iptables");
  await hold((lines) => new Packets(lines), 4);
});
