// A browser as slow as a cheap phone: its processes share a quarter of one core.

import { mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";

// A quarter of a core, in slices short enough that none is a stall of its own.
const period = 4_000;
const quota = period / 4;
// Where processes cannot be confined, main threads are slowed: twice as hard, for the threads beside them are not.
const rate = 8;

/** A process and all below it. @param {number} first */
function family(first) {
  const parents = new Map();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // It has ended since.
    }
  }
  const isOurs = (process) => process === first || (parents.has(process) && isOurs(parents.get(process)));
  return [...parents.keys()].filter(isOurs);
}

/** A control group, of version 1 or 2 of that interface; `place` is `null` where none can be made. */
export class Confinement {
  place = null;

  constructor() {
    // Of the time that it may use a browser gets all, whatever else the machine does.
    const ways = [
      ["/sys/fs/cgroup/cpu", { "cpu.cfs_period_us": period, "cpu.cfs_quota_us": quota, "cpu.shares": 262_144 }],
      ["/sys/fs/cgroup", { "cpu.max": `${quota} ${period}`, "cpu.weight": 10_000 }],
    ];
    for (const [above, files] of ways) {
      const place = `${above}/comitia-phone-${process.pid}`;
      try {
        mkdirSync(place);
      } catch {
        continue;
      }
      try {
        for (const [name, value] of Object.entries(files)) writeFileSync(`${place}/${name}`, String(value));
        Object.assign(this, { place, above });
        return;
      } catch {
        rmdirSync(place);
      }
    }
  }

  get name() { return this.place ? `${(quota * 100) / period} % of a core` : `main threads slowed ${rate} times`; }

  /** @param {number} first process of the browser; those that it starts later are confined as well */
  hold(first) {
    for (const one of this.place ? family(first) : []) this.#move(one, this.place);
  }

  /** Ends it, when its processes have ended: that takes a moment longer than they say. */
  async end() {
    for (let tries = 50; this.place; tries -= 1) {
      try {
        rmdirSync(this.place);
        this.place = null;
      } catch (error) {
        if (tries === 0) throw error;
        await new Promise((resolve) => { setTimeout(resolve, 100); });
      }
    }
  }

  #move(one, place) {
    try {
      writeFileSync(`${place}/cgroup.procs`, String(one));
    } catch {
      // It has ended since.
    }
  }
}

export class Phone {
  #called = [];

  /** The empty page that a browser starts with. @param {import("./chromium.mjs").Chromium} chromium @param {Confinement} confinement */
  static async open(chromium, confinement) {
    const phone = Object.assign(new Phone(), { chromium });
    const { targetInfos } = await chromium.send("Target.getTargets");
    const { targetId } = targetInfos.find(({ type }) => type === "page");
    ({ sessionId: phone.sessionId } = await chromium.send("Target.attachToTarget", { targetId, flatten: true }));
    chromium.on(({ method, params, sessionId }) => {
      if (sessionId === phone.sessionId && method === "Runtime.bindingCalled") phone.#called.shift()?.(JSON.parse(params.payload));
    });
    await phone.send("Page.enable");
    await phone.send("Emulation.setDeviceMetricsOverride", { width: 412, height: 915, deviceScaleFactor: 2.625, mobile: true });
    await phone.send("Emulation.setTouchEmulationEnabled", { enabled: true });
    await phone.send("Emulation.setLocaleOverride", { locale: "en" });
    await phone.send("Runtime.enable");
    await phone.send("Runtime.addBinding", { name: "told" });
    if (!confinement.place) await phone.send("Emulation.setCPUThrottlingRate", { rate });
    return phone;
  }

  send(method, params) { return this.chromium.send(method, params, this.sessionId); }

  /** What the page tells next by `told(…)`, as JSON. */
  told() {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("the page says nothing")), 20_000);
      this.#called.push((word) => {
        clearTimeout(late);
        resolve(word);
      });
    });
  }

  /** @param {{x: number, y: number}} place */
  async tap(place) {
    await this.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [place] });
    await this.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  }

  /** @param {string} expression @returns {Promise<any>} */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }
}
