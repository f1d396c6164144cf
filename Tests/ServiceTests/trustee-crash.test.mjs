// Trustees are killed at random moments and at each change of phase: the election gets through to a verified result.

import assert from "node:assert/strict";
import { test } from "node:test";
import { owner, question } from "./client.mjs";
import { Crowd, account, between, isLong } from "./crowd.mjs";
import { gatherTrustees } from "./election.mjs";
import { Service, pause, until } from "./service.mjs";

const rounds = isLong ? 20 : 1;

/** Kills trustees until told to stop; those that have finished stay finished. */
class Reaper {
  kills = 0;
  phases = [];
  #isOver = false;

  constructor(trustees, phase) {
    this.trustees = trustees;
    this.work = Promise.all([...trustees.map((trustee) => this.#haunt(trustee)), this.#watch(phase)]);
    this.work.catch(() => {});
  }

  /** `false` when it has ended by itself. */
  async #strike(trustee) {
    if (trustee.hasEnded?.signal === null) {
      assert.equal(trustee.hasEnded.code, 0, trustee.output);
      return false;
    }
    if (trustee.isStruck) return true;
    trustee.isStruck = true;
    await trustee.kill();
    // It may have ended in the same moment.
    const { signal } = trustee.hasEnded;
    if (signal === "SIGKILL") {
      this.kills += 1;
      trustee.begin();
    }
    trustee.isStruck = false;
    return signal === "SIGKILL";
  }

  async #haunt(trustee) {
    // Ever longer lives: each has to read the ceremony's log anew before it can add to it, which takes its time on a busy machine.
    for (let lives = 1; !this.#isOver; lives++) {
      // Mostly while it is at work; on a busy machine it would otherwise never come to it.
      if (Math.random() < 0.8) await until(() => this.#isOver || trustee.hasEnded || trustee.output.includes("Serving"), "a trustee to start");
      await pause(between(0, 1000 + 300 * lives));
      if (this.#isOver || !(await this.#strike(trustee))) return;
    }
  }

  async #watch(phase) {
    while (!this.#isOver) {
      const now = await phase();
      if (now !== this.phases.at(-1)) {
        this.phases.push(now);
        await Promise.all(this.trustees.map((trustee) => this.#strike(trustee)));
      }
      await pause(100);
    }
  }

  async stop() {
    this.#isOver = true;
    await this.work;
  }
}

for (let round = 1; round <= rounds; round++) {
  test(`trustees killed from the ceremony to the result, round ${round}`, { timeout: 600_000 }, async () => {
    const service = await Service.start();
    let [trustees, reaper] = [[], null];
    try {
      const chief = await owner(service);
      const { reference } = await chief.post("/elections", { manifest: { ...question, revoting: "last-counts" }, threshold: 2 });
      const path = `/elections/${reference}`;
      const csv = ["voterId,name,email,weight", ...Array.from({ length: 8 }, (_, index) => `m${index},Member ${index},m${index}@example.org,1`)];
      await chief.post(`${path}/voters/import`, csv.join("\n"), { type: "text/csv" });
      trustees = await gatherTrustees(chief, path, 3);
      reaper = new Reaper(trustees, async () => (await chief.get(`${path}/trustees`)).phase);
      await until(() => reaper.phases.at(-1) === "ready", "the fire drill");
      const crowd = await Crowd.gather((await chief.post(`${path}/roll/links`, {})).items.map((item) => item.link));
      await chief.post(`${path}/opening`, {});
      const cosigned = async () => {
        const answer = await fetch(`${service.address}/api/v1${path}/board/checkpoint`);
        return (await answer.text()).split("\n").filter((line) => line.startsWith("— ")).length > 1;
      };
      await crowd.settle();
      await until(cosigned, "a cosignature");
      await crowd.settle();
      await chief.post(`${path}/closing`, {});
      await until(async () => (await chief.get(path)).state === "tallied", "the tally");
      await reaper.stop();
      // Left in peace, all three verify the record and are done.
      for (const trustee of trustees) {
        const end = await until(() => trustee.hasEnded, `${trustee.name} to be done`);
        assert.deepEqual(end, { code: 0, signal: null }, trustee.output);
        assert.doesNotMatch(trustee.logs + trustee.output, /evidence is kept/);
      }
      assert.ok(reaper.kills >= 9, `only ${reaper.kills} kills`);
      await account(service, reference, await chief.get(`${path}/results`), crowd);
    } catch (error) {
      // What the trustees said tells where it stood still.
      error.message += `\nphases: ${reaper?.phases}\n${trustees.map((trustee) => trustee.logs + trustee.output).join("\n")}`;
      throw error;
    } finally {
      await reaper?.stop().catch(() => {});
      for (const trustee of trustees) await trustee.stop();
      await service.stop();
    }
  });
}
