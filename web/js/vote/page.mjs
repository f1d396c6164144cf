// The booth: choose, review, encrypt, then cast or test. One object a page, which knows where the voter is and shows that.

import { AnchorWatch } from "../anchored.mjs";
import { ElectionClient, ServiceProblem, toHex } from "../election-client.mjs";
import { afterwards } from "../elements.mjs";
import { readCommittee, readManifest } from "../manifest.mjs";
import { shownOrders } from "../option-order.mjs";
import { TrackerWords } from "../tracker-words.mjs";
import { fits, unanswered } from "./answers.mjs";
import { calm } from "./calm.mjs";
import { choose } from "./choose.mjs";
import { notice } from "./frame.mjs";
import { Keeping, keepReceipt, keptReceipt } from "./keeping.mjs";
import { opened } from "./opened.mjs";
import { Reached } from "./reached.mjs";
import { ReceiptWatch } from "./receipt-watch.mjs";
import { anchorStep, receiptFile, receiptPage, witnessStep } from "./receipt-page.mjs";
import { review } from "./review.mjs";
import { closedDoor, refusal } from "./troubles.mjs";

const castKind = 2;
const challengeKind = 3;
const openedKind = 4;

export class Page {
  /** @type {import("./answers.mjs").Answer[]} */
  answers = [];
  /** Whether the voter came back from the review to change one answer. */
  returning = false;
  /** What stands at the review: the ballot encrypted of the answers as they are. @type {Promise<import("../booth.mjs").EncryptedBallot>|null} */
  encrypted = null;
  #show = () => {};
  #reached;

  /**
   * @param {import("../text.mjs").Text} text @param {import("./kernel.mjs").Kernel} kernel
   * @param {string} reference of the election @param {Uint8Array|null} secret of the voting link
   */
  constructor(text, kernel, reference, secret) {
    Object.assign(this, { text, kernel, reference, secret });
    this.#reached = new Reached(reference);
    this.client = new ElectionClient("", reference, { onWait: () => this.#waiting?.() });
    text.onChange(() => this.#show());
    addEventListener("popstate", ({ state }) => this.#goTo(state));
  }

  #waiting = null;

  // MARK: Showing

  /** Shows what a function makes, now and whenever the language changes. */
  show(make, { focus = true } = {}) {
    this.#show = (isNew = false) => {
      const { title, main, strip = null } = make();
      document.title = `${title} · ${this.manifest?.title ?? "Comitia"}`;
      const [place, foot] = [document.querySelector("#step"), document.querySelector("#strip")];
      place.replaceChildren(...main.flat(2).filter((node) => node));
      foot.hidden = strip === null;
      foot.firstElementChild.replaceChildren(...(strip ?? []));
      foot.setAttribute("aria-label", this.text.say("booth.progress"));
      if (!isNew) return;
      // Never under a finger: with other letters lines break elsewhere, and what is pressed moves away.
      if (document.fonts.check("1em Inter")) document.body.classList.remove("at-once");
      scrollTo(0, 0);
      if (focus) (place.querySelector("[data-start]") ?? place.querySelector("h1"))?.focus({ preventScroll: true });
    };
    this.#waiting = null;
    this.#show(true);
  }

  calm(what) { this.show(() => calm(this.text, what())); }

  /** What the voter should know on every step of this visit. */
  notices() {
    const { text } = this;
    return this.standing.casts > 0 ? [notice("", text.nodes("booth.voted.again"))] : [];
  }

  /** @param {Uint8Array} hash @returns {Promise<string[]>} */
  words = async (hash) => (await TrackerWords.load()).words(hash);

  // MARK: Opening

  /**
   * Shows where the voter is.
   * @param {import("../booth.mjs").Booth} booth @param {any} facts what `ElectionClient.booth` gives @param {{credential: Uint8Array, standing: any}|null} voter of the link
   */
  async open(booth, facts, voter) {
    const { client, text } = this;
    const { electionId, manifest, openingEntry, trustees } = facts;
    this.board = { ...booth.openElection({ electionId, manifest, openingEntry }), openingEntry, trustees };
    this.electionId = electionId;
    this.frame = { electionId, manifest, jointKey: this.board.jointKey };
    this.manifest = readManifest(manifest);
    this.orders = await shownOrders(this.manifest, this.board.draw);
    Object.assign(this, readCommittee(trustees));
    const kept = keptReceipt(this.reference);
    if (!voter) return kept ? this.#finish(kept.castBallot, kept.appended) : this.brokenLink();
    Object.assign(this, voter);
    this.keeping = new Keeping(this.reference, this.credential);
    this.voter = true;
    const { sent } = this.keeping;
    if (sent && await this.#resume(sent, facts)) return null;
    const reason = ["paused", "aborted"].includes(facts.state) ? (await client.election()).reason : undefined;
    if (closedDoor(this, facts, reason)) return this.calm(() => this.#doored(closedDoor(this, facts, reason), text));
    this.#begin();
    afterwards(() => {
      this.kernel.start();
      this.#reached.tell("opened");
    }, 1000);
    return null;
  }

  #doored({ again, ...what }, text) {
    return { ...what, actions: again ? [{ name: text.say("booth.look-again"), act: () => location.reload() }] : [] };
  }

  brokenLink() {
    this.calm(() => ({ drawing: "link", title: this.text.say("booth.link.title"), said: [this.text.nodes("booth.link.what")] }));
  }

  /** What the service knows nothing about, or does not say. @param {Error} error */
  failed(error) {
    const unknown = error instanceof ServiceProblem && error.status === 404;
    this.calm(() => ({
      drawing: unknown ? "clock" : "offline",
      title: this.text.say(unknown ? "booth.unknown.title" : "booth.away.title"),
      said: [unknown ? this.text.nodes("booth.unknown.what") : this.text.nodes("booth.away.what")],
      actions: [{ name: this.text.say("booth.try-again"), act: () => location.reload() }],
    }));
  }

  #begin() {
    const kept = this.keeping.choices;
    const { contests } = this.manifest;
    const known = kept && fits(contests, kept.answers);
    this.answers = known ? kept.answers : contests.map(unanswered);
    const contest = known && kept.contest < contests.length ? kept.contest : 0;
    if (known && kept.step === "review") return this.#review("replace");
    history.replaceState({ step: "choose", contest }, "");
    return this.#question(contest);
  }

  // MARK: Choosing

  #question(contest) {
    this.#drop();
    this.#place = { step: "choose", contest };
    this.keep();
    this.show(() => choose(this, contest));
  }

  #place = { step: "choose", contest: 0 };

  /** Keeps the choices for when the page is loaded again. */
  keep() { this.keeping.keepChoices({ answers: this.answers, ...this.#place }); }

  /** @param {number} contest that has been answered */
  afterQuestion(contest) {
    const last = contest === this.manifest.contests.length - 1;
    if (this.returning || last) return this.#review("push");
    history.pushState({ step: "choose", contest: contest + 1 }, "");
    return this.#question(contest + 1);
  }

  /** From the review back to one question. */
  change(contest) {
    this.returning = true;
    history.pushState({ step: "choose", contest }, "");
    this.#question(contest);
  }

  #goTo(state) {
    // Once a ballot is on its way, going back changes nothing.
    if (this.#sending || !this.voter || !state) return;
    if (state.step === "review") this.#review(null);
    else if (state.step === "choose" && state.contest < this.manifest.contests.length) {
      this.returning = false;
      this.#question(state.contest);
    }
  }

  // MARK: Review

  #review(how) {
    this.returning = false;
    this.#place = { step: "review", contest: this.manifest.contests.length - 1 };
    this.keep();
    if (how === "push") history.pushState({ step: "review" }, "");
    if (how === "replace") history.replaceState({ step: "review" }, "");
    this.#encrypt();
    this.show(() => review(this));
    afterwards(() => this.#reached.tell("reviewed"));
    this.encrypted.then(() => afterwards(() => this.#reached.tell("encrypted")), () => {});
  }

  toReview() { this.#review("replace"); }

  /** Starts to encrypt, with fresh randomness; a ballot made before is forgotten. */
  #encrypt() {
    this.#drop();
    const choices = this.answers.map(({ values }) => values);
    const made = this.#number().then((number) => this.kernel.ask("encrypt", { ...this.frame, credential: this.credential, number, choices }));
    made.catch(() => {});
    this.encrypted = made;
  }

  /** The number of the next ballot: what the board says when it can be asked now, and above all that this device has sent. */
  async #number() {
    const asked = this.#numberAsked;
    this.#numberAsked = true;
    if (asked) this.standing = await new ElectionClient("", this.reference, { tries: 1 }).credential(this.credential).catch(() => this.standing);
    return Math.max(this.standing.nextNumber, this.#lastNumber + 1);
  }

  // The standing was asked for when the page was opened: the first ballot needs no second answer.
  #numberAsked = false;
  #lastNumber = 0;

  /** Forgets an encrypted ballot and wipes what opens it. */
  #drop() {
    this.#tested?.fill(0);
    this.#tested = null;
    this.encrypted?.then(({ opening }) => opening.fill(0), () => {});
    this.encrypted = null;
  }

  // MARK: Casting

  #sending = false;

  async cast() {
    this.#sending = true;
    const making = this.encrypted;
    this.#busy("booth.casting.title", "booth.casting.what");
    let castBallot;
    try {
      const { ballot } = await making;
      this.#drop();
      ({ castBallot } = await this.kernel.ask("cast", { secret: this.secret, ballot }));
    } catch (error) {
      return this.#trouble(error, () => this.toReview());
    }
    this.#lastNumber = numberOf(castBallot);
    this.keeping.keepSent(castBallot);
    return this.#send(castBallot);
  }

  /** Sends bytes until the board has them; the same bytes are the same ballot, however often. */
  async #send(castBallot) {
    this.#sending = true;
    const { text } = this;
    this.#busy("booth.casting.title", "booth.casting.what");
    try {
      const appended = await this.client.cast(castBallot);
      await this.kernel.ask("checkReceipt", this.board, appended, castKind, castBallot);
      this.#reached.tell("cast");
      await this.#finish(castBallot, appended);
    } catch (error) {
      this.#trouble(error, () => this.#send(castBallot), text);
    }
  }

  #busy(title, said) {
    let late = false;
    this.calm(() => ({ drawing: "box", title: this.text.say(title), said: [this.text.nodes(late ? "booth.casting.late" : said)], busy: true }));
    this.#waiting = () => {
      late = true;
      this.#show();
    };
  }

  /** Says what went wrong, and offers what the ballot's fate allows. */
  #trouble(error, again) {
    const { then } = refusal(this, error);
    if (then !== "keep") this.keeping.forgetSent();
    if (then === "over") this.keeping.forgetChoices();
    if (then === "anew") this.#sending = false;
    this.calm(() => {
      const { drawing, title, said } = refusal(this, error);
      const name = this.text.say(then === "keep" ? "booth.try-again" : "booth.to-review");
      return { drawing, title, said, actions: then === "over" ? [] : [{ name, act: then === "keep" ? again : () => this.#afresh() }] };
    });
    if (then === "keep") addEventListener("online", again, { once: true, signal: this.#untilShown() });
  }

  /** A signal that ends when something else is shown. */
  #untilShown() {
    const ending = new AbortController();
    const show = this.#show;
    const watch = setInterval(() => {
      if (this.#show === show) return;
      ending.abort();
      clearInterval(watch);
    }, 200);
    return ending.signal;
  }

  #afresh() {
    this.#sending = false;
    if (this.answers.length > 0) this.toReview();
    else this.#begin();
  }

  /** A ballot was sent before this page was loaded, and its answer never seen. @returns {Promise<boolean>} whether that is settled or shown */
  async #resume(sent, { state }) {
    if (numberOf(sent) < this.standing.nextNumber && this.standing.casts > 0) {
      const appended = await this.client.find(toHex(await this.kernel.ask("track", sent)));
      if (appended) {
        await this.kernel.ask("checkReceipt", this.board, appended, castKind, sent);
        await this.#finish(sent, appended);
        return true;
      }
    }
    this.#lastNumber = numberOf(sent);
    if (state === "closed" || state === "aborted" || !this.standing.eligible || numberOf(sent) < this.standing.nextNumber) {
      this.keeping.forgetSent();
      return false;
    }
    this.calm(() => ({
      drawing: "again", title: this.text.say("booth.resume.title"), said: [this.text.nodes("booth.resume.what")],
      actions: [
        { name: this.text.say("booth.resume.send"), act: () => this.#send(sent) },
        {
          name: this.text.say("booth.resume.afresh"), quiet: true,
          act: () => {
            this.keeping.forgetSent();
            this.#begin();
          },
        },
      ],
    }));
    return true;
  }

  /** The ballot is cast: what was chosen is forgotten, here and in the address, and the receipt shown. */
  async #finish(castBallot, appended) {
    const { index, size, witnessed } = await this.kernel.ask("checkReceipt", this.board, appended, castKind, castBallot);
    keepReceipt(this.reference, castBallot, appended);
    Object.assign(this, { receipt: appended.receipt, witnessed });
    this.keeping?.forgetSent();
    this.keeping?.forgetChoices();
    this.answers = [];
    this.secret?.fill(0);
    this.secret = null;
    this.voter = false;
    history.replaceState(null, "", location.pathname);
    const tracker = await this.kernel.ask("track", castBallot);
    const words = await this.words(tracker).catch(() => null);
    this.show(() => receiptPage(this, { tracker, words, index, size, time: Number(appended.time) }));
    if (!witnessed) this.#awaitWitnesses(toHex(tracker), castBallot);
    if (this.manifest.anchoring) this.#watch(toHex(tracker));
  }

  /** The receipt that is shown, and whether enough trustees have cosigned it. */
  receipt = "";
  witnessed = false;
  #witnesses = null;

  /** Puts the receipt that they have cosigned in the place of the first one, once there is one. */
  #awaitWitnesses(tracker, castBallot) {
    this.#witnesses?.end();
    this.#witnesses = new ReceiptWatch(async () => {
      const appended = await this.client.find(tracker);
      const { witnessed } = await this.kernel.ask("checkReceipt", this.board, appended, castKind, castBallot);
      if (!witnessed) return false;
      keepReceipt(this.reference, castBallot, appended);
      Object.assign(this, { receipt: appended.receipt, witnessed });
      document.getElementById("witnessed")?.replaceWith(witnessStep(this.text, true));
      document.getElementById("save")?.setAttribute("href", receiptFile(appended.receipt));
      return true;
    });
  }

  /** What has become of the cast ballot on the public chain. @type {import("../anchored.mjs").Anchored|null} */
  anchored = null;
  #anchors = null;

  #watch(tracker) {
    this.#anchors?.end();
    this.#anchors = new AnchorWatch(this.reference, tracker, (found) => {
      this.anchored = found;
      document.getElementById("anchored")?.replaceWith(anchorStep(this.text, found));
    });
  }

  // MARK: Testing

  /** What opens the tested ballot that is shown, until the voter goes on: it may still be published. @type {Uint8Array|null} */
  #tested = null;

  async test() {
    this.#sending = true;
    const making = this.encrypted;
    this.#busy("booth.opening.title", "booth.opening.what");
    try {
      const encrypted = await making;
      const challenge = await this.kernel.ask("challenge", { secret: this.secret, ballot: encrypted.ballot });
      this.encrypted = null;
      await this.#publishChallenge(encrypted, challenge);
    } catch (error) {
      this.#trouble(error, () => this.toReview());
    }
  }

  /** Only when the challenge is on the board, the ballot is opened: before, it could still be cast. */
  async #publishChallenge(encrypted, challenge) {
    this.#busy("booth.opening.title", "booth.opening.what");
    try {
      const appended = await this.client.challenge(challenge);
      await this.kernel.ask("checkReceipt", this.board, appended, challengeKind, challenge);
      const { ballotHash, ballot, opening } = encrypted;
      const content = { reference: this.reference, electionId: toHex(this.electionId), ballotHash: toHex(ballotHash), ballot: toHex(ballot), opening: toHex(opening) };
      this.#tested = opening;
      const file = new Blob([JSON.stringify(content)], { type: "application/json" });
      const words = await this.words(ballotHash);
      this.#sending = false;
      const test = { file, words, hash: toHex(ballotHash), index: appended.index, entry: null, failure: "", busy: false };
      this.show(() => opened(this, test, () => this.#publish(test, ballot)));
    } catch (error) {
      this.#trouble(error, () => this.#publishChallenge(encrypted, challenge));
    }
  }

  /** Puts what opens a tested ballot on the board, where everybody sees it. */
  async #publish(test, ballot) {
    const show = this.#show;
    Object.assign(test, { busy: true, failure: "" });
    show();
    try {
      const body = await this.kernel.ask("publish", { secret: this.secret, ballot, opening: this.#tested });
      const appended = await this.client.publish(body);
      await this.kernel.ask("checkReceipt", this.board, appended, openedKind, body);
      test.entry = appended.index;
    } catch (error) {
      test.failure = error.message;
    }
    test.busy = false;
    if (this.#show !== show) return;
    show();
    document.getElementById("publish")?.focus();
  }
}

/** The number of a ballot (docs/spec/03-ballots.md, 3.2). @param {Uint8Array} castBallot */
const numberOf = (castBallot) => new DataView(castBallot.buffer, castBallot.byteOffset).getUint32(64);

