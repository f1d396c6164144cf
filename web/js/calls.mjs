// The numbers of `BoothCall` (Sources/Booth/BoothCall.swift), where requests and answers are described.

export const calls = Object.freeze({
  version: 0,
  openElection: 1,
  makeCredential: 2,
  readCredential: 3,
  encrypt: 4,
  cast: 5,
  challenge: 6,
  publish: 7,
  checkOpening: 8,
  verifyBallot: 9,
  verifyOpened: 10,
  verifyInclusion: 11,
  verifyConsistency: 12,
  verifyCheckpoint: 13,
  verifyReceipt: 14,
  verifySignature: 15,
  track: 16,
  readBundle: 17,
  verifyBatch: 18,
  proveCredential: 19,
});
