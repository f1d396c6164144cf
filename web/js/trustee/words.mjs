// Texts that are chosen by what the module tells, each by its key.

/** Why something that a person asked for was not done. */
export const refusals = Object.freeze({
  differentPassphrases: "trustee.refusal.different-passphrases",
  elsewhere: "trustee.refusal.elsewhere",
  noShareInCopy: "trustee.refusal.no-share-in-copy",
  notAKeyFile: "trustee.refusal.not-a-key-file",
  notALink: "trustee.refusal.not-a-link",
  otherElection: "trustee.refusal.other-election",
  otherKey: "trustee.refusal.other-key",
  otherService: "trustee.refusal.other-service",
  otherVersion: "trustee.refusal.other-version",
  shortPassphrase: "trustee.refusal.short-passphrase",
  tooManyElections: "trustee.refusal.too-many-elections",
  unknownVersion: "trustee.refusal.unknown-version",
  unreasonableCost: "trustee.refusal.unreasonable-cost",
  unusableName: "trustee.refusal.unusable-name",
  wrongPassphraseOrDamaged: "trustee.refusal.wrong-passphrase-or-damaged",
});

/** What is wrong, by the names of TrusteeAgentError. */
export const alarms = Object.freeze({
  badCheckpoint: "trustee.alarm.bad-checkpoint",
  badRenewal: "trustee.alarm.bad-renewal",
  boardBehind: "trustee.alarm.board-behind",
  boardNotVerified: "trustee.alarm.board-not-verified",
  ceremonyAfterOpening: "trustee.alarm.ceremony-after-opening",
  ceremonyChanged: "trustee.alarm.ceremony-changed",
  ceremonyIncomplete: "trustee.alarm.ceremony-incomplete",
  ceremonyLogGoesOn: "trustee.alarm.ceremony-log-goes-on",
  ceremonyLogRewritten: "trustee.alarm.ceremony-log-rewritten",
  ceremonyRepeated: "trustee.alarm.ceremony-repeated",
  closingChanged: "trustee.alarm.closing-changed",
  decryptionAfterAbort: "trustee.alarm.decryption-after-abort",
  foreignMark: "trustee.alarm.foreign-mark",
  foreignOpening: "trustee.alarm.foreign-opening",
  forked: "trustee.alarm.forked",
  handOverChanged: "trustee.alarm.hand-over-changed",
  messagesSuppressed: "trustee.alarm.messages-suppressed",
  noShare: "trustee.alarm.no-share",
  notKept: "trustee.alarm.not-kept",
  otherElection: "trustee.alarm.other-election",
  otherLog: "trustee.alarm.other-log",
  recordNotVerified: "trustee.alarm.record-not-verified",
  spokenElsewhere: "trustee.alarm.spoken-elsewhere",
  unusableList: "trustee.alarm.unusable-list",
  unusableTrustees: "trustee.alarm.unusable-trustees",
  wronglyAbsent: "trustee.alarm.wrongly-absent",
});

/** What a trustee is proved to have done. */
export const faults = Object.freeze({
  badProof: "trustee.fault.bad-proof",
  badShare: "trustee.fault.bad-share",
  commitMismatch: "trustee.fault.commit-mismatch",
  contradiction: "trustee.fault.contradiction",
  disagreement: "trustee.fault.disagreement",
  emptyJointKey: "trustee.fault.empty-joint-key",
  emptyKey: "trustee.fault.empty-key",
  equivocation: "trustee.fault.equivocation",
  malformedMessage: "trustee.fault.malformed-message",
  unfoundedComplaint: "trustee.fault.unfounded-complaint",
});

/** Where an election stands: a headline, and what to do. */
export const states = Object.freeze({
  aborted: { title: "trustee.now.aborted.title", about: "trustee.now.aborted.about" },
  ceremony: { title: "trustee.now.ceremony.title", about: "trustee.now.ceremony.about" },
  closing: { title: "trustee.now.closing.title", about: "trustee.now.closing.about" },
  decrypted: { title: "trustee.now.decrypted.title", about: "trustee.now.decrypted.about" },
  decrypting: { title: "trustee.now.decrypting.title", about: "trustee.now.decrypting.about" },
  drill: { title: "trustee.now.drill.title", about: "trustee.now.drill.about" },
  failed: { title: "trustee.now.failed.title", about: "trustee.now.failed.about" },
  gathering: { title: "trustee.now.gathering.title", about: "trustee.now.gathering.about" },
  open: { title: "trustee.now.open.title", about: "trustee.now.open.about" },
  paused: { title: "trustee.now.paused.title", about: "trustee.now.paused.about" },
  ready: { title: "trustee.now.ready.title", about: "trustee.now.ready.about" },
  replaced: { title: "trustee.now.replaced.title", about: "trustee.now.replaced.about" },
  tallied: { title: "trustee.now.tallied.title", about: "trustee.now.tallied.about" },
});

/** A trustee's life, step by step. */
export const life = Object.freeze([
  { name: "trustee.life.key", about: "trustee.life.key.about" },
  { name: "trustee.life.ceremony", about: "trustee.life.ceremony.about" },
  { name: "trustee.life.copy", about: "trustee.life.copy.about" },
  { name: "trustee.life.drill", about: "trustee.life.drill.about" },
  { name: "trustee.life.vote", about: "trustee.life.vote.about" },
  { name: "trustee.life.count", about: "trustee.life.count.about" },
  { name: "trustee.life.end", about: "trustee.life.end.about" },
]);

/** Of what a copy is saved. */
export const copies = Object.freeze({
  key: { title: "trustee.copy.key.title", about: "trustee.copy.key.about" },
  share: { title: "trustee.copy.share.title", about: "trustee.copy.share.about" },
});

/** What has happened, where nothing is to be filled in. */
export const events = Object.freeze({
  aborted: "trustee.event.aborted",
  ceremonyComplete: "trustee.event.ceremony-complete",
  drillPassed: "trustee.event.drill-passed",
  handOverBegins: "trustee.event.hand-over-begins",
  handOverConfirmed: "trustee.event.hand-over-confirmed",
  opened: "trustee.event.opened",
  recordVerified: "trustee.event.record-verified",
  renewed: "trustee.event.renewed",
  replaced: "trustee.event.replaced",
  signed: "trustee.event.signed",
  signedMark: "trustee.event.signed-mark",
});
