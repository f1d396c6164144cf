// The page on which a ballot is made and cast: choose, review, encrypt, then cast it or test it.

import { Booth } from "./booth.mjs";
import { ElectionClient, ServiceProblem, toHex } from "./election-client.mjs";
import { element, show, working } from "./elements.mjs";
import { readManifest } from "./manifest.mjs";
import { checkReceipt } from "./receipt.mjs";
import { Text, languageChooser } from "./text.mjs";

const election = document.querySelector("#election");
const step = document.querySelector("#step");

/** The secret of the voting link: in the fragment, which browsers never send. */
function secretOfLink() {
  const text = location.hash.slice(1).replaceAll("-", "+").replaceAll("_", "/");
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return bytes.length === 32 ? bytes : null;
  } catch {
    return null;
  }
}

/** What went wrong and what to do next. */
function fail(title, detail, retry) {
  const actions = retry ? [element("div", { class: "actions" }, element("button", { class: "primary", onclick: retry }, "Try again"))] : [];
  show(step, element("div", { class: "notice notice--stop", role: "alert" }, element("p", {}, element("strong", {}, title)), element("p", {}, detail)), ...actions);
}

class VotingPage {
  constructor(reference, secret) {
    this.client = new ElectionClient("", reference);
    this.reference = reference;
    this.secret = secret;
  }

  async open() {
    const [booth, facts] = await Promise.all([fetch("/js/booth.wasm").then((answer) => answer.arrayBuffer()).then((bytes) => Booth.load(bytes)), this.client.booth()]);
    this.booth = booth;
    const { electionId, manifest, openingEntry } = facts;
    this.board = booth.openElection({ electionId, manifest, openingEntry });
    this.frame = { electionId, manifest, jointKey: this.board.jointKey };
    this.manifest = readManifest(manifest);
    this.credential = booth.readCredential(this.secret);
    document.title = `${this.manifest.title} · Comitia`;
    show(election, element("h1", {}, this.manifest.title), ...paragraphs(this.manifest.description));
    this.standing = await this.client.credential(this.credential);
    if (!this.standing.eligible) return fail("This link does not vote in this election.", "Perhaps it was replaced by a newer one; use the newest you were given, or ask the organiser.");
    const refusal = await this.refusal(facts);
    if (refusal) return fail(...refusal);
    if (this.standing.casts > 0 && !this.manifest.revoting) return fail("You have already voted.", "One ballot a voter: the one you cast stands. Your receipt shows that it is on the board.");
    this.choose();
  }

  /** Why nobody can vote now: what to say; `null` if one can. */
  async refusal({ state, opens, closes, time }) {
    const again = () => location.reload();
    if (state === "paused") {
      const { reason } = await this.client.election();
      return ["Voting is paused.", reason ? `Reason: ${reason}` : "Come back later; your link stays good.", again];
    }
    if (state === "aborted") return ["This election was given up.", `Reason: ${(await this.client.election()).reason}. No ballot is ever opened.`];
    if (state === "closed" || (closes && time >= closes)) return ["Voting has ended.", "The result and the record are public."];
    if (opens && time < opens) return ["Voting has not begun.", `It opens on ${new Date(opens).toLocaleString()}. Your link stays good.`, again];
    return null;
  }

  choose(values = null) {
    const form = element("form", { class: "ballot", novalidate: "" });
    if (this.standing.casts > 0) form.append(notice("You have voted before. If you vote again, only the last ballot counts."));
    this.manifest.contests.forEach((contest, index) => form.append(this.contest(contest, index, values?.[index])));
    const message = element("div", { role: "status" });
    form.append(message, element("div", { class: "actions" }, element("button", { class: "primary" }, "Review my choices")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = this.manifest.contests.map((contest, index) => this.read(form, contest, index));
      const wrong = this.manifest.contests.map((contest, index) => fault(contest, chosen[index])).find((text) => text);
      if (wrong) show(message, element("div", { class: "notice notice--stop", role: "alert" }, element("p", {}, wrong)));
      else this.review(chosen);
    });
    show(step, form);
  }

  contest(contest, index, values) {
    const type = contest.kind === "score" ? "number" : contest.maximum === 1 ? "radio" : "checkbox";
    const rows = contest.options.map((option, at) => {
      const input = element("input", { type, name: `contest-${index}`, value: String(at) });
      if (type === "number") {
        Object.assign(input, { min: "0", max: String(contest.range), step: "1", inputMode: "numeric", value: String(values?.[at] ?? 0) });
        input.name = `contest-${index}-${at}`;
      } else {
        input.checked = (values?.[at] ?? 0) > 0;
      }
      const picture = option.picture ? [element("img", { src: `/api/v1/elections/${this.reference}/pictures/${toHex(option.picture)}`, alt: "" })] : [];
      const text = element("span", {}, element("b", {}, option.name), ...(option.description ? [element("small", {}, option.description)] : []));
      return element("label", { class: "option" }, input, ...picture, text);
    });
    if (type === "radio" && contest.minimum === 0) {
      const blank = element("input", { type, name: `contest-${index}`, value: "blank" });
      blank.checked = values ? values.every((value) => value === 0) : false;
      rows.push(element("label", { class: "option option--blank" }, blank, element("span", {}, element("b", {}, "None of these"), element("small", {}, "Counted as a blank vote"))));
    }
    const legend = element("legend", {}, element("h2", {}, contest.title), ...paragraphs(contest.description), element("p", { class: "quiet" }, rule(contest)));
    return element("fieldset", { class: "sheet" }, legend, ...rows);
  }

  read(form, contest, index) {
    const data = new FormData(form);
    if (contest.kind === "score") return contest.options.map((_, at) => Number(data.get(`contest-${index}-${at}`) || 0));
    const marked = new Set(data.getAll(`contest-${index}`));
    return contest.options.map((_, at) => (marked.has(String(at)) ? 1 : 0));
  }

  review(chosen) {
    const rows = this.manifest.contests.flatMap((contest, index) => {
      const named = contest.options.flatMap((option, at) => (chosen[index][at] === 0 ? [] : [contest.kind === "score" ? `${option.name}: ${chosen[index][at]}` : option.name]));
      return [element("dt", {}, contest.title), element("dd", {}, named.length > 0 ? named.join(", ") : element("strong", {}, "No choice: a blank vote"))];
    });
    show(
      step,
      element("section", { class: "sheet" }, element("h2", {}, "Is this what you want to vote?"), element("dl", {}, ...rows)),
      element("p", { class: "quiet" }, "The next step encrypts your ballot on this device. It is not cast by that."),
      element("div", { class: "actions" }, element("button", { class: "primary", onclick: () => this.encrypt(chosen) }, "Encrypt my ballot"), element("button", { onclick: () => this.choose(chosen) }, "Change my choices")),
    );
    step.querySelector("button").focus();
  }

  async encrypt(chosen) {
    await working(step, "Encrypting …");
    this.standing = await this.client.credential(this.credential);
    const encrypted = this.booth.encrypt({ ...this.frame, credential: this.credential, number: this.standing.nextNumber, choices: chosen });
    show(
      step,
      element(
        "section", { class: "sheet" }, element("h2", {}, "Your ballot is not cast yet"),
        element("p", {}, "It is encrypted and waiting on this device. This is its fingerprint:"), element("p", {}, element("code", {}, toHex(encrypted.ballotHash))),
        element("div", { class: "actions" }, element("button", { class: "primary", onclick: () => this.cast(chosen, encrypted) }, "Cast my ballot"), element("button", { onclick: () => this.test(chosen, encrypted) }, "Test this ballot instead")),
      ),
      element("p", { class: "quiet" }, "Testing opens this ballot, so that you can see that it says what you chose. An opened ballot is never counted; you then make a fresh one."),
    );
    step.querySelector("button").focus();
  }

  async cast(chosen, encrypted) {
    await working(step, "Casting …");
    const { castBallot, tracker } = this.booth.cast({ secret: this.secret, ballot: encrypted.ballot });
    encrypted.opening.fill(0);
    const send = async () => {
      try {
        const appended = await this.client.cast(castBallot);
        await checkReceipt(this.booth, this.board, appended, 2, castBallot);
        this.receipt(appended, tracker);
      } catch (error) {
        if (error instanceof ServiceProblem && error.code === "number-too-low") return this.encrypt(chosen);
        fail(error instanceof ServiceProblem ? "Your ballot was not cast." : "Your ballot may not have arrived.", error.message, () => this.guard(send));
      }
    };
    await send();
  }

  async test(chosen, encrypted) {
    await working(step, "Opening …");
    const challenge = this.booth.challenge({ secret: this.secret, ballot: encrypted.ballot });
    await this.client.challenge(challenge);
    const opening = new Blob([JSON.stringify({
      electionId: toHex(this.frame.electionId), ballotHash: toHex(encrypted.ballotHash), ballot: toHex(encrypted.ballot), opening: toHex(encrypted.opening),
    })], { type: "application/json" });
    encrypted.opening.fill(0);
    const link = element("a", { class: "button", href: URL.createObjectURL(opening), download: "opened-ballot.json" }, "Save the opened ballot");
    show(
      step,
      element("section", { class: "sheet" }, element("h2", {}, "This ballot is opened"), element("p", {}, "An opened ballot is never counted. Check it on another device, with a program that you trust: it shows what the ballot says."), element("p", {}, element("code", {}, toHex(encrypted.ballotHash))), element("div", { class: "actions" }, link)),
      element("div", { class: "actions" }, element("button", { class: "primary", onclick: () => this.guard(() => this.review(chosen)) }, "Make a fresh ballot")),
    );
  }

  receipt(appended, tracker) {
    const file = new Blob([appended.receipt], { type: "text/plain" });
    show(
      step,
      element(
        "section", { class: "sheet" }, element("h2", {}, "Your ballot is cast"), element("p", {}, "It is on the public board, and this device has checked the proof. You can close this page."),
        element("dl", {}, element("dt", {}, "Tracker"), element("dd", {}, element("code", {}, toHex(tracker))), element("dt", {}, "Entry"), element("dd", {}, String(appended.index))),
        element("div", { class: "actions" }, element("a", { class: "button", href: URL.createObjectURL(file), download: "comitia.receipt" }, "Save my receipt")),
      ),
      element("p", { class: "quiet" }, "Tracker and receipt say nothing about how you voted. Keep the receipt: with it anyone can show that your ballot was taken out, should that ever happen."),
    );
    step.querySelector("h2").focus();
  }

  async guard(action) {
    try {
      await action();
    } catch (error) {
      fail("That did not work.", error.message, () => this.guard(action));
    }
  }
}

const paragraphs = (text) => (text ? text.split(/\n+/).map((line) => element("p", {}, line)) : []);
const notice = (text) => element("div", { class: "notice" }, element("p", {}, text));

/** What a ballot may say, in words. */
function rule({ kind, minimum, maximum, range }) {
  if (kind === "score") return `Give each from 0 to ${range} points.`;
  if (maximum === 1) return minimum === 0 ? "Mark one, or none." : "Mark one.";
  return minimum === 0 ? `Mark up to ${maximum}.` : `Mark ${minimum} to ${maximum}.`;
}

/** What is wrong with the answers to a contest; `null` if nothing is. */
function fault({ title, kind, minimum, maximum, range }, values) {
  const sum = values.reduce((total, value) => total + value, 0);
  if (kind === "score" && values.some((value) => !Number.isInteger(value) || value < 0 || value > range)) return `“${title}”: give each option 0 to ${range} points.`;
  if (sum > maximum) return `“${title}”: you have marked ${sum}; at most ${maximum} may be marked.`;
  return sum < minimum ? `“${title}”: mark at least ${minimum}.` : null;
}

const text = await Text.load(["en", "de", "fr", "es", "ar"]);
text.fill();
text.onChange(() => text.fill());
document.querySelector("#language").append(languageChooser(text));

const reference = location.pathname.split("/").filter(Boolean)[1];
const secret = secretOfLink();
if (!secret || !reference) {
  fail("This link is not complete.", "Open the whole link that you were given: the part after # is your right to vote.");
} else {
  const page = new VotingPage(reference, secret);
  try {
    await page.open();
  } catch (error) {
    if (error instanceof ServiceProblem && error.status === 404) fail("There is no open election here.", "Perhaps voting has not begun. If your link is whole, come back later.", () => location.reload());
    else fail("The election cannot be opened.", error.message, () => location.reload());
  }
}
