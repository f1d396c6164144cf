import Curve25519
import Elections
import StrictJSON
import Verification
import VotingService

/// An election as a booth gets it: the three files that the election id fixes as they are published, so that the booth checks them itself.
struct BoothAnswer: Sendable {
  let electionID: String
  let opening: String
  let manifest: String
  let trustees: String
  let state: String
  let opens: UInt64?
  let closes: UInt64?
  let time: UInt64
  let isPilot: Bool

  static let json = JSONCodec<BoothAnswer>.object(
    "Booth",
    .required(
      "electionId", JSONCodec<String>.text(64...64, .hexadecimal).described("The leaf hash of the opening entry."), \.electionID),
    .required("openingEntry", JSONCodec<String>.anyText.described("Entry 0 of the board, base64."), \.opening),
    .required("manifest", JSONCodec<String>.anyText.described("The file `manifest` of the record, base64."), \.manifest),
    .required("trustees", JSONCodec<String>.anyText.described("The file `trustees` of the record, base64."), \.trustees),
    .required("state", JSONCodec<String>.anyText.described("`voting`, `paused`, `closed` or `aborted`."), \.state),
    .optional("opens", .time, \.opens), .optional("closes", .time, \.closes),
    .required("time", JSONCodec<UInt64>.time.described("Of the service's clock."), \.time),
    .required("pilot", PilotAnswer.isPilot, \.isPilot),
    make: {
      BoothAnswer(
        electionID: $0, opening: $1, manifest: $2, trustees: $3, state: $4, opens: $5, closes: $6, time: $7, isPilot: $8)
    })

  init(_ booth: BoothFiles, _ status: BoardStatus, isPilot: Bool) {
    self.init(
      electionID: status.electionID.hex, opening: Base64Text.encode(booth.openingEntry),
      manifest: Base64Text.encode(booth.manifest),
      trustees: Base64Text.encode(booth.trustees), state: status.phase.code, opens: booth.opens == 0 ? nil : booth.opens,
      closes: booth.closes == 0 ? nil : booth.closes, time: booth.time, isPilot: isPilot)
  }

  private init(
    electionID: String, opening: String, manifest: String, trustees: String, state: String, opens: UInt64?, closes: UInt64?,
    time: UInt64, isPilot: Bool
  ) {
    self.electionID = electionID
    self.opening = opening
    self.manifest = manifest
    self.trustees = trustees
    self.state = state
    self.opens = opens
    self.closes = closes
    self.time = time
    self.isPilot = isPilot
  }
}

/// What the board shows of a credential.
struct CredentialAnswer: Sendable {
  let isEligible: Bool
  let casts: UInt64
  let nextNumber: UInt64
  let challenges: Int

  static let json = JSONCodec<CredentialAnswer>.object(
    "Credential",
    .required("eligible", JSONCodec<Bool>.boolean.described("On the roll and not replaced."), \.isEligible),
    .required("casts", JSONCodec<UInt64>.integer(0...largestNumber), \.casts),
    .required(
      "nextNumber", JSONCodec<UInt64>.integer(0...largestNumber).described("The smallest number that its next ballot may have."),
      \.nextNumber), .required("challenges", JSONCodec<Int>.integer(0...20), \.challenges),
    make: { CredentialAnswer(isEligible: $0, casts: $1, nextNumber: $2, challenges: $3) })

  init(_ status: CredentialStatus) {
    self.init(
      isEligible: status.eligible, casts: status.casts, nextNumber: status.nextNumber, challenges: status.challenges)
  }

  private init(isEligible: Bool, casts: UInt64, nextNumber: UInt64, challenges: Int) {
    self.isEligible = isEligible
    self.casts = casts
    self.nextNumber = nextNumber
    self.challenges = challenges
  }
}
