// The trustee's page: a share of an election's key, kept in this browser. What is done is done by trustee.wasm in a worker; here are the order of steps and the words.

import { element } from "../elements.mjs";
import { Text, languageChooser } from "../text.mjs";
import { BrowserStore } from "./store.mjs";
import { Views, icon } from "./views.mjs";
import { TrusteeRefusal, Workplace, deriveKey } from "./workplace.mjs";

const shortestPassphrase = 12;
const longestPause = 15;
const place = document.getElementById("step");
const refuse = (code) => { throw new TrusteeRefusal({ code, message: code }); };

class TrusteePage {
  #store;
  #source;
  #views;
  #workplace = null;
  #fingerprint = null;
  #shown = () => {};
  /** What is known of each election while the page is open, by reference. */
  #told = new Map();
  #happened = [];
  #place = null;

  async begin() {
    const text = await Text.load();
    this.#views = new Views(text);
    document.getElementById("language").replaceChildren(languageChooser(text));
    text.fill();
    text.onChange(() => {
      text.fill();
      this.#shown();
    });
    if (!globalThis.crossOriginIsolated || !navigator.locks || !globalThis.indexedDB) return this.#show(() => this.#alone("unsupported"));
    navigator.locks.request("comitia-trustee", { ifAvailable: true }, async (lock) => {
      if (!lock) return false;
      this.#start();
      return new Promise(() => {});
    }).then((isOurs) => {
      if (isOurs !== false) return;
      this.#show(() => this.#alone("elsewhere"));
      navigator.locks.request("comitia-trustee", () => {
        this.#start();
        return new Promise(() => {});
      });
    });
  }

  async #start() {
    try {
      this.#store = await BrowserStore.open();
      const answer = await fetch("/js/trustee.wasm");
      if (!answer.ok) throw new Error(`trustee.wasm: ${answer.status}`);
      this.#source = await WebAssembly.compile(await answer.arrayBuffer());
      this.#happened = await this.#store.happened();
      this.#show(await this.#store.file() ? () => this.#unlock() : () => this.#welcome());
    } catch (error) {
      this.#show(() => [this.#views.head("title"), this.#views.notice("stop", "warning", element("p", {}, this.#views.wordsOf(error)))]);
    }
  }

  // MARK: Frame

  /** Shows a view, and shows it again in another language. */
  #show(view) {
    this.#shown = () => {
      const parts = view();
      place.replaceChildren(element("div", { class: "stack" }, ...parts));
      document.title = `${this.#views.say("title")} · Comitia`;
    };
    this.#shown();
    place.querySelector("h1")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  #alone(key) { return [this.#views.head("title"), this.#views.notice("wait", "info", this.#views.p(key))]; }

  /** A worker of its own. */
  #worker(tell = () => {}) {
    const worker = new Worker("/js/trustee/worker.mjs", { type: "module" });
    return Workplace.open({ worker, source: this.#source, origin: location.origin, store: this.#store, tell });
  }

  #derive(passphrase, file) { return deriveKey(() => this.#worker(), passphrase, file); }

  get #invitation() { return location.hash.length > 1 ? location.href : null; }

  /** A link that saves bytes as a file. */
  #download(name, bytes, words, kind = "button") {
    const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    return element("a", { class: kind, href: address, download: name }, icon("download"), words);
  }

  // MARK: First visit

  #welcome() {
    const views = this.#views;
    const children = [
      views.head("welcome.title"), views.p("welcome.what", {}, "p", { class: "lead" }),
      views.sheet("welcome.do", views.list("welcome.do1", "welcome.do2", "welcome.do3", "welcome.do4")),
      views.sheet("welcome.promise", views.list("welcome.promise1", "welcome.promise2", "welcome.promise3")),
      views.notice("wait", "info", views.p("welcome.limits")),
    ];
    if (!this.#invitation) children.push(views.notice("", "link", views.p("welcome.noLink")));
    const actions = [];
    if (this.#invitation) actions.push(views.button("welcome.begin", () => this.#show(() => this.#create())));
    actions.push(views.button("welcome.restore", () => this.#show(() => this.#restore()), ""));
    return [...children, element("div", { class: "actions" }, ...actions)];
  }

  #create() {
    const views = this.#views;
    const first = views.passphrase("passphrase", "create.passphrase", true);
    const second = views.passphrase("again", "create.again", true);
    const form = views.form([first.field, second.field], "create.make", async () => {
      const passphrase = first.input.value;
      if ([...passphrase].length < shortestPassphrase) refuse("shortPassphrase");
      if (passphrase !== second.input.value) refuse("differentPassphrases");
      await navigator.storage?.persist?.();
      const { key, cost } = await this.#derive(passphrase);
      await this.#open(async (workplace) => {
        await this.#store.keep(await workplace.call("create", key, cost));
        return workplace.call("status");
      });
      await this.#next();
    });
    return [views.head("create.title"), views.p("create.about"), element("section", { class: "sheet stack" }, form)];
  }

  #restore() {
    const views = this.#views;
    const file = views.input("file", "restore.file", { type: "file", required: "", accept: ".key" });
    const passphrase = views.passphrase("passphrase", "unlock.passphrase");
    const form = views.form([file.field, passphrase.field], "restore.open", async () => {
      const bytes = new Uint8Array(await file.input.files[0].arrayBuffer());
      const { key } = await this.#derive(passphrase.input.value, bytes);
      const status = await this.#open((workplace) => workplace.call("open", key, bytes));
      await navigator.storage?.persist?.();
      await this.#store.keep(bytes);
      // The copy that was just opened is one.
      await this.#store.addCopy("key");
      for (const { holdsShare, ceremony } of status.elections) if (holdsShare) await this.#store.addCopy(ceremony);
      await this.#next();
    }, views.button("back", () => this.#show(() => this.#welcome()), "plain"));
    return [
      views.head("restore.title"), views.p("restore.about"), views.notice("stop", "warning", views.p("restore.once")),
      element("section", { class: "sheet stack" }, form),
    ];
  }

  #unlock() {
    const views = this.#views;
    const passphrase = views.passphrase("passphrase", "unlock.passphrase");
    const form = views.form([passphrase.field], "unlock.open", async () => {
      const file = await this.#store.file();
      const { key } = await this.#derive(passphrase.input.value, file);
      await this.#open((workplace) => workplace.call("open", key, file));
      await this.#next();
    });
    return [views.head("unlock.title"), views.p("unlock.about"), element("section", { class: "sheet stack" }, form)];
  }

  /** Begins a worker with an open key file. */
  async #open(work) {
    this.#workplace?.close();
    this.#workplace = null;
    const workplace = await this.#worker((event) => this.#hear(event));
    try {
      const status = await work(workplace);
      [this.#workplace, this.#fingerprint] = [workplace, status.fingerprint];
      return status;
    } catch (error) {
      workplace.close();
      throw error;
    }
  }

  // MARK: What is to be done next

  async #next() {
    const { elections } = await this.#workplace.call("status");
    const copies = await this.#store.copies();
    if (!copies.includes("key")) return this.#show(this.#copying("key"));
    if (this.#invitation) {
      try {
        const invitation = await this.#workplace.call("readInvitation", this.#invitation);
        if (!invitation.known) return this.#show(() => this.#joining());
        history.replaceState(null, "", location.pathname);
      } catch (error) {
        return this.#show(() => [this.#views.head("title"), this.#views.notice("stop", "warning", element("p", {}, this.#views.wordsOf(error)))]);
      }
    }
    if (elections.length === 0) return this.#show(() => this.#alone("refusal.needsLink"));
    return this.#serve();
  }

  /** Saving a copy and testing it, by what it must hold: `key`, or a ceremony's share. */
  #copying(what, election) {
    let file;
    const date = new Date().toISOString().slice(0, 10);
    const ready = this.#store.file().then((bytes) => {
      file = bytes;
      this.#shown();
    });
    return () => {
      if (!file) {
        ready.catch(() => {});
        return this.#alone("working");
      }
      const views = this.#views;
      const kind = what === "key" ? "key" : "share";
      const save = this.#download(`comitia-trustee-${kind}-${date}.key`, file, views.say("copy.save"), "button button--primary");
      const chosen = views.input("file", "copy.file", { type: "file", required: "", accept: ".key" });
      const passphrase = views.passphrase("passphrase", "unlock.passphrase");
      const form = views.form([chosen.field, passphrase.field], "copy.test", async () => {
        const bytes = new Uint8Array(await chosen.input.files[0].arrayBuffer());
        await this.#test(bytes, passphrase.input.value, what);
        await this.#store.addCopy(what);
        await this.#next();
      });
      return [
        views.head(`copy.${kind}.title`, {}, election), views.p(`copy.${kind}.about`),
        views.sheet("copy.first", views.p("copy.first.about"), element("div", { class: "actions" }, save)),
        views.sheet("copy.second", views.p("copy.second.about"), form),
      ];
    };
  }

  /** Restores a copy in a worker that is thrown away. */
  async #test(bytes, passphrase, what) {
    const { key } = await this.#derive(passphrase, bytes);
    const workplace = await this.#worker();
    try {
      const { fingerprint, elections } = await workplace.call("open", key, bytes);
      if (fingerprint !== this.#fingerprint) refuse("otherKey");
      if (what !== "key" && !elections.some(({ ceremony, holdsShare }) => holdsShare && ceremony === what)) refuse("noShareInCopy");
    } finally {
      workplace.close();
    }
  }

  #joining() {
    const views = this.#views;
    const name = views.input("name", "join.name", { required: "", maxlength: "100", autocomplete: "name" }, "join.hint");
    const form = views.form([name.field], "join.join", async () => {
      const outcome = await this.#workplace.call("join", this.#invitation, name.input.value.trim());
      if (outcome.kind !== "waiting") throw new Error(outcome.reason || views.say(`alarm.${outcome.code}`, { detail: outcome.detail, check: 0 }));
      // The invitation has served.
      history.replaceState(null, "", location.pathname);
      await this.#next();
    });
    return [
      views.head("join.title"), views.p("join.about"), element("section", { class: "sheet stack" }, form),
      element("section", { class: "sheet stack" }, views.p("fingerprint.yours", {}, "h2"), this.#views.fingerprint(this.#fingerprint), views.p("fingerprint.tell")),
    ];
  }

  // MARK: Work

  #hear(event) {
    const known = this.#known(event.reference);
    if (event.kind === "phase") [known.phase, known.reason] = [event.phase, event.reason];
    else if (event.kind === "mirroring" || event.kind === "verifying") known.progress = event;
    else if (event.kind !== "took" && event.kind !== "messagesSent") {
      known.progress = null;
      const same = this.#happened.findLastIndex(({ reference, kind }) => event.kind === "cosigned" && reference === event.reference && kind === "cosigned");
      // Cosignatures come by the hundred: the newest stands for all.
      if (same >= 0) this.#happened.splice(same, 1);
      this.#happened.push({ ...event, time: Date.now() });
      this.#store.keepHappened(this.#happened);
    }
    this.#refresh();
  }

  #known(reference) {
    if (!this.#told.has(reference)) this.#told.set(reference, { phase: null, reason: "", progress: null, outcome: null });
    return this.#told.get(reference);
  }

  #refresh() { if (this.#place === this.#workplace && this.#workplace) this.#shown(); }

  /** Serves all elections, one after the other, until all are over. */
  async #serve() {
    const workplace = this.#workplace;
    this.#place = workplace;
    let { elections } = await workplace.call("status");
    this.#show(() => this.#overview(elections));
    for (let failures = 0; workplace === this.#workplace;) {
      const running = elections.filter(({ stage, service }) => stage !== "tallied" && service === location.origin);
      const copies = await this.#store.copies();
      let failed = false;
      for (const election of running) {
        const known = this.#known(election.reference);
        if (known.isOver) continue;
        const wait = running.length === 1 && failures === 0 && known.phase ? 25 : 0;
        try {
          known.outcome = await workplace.call("step", election.reference, { wait, backedUp: copies.includes(election.ceremony) });
        } catch (error) {
          if (workplace !== this.#workplace) return undefined;
          known.outcome = { kind: "malformed", reason: error.message };
        }
        if (known.outcome.kind === "ended") known.isOver = true;
        failed ||= !["waiting", "backupDue", "ended"].includes(known.outcome.kind);
        ({ elections } = await workplace.call("status"));
        const due = elections.find(({ reference }) => reference === election.reference);
        if (known.outcome.kind === "backupDue" && !copies.includes(due.ceremony)) {
          this.#place = null;
          return this.#show(this.#copying(due.ceremony, due.title));
        }
        this.#shown();
      }
      if (running.every(({ reference }) => this.#known(reference).isOver)) return this.#shown();
      failures = failed ? failures + 1 : 0;
      const pause = failed ? Math.min(longestPause, 2 ** Math.min(failures, 6)) * (0.5 + Math.random() / 2) : running.length > 1 ? 3 : 0;
      await new Promise((resolve) => { setTimeout(resolve, pause * 1000); });
    }
    return undefined;
  }

  #overview(elections) {
    const views = this.#views;
    const children = elections.flatMap((election) => this.#election(election));
    const manage = element("section", { class: "sheet stack" }, views.p("manage.title", {}, "h2"), views.p("manage.about"),
      element("div", { class: "actions" }, views.button("manage.copy", () => this.#saveCopy(), "")));
    return [...children, manage];
  }

  async #saveCopy() {
    const link = this.#download(`comitia-trustee-${new Date().toISOString().slice(0, 10)}.key`, await this.#store.file(), "");
    link.click();
  }

  /** What is going on, what has happened and what comes next, of one election. */
  #election(election) {
    const views = this.#views;
    const { phase, reason, progress, outcome } = this.#known(election.reference);
    const now = stateOf(election, phase);
    const children = [views.head(`now.${now}.title`, {}, election.title)];
    if (election.service !== location.origin) return [...children, views.notice("wait", "info", element("p", {}, views.say("refusal.elsewhere")))];
    if (outcome?.kind === "alarm") children.push(views.alarm(outcome, (name, bytes, words) => this.#download(name, bytes, words, "")));
    if (["unavailable", "refused", "malformed"].includes(outcome?.kind)) children.push(views.notice("wait", "offline", views.p("offline", { reason: outcome.reason })));
    children.push(views.p(`now.${now}.about`, {}, "p", { class: "lead", role: "status" }));
    if (reason) children.push(views.p("reason", { reason }));
    if (progress) children.push(this.#progress(progress));
    children.push(element("section", { class: "sheet" }, views.life(lifeOf[now])));
    if (election.trustees.length > 0 && ["ceremony", "copy", "drill", "ready"].includes(now)) children.push(this.#trustees(election));
    if (election.trustees.length === 0) {
      children.push(views.sheet("fingerprint.yours", views.fingerprint(this.#fingerprint), views.p("fingerprint.tell")));
    }
    if (election.electionId) children.push(views.sheet("electionId", views.p("electionId.about"), views.fingerprint(election.electionId)));
    const lines = this.#happened.filter(({ reference }) => reference === election.reference).map((event) => [event, views.eventText(event)]).filter(([, words]) => words);
    if (lines.length > 0) {
      const items = lines.slice(-20).reverse().flatMap(([event, words]) => [element("dt", {}, views.text.time(event.time)), element("dd", {}, words)]);
      children.push(views.sheet("happened", element("dl", { class: "dl" }, ...items)));
    }
    return children;
  }

  #progress({ kind, proving, done, total }) {
    const key = kind === "mirroring" ? "progress.mirroring" : proving ? "progress.proving" : "progress.reading";
    const words = this.#views.say(key);
    return element("div", { class: "stack-s" }, element("p", {}, words), element("progress", { max: String(Math.max(1, total)), value: String(done), "aria-label": words }));
  }

  #trustees(election) {
    const views = this.#views;
    const items = election.trustees.flatMap(({ number, name, fingerprint }) => [
      element("dt", {}, number === election.number ? views.say("trustees.you", { name }) : name), element("dd", {}, views.fingerprint(fingerprint)),
    ]);
    return views.sheet("trustees", views.p("trustees.compare"), element("dl", { class: "dl" }, ...items));
  }
}

/** What to say of an election. */
function stateOf({ stage }, phase) {
  if (stage === "tallied" || stage === "aborted") return stage;
  if (phase === "failed") return "failed";
  if (stage === "decrypted") return "decrypted";
  if (stage === "open") return ["paused", "closing", "decrypting"].includes(phase) ? phase : "open";
  if (stage === "drilled") return "ready";
  if (stage === "made") return "drill";
  if (stage === "ceremony" || phase === "ceremony") return "ceremony";
  return "gathering";
}

const lifeOf = {
  gathering: 1, ceremony: 1, failed: 1, drill: 3, ready: 4, open: 4, paused: 4, closing: 5, decrypting: 5, decrypted: 6, tallied: 7, aborted: 7,
};

new TrusteePage().begin().catch((error) => {
  // Without texts there are no words but these.
  place.replaceChildren(element("p", { role: "alert" }, `This page cannot be shown: ${error.message}`));
});
