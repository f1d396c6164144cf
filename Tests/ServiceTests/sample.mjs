// A service with believable elections in every state, for whoever wants to see the pages: names of people and places are invented.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TrackerWords } from "../../web/js/tracker-words.mjs";
import { Registry, noChains } from "./chains.mjs";
import { Client } from "./client.mjs";
import { password } from "./people.mjs";
import { Service, Trustee, root, until } from "./service.mjs";
import { Voter, toHex } from "./voter.mjs";

const students = {
  title: "Student Council Election 2026", description: "Students’ Union of Lindmoor University.\nThe new council begins its work on 1 October.",
  revoting: "last-counts", smallAcknowledged: true, mode: "batch",
  contests: [
    {
      title: "Who should sit on the council?", kind: "approval", maximum: 3, description: "Three seats are to be filled.",
      options: [
        { name: "Tamsin Orrelby", description: "Biology, third year. For longer hours in the library, and a kitchen on every floor of the halls." },
        { name: "Mirko Sandholt", description: "Law, second year" }, { name: "Adaeze Lindqvale", description: "Civil engineering, fourth year" },
        { name: "Elodie Farncastle", description: "History, second year" }, { name: "Jonas Weidemark", description: "Mathematics, third year" },
        { name: "Priya Hollenmark", description: "Medicine, fifth year" }, { name: "Ruben Castelmoor", description: "Music, first year" },
      ],
    },
    { title: "Should the union join the city bicycle scheme?", kind: "single", description: "It costs every member 4 crowns a term.", options: ["Yes", "No"] },
  ],
};
const meeting = {
  title: "Annual General Meeting 2026", description: "Alderbank Housing Cooperative.\nAll members vote, each with one vote.", smallAcknowledged: true,
  contests: [
    {
      title: "Who should sit on the supervisory board?", kind: "approval", maximum: 2,
      options: ["Hedda Brandvold", "Tomasz Wierzbowski", "Leonie Ackersfeld", "Idris Kanounfou", "Maren Tiefenbach"],
    },
    { title: "Do you approve the accounts for 2025?", kind: "single", options: ["Yes", "No"] },
    { title: "How much is each repair worth to you?", kind: "score", range: 5, options: ["New roof for house 3", "Lifts in house 7", "Bicycle shed"] },
  ],
};
const motion = (title, description, question) => ({
  title, description, smallAcknowledged: true, contests: [{ title: question, kind: "single", options: ["Yes", "No"] }],
});

const members = [
  "Amalia Tessenbrook", "Bram Oosterlind", "Clara Wynnfield", "Dario Montesegale", "Edda Halvorsmoen", "Finn Garrowby", "Greta Sollinger", "Hugo Larkhaven",
  "Ilka Wendemuth", "Jasper Thornley", "Katya Morozhenko", "Luan Ferreirinha", "Mina Oyelabi", "Nils Bergstrand", "Oona Kivimaa", "Pavel Drahotin",
  "Quentin Marsault", "Rosa Villanorte", "Stellan Ekmark", "Thea Brunswold", "Umar Siddiquan", "Vera Kolmansdorf", "Wim Haverkort", "Xenia Paleologou",
  "Yusuf Demirkale", "Zora Lindqvist", "Anton Reetz", "Bettina Ollendorf", "Cormac Dunleary", "Dagny Ravnsborg", "Emeka Odunaiya", "Frida Stornholm",
];
const roll = (count) => ["voterId,name,email,weight", ...members.slice(0, count).map((name, index) => {
  return `${1001 + index},${name},${name.toLowerCase().replace(" ", ".")}@example.org,1`;
})].join("\n");

const words = new TrackerWords(readFileSync(join(root, "Sources/TrackerWords/tracker-words.txt"), "utf8"));

/** The sample: `values` fill the addresses of `pages/every.py`, `cookies` are sessions of people by their names there. */
export class Sample {
  #machines = [];
  values = {};
  cookies = {};

  static async start() {
    const sample = new Sample();
    try {
      sample.chain = noChains ? null : await Registry.start();
      const settings = { COMITIA_PILOT: "yes", ...sample.chain?.settings };
      [sample.service, sample.fresh] = await Promise.all([Service.start({ settings }), Service.start()]);
      await sample.#people();
      await Promise.all([sample.#open(), sample.#counted(), sample.#interrupted(), sample.#drafts(), sample.#questions()]);
      if (sample.chain) await sample.#anchored();
      return sample;
    } catch (error) {
      await sample.stop();
      throw error;
    }
  }

  async stop() {
    await Promise.all(this.#machines.map((machine) => machine.stop()));
    await Promise.all([this.service?.stop(), this.fresh?.stop()]);
    this.chain?.stop();
  }

  /** What `pages/every.py` wants to know. */
  get place() {
    const { service, fresh, values, cookies, links } = this;
    return { service: service.address, fresh: fresh.address, values, cookies, links };
  }

  async #people() {
    const { service } = this;
    const chief = this.chief = new Client(service);
    const code = await until(() => service.setupCode, "the code for the first owner");
    await chief.post("/setup", { code, name: "Ines", surname: "Falkenrath", email: "ines.falkenrath@example.org", password });
    await chief.signIn("ines.falkenrath@example.org", password);
    const person = async (role, name, surname) => {
      const client = new Client(service);
      const email = `${name}.${surname}@example.org`.toLowerCase();
      await client.post("/accounts", { name, surname, email, password });
      const { id } = (await chief.get("/accounts?state=pending&limit=200")).items.find((account) => account.email === email);
      if (!role) return { id };
      await chief.post(`/accounts/${id}/approval`);
      if (role !== "voter") await chief.ask("PATCH", `/accounts/${id}`, { role });
      await client.signIn(email, password);
      return Object.assign(client, { id });
    };
    const auditor = await person("auditor", "Konrad", "Stelzner");
    this.support = await person("support", "Maja", "Lindenhoff");
    this.voter = await person("voter", "Greta", "Sollinger");
    await person("voter", "Hugo", "Larkhaven");
    const waiting = await person(null, "Oona", "Kivimaa");
    Object.assign(this.values, { account: this.support.id, waiting: waiting.id });
    this.cookies = { owner: chief.cookie, auditor: auditor.cookie, support: this.support.cookie, voter: this.voter.cookie };
  }

  /** An election with an open board. */
  async #election(manifest, trustees, voters, more) {
    const { chief } = this;
    const { mode = "checkpoint", ...definition } = manifest;
    if (this.chain) definition.anchoring = { mode };
    const { reference } = await chief.post("/elections", { manifest: definition, threshold: Math.ceil((trustees.length + 1) / 2) });
    const path = `/elections/${reference}`;
    await chief.post(`${path}/voters/import`, roll(voters), { type: "text/csv" });
    await more?.(path);
    await this.#gather(path, trustees, true);
    await until(async () => (await chief.get(`${path}/trustees`)).phase === "ready", "the fire drill");
    const links = (await chief.post(`${path}/roll/links`, {})).items.map((item) => item.link);
    await chief.post(`${path}/opening`, {});
    return { reference, path, links };
  }

  /** Trustees who join, each on a machine of its own. */
  async #gather(path, names, start) {
    for (const [index, name] of names.entries()) {
      const { link } = await this.chief.post(`${path}/trustees`, { name });
      const machine = new Trustee(this.service, `trustee-${path.slice(-4)}-${index}`);
      machine.name = name;
      await machine.join(link.startsWith("/") ? this.service.address + link : link);
      this.#machines.push(machine);
    }
    if (!start) return;
    await this.chief.post(`${path}/ceremony`, {});
    for (const machine of this.#machines.filter(({ key }) => key.includes(`-${path.slice(-4)}-`))) machine.begin();
  }

  async #open() {
    const { chief, voter } = this;
    const trustees = ["Election office", "Faculty of Law", "Student ombudsperson"];
    const { reference, path, links } = await this.#election(students, trustees, 32, async (path) => {
      await chief.post(`${path}/voters/admission`, { accounts: [voter.id] });
    });
    const marks = (index) => [[0, 2, 4, 1, 5].map((step) => (index * step + index) % 7), [index % 3 === 0 ? 1 : 0]];
    let tracker = null;
    for (const [index, link] of links.slice(0, 20).entries()) {
      const [council, scheme] = marks(index);
      const chosen = new Set(council.slice(0, 1 + index % 3));
      const cast = await (await Voter.open(link)).cast([students.contests[0].options.map((_, option) => (chosen.has(option) ? 1 : 0)), [0, 1].map((option) => (option === scheme[0] ? 1 : 0))]);
      tracker ??= cast.tracker;
    }
    const tested = await Voter.open(links[20]);
    const { ballot, opening, ballotHash } = await tested.encrypt([[1, 0, 1, 0, 0, 0, 0], [1, 0]]);
    await tested.client.challenge(tested.booth.challenge({ secret: tested.secret, ballot }));
    await tested.client.publish(tested.booth.publish({ secret: tested.secret, ballot, opening }));
    const shown = (tracker) => words.words(Buffer.from(tracker, "hex")).join("-");
    const { items } = await chief.get(`${path}/voters?limit=200`);
    Object.assign(this.values, { open: reference, tracker: shown(tracker), tested: shown(toHex(ballotHash)), someone: items[3].id ?? items[3].voter });
    this.links = links.slice(21);
  }

  async #counted() {
    const { chief } = this;
    const { reference, path, links } = await this.#election(meeting, ["Board of directors", "Tenants’ committee", "Notary’s office"], 24);
    for (const [index, link] of links.slice(0, 19).entries()) {
      const board = meeting.contests[0].options.map((_, option) => (option === index % 3 || option === (index % 2 ? 2 : 4) ? 1 : 0));
      await (await Voter.open(link)).cast([board, index % 6 === 5 ? [0, 1] : [1, 0], [index % 6, 5 - index % 4, index % 3]]);
    }
    await chief.post(`${path}/pause`, { reason: "Repair of the fire alarm in the meeting hall" });
    await chief.post(`${path}/resumption`, {});
    await chief.post(`${path}/closing`, {});
    await until(async () => (await chief.get(path)).state === "tallied", "the tally");
    this.values.counted = reference;
  }

  /** Waits until everything that is to be anchored is. */
  async #anchored() {
    const { chief, values } = this;
    for (const reference of [values.open, values.counted, values.paused]) {
      await until(async () => {
        const { coveredSize, boardSize, ballots } = await chief.get(`/elections/${reference}/anchors`);
        return coveredSize === boardSize && (!ballots || ballots.recorded === ballots.cast);
      }, "the anchors");
    }
    // What has ended is compared with the chain at once, and with it all else.
    await until(async () => {
      const { check } = await chief.get(`/elections/${values.counted}/anchors`);
      return check && check.total > 0 && check.matched === check.total;
    }, "the reconciliation");
  }

  async #interrupted() {
    const { chief } = this;
    const [paused, aborted] = await Promise.all([
      this.#election(motion("Referendum on the harbour bridge", "Town of Sandvarn.", "Should the bridge be closed to cars at weekends?"), ["Town clerk", "District court"], 12),
      this.#election(motion("Choir tour 2027", "Lindmoor Chamber Choir.", "Shall we sing in Aldermark next summer?"), ["Choir committee", "Friends of the choir"], 8),
    ]);
    for (const link of paused.links.slice(0, 5)) await (await Voter.open(link)).cast([[1, 0]]);
    await chief.post(`${paused.path}/pause`, { reason: "A page of the printed leaflet was wrong; a new one is on its way" });
    await (await Voter.open(aborted.links[0])).cast([[1, 0]]);
    await chief.post(`${aborted.path}/abort`, { reason: "Two members were missing from the roll; we begin again on Monday" });
    Object.assign(this.values, { paused: paused.reference, aborted: aborted.reference });
  }

  async #drafts() {
    const { chief, voter } = this;
    const council = {
      title: "Works council of Rosenhagen Mill", description: "Five seats, for four years.",
      contests: [{ title: "Who should represent us?", kind: "approval", maximum: 5, options: members.slice(8, 16).map((name) => ({ name, description: "Day shift" })) }],
    };
    const draft = (await chief.post("/elections", { manifest: council, threshold: 2 })).reference;
    const path = `/elections/${draft}`;
    await chief.post(`${path}/voters/import`, roll(28), { type: "text/csv" });
    await this.#gather(path, ["Works office"], false);
    const { link } = await chief.post(`${path}/trustees`, { name: "Trade union" });
    const empty = (await chief.post("/elections", { manifest: motion("Summer fair 2027", "", "Shall we have a summer fair?"), threshold: 2 })).reference;
    const device = motion("Statutes of the allotment society", "Allotment Society of Grünau.", "Do you approve the new statutes?");
    const own = (await chief.post("/elections", { manifest: { ...device, credentials: "voter" }, threshold: 1 })).reference;
    await chief.post(`/elections/${own}/voters/admission`, { accounts: [voter.id] });
    Object.assign(this.values, { draft, empty, own, invitation: link.slice(link.indexOf("/trustee")) });
  }

  async #questions() {
    const send = (client, path, fields) => fetch(this.service.address + path, {
      method: "POST", headers: { ...(client && { Cookie: client.cookie }), "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ ...(client && { csrf: client.csrf }), ...fields }),
    }).then((answer) => answer.text());
    const ask = (text, category, severity) => send(null, "/help", { text, category, severity, address: "" });
    const asked = await ask("My voting link says that it is not complete. I copied it from the mail by hand.", "link", "2");
    await ask("Can I vote from a ship, with a slow connection?", "other", "4");
    const [, id, code] = asked.match(/id="reference">([^<]+)<[^]*id="code">([^<]+)</);
    await send(this.support, `/administration/desk/${id}/answer`, { text: "The link is longer than one line of the mail. Press it there, or ask the election office for a new one." });
    Object.assign(this.values, { ticket: id, code });
    await send(null, "/feedback", { overall: "4", trust: "yes", worked: "Finding my ballot again on the board.", confused: "What the four words are for." });
    await send(null, "/feedback", { overall: "5", device: "yes" });
  }
}
