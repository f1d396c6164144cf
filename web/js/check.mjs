// The page that shows, on another device, what a tested ballot says.

import { ElectionClient, ServiceProblem, toHex } from "./election-client.mjs";
import { element, show } from "./elements.mjs";
import { askInPilots } from "./feedback.mjs";
import { readManifest } from "./manifest.mjs";
import { shownOrders } from "./option-order.mjs";
import { readCheckAddress, readOpenedFile, referenceIn } from "./opened-ballot.mjs";
import { Text, languageChooser } from "./text.mjs";
import { TrackerWords, TrackerWordsError } from "./tracker-words.mjs";
import { fragmentOf, readTracker } from "./typed-tracker.mjs";
import { facts, fieldError, icon, notice, verdict, wordList } from "./verify-parts.mjs";
import { VerifyWork } from "./verify-work.mjs";

const $ = (id) => document.getElementById(id);
const entryHead = 9;
const text = await Text.load();
const work = new VerifyWork();
const address = readCheckAddress(fragmentOf(location.hash));
let state = { phase: "ready" };
let needsAddress = false;

/** Why nothing can be said, in one text. */
class Halt extends Error {
  constructor(key) {
    super(key);
    this.key = key;
  }
}

/** What ballots of the election are bound to, checked against its id. */
async function frameOf(reference) {
  const facts = await new ElectionClient("", reference).booth();
  const { electionId, manifest, openingEntry } = facts;
  const { jointKey, draw } = await work.ask("election", { electionId, manifest, openingEntry });
  const read = readManifest(manifest);
  return { frame: { electionId, manifest, jointKey }, manifest: read, orders: await shownOrders(read, draw) };
}

const find = (reference, electionId, prefix) => work.ask("ballot", { reference, electionId, prefix }, (progress) => {
  state.progress = progress;
  writeProgress();
});

/** Opens what the file holds, and looks whether the board has it as a tested ballot. */
async function checkFile(opened, reference) {
  const { frame, manifest, orders } = await frameOf(reference);
  if (toHex(opened.electionId) !== toHex(frame.electionId)) throw new Halt("check.other-election");
  const { ballotHash, choices } = await work.ask("opening", { ...frame, ballot: opened.ballot, opening: opened.opening });
  if (toHex(ballotHash) !== toHex(opened.ballotHash)) throw new Halt("check.other-hash");
  const finding = await find(reference, frame.electionId, ballotHash);
  return { reference, manifest, orders, ballotHash, choices, finding };
}

/** Opens a ballot whose opening is published on the board. */
async function checkPublished(reference, hash) {
  const prefix = readTracker(hash.replace(/[^\p{L}\d]+/gu, " "), await TrackerWords.load());
  const { frame, manifest, orders } = await frameOf(reference);
  const finding = await find(reference, frame.electionId, prefix);
  if (finding.outcome !== "opened") throw new Halt("check.not-on-board");
  if (!finding.entry) throw new Halt("check.not-published");
  const { ballotHash, choices } = await work.ask("published", { ...frame, openedBallot: finding.entry.subarray(entryHead) });
  return { reference, manifest, orders, ballotHash, choices, finding };
}

async function start(event) {
  event?.preventDefault();
  if (state.phase === "running") return;
  for (const id of ["file", "where"]) fieldError(id, null);
  const file = $("file").files[0];
  if (!file && !address?.hash) return fieldError("file", text.say("check.file.none"));
  let step;
  if (file) {
    const opened = readOpenedFile(await file.text());
    if (!opened) return fieldError("file", text.say("check.file.wrong"));
    const reference = opened.reference ?? address?.reference ?? referenceIn($("where").value);
    if (!reference) {
      const asked = needsAddress;
      needsAddress = true;
      $("where-field").hidden = false;
      return asked ? fieldError("where", text.say("check.where.wrong")) : $("where").focus();
    }
    step = () => checkFile(opened, reference);
  } else {
    step = () => checkPublished(address.reference, address.hash);
  }
  state = { phase: "running", progress: null };
  write();
  try {
    state = { phase: "done", ...await step(), words: await TrackerWords.load() };
  } catch (error) {
    state = { phase: "failed", error };
  }
  write();
  $("outcome").focus();
}

function write() {
  text.fill();
  document.title = `${text.say("check.title")} · Comitia`;
  const { phase } = state;
  $("work").hidden = phase !== "running";
  $("outcome").hidden = phase === "ready" || phase === "running";
  $("start").setAttribute("aria-busy", String(phase === "running"));
  if (phase === "running") {
    show($("work"), element("div", {}, element("progress", { id: "bar", "aria-label": text.say("verify.progress") }), element("p", { class: "status", role: "status" }, icon("again"), text.say("check.running"))));
    writeProgress();
  }
  if (phase === "done") writeBallot();
  if (phase === "failed") show($("outcome"), failure(state.error));
}

function writeProgress() {
  if (!state.progress) return;
  $("bar").max = state.progress.total;
  $("bar").value = state.progress.done;
}

/** What the ballot says, contest by contest. */
function answers(manifest, orders, choices) {
  return element("dl", { class: "picked" }, ...manifest.contests.map((contest, at) => {
    const marked = orders[at].flatMap((option) => (choices[at][option] === 0 ? [] : [{ name: contest.options[option].name, value: choices[at][option] }]));
    const lines = marked.map(({ name, value }) => element(
      "dd", {}, ...(contest.kind === "score" ? [element("span", { class: "rank" }, text.number(value))] : [icon("cross")]), element("span", {}, name)));
    return element("div", {}, element("dt", {}, contest.title), ...(lines.length > 0 ? lines : [element("dd", { class: "quiet" }, text.say("check.blank"))]));
  }));
}

function writeBallot() {
  const { manifest, orders, choices, ballotHash, finding, words } = state;
  const onBoard = finding.outcome === "opened";
  const place = ({ index, time }) => text.nodes("verify.place", { entry: index, time: text.time(time) });
  const sheet = element(
    "section", { class: "sheet sheet--doc stack", "aria-labelledby": "says-title" },
    onBoard ? verdict("", text.nodes("check.fits"), text.nodes("check.fits.what")) : verdict("stop", text.nodes("check.fits-not-on-board"), text.nodes("check.not-on-board.do")),
    element("p", { class: "small quiet" }, manifest.title), element("h2", { id: "says-title" }, text.say("check.says")), answers(manifest, orders, choices),
    element("p", {}, ...text.nodes("check.says.compare")),
    ...(onBoard ? [facts(
      [text.say("verify.opened.place"), place(finding.place)],
      [text.say("verify.opened.published"), finding.opening ? place(finding.opening) : text.say("verify.opened.not-published")])] : []));
  const compare = element(
    "section", { class: "sheet stack", "aria-labelledby": "words-title" }, element("h2", { id: "words-title" }, text.say("check.words")),
    element("p", {}, ...text.nodes("check.words.compare")), wordList(words.words(ballotHash)), element("p", { class: "small quiet" }, ...text.nodes("check.words.differ")));
  show($("outcome"), sheet, compare);
}

function failure(error) {
  const again = element("div", { class: "actions" }, element("button", { class: "button", type: "button", onclick: () => start() }, icon("again"), text.say("verify.again")));
  const say = (kind, sign, key) => notice(kind, sign, element("p", { role: "alert" }, ...text.nodes(key)), again);
  if (error instanceof Halt) return say(error.key === "check.other-election" ? "wait" : "stop", "warning", error.key);
  if (error instanceof ServiceProblem && error.status === 404) return say("wait", "info", "check.no-election");
  if (error instanceof TrackerWordsError) return say("wait", "warning", "check.address");
  if (error.name === "ComitiaError") return say("stop", "warning", "check.does-not-open");
  return say("wait", "offline", "verify.stopped");
}

$("language").append(languageChooser(text));
text.onChange(write);
askInPilots(text);
$("form").addEventListener("submit", start);
write();
$("page").hidden = false;
if (address?.hash) start();
