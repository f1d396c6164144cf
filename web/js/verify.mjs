// The page that verifies an election, or where one ballot stands.

import { ElectionClient, ServiceProblem, fromHex } from "./election-client.mjs";
import { show } from "./elements.mjs";
import { askInPilots } from "./feedback.mjs";
import { rosettePath } from "./rosette.mjs";
import { Text, languageChooser } from "./text.mjs";
import { fragmentOf } from "./typed-tracker.mjs";
import { BallotPart } from "./verify-ballot.mjs";
import { notice } from "./verify-parts.mjs";
import { RecordPart } from "./verify-record.mjs";
import { VerifyWork } from "./verify-work.mjs";

const text = await Text.load();
const reference = location.pathname.split("/").filter(Boolean)[1] ?? "";
const client = new ElectionClient("", reference);
const work = new VerifyWork();
const parts = [new RecordPart({ text, reference, client, work }), new BallotPart({ text, reference, work })];
let election = null;

function write() {
  text.fill();
  document.querySelector("#here").setAttribute("href", location.pathname);
  const title = election?.manifest.title ?? text.say("verify.title");
  document.title = `${text.say("verify.here")} · ${title} · Comitia`;
  document.querySelector("#title").textContent = title;
  document.querySelector("#command").textContent = `comitia verify ${text.say("verify.folder")} --election-id ${election?.board?.electionId ?? "…"}`;
  for (const part of parts) part.write();
}

function drawRosette(electionId) {
  const rosette = document.querySelector("#rosette");
  rosette.querySelector("path").setAttribute("d", rosettePath(fromHex(electionId)));
}

document.querySelector("#language").append(languageChooser(text));
text.onChange(write);
write();
askInPilots(text);
const page = document.querySelector("#page");
try {
  election = await client.election();
  if (!election.board) throw new ServiceProblem(404, { detail: "there is no board yet" });
  drawRosette(election.board.electionId);
  for (const part of parts) part.election = election;
  // The record as one file is there when it is whole.
  document.querySelector("#archive").hidden = !["tallied", "aborted"].includes(election.state);
  document.querySelector("#archive-link").setAttribute("href", `/api/v1/elections/${reference}/record.tar`);
  write();
  page.hidden = false;
  const wanted = fragmentOf(location.hash);
  // What was hidden when the page came could not be gone to.
  if (document.getElementById(wanted)) document.getElementById(wanted).scrollIntoView();
  else if (wanted) parts[1].findAtOnce(wanted);
} catch (error) {
  const absent = error instanceof ServiceProblem && error.status === 404;
  const say = () => show(
    page, absent
      ? notice("wait", "info", text.say("verify.no-election"))
      : notice("wait", "offline", text.say("verify.offline")));
  page.hidden = false;
  say();
  parts.length = 0;
  text.onChange(say);
}

