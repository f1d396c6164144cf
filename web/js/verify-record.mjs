// The part of the page that verifies everything.

import { fromHex } from "./election-client.mjs";
import { element, show } from "./elements.mjs";
import { entryIn, sameResult } from "./report-words.mjs";
import { duration, facts, fieldError, hash, icon, notice, saveButton, size, verdict } from "./verify-parts.mjs";

/** Every check, in plain words. */
const checks = {
  1: "verify.check.1", 2: "verify.check.2", 3: "verify.check.3", 4: "verify.check.4", 5: "verify.check.5", 6: "verify.check.6", 7: "verify.check.7",
  8: "verify.check.8", 9: "verify.check.9", 11: "verify.check.11", 12: "verify.check.12", 13: "verify.check.13", 14: "verify.check.14", 15: "verify.check.15",
};
const stages = { loading: "verify.stage.loading", reading: "verify.stage.reading", proving: "verify.stage.proving" };
// Which checks are being looked at.
const lookedAt = { loading: [], reading: [1, 2, 3, 4, 5], proving: [6, 7, 8] };
// Before that nothing can be said of how long it takes.
const soonestEstimate = 1500;

const $ = (id) => document.getElementById(id);

export class RecordPart {
  election = null;
  #state = { phase: "ready" };

  constructor({ text, reference, client, work }) {
    Object.assign(this, { text, reference, client, work });
    $("record-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
  }

  async #start() {
    if (this.#state.phase === "running") return;
    const typed = $("election-id").value.replace(/[^0-9a-zA-Z]/g, "").toLowerCase();
    fieldError("election-id", typed === "" || /^[0-9a-f]{64}$/.test(typed) ? null : this.text.say("verify.given.id.wrong"));
    if ($("election-id").hasAttribute("aria-invalid")) return;
    const receipts = await Promise.all(Array.from($("record-receipt").files, async (file) => new Uint8Array(await file.arrayBuffer())));
    const given = { reference: this.reference, receipts, ...(typed ? { electionId: fromHex(typed) } : {}) };
    const start = performance.now();
    this.#state = { phase: "running", start, progress: null };
    this.write();
    try {
      const found = await this.work.ask("record", given, (progress) => this.#tell(progress));
      const published = await this.client.results();
      this.#state = { phase: "done", ...found, published, given: { id: typed, receipts: receipts.length }, seconds: (performance.now() - start) / 1000, when: Date.now() };
    } catch (error) {
      this.#state = { phase: "failed", error, when: Date.now() };
    }
    this.write();
    $("record-outcome").focus();
  }

  #tell(progress) {
    const state = this.#state;
    if (progress.stage !== state.progress?.stage) state.stageStart = performance.now();
    state.progress = progress;
    this.#writeProgress();
  }

  /** Writes all again, in the language of now. */
  write() {
    const { phase } = this.#state;
    $("record-work").hidden = phase !== "running";
    $("record-outcome").hidden = phase === "ready" || phase === "running";
    const start = $("record-start");
    start.textContent = this.text.say(phase === "ready" ? "verify.start" : phase === "running" ? "verify.running" : "verify.once-more");
    start.setAttribute("aria-busy", String(phase === "running"));
    start.classList.toggle("button--primary", phase !== "done");
    if (phase === "running") this.#buildProgress();
    if (phase === "done") this.#writeOutcome();
    if (phase === "failed") this.#writeFailure();
  }

  #buildProgress() {
    const { text } = this;
    const number = () => element("output", { "aria-live": "off" }, "–");
    this.bar = element("progress", { "aria-label": text.say("verify.progress") });
    this.status = element("p", { class: "status", role: "status" });
    this.numbers = { loaded: number(), read: number(), proven: number(), left: number() };
    const row = (term, value) => element("div", {}, element("dt", {}, term), element("dd", { class: "small" }, value));
    this.list = element("div", {});
    show(
      $("record-work"),
      element("div", { class: "work" }, this.bar, this.status, element(
        "dl", { class: "facts" }, row(text.say("verify.loaded"), this.numbers.loaded), row(text.say("verify.read"), this.numbers.read),
        row(text.say("verify.proven"), this.numbers.proven), row(text.say("verify.left"), this.numbers.left))),
      this.list);
    this.shownStage = null;
    this.#writeProgress();
  }

  #writeProgress() {
    const { text } = this;
    const { progress, stageStart } = this.#state;
    const stage = progress?.stage ?? "loading";
    if (this.shownStage !== stage) {
      this.shownStage = stage;
      show(this.status, icon("again"), text.say(stages[stage]));
      show(this.list, this.#checkList([], (id) => (lookedAt[stage].includes(id) ? "now" : "todo")));
    }
    if (!progress) return;
    this.bar.max = progress.total;
    this.bar.value = progress.done;
    this.numbers.loaded.textContent = size(text, progress.bytes);
    const of = text.say("verify.of", { done: progress.done, total: progress.total });
    if (stage === "reading") this.numbers.read.textContent = of;
    if (stage === "proving") {
      this.numbers.read.textContent = text.number(progress.total);
      this.numbers.proven.textContent = of;
    }
    const spent = performance.now() - stageStart;
    const left = spent > soonestEstimate && progress.done > 0 ? (spent * (progress.total - progress.done)) / progress.done / 1000 : null;
    this.numbers.left.textContent = left === null ? "–" : text.say("verify.about", { time: duration(text, Math.max(1, left)) });
  }

  /** @param {{id: number, ok: boolean, detail: string}[]} outcomes @param {(id: number) => string} otherwise the state of a check without an outcome */
  #checkList(outcomes, otherwise) {
    const words = { passed: "verify.passed", bad: "verify.failed", na: "verify.not-run", now: "verify.now", todo: "verify.todo" };
    const signs = { passed: "tick", bad: "close", na: "dash", now: "again", todo: "dash" };
    return element("ol", { class: "checks" }, ...Object.keys(checks).map(Number).map((id) => {
      const outcome = outcomes.find((one) => one.id === id);
      const state = outcome ? (outcome.ok ? "passed" : "bad") : otherwise(id);
      const detail = state === "bad" ? [element("small", { lang: "en" }, outcome.detail)] : [];
      return element(
        "li", state === "passed" ? {} : { class: state }, icon(signs[state]), element("span", { class: "n" }, String(id)),
        element("span", {}, this.text.say(checks[id]), element("span", { class: "vh" }, `: ${this.text.say(words[state])}`)), ...detail);
    }));
  }

  #writeOutcome() {
    const { report } = this.#state;
    show($("record-outcome"), ...(report.ok ? this.#passed() : this.#failed()), this.#checkList(report.checks, () => "na"), ...this.#results(), ...this.#standing());
  }

  #passed() {
    const { text } = this;
    const { report, seconds, entries, bytes, when } = this.#state;
    const facts = text.nodes("verify.when", { time: text.moment(when), seconds: duration(text, seconds), entries, size: size(text, bytes) });
    const count = report.checks.length;
    if (report.aborted !== null) return [verdict("", text.nodes("verify.aborted", { count, reason: report.aborted }), facts)];
    if (report.soFar) return [verdict("", text.nodes("verify.so-far", { count }), [...text.nodes("verify.so-far.why"), " ", ...facts])];
    return [verdict("", text.nodes("verify.all-passed", { count }), facts)];
  }

  #failed() {
    const { text } = this;
    const { id, detail } = this.#state.report.checks.find(({ ok }) => !ok) ?? {};
    const entry = entryIn(detail ?? "");
    const said = id === undefined ? text.nodes("verify.failed.none") : entry === null
      ? text.nodes("verify.failed.check", { check: id }) : text.nodes("verify.failed.entry", { check: id, entry });
    return [
      verdict("stop", said, text.nodes("verify.failed.do")),
      element("div", { class: "actions" }, this.#report()),
    ];
  }

  /** What to send us: the report, and what it is about. Nothing in it is secret. */
  #report() {
    const { report, error, entries, bytes, when, checkpoint, published } = this.#state;
    const content = {
      service: location.origin, election: this.reference, time: new Date(when).toISOString(), entries, bytes, report, published,
      checkpoint: checkpoint && new TextDecoder().decode(checkpoint), error: error && { name: error.name, message: error.message, code: error.code, path: error.path },
    };
    return saveButton(this.text.say("verify.save-report"), `comitia-report-${this.reference}.json`, JSON.stringify(content, null, 2), "application/json");
  }

  /** What was counted here beside what the service publishes. */
  #results() {
    const { text } = this;
    const { report, published } = this.#state;
    if (!report.contests) return published && report.soFar ? [notice("stop", "warning", element("p", {}, ...text.nodes("verify.result.early")))] : [];
    const same = published !== null && sameResult(report.contests, published.contests);
    const tables = report.contests.map((contest, at) => {
      const rows = contest.options.map((option, index) => {
        const theirs = published?.contests[at]?.options[index]?.votes;
        return element(
          "tr", {}, element("th", { scope: "row" }, option.name), element("td", { class: "r" }, text.number(option.votes)),
          element("td", { class: "r" }, theirs === undefined ? "–" : text.number(theirs)));
      });
      return element(
        "table", {}, element("caption", {}, contest.title),
        element("thead", {}, element("tr", {}, ...["verify.option", "verify.counted", "verify.published"].map((key, column) => element("th", column === 0 ? { scope: "col" } : { scope: "col", class: "r" }, text.say(key))))),
        element("tbody", {}, ...rows));
    });
    const said = same ? notice("", "tick", element("p", {}, ...text.nodes("verify.result.same")))
      : published === null ? notice("wait", "clock", element("p", {}, ...text.nodes("verify.result.none")))
        : notice("stop", "warning", element("p", {}, ...text.nodes("verify.result.other")), element("div", { class: "actions" }, this.#report()));
    return [element("h3", {}, text.say("verify.result")), said, ...tables];
  }

  /** Whether it is the election that everybody else sees. */
  #standing() {
    const { report } = this.#state;
    if (!report.ok) return [];
    return [...this.#withoutAnchors(), ...this.#identity()];
  }

  /** Check 15 alone may be left out without harm; that it was is said in words. */
  #withoutAnchors() {
    const { report } = this.#state;
    if (report.soFar || !report.notRun.includes(15)) return [];
    return [notice("wait", "info", element("p", {}, ...this.text.nodes("verify.no-anchors")))];
  }

  #identity() {
    const { text } = this;
    const { report, given, entries } = this.#state;
    const rows = facts([text.say("verify.given.id"), hash(report.electionId)], [text.say("verify.entries"), text.number(entries)]);
    if (!report.selfConsistentOnly) {
      return [notice("", "tick", element("p", {}, ...text.nodes(given.id ? "verify.same-id" : "verify.same-receipt"))), rows];
    }
    return [notice("wait", "info", element("p", {}, ...text.nodes("verify.self-consistent"))), rows];
  }

  #writeFailure() {
    const { text } = this;
    const { error } = this.#state;
    const again = element("button", { class: "button button--primary", type: "button", onclick: () => this.#start() }, icon("again"), text.say("verify.again"));
    const whole = error.code === "notARecord" || error.isAbsent;
    show(
      $("record-outcome"),
      whole
        ? notice("stop", "warning", element("p", { role: "alert" }, ...text.nodes("verify.not-whole", { file: error.path ?? "" })), element("div", { class: "actions" }, again, this.#report()))
        : notice("wait", "offline", element("p", { role: "alert" }, ...text.nodes("verify.stopped")), element("p", { class: "small", lang: "en" }, error.message), element("div", { class: "actions" }, again)));
  }
}
