// What the module and the page tell each other, in bytes: `BrowserCall`, `HostQuestion`, `HostTransport` and `OutcomeCodec` of Sources/BrowserTrustee describe it.

import { Reader, Writer } from "../wire.mjs";

/** The numbers of `BrowserCall`. */
export const calls = Object.freeze({
  version: 0, readCost: 1, derive: 2, create: 3, open: 4, status: 5, readInvitation: 6, join: 7, step: 8, rekey: 9, file: 10, restore: 11,
  approve: 12,
});

/** The numbers of `HostQuestion`. */
export const questions = Object.freeze({
  send: 0, keep: 1, tell: 2, readState: 3, readJoined: 4, readProblem: 5, now: 6, holdsFile: 7, readFile: 8, fetchFile: 9, setAside: 10,
});

const phases = ["gathering", "ceremony", "failed", "drill", "ready", "open", "paused", "closing", "decrypting", "signing", "marking", "tallied", "aborted"];
/** How far an election is, as the key file knows it. */
export const stages = ["joined", "ceremony", "made", "drilled", "open", "decrypted", "tallied", "aborted", "replaced"];
const faults = [
  "malformedMessage", "equivocation", "commitMismatch", "emptyKey", "emptyKey", "badProof", "badShare", "unfoundedComplaint", "contradiction", "disagreement", "emptyJointKey", "emptyKey",
];
const works = ["keyCeremony", "fireDrill", "opening", "verification", "decryption", "record", "signing"];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const ascii = (text) => encoder.encode(text);
export const utf8 = (bytes) => decoder.decode(bytes);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {Uint8Array} bytes preceded by their count in two bytes */
export const counted = (writer, bytes) => writer.u16(bytes.length).raw(bytes);

// MARK: Answers of the service

class Fault extends Error {}

function members(value, names) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Fault("object");
  for (const name of Object.keys(value)) if (!names.includes(name)) throw new Fault(name.slice(0, 40));
  for (const name of names) if (!Object.hasOwn(value, name)) throw new Fault(name);
  return value;
}

function number(value, name, most) {
  if (!Number.isSafeInteger(value) || value < 0 || value > most) throw new Fault(name);
  return value;
}

function text(value, name) {
  if (typeof value !== "string") throw new Fault(name);
  return encoder.encode(value);
}

function key(writer, value, name) {
  if (value === null) return writer.u8(0);
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) throw new Fault(name);
  return writer.u8(1).raw(Uint8Array.from(value.match(/../g), (pair) => parseInt(pair, 16)));
}

function list(value, name) {
  if (!Array.isArray(value) || value.length > 50) throw new Fault(name);
  return value;
}

function writeState(state) {
  members(state, [
    "version", "phase", "origin", "title", "electionId", "threshold", "quorum", "trustees", "number", "ceremony", "messages", "drill", "boardSize", "reason", "renewals", "handOver", "time",
  ]);
  const phase = phases.indexOf(state.phase);
  if (phase < 0) throw new Fault("phase");
  const writer = new Writer().u64(number(state.version, "version", Number.MAX_SAFE_INTEGER)).u8(phase);
  counted(writer, text(state.origin, "origin"));
  counted(writer, text(state.title, "title"));
  key(writer, state.electionId, "electionId");
  writer.u8(number(state.threshold, "threshold", 50)).u8(number(state.quorum, "quorum", 50)).u8(list(state.trustees, "trustees").length);
  writeMembers(writer, state.trustees);
  writer.u8(number(state.number, "number", 50));
  key(writer, state.ceremony, "ceremony");
  writer.u64(number(state.messages, "messages", Number.MAX_SAFE_INTEGER));
  const { passed } = members(state.drill, ["passed"]);
  writer.u8(list(passed, "passed").length);
  for (const trustee of passed) writer.u8(number(trustee, "passed", 50));
  writer.u64(number(state.boardSize, "boardSize", Number.MAX_SAFE_INTEGER));
  if (state.reason === null) writer.u8(0);
  else counted(writer.u8(1), text(state.reason, "reason").subarray(0, 4000));
  if (!Array.isArray(state.renewals) || state.renewals.length > 100) throw new Fault("renewals");
  writer.u8(state.renewals.length);
  for (const position of state.renewals) writer.u64(number(position, "renewals", Number.MAX_SAFE_INTEGER));
  if (state.handOver === null) return writer.u8(0);
  return writeHandOver(writer.u8(1), members(state.handOver, ["members", "id", "dealers"]));
}

function writeHandOver(writer, handOver) {
  writeMembers(writer.u8(list(handOver.members, "members").length), handOver.members);
  key(writer, handOver.id, "id");
  writer.u8(list(handOver.dealers, "dealers").length);
  for (const dealer of handOver.dealers) writer.u8(number(dealer, "dealers", 50));
  return writer;
}

function writeMembers(writer, all) {
  for (const member of all) {
    members(member, ["number", "name", "signingKey"]);
    counted(writer.u8(number(member.number, "number", 50)), text(member.name, "name"));
    key(writer, member.signingKey, "signingKey");
  }
}

function writeJoined(answer) {
  members(answer, ["election", "origin", "title", "number"]);
  const writer = new Writer();
  for (const name of ["election", "origin", "title"]) counted(writer, text(answer[name], name));
  return writer.u8(number(answer.number, "number", 50));
}

function read(bytes, write, what) {
  try {
    const answer = write(JSON.parse(decoder.decode(bytes)));
    return new Writer().u8(0).raw(answer.bytes).bytes;
  } catch (error) {
    return malformed(`${what}: ${error instanceof Fault ? error.message : "not JSON"}`);
  }
}

export const readState = (json) => read(json, writeState, "the state");
export const readJoined = (json) => read(json, writeJoined, "the answer to joining");

/** What went wrong, in the service's words. */
export function readProblem(json) {
  try {
    const { title, detail } = JSON.parse(decoder.decode(json));
    const words = [title, detail].filter((part) => typeof part === "string" && part !== "");
    return encoder.encode((words.join(": ") || "no reason given").slice(0, 300));
  } catch {
    return encoder.encode("no reason given");
  }
}

/** Why there is no answer. */
export const unavailable = (reason) => new Writer().u8(1).raw(encoder.encode(reason)).bytes;
export const malformed = (reason) => new Writer().u8(2).raw(encoder.encode(reason)).bytes;

/** A request to the service, as the module asks for it. */
export function readRequest(bytes) {
  const reader = new Reader(bytes);
  const [method, target, authorization, type] = [reader.text(), reader.text(), reader.text(), reader.text()];
  const hasBody = reader.u8() === 1;
  const [limit, timeout] = [reader.u32(), reader.u32()];
  return { method, target, authorization, type, limit, timeout, body: hasBody ? reader.rest() : undefined };
}

/** Whether a refusal is the service's own: a problem document of one of its kinds, with this status. */
function isProblem(json, expected) {
  try {
    const { type, status } = JSON.parse(decoder.decode(json));
    return typeof type === "string" && type.startsWith("/problems/") && status === expected;
  } catch {
    return false;
  }
}

/**
 * What the service answered. From a 403 a trustee draws conclusions, and none from what something on the way does not let through (8.1).
 * @param {{status: number, date: number|null, body: Uint8Array}} answer `date` in Unix seconds
 */
export function writeAnswer({ status, date, body }) {
  if (status === 403 && !isProblem(body, 403)) return unavailable("something on the way answered 403, and not the service");
  return new Writer().u8(0).u16(status).u8(date === null ? 0 : 1).u64(date ?? 0).raw(body).bytes;
}

// MARK: What the module tells

function participants(reader) {
  return Array.from({ length: reader.u8() }, (_, index) => ({ number: index + 1, name: reader.text(), fingerprint: hex(reader.raw(32)) }));
}

/** @returns {{fingerprint: string, elections: object[]}} */
export function readStatus(reader) {
  const fingerprint = hex(reader.raw(32));
  const elections = Array.from({ length: reader.u16() }, () => {
    const election = { service: reader.text(), reference: utf8(reader.raw(20)), title: reader.text(), name: reader.text() };
    election.stage = stages[reader.u8()];
    election.holdsShare = reader.u8() === 1;
    election.electionId = reader.u8() === 1 ? hex(reader.raw(32)) : null;
    [election.number, election.threshold, election.ceremony] = [reader.u8(), reader.u8(), hex(reader.raw(32))];
    election.trustees = participants(reader);
    return election;
  });
  return { fingerprint, elections };
}

/** What happened: `{reference, kind, …}`. */
export function readEvent(bytes) {
  const reader = new Reader(bytes);
  const reference = utf8(reader.raw(20));
  const count = () => Number(reader.u64());
  const rest = [
    () => ({ kind: "phase", phase: phases[reader.u8()], reason: reader.text() }),
    () => ({ kind: "ceremonyBegins", number: reader.u8(), threshold: reader.u8(), trustees: participants(reader) }),
    () => ({ kind: "messagesSent", count: reader.u8(), size: count() }),
    () => ({
      kind: "ceremonyFails",
      failures: Array.from({ length: reader.u8() }, () => ({ culprit: reader.u8(), fault: faults[reader.u8()], witness: reader.u8() })),
    }),
    () => ({ kind: "ceremonyComplete", size: count(), root: hex(reader.raw(32)) }),
    () => ({ kind: "drillPassed" }),
    () => ({ kind: "opened", electionId: hex(reader.raw(32)) }),
    () => ({ kind: "cosigned", size: count() }),
    () => ({ kind: "mirroring", done: count(), total: count() }),
    () => ({ kind: "verifying", proving: reader.u8() === 1, done: count(), total: count() }),
    () => ({ kind: "decrypted", size: count() }),
    () => ({ kind: "recordVerified" }),
    () => ({ kind: "aborted" }),
    () => ({ kind: "took", work: works[reader.u8()], milliseconds: count() }),
    () => ({ kind: "signed" }),
    () => ({ kind: "awaitsOthers", quorum: reader.u8() }),
    () => ({
      kind: "approvalDue", list: hex(reader.raw(32)),
      members: Array.from({ length: reader.u8() }, (_, index) => (
        { number: index + 1, name: reader.text(), fingerprint: hex(reader.raw(32)), isNew: reader.u8() === 1 })),
    }),
    () => ({ kind: "handOverBegins" }),
    () => ({ kind: "handOverConfirmed" }),
    () => ({ kind: "handOverFails", culprit: reader.u8(), isNew: reader.u8() === 1, isProved: reader.u8() === 1 }),
    () => ({ kind: "renewed" }),
    () => ({ kind: "replaced" }),
    () => ({ kind: "signedMark" }),
  ][reader.u8()];
  return { reference, ...rest() };
}

/** What a step, or joining, came to. */
export function readOutcome(reader) {
  const kind = reader.u8();
  if (kind < 3) return { kind: ["waiting", "backupDue", "ended"][kind] };
  if (kind === 3) return { kind: ["unavailable", "refused", "malformed"][reader.u8()], status: reader.u16(), reason: utf8(reader.rest()) };
  const alarm = { kind: "alarm", code: reader.text(), detail: reader.text(), check: reader.u8() };
  alarm.evidence = Array.from({ length: reader.u8() }, () => ({ name: reader.text(), bytes: reader.blob() }));
  return alarm;
}
