// Five trustees of whom three are needed: two are killed at each change of phase in turn, and stay away; for the key, which needs all, they come back. The
// election ends with a verified result.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { owner } from "./client.mjs";
import { Crowd, account } from "./crowd.mjs";
import { draftElection, inviteTrustees } from "./election.mjs";
import { Line, isSaid, phaseIn, says } from "./line.mjs";
import { Service, until } from "./service.mjs";

/** Each phase, and when in it two are killed: "told" of it, before they have heard; or when the service has taken what they "said" in it, before they know. */
const points = [
  ["gathering", "told"], ["ceremony", "told"], ["ceremony", "said"], ["drill", "told"], ["drill", "said"], ["ready", "told"], ["open", "told"], ["open", "said"],
  ["paused", "told"], ["closing", "told"], ["closing", "said"], ["decrypting", "told"], ["decrypting", "said"], ["signing", "told"], ["signing", "said"], ["tallied", "told"],
];
/** Seconds that a phase may take (docs/admin/trustees.md). */
const limit = 120;

let service, chief;
before(async () => {
  // Eighty trustees join from one address, on a fast machine within a quarter of a minute.
  service = await Service.start({ settings: { COMITIA_ATTEMPTS_PER_MINUTE: "100000" } });
  chief = await owner(service);
});
after(async () => { await service?.stop(); });

/** One election and the two that it loses. */
class Round {
  lines = [];
  deaths = 0;

  constructor(phase, moment, index) {
    Object.assign(this, { phase, moment });
    this.victims = [index % 5, (index + 2) % 5].sort();
  }

  async begin() {
    Object.assign(this, await draftElection(chief, { threshold: 3, manifest: { revoting: "last-counts" } }));
    this.trustees = await inviteTrustees(chief, this.path, 5, async () => {
      this.lines.push(await Line.start(service));
      return this.lines.at(-1).address;
    });
    this.lines.forEach((line, index) => { if (this.victims.includes(index)) this.doom(index); else this.holdBack(line); });
    for (const trustee of this.trustees) trustee.begin();
  }

  /** It is killed at its moment. */
  doom(victim) {
    const line = this.lines[victim];
    let phase = null;
    line.watch = async (exchange) => {
      const told = phaseIn(exchange);
      phase = told ?? phase;
      // What it says has the same form in several phases: it is said in the one that it was told of last.
      const isIt = this.moment === "told" ? told === this.phase : phase === this.phase && isSaid(phase, exchange);
      if (!isIt) return;
      line.watch = () => {};
      await this.trustees[victim].kill();
      this.deaths += 1;
    };
  }

  /** The others alone may be enough: what they say in the phase waits until both are dead. */
  holdBack(line) {
    let phase = null;
    line.watch = (exchange) => { phase = phaseIn(exchange) ?? phase; };
    line.ask = async (exchange) => { if (phase === this.phase && says(phase, exchange)) await this.untilBothAreDead(); };
  }

  untilBothAreDead() { return until(() => this.deaths === 2, `two deaths in phase ${this.phase}`, limit); }

  get survivors() { return this.trustees.filter((_, index) => !this.victims.includes(index)); }
  overview() { return chief.get(`${this.path}/trustees`); }
  reach(phase) { return until(async () => (await this.overview()).phase === phase, phase, limit); }

  /** If this is the phase, waits until two are dead, and returns whether it is. */
  async bury(phase) {
    if (phase !== this.phase) return false;
    await this.untilBothAreDead();
    for (const victim of this.victims) assert.equal(this.trustees[victim].hasEnded.signal, "SIGKILL");
    return true;
  }

  /** The service waits for the dead, whom it names. */
  async awaits(phase) {
    const names = String(this.victims.map((victim) => victim + 1));
    // Those who live may be two for a moment, until they have said what they have to.
    return until(async () => {
      const now = await this.overview();
      return now.phase === phase && String(now.missing) === names && now;
    }, `${phase} to wait for ${names}`, limit);
  }

  /** Without all of them there is no key: they come back. */
  revive() {
    for (const victim of this.victims) this.trustees[victim].begin();
  }

  /** From the draft to an election that may be opened. */
  async prepare() {
    await this.bury("gathering");
    await chief.post(`${this.path}/ceremony`, {});
    if (this.phase === "gathering" || (await this.bury("ceremony"))) {
      await this.awaits("ceremony");
      this.revive();
    }
    if (await this.bury("drill") && this.moment === "told") {
      const { trustees, missing } = await this.awaits("drill");
      await assert.rejects(chief.post(`${this.path}/opening`, {}), (error) => error.code === "not-ready");
      const absent = trustees.filter(({ number }) => missing.includes(number)).map(({ name }) => name);
      await chief.post(`${this.path}/ceremony/absence`, { absent });
    }
    await this.reach("ready");
    await this.bury("ready");
  }

  async vote() {
    const links = (await chief.post(`${this.path}/roll/links`, {})).items.map((item) => item.link);
    await chief.post(`${this.path}/opening`, {});
    this.crowd = await Crowd.gather(links);
    await this.crowd.settle();
    await this.bury("open");
    if (this.phase === "paused") {
      await chief.post(`${this.path}/pause`, { reason: "Two are missing" });
      await this.bury("paused");
      await chief.post(`${this.path}/resumption`, {});
    }
    await this.crowd.settle();
  }

  async finish() {
    await chief.post(`${this.path}/closing`, {});
    await until(async () => (await chief.get(this.path)).state === "tallied", "the result", limit);
    for (const trustee of this.survivors) {
      assert.deepEqual(await until(() => trustee.hasEnded, `${trustee.name} to be done`, limit), { code: 0, signal: null });
    }
    for (const phase of ["closing", "decrypting", "signing", "tallied"]) await this.bury(phase);
    await account(service, this.reference, await chief.get(`${this.path}/results`), this.crowd, `${service.folder}/record-${this.reference}`);
  }

  /** Who comes home when all is over verifies the record, and has nothing left to do. */
  async comeHome() {
    assert.equal(this.deaths, 2);
    for (const victim of this.victims) {
      const trustee = this.trustees[victim];
      if (trustee.hasEnded) trustee.begin();
      assert.deepEqual(await until(() => trustee.hasEnded, `${trustee.name} to come home`, limit), { code: 0, signal: null }, trustee.output);
    }
    for (const trustee of this.trustees) assert.doesNotMatch(trustee.logs + trustee.output, /evidence is kept/);
  }

  async stop() {
    for (const trustee of this.trustees ?? []) await trustee.stop();
    for (const line of this.lines) await line.stop();
  }
}

describe("two of five trustees are lost", { concurrency: 3 }, () => {
  for (const [index, [phase, moment]] of points.entries()) {
    test(moment === "told" ? `as ${phase} begins` : `when they have done their part in ${phase}`, { timeout: 600_000 }, async () => {
      const round = new Round(phase, moment, index);
      try {
        await round.begin();
        await round.prepare();
        await round.vote();
        await round.finish();
        await round.comeHome();
      } catch (error) {
        // What the trustees said tells where it stood still.
        error.message += `\n${round.trustees?.map((trustee) => trustee.logs + trustee.output).join("\n")}`;
        throw error;
      } finally {
        await round.stop();
      }
    });
  }
});
