// The trustee's page in a real browser: one of three trustees keeps a share there, loses the browser, and decrypts when another is away.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { owner, question } from "./client.mjs";
import { mirror } from "./election.mjs";
import { Service, Trustee, comitia, root, until } from "./service.mjs";
import { Voter } from "./voter.mjs";

const passphrase = "five random words for this";

// For whoever wants to see the page: a folder for screenshots.
const pictures = process.env.PICTURES ? [process.env.PICTURES] : [];

/** A person at a browser, told what to do line by line. */
class Person {
  constructor(folder) {
    this.process = spawn(join(root, ".build/python/bin/python"), [join(root, "Tests/ServiceTests/pages/trustee.py"), folder, ...pictures], { stdio: ["pipe", "pipe", "inherit"] });
    this.answers = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  async do(...step) {
    this.process.stdin.write(`${JSON.stringify(step)}\n`);
    const { value, done } = await this.answers.next();
    if (done) throw new Error(`the browser's driver has ended at ${step}`);
    const { answer, error } = JSON.parse(value);
    if (error) throw new Error(error);
    return answer;
  }

  end() { this.process.kill(); }
}

describe("the trustee's page", () => {
  let [service, organiser, path, reference, link, person, folder] = [];
  const machines = [];
  const phase = async () => (await organiser.get(`${path}/trustees`)).phase;
  const look = async (name) => assert.deepEqual(await person.do("look", name), { wide: false, violations: [] }, name);
  const page = () => `${service.address}/trustee`;

  before(async () => {
    const made = spawnSync(join(root, "scripts/python-env"), { encoding: "utf8" });
    assert.equal(made.status, 0, made.stderr);
    service = await Service.start();
    folder = service.folder;
    organiser = await owner(service);
    ({ reference } = await organiser.post("/elections", { manifest: question, threshold: 2 }));
    path = `/elections/${reference}`;
    const lines = Array.from({ length: 4 }, (_, index) => `m${index},Member ${index},m${index}@example.org,1`);
    await organiser.post(`${path}/voters/import`, ["voterId,name,email,weight", ...lines].join("\n"), { type: "text/csv" });
    const invite = async (name) => {
      const invitation = await organiser.post(`${path}/trustees`, { name });
      return invitation.link.startsWith("/") ? service.address + invitation.link : invitation.link;
    };
    link = await invite("Wanda");
    for (const name of ["tom", "tina"]) {
      const machine = new Trustee(service, name);
      await machine.join(await invite(name));
      machines.push(machine);
    }
    person = new Person(folder);
  });

  after(async () => {
    person?.end();
    for (const machine of machines) await machine.stop();
    await service?.stop();
  });

  test("a key is made, copied, tested and joined, over a reload and a second tab", { timeout: 600_000 }, async () => {
    await person.do("begin", "first", link);
    await person.do("wait", "What you promise");
    await person.do("press", "Make my key");
    await person.do("fill", "Passphrase", passphrase);
    await person.do("fill", "The same again", `${passphrase}!`);
    await person.do("press", "Make my key");
    await person.do("wait", "two different passphrases");
    await person.do("fill", "The same again", passphrase);
    await person.do("press", "Make my key");
    await person.do("wait", "Save a copy of your key");
    await look("copy");
    assert.match(await person.do("other_tab", page()), /another tab/);
    // Nothing goes on without a copy, and a reload changes nothing.
    await person.do("reload");
    await person.do("fill", "Your passphrase", passphrase);
    await person.do("press", "Open");
    await person.do("wait", "Save a copy of your key");
    assert.ok(await person.do("save", "key") > 100);
    const whole = readFileSync(join(folder, "key.key"));
    writeFileSync(join(folder, "damaged.key"), whole.map((byte, index) => (index === 70 ? byte ^ 1 : byte)));
    await person.do("choose", "The saved file", "damaged");
    await person.do("fill", "Your passphrase", passphrase);
    await person.do("press", "Test the copy");
    await person.do("wait", "The passphrase is wrong, or the file is damaged");
    await person.do("choose", "The saved file", "key");
    await person.do("fill", "Your passphrase", "another passphrase");
    await person.do("press", "Test the copy");
    await person.do("wait", "The passphrase is wrong, or the file is damaged");
    await person.do("fill", "Your passphrase", passphrase);
    await person.do("press", "Test the copy");
    await person.do("wait", "Join as a trustee");
    await look("join");
    await person.do("fill", "Your name", "Wanda Weber");
    await person.do("press", "Join");
    await person.do("wait", "You have joined");
    await look("joined");
  });

  test("the ceremony goes on after a reload, and the share is copied before the fire drill", { timeout: 600_000 }, async () => {
    await organiser.post(`${path}/ceremony`, {});
    await person.do("wait", "The election key is being made");
    await look("ceremony");
    await person.do("reload");
    await person.do("wait", "Open your key");
    await look("unlock");
    for (const machine of machines) machine.begin();
    await person.do("fill", "Your passphrase", passphrase);
    await person.do("press", "Open");
    await person.do("wait", "Save a copy of your share");
    assert.equal(await phase(), "drill");
    // The copy from before holds no share.
    await person.do("choose", "The saved file", "key");
    await person.do("fill", "Your passphrase", passphrase);
    await person.do("press", "Test the copy");
    await person.do("wait", "holds no share");
    await person.do("save", "share");
    await person.do("choose", "The saved file", "share");
    await person.do("press", "Test the copy");
    await person.do("wait", "Nothing to do until the election opens");
    await look("ready");
    assert.equal(await phase(), "ready");
    assert.deepEqual(await person.do("end"), []);
  });

  test("the browser is lost: a fresh one goes on from the copy, cosigns, verifies, and decrypts while another is away", { timeout: 600_000 }, async () => {
    const { items } = await organiser.post(`${path}/roll/links`, {});
    await organiser.post(`${path}/opening`, {});
    await person.do("begin", "second", page());
    await person.do("wait", "What you promise");
    await person.do("press", "I have a copy");
    await look("restore");
    await person.do("choose", "The copy", "share");
    await person.do("fill", "Your passphrase", passphrase);
    // One of the two others will be away at the tally: following them would not do. After the copy nothing was cosigned.
    await person.do("tick", "Nothing was done with the key since this copy was saved");
    await person.do("press", "Go on from this copy");
    await person.do("wait", "Voting goes on");
    await person.do("wait", "You cosigned the board");
    await person.do("press", "Change the passphrase");
    await look("passphrase");
    await person.do("fill", "Your passphrase", passphrase);
    for (const field of ["Passphrase", "The same again"]) await person.do("fill", field, `${passphrase} and more`);
    await person.do("press", "Change the passphrase");
    await person.do("wait", "Voting goes on");
    await person.do("reload");
    await person.do("wait", "Open your key");
    await person.do("fill", "Your passphrase", passphrase);
    await person.do("press", "Open");
    await person.do("wait", "The passphrase is wrong, or the file is damaged");
    await person.do("fill", "Your passphrase", `${passphrase} and more`);
    await person.do("press", "Open");
    await person.do("wait", "Voting goes on");
    for (const voter of items.slice(0, 3)) await (await Voter.open(voter.link)).cast([[1, 0, 0, 0, 0]]);
    await look("open");
    await machines[1].kill();
    await organiser.post(`${path}/closing`, {});
    const text = await person.do("wait", "Done. Thank you");
    assert.match(text, /passes all checks/);
    await look("done");
    assert.equal(await until(async () => await phase() === "tallied" && "tallied", "the result"), "tallied");
    assert.deepEqual(await person.do("end"), []);
    const record = join(folder, "record");
    await mirror(service, reference, record);
    const { code, output, log } = await comitia("verify", record);
    assert.equal(code, 0, output + log);
  });
});
