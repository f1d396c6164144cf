// The trustee's page: a share of an election's key, kept in this browser. What is done is done by trustee.wasm in a worker; here are the order of steps and the words.

import { element } from "../elements.mjs";
import { askInPilots } from "../feedback.mjs";
import { Text, languageChooser } from "../text.mjs";
import { BrowserStore } from "./store.mjs";
import { Views, icon } from "./views.mjs";
import { copies, states } from "./words.mjs";
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
    askInPilots(text);
    text.onChange(() => {
      text.fill();
      this.#shown();
    });
    if (!globalThis.crossOriginIsolated || !navigator.locks || !globalThis.indexedDB) return this.#show(() => this.#alone("trustee.unsupported"));
    navigator.locks.request("comitia-trustee", { ifAvailable: true }, async (lock) => {
      if (!lock) return false;
      this.#start();
      return new Promise(() => {});
    }).then((isOurs) => {
      if (isOurs !== false) return;
      this.#show(() => this.#alone("trustee.elsewhere"));
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
      this.#show(() => [this.#views.head("trustee.title"), this.#views.notice("stop", "warning", element("p", {}, this.#views.wordsOf(error)))]);
    }
  }

  // MARK: Frame

  /** Shows a view, and shows it again in another language. */
  #show(view) {
    this.#shown = () => {
      const parts = view();
      place.replaceChildren(element("div", { class: "stack" }, ...parts));
      document.title = `${this.#views.say("trustee.title")} · Comitia`;
    };
    this.#shown();
    place.querySelector("h1")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  #alone(key) { return [this.#views.head("trustee.title"), this.#views.notice("wait", "info", this.#views.p(key))]; }

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
      views.head("trustee.welcome.title"), views.p("trustee.welcome.what", {}, "p", { class: "lead" }),
      views.sheet("trustee.welcome.do", views.list("trustee.welcome.do1", "trustee.welcome.do2", "trustee.welcome.do3", "trustee.welcome.do4")),
      views.sheet("trustee.welcome.promise", views.list("trustee.welcome.promise1", "trustee.welcome.promise2", "trustee.welcome.promise3")),
      views.notice("wait", "info", views.p("trustee.welcome.limits")),
    ];
    if (!this.#invitation) children.push(views.notice("", "link", views.p("trustee.welcome.no-link")));
    const actions = [];
    if (this.#invitation) actions.push(views.button("trustee.welcome.begin", () => this.#show(() => this.#create())));
    actions.push(views.button("trustee.welcome.restore", () => this.#show(() => this.#restore()), ""));
    return [...children, element("div", { class: "actions" }, ...actions)];
  }

  /** A new passphrase, given twice. */
  #newPassphrase() {
    const views = this.#views;
    const first = views.passphrase("passphrase", "trustee.create.passphrase", true);
    const second = views.passphrase("again", "trustee.create.again", true);
    const read = () => {
      const passphrase = first.input.value;
      if ([...passphrase].length < shortestPassphrase) refuse("shortPassphrase");
      if (passphrase !== second.input.value) refuse("differentPassphrases");
      return passphrase;
    };
    return { fields: [first.field, second.field], read };
  }

  #create() {
    const views = this.#views;
    const { fields, read } = this.#newPassphrase();
    const form = views.form(fields, "trustee.create.make", async () => {
      const passphrase = read();
      await navigator.storage?.persist?.();
      const { key, cost } = await this.#derive(passphrase);
      await this.#open(async (workplace) => {
        await this.#store.keep(await workplace.call("create", key, cost));
        return workplace.call("status");
      });
      await this.#next();
    });
    return [views.head("trustee.create.title"), views.p("trustee.create.about"), element("section", { class: "sheet stack" }, form)];
  }

  #restore() {
    const views = this.#views;
    const file = views.input("file", "trustee.restore.file", { type: "file", required: "", accept: ".key" });
    const passphrase = views.passphrase("passphrase", "trustee.unlock.passphrase");
    const newest = views.choice("newest", "trustee.restore.newest", "trustee.restore.newest.about");
    const form = views.form([file.field, passphrase.field, newest.field], "trustee.restore.open", async () => {
      const bytes = new Uint8Array(await file.input.files[0].arrayBuffer());
      const { key } = await this.#derive(passphrase.input.value, bytes);
      const status = await this.#open((workplace) => workplace.call("open", key, bytes));
      await navigator.storage?.persist?.();
      await this.#store.keep(await this.#workplace.call("restore", newest.input.checked));
      // The copy that was just opened is one.
      await this.#store.addCopy("key");
      for (const { holdsShare, ceremony } of status.elections) if (holdsShare) await this.#store.addCopy(ceremony);
      await this.#next();
    }, views.button("trustee.back", () => this.#show(() => this.#welcome()), "plain"));
    return [
      views.head("trustee.restore.title"), views.p("trustee.restore.about"), views.notice("stop", "warning", views.p("trustee.restore.once")),
      element("section", { class: "sheet stack" }, form),
    ];
  }

  #unlock() {
    const views = this.#views;
    const passphrase = views.passphrase("passphrase", "trustee.unlock.passphrase");
    const form = views.form([passphrase.field], "trustee.unlock.open", async () => {
      const file = await this.#store.file();
      const { key } = await this.#derive(passphrase.input.value, file);
      await this.#open((workplace) => workplace.call("open", key, file));
      await this.#next();
    });
    return [views.head("trustee.unlock.title"), views.p("trustee.unlock.about"), element("section", { class: "sheet stack" }, form)];
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
    const kept = await this.#store.copies();
    if (!kept.includes("key")) return this.#show(this.#copying("key"));
    if (this.#invitation) {
      try {
        const invitation = await this.#workplace.call("readInvitation", this.#invitation);
        if (!invitation.known) return this.#show(() => this.#joining());
        history.replaceState(null, "", location.pathname);
      } catch (error) {
        return this.#show(() => [this.#views.head("trustee.title"), this.#views.notice("stop", "warning", element("p", {}, this.#views.wordsOf(error)))]);
      }
    }
    if (elections.length === 0) return this.#show(() => this.#alone("trustee.refusal.needs-link"));
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
        return this.#alone("trustee.working");
      }
      const views = this.#views;
      const kind = what === "key" ? "key" : "share";
      const save = this.#download(`comitia-trustee-${kind}-${date}.key`, file, views.say("trustee.copy.save"), "button button--primary");
      const chosen = views.input("file", "trustee.copy.file", { type: "file", required: "", accept: ".key" });
      const passphrase = views.passphrase("passphrase", "trustee.unlock.passphrase");
      const form = views.form([chosen.field, passphrase.field], "trustee.copy.test", async () => {
        const bytes = new Uint8Array(await chosen.input.files[0].arrayBuffer());
        await this.#test(bytes, passphrase.input.value, what);
        await this.#store.addCopy(what);
        await this.#next();
      });
      return [
        views.head(copies[kind].title, {}, election), views.p(copies[kind].about),
        views.sheet("trustee.copy.first", views.p("trustee.copy.first.about"), element("div", { class: "actions" }, save)),
        views.sheet("trustee.copy.second", views.p("trustee.copy.second.about"), form),
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
    const name = views.input("name", "trustee.join.name", { required: "", maxlength: "100", autocomplete: "name" }, "trustee.join.hint");
    const form = views.form([name.field], "trustee.join.join", async () => {
      const outcome = await this.#workplace.call("join", this.#invitation, name.input.value.trim());
      if (outcome.kind !== "waiting") throw new Error(outcome.reason || views.alarmText(outcome));
      // The invitation has served.
      history.replaceState(null, "", location.pathname);
      await this.#next();
    });
    return [
      views.head("trustee.join.title"), views.p("trustee.join.about"), element("section", { class: "sheet stack" }, form),
      element("section", { class: "sheet stack" }, views.p("trustee.fingerprint.yours", {}, "h2"), this.#views.fingerprint(this.#fingerprint), views.p("trustee.fingerprint.tell")),
    ];
  }

  // MARK: Work

  #hear(event) {
    const known = this.#known(event.reference);
    if (event.kind === "approvalDue") known.approval = event;
    else if (["renewed", "replaced"].includes(event.kind)) known.approval = null;
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
    if (!this.#told.has(reference)) this.#told.set(reference, { phase: null, reason: "", progress: null, outcome: null, approval: null });
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
      const running = elections.filter(({ stage, service }) => stage !== "tallied" && stage !== "replaced" && service === location.origin);
      const kept = await this.#store.copies();
      let failed = false;
      for (const election of running) {
        const known = this.#known(election.reference);
        if (known.isOver) continue;
        const wait = running.length === 1 && failures === 0 && known.phase ? 25 : 0;
        try {
          known.outcome = await workplace.call("step", election.reference, { wait, backedUp: kept.includes(election.ceremony) });
        } catch (error) {
          if (workplace !== this.#workplace) return undefined;
          known.outcome = { kind: "malformed", reason: error.message };
        }
        if (known.outcome.kind === "ended") known.isOver = true;
        failed ||= !["waiting", "backupDue", "ended"].includes(known.outcome.kind);
        ({ elections } = await workplace.call("status"));
        const due = elections.find(({ reference }) => reference === election.reference);
        if (known.outcome.kind === "backupDue" && !kept.includes(due.ceremony)) {
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
    const manage = element("section", { class: "sheet stack" }, views.p("trustee.manage.title", {}, "h2"), views.p("trustee.manage.about"),
      element("div", { class: "actions" }, views.button("trustee.manage.copy", () => this.#saveCopy(), ""),
        views.button("trustee.manage.passphrase", () => this.#show(() => this.#changePassphrase()), "")));
    return [...children, manage];
  }

  /** The old passphrase, and a new one twice. Work rests meanwhile: what is kept is kept under one of the two. */
  #changePassphrase() {
    this.#workplace?.close();
    this.#workplace = null;
    const views = this.#views;
    const old = views.passphrase("old", "trustee.unlock.passphrase");
    const { fields, read } = this.#newPassphrase();
    const form = views.form([old.field, ...fields], "trustee.manage.passphrase", async () => {
      const passphrase = read();
      const { key: known } = await this.#derive(old.input.value, await this.#store.file());
      const { key, cost } = await this.#derive(passphrase);
      // As it is now: the worker's last word may have been kept since.
      const file = await this.#store.file();
      await this.#open(async (workplace) => {
        const status = await workplace.call("open", known, file);
        await this.#store.keep(await workplace.call("rekey", key, cost));
        return status;
      });
      await this.#next();
    }, views.button("trustee.back", () => this.#show(() => this.#unlock()), "plain"));
    return [views.head("trustee.manage.passphrase"), views.p("trustee.manage.passphrase.about"), element("section", { class: "sheet stack" }, form)];
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
    const children = [views.head(states[now].title, {}, election.title)];
    if (election.service !== location.origin) return [...children, views.notice("wait", "info", element("p", {}, views.say("trustee.refusal.elsewhere")))];
    if (outcome?.kind === "alarm") children.push(views.alarm(outcome, (name, bytes, words) => this.#download(name, bytes, words, "")));
    if (["unavailable", "refused", "malformed"].includes(outcome?.kind)) children.push(views.notice("wait", "offline", views.p("trustee.offline", { reason: outcome.reason })));
    children.push(views.p(states[now].about, {}, "p", { class: "lead", role: "status" }));
    const { approval } = this.#known(election.reference);
    if (approval && ["open", "paused"].includes(now)) children.push(this.#approval(election, approval));
    if (reason) children.push(views.p("trustee.reason", { reason }));
    if (progress) children.push(this.#progress(progress));
    children.push(element("section", { class: "sheet" }, views.life(lifeOf[now])));
    if (election.trustees.length > 0 && ["ceremony", "copy", "drill", "ready"].includes(now)) children.push(this.#trustees(election));
    if (election.trustees.length === 0) {
      children.push(views.sheet("trustee.fingerprint.yours", views.fingerprint(this.#fingerprint), views.p("trustee.fingerprint.tell")));
    }
    if (election.electionId) children.push(views.sheet("trustee.election-id", views.p("trustee.election-id.about"), views.fingerprint(election.electionId)));
    const lines = this.#happened.filter(({ reference }) => reference === election.reference).map((event) => [event, views.eventText(event)]).filter(([, words]) => words);
    if (lines.length > 0) {
      const items = lines.slice(-20).reverse().flatMap(([event, words]) => [element("dt", {}, views.text.time(event.time)), element("dd", {}, words)]);
      children.push(views.sheet("trustee.happened", element("dl", { class: "dl" }, ...items)));
    }
    return children;
  }

  /** The list to which the shares are to be handed over: nothing is dealt before a person approves it. */
  #approval({ reference }, { list, members }) {
    const views = this.#views;
    const items = members.flatMap(({ name, fingerprint, isNew }) => [
      element("dt", {}, isNew ? views.say("trustee.approval.new", { name }) : name), element("dd", {}, views.fingerprint(fingerprint)),
    ]);
    const form = views.form([], "trustee.approval.approve", async () => {
      const outcome = await this.#workplace.call("approve", reference, list);
      if (outcome.kind !== "waiting") throw new Error(outcome.reason || views.alarmText(outcome));
      this.#known(reference).approval = null;
      this.#refresh();
    });
    return element("section", { class: "sheet stack" }, views.p("trustee.approval.title", {}, "h2"), views.p("trustee.approval.about"),
      element("dl", { class: "dl" }, ...items), form);
  }

  #progress({ kind, proving, done, total }) {
    const key = kind === "mirroring" ? "trustee.progress.mirroring" : proving ? "trustee.progress.proving" : "trustee.progress.reading";
    const words = this.#views.say(key);
    return element("div", { class: "stack-s" }, element("p", {}, words), element("progress", { max: String(Math.max(1, total)), value: String(done), "aria-label": words }));
  }

  #trustees(election) {
    const views = this.#views;
    const items = election.trustees.flatMap(({ number, name, fingerprint }) => [
      element("dt", {}, number === election.number ? views.say("trustee.trustees.you", { name }) : name), element("dd", {}, views.fingerprint(fingerprint)),
    ]);
    return views.sheet("trustee.trustees", views.p("trustee.trustees.compare"), element("dl", { class: "dl" }, ...items));
  }
}

/** What to say of an election. */
function stateOf({ stage }, phase) {
  if (["tallied", "aborted", "replaced"].includes(stage)) return stage;
  if (phase === "failed") return "failed";
  if (stage === "decrypted") return "decrypted";
  if (stage === "open") return ["paused", "closing", "decrypting"].includes(phase) ? phase : "open";
  if (stage === "drilled") return "ready";
  if (stage === "made") return "drill";
  if (stage === "ceremony" || phase === "ceremony") return "ceremony";
  return "gathering";
}

const lifeOf = {
  gathering: 1, ceremony: 1, failed: 1, drill: 3, ready: 4, open: 4, paused: 4, closing: 5, decrypting: 5, decrypted: 6, tallied: 7, aborted: 7, replaced: 7,
};

new TrusteePage().begin().catch((error) => {
  // Without texts there are no words but these.
  place.replaceChildren(element("p", { role: "alert" }, `This page cannot be shown: ${error.message}`));
});
