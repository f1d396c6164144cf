// What can stand between a voter and the board, in words: what happened, what became of the ballot, what to do.

import { ConnectionLost, ServiceProblem } from "../election-client.mjs";
import { told } from "../elements.mjs";

/** A reason that people gave, or nothing. */
const reasoned = (text, reason) => (reason ? [text.nodes("booth.reason", { reason: told(reason) })] : []);

/**
 * Why nobody can vote now, or not with this link; `null` if one can.
 * @param {import("./page.mjs").Page} page
 * @param {{state: string, opens?: number, closes?: number, time: number}} facts of the service
 * @param {string|undefined} reason that the organiser gave for pausing or giving up
 */
export function closedDoor({ text, manifest, voter, standing }, { state, opens, closes, time }, reason) {
  if (state === "aborted") return { drawing: "stop", title: text.say("booth.aborted.title"), said: [...reasoned(text, reason), text.nodes("booth.aborted.what")] };
  if (state === "closed" || (closes && time >= closes)) return { drawing: "lock", title: text.say("booth.closed.title"), said: [text.nodes("booth.closed.what")] };
  if (opens && time < opens) return { drawing: "clock", title: text.say("booth.early.title"), said: [text.nodes("booth.early.what", { opens: text.time(opens) })], again: true };
  if (state === "paused") return { drawing: "pause", title: text.say("booth.paused.title"), said: [...reasoned(text, reason), text.nodes("booth.paused.what")], again: true };
  if (voter && !standing.eligible) return { drawing: "key", title: text.say("booth.replaced.title"), said: [text.nodes("booth.replaced.what")] };
  if (voter && standing.casts > 0 && !manifest.revoting) return { drawing: "tick", title: text.say("booth.voted.title"), said: [text.nodes("booth.voted.what")] };
  return null;
}

/**
 * Why a ballot that was sent has no receipt, and what is to become of it: `keep` it to be sent again, make it `anew`, or it is `over`.
 * @param {import("./page.mjs").Page} page @param {Error & {code?: string}} error
 * @returns {{drawing: string, title: string, said: Node[][], then: "keep"|"anew"|"over"}}
 */
export function refusal({ text }, error) {
  const trouble = (drawing, title, said, then) => ({ drawing, title, said: [said], then });
  if (error instanceof ConnectionLost) return trouble("offline", text.say("booth.lost.title"), text.nodes("booth.lost.what"), "keep");
  if (error.name === "ReceiptError") return trouble("warning", text.say("booth.unproven.title"), text.nodes("booth.unproven.what"), "keep");
  if (!(error instanceof ServiceProblem)) return trouble("warning", text.say("booth.fault.title"), text.nodes("booth.fault.what", { detail: error.message }), "anew");
  switch (error.code) {
    case "voting-paused": return trouble("pause", text.say("booth.paused.title"), text.nodes("booth.paused.kept"), "keep");
    case "not-open": return trouble("clock", text.say("booth.early.title"), text.nodes("booth.early.kept"), "keep");
    case "voting-closed": return trouble("lock", text.say("booth.closed.title"), text.nodes("booth.closed.late"), "over");
    case "election-aborted": return trouble("stop", text.say("booth.aborted.title"), text.nodes("booth.aborted.what"), "over");
    case "not-eligible": return trouble("key", text.say("booth.replaced.title"), text.nodes("booth.replaced.what"), "over");
    case "already-voted": return trouble("tick", text.say("booth.voted.title"), text.nodes("booth.voted.what"), "over");
    case "number-too-low": return trouble("again", text.say("booth.newer.title"), text.nodes("booth.newer.what"), "anew");
    case "login-needed":
    case "other-account": return trouble("person", text.say("booth.sign-in.title"), text.nodes("booth.sign-in.what"), "keep");
    case "repeated-ciphertext":
    case "ballot-challenged":
    case "ballot-cast": return trouble("again", text.say("booth.fresh.title"), text.nodes("booth.fresh.what"), "anew");
    case "too-many-challenges": return trouble("info", text.say("booth.tested-enough.title"), text.nodes("booth.tested-enough.what"), "anew");
    default:
      if (error.status === 429 || error.status >= 500) return trouble("clock", text.say("booth.busy.title"), text.nodes("booth.busy.what"), "keep");
      return trouble("warning", text.say("booth.fault.title"), text.nodes("booth.fault.what", { detail: error.message }), "anew");
  }
}
