// The part of the page that finds one ballot on the board.

import { AnchorWatch, anchorWords } from "./anchored.mjs";
import { fromHex, toHex } from "./election-client.mjs";
import { element, show } from "./elements.mjs";
import { TrackerWords, TrackerWordsError } from "./tracker-words.mjs";
import { readTracker } from "./typed-tracker.mjs";
import { facts, fieldError, hash, icon, notice, saveButton, size, verdict, wordList } from "./verify-parts.mjs";

const $ = (id) => document.getElementById(id);

export class BallotPart {
  election = null;
  #state = { phase: "ready" };
  #words = null;
  #asked = null;
  #anchors = null;
  #anchored = null;

  constructor({ text, reference, work }) {
    Object.assign(this, { text, reference, work });
    $("ballot-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
  }

  /** Finds the ballot that the address names. @param {string} tracker */
  findAtOnce(tracker) {
    $("tracker").value = tracker.replace(/[^\p{L}\d]+/gu, " ");
    $("ballot").scrollIntoView();
    this.#start();
  }

  async #start() {
    if (this.#state.phase === "running") return;
    for (const id of ["tracker", "receipt"]) fieldError(id, null);
    const asked = await this.#read();
    if (asked === null) return;
    this.#asked = asked;
    await this.#find();
  }

  /** What to look for; `null` where the form does not say it. */
  async #read() {
    const file = $("receipt").files[0];
    if (file) return { receipt: new Uint8Array(await file.arrayBuffer()) };
    const typed = $("tracker").value;
    if (typed.trim() === "") return this.#refuse("verify.words.none");
    try {
      this.#words ??= await TrackerWords.load();
      return { prefix: readTracker(typed, this.#words) };
    } catch (error) {
      if (!(error instanceof TrackerWordsError)) return this.#refuse("verify.offline");
      if (error.code === "wrong-count") return this.#refuse("verify.words.count", { count: error.found });
      return this.#refuse("verify.words.unknown", { word: error.word, position: error.position });
    }
  }

  #refuse(key, values) {
    fieldError("tracker", this.text.say(key, values));
    return null;
  }

  async #find() {
    this.#state = { phase: "running", progress: null };
    this.write();
    try {
      this.#words ??= await TrackerWords.load();
      const finding = await this.work.ask("ballot", { reference: this.reference, electionId: fromHex(this.election.board.electionId), ...this.#asked }, (progress) => {
        this.#state.progress = progress;
        this.#writeProgress();
      });
      this.#state = { phase: "done", finding, when: Date.now() };
      if (finding.outcome === "cast") this.#watch(finding.tracker);
    } catch (error) {
      this.#state = { phase: "failed", error };
    }
    this.write();
    $("ballot-outcome").focus();
  }

  /** Writes all again, in the language of now. */
  write() {
    const { phase } = this.#state;
    $("ballot-work").hidden = phase !== "running";
    $("ballot-outcome").hidden = phase === "ready" || phase === "running";
    $("ballot-start").setAttribute("aria-busy", String(phase === "running"));
    if (phase === "running") {
      this.bar = element("progress", { "aria-label": this.text.say("verify.progress") });
      this.status = element("p", { class: "status" });
      show($("ballot-work"), element("div", {}, this.bar, this.status));
      this.#writeProgress();
    }
    if (phase === "done") show($("ballot-outcome"), ...this.#finding());
    if (phase === "failed") show($("ballot-outcome"), ...this.#failure());
  }

  #writeProgress() {
    const { progress } = this.#state;
    const { text } = this;
    if (!progress) return show(this.status, icon("again"), text.say("verify.stage.loading"));
    this.bar.max = progress.total;
    this.bar.value = progress.done;
    show(this.status, icon("again"), text.say("verify.searching", { done: progress.done, total: progress.total, size: size(text, progress.bytes) }));
  }

  #again(key) { return element("button", { class: "button", type: "button", onclick: () => this.#find() }, icon("again"), this.text.say(key)); }

  #finding() {
    const { finding } = this.#state;
    const kinds = {
      cast: () => this.#cast(finding), opened: () => this.#opened(finding), unknown: () => this.#unknown(finding), broken: () => this.#wrong("verify.broken"),
      "cut-off": () => this.#wrong("verify.cut-off"),
      "bad-receipt": () => [notice("wait", "warning", element("p", { role: "alert" }, ...this.text.nodes("verify.bad-receipt")))],
      "foreign-receipt": () => [notice("wait", "info", element("p", { role: "status" }, ...this.text.nodes("verify.foreign-receipt")))],
    };
    return kinds[finding.outcome]();
  }

  #place({ index, time }) { return this.text.nodes("verify.place", { entry: index, time: this.text.time(time) }); }

  #cast(finding) {
    const { text } = this;
    const { place, replacedBy, before, end } = finding;
    const said = replacedBy ? verdict("wait", text.nodes("verify.cast.replaced"), text.nodes("verify.cast.replaced.do"))
      : end === "aborted" ? verdict("wait", text.nodes("verify.cast.aborted"))
        : verdict("", text.nodes("verify.cast.there"), text.nodes(end === "closed" ? "verify.cast.counts" : "verify.cast.would-count"));
    return [
      said, wordList(this.#words.words(finding.tracker)),
      facts(
        [text.say("verify.cast.place"), this.#place(place)],
        [text.say("verify.cast.replaced-by"), replacedBy ? this.#place(replacedBy) : null],
        [text.say("verify.cast.before"), before.length > 0 ? text.say("verify.cast.before.count", { count: before.length }) : null],
        ...this.#signatures(finding), [text.say("verify.anchor"), this.#anchor()]),
      element("p", { class: "small quiet" }, ...text.nodes("verify.cast.shows")),
      element("div", { class: "actions" }, element(
        "a", { class: "button", href: `/api/v1/elections/${this.reference}/ballots/${toHex(finding.tracker)}`, download: "comitia.receipt" }, icon("download"), text.say("verify.save-receipt"))),
    ];
  }

  /** What the service says of the ballot on the public chain; `null` where the election is not anchored, or nothing is known yet. */
  #anchor() {
    const words = anchorWords(this.text, this.#anchored);
    if (words.length === 0) return null;
    return element("span", { id: "ballot-anchor", "aria-live": "polite" }, ...words, " ", element("span", { class: "small quiet" }, ...this.text.nodes("verify.anchor.said")));
  }

  /** Asks for that, and writes it when it changes. @param {Uint8Array} tracker */
  #watch(tracker) {
    this.#anchors?.end();
    this.#anchored = null;
    this.#anchors = new AnchorWatch(this.reference, toHex(tracker), (found) => {
      this.#anchored = found;
      const { phase, finding } = this.#state;
      const there = $("ballot-anchor");
      const said = this.#anchor();
      // What a reader is at stays as it is, where there is a place for it already.
      if (there && said) there.replaceChildren(...said.childNodes);
      else if (phase === "done" && finding.outcome === "cast") show($("ballot-outcome"), ...this.#finding());
    });
  }

  #opened(finding) {
    const { text } = this;
    const there = finding.opening ? [text.say("verify.opened.published"), this.#place(finding.opening)] : [text.say("verify.opened.published"), text.say("verify.opened.not-published")];
    const see = finding.opening ? `/check#${this.reference}.${toHex(finding.tracker)}` : `/check#${this.reference}`;
    return [
      verdict("wait", text.nodes("verify.opened"), text.nodes("verify.opened.do")), wordList(this.#words.words(finding.tracker)),
      facts([text.say("verify.opened.place"), this.#place(finding.place)], there, ...this.#signatures(finding)),
      element("div", { class: "actions" }, element("a", { class: "button", href: see }, icon("eye"), text.say("verify.opened.see"))),
    ];
  }

  #unknown(finding) {
    const { text } = this;
    const advice = ["verify.unknown.typed", "verify.unknown.soon", "verify.unknown.election", "verify.unknown.receipt"];
    return [
      verdict("wait", text.nodes("verify.unknown"), text.nodes("verify.unknown.read", { count: finding.size })),
      element("div", { class: "prose" }, element("ul", {}, ...advice.map((key) => element("li", {}, ...text.nodes(key))))),
      element("div", { class: "actions" }, this.#again("verify.unknown.again")),
    ];
  }

  /** What convicts the board. */
  #wrong(key) {
    const { finding, when } = this.#state;
    const { text } = this;
    const receipt = this.#asked.receipt && new TextDecoder().decode(this.#asked.receipt);
    const content = { service: location.origin, election: this.reference, time: new Date(when).toISOString(), outcome: finding.outcome, entries: finding.entries, receipt };
    return [
      verdict("stop", text.nodes(key), text.nodes("verify.failed.do")),
      element("div", { class: "actions" }, saveButton(text.say("verify.save-report"), `comitia-report-${this.reference}.json`, JSON.stringify(content, null, 2), "application/json")),
    ];
  }

  /** Who signed the board on which this was seen. */
  #signatures({ checkpoint, trustees, entries, electionId }) {
    const { text } = this;
    const names = checkpoint.cosigners.map(({ trustee }) => trustees[trustee - 1]);
    const cosigned = names.length === 0 ? text.say("verify.cosigned.none") : text.say("verify.cosigned.by", { names: text.list(names), quorum: checkpoint.quorum });
    return [
      [text.say("verify.signed"), text.say("verify.signed.log", { count: entries })], [text.say("verify.cosigned"), cosigned],
      [text.say("verify.given.id"), hash(toHex(electionId))],
    ];
  }

  #failure() {
    const { error } = this.#state;
    const { text } = this;
    if (error.code === "malformedLog" && this.#asked.receipt) return [notice("wait", "warning", element("p", { role: "alert" }, ...text.nodes("verify.no-receipt")))];
    if (error.name === "ComitiaError") {
      this.#state.finding = { outcome: error.code, size: 0 };
      this.#state.when = Date.now();
      return this.#wrong("verify.broken");
    }
    return [notice("wait", "offline", element("p", { role: "alert" }, ...text.nodes("verify.stopped")), element("p", { class: "small", lang: "en" }, error.message), element("div", { class: "actions" }, this.#again("verify.again")))];
  }
}
