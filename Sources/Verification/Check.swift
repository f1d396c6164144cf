import Curve25519
import Elections

/// The numbered checks (`docs/spec/07-verification.md`). Number 10 is kept for a mechanism to come.
public enum Check: Int, Sendable, CaseIterable {
  case manifest = 1
  case trustees = 2
  case jointKey = 3
  case roll = 4
  case board = 5
  case ballots = 6
  case oneVote = 7
  case challenges = 8
  case encryptedTally = 9
  case decryption = 11
  case result = 12
  case certificate = 13
  case draws = 14
  case anchors = 15

  /// What is checked, in a few words.
  public var name: String {
    switch self {
    case .manifest: "manifest and election id"
    case .trustees: "trustees"
    case .jointKey: "joint key"
    case .roll: "roll"
    case .board: "bulletin board"
    case .ballots: "ballots"
    case .oneVote: "one vote each"
    case .challenges: "challenged ballots"
    case .encryptedTally: "encrypted tally"
    case .decryption: "decryption"
    case .result: "result"
    case .certificate: "joint signature"
    case .draws: "draws"
    case .anchors: "chain anchors"
    }
  }
}

extension Check {
  /// Whether it checks what an aborted election does not have.
  fileprivate var needsTally: Bool {
    switch self {
    case .encryptedTally, .decryption, .result, .certificate: true
    case .manifest, .trustees, .jointKey, .roll, .board, .ballots, .oneVote, .challenges, .draws, .anchors: false
    }
  }
}

/// How a check ended.
public struct CheckOutcome: Sendable {
  /// Which check.
  public let check: Check
  /// Whether it passed.
  public let passed: Bool
  /// What was seen: for a failure the entry or file and what is wrong with it. Public data only.
  public let detail: String
}

/// What a verifier found.
public struct VerificationReport: Sendable {
  /// Checks that ran, ascending.
  public internal(set) var outcomes: [CheckOutcome] = []
  /// The leaf hash of the first entry: the election id, if that entry is one that opens an election. `nil` where it cannot be read.
  public internal(set) var electionID: Bytes32?
  /// Whether nothing from outside the record was given, so that a record forged as a whole would pass.
  public internal(set) var selfConsistentOnly: Bool

  /// Whether the board was verified as far as it was, before its end or its result.
  public let isSoFar: Bool

  /// Whether the record was verified before the trustees have signed its result.
  public let awaitsCertificate: Bool

  /// Why the election was aborted; `nil` if it was not, or the board could not be read to the entry that says so.
  public internal(set) var aborted: PublicReason?

  /// Whether check 15 was not run because the record does not say where its board is anchored, though the manifest says that it is.
  public internal(set) var lacksAnchors = false

  /// The board and its anchors, as far as check 15 was run or could be; `nil` if the board could not be read so far.
  public internal(set) var anchored: AnchoredBoard?

  init(selfConsistentOnly: Bool, isSoFar: Bool = false, awaitsCertificate: Bool = false) {
    self.selfConsistentOnly = selfConsistentOnly
    self.isSoFar = isSoFar
    self.awaitsCertificate = awaitsCertificate
  }

  /// Whether every check ran and passed; of an aborted election and of a board so far checks 1 to 8 and 14, for the rest has nothing to check. A record need not say
  /// where its board is anchored (check 15).
  public var passed: Bool {
    let hasEnd = aborted == nil && !isSoFar
    let due = Check.allCases.count { $0 != .anchors && (hasEnd || !$0.needsTally) && !(awaitsCertificate && $0 == .certificate) }
    return outcomes.count { $0.check != .anchors } == due && outcomes.allSatisfy { $0.passed }
  }

  /// The failed check with the smallest number.
  public var firstFailure: CheckOutcome? { outcomes.first { !$0.passed } }

  /// Checks that an earlier failure, or an abort of the election, left without their input.
  public var notRun: [Check] {
    Check.allCases.filter { check in !outcomes.contains { $0.check == check } }
  }

  /// Records a check that passed, unless it has failed before.
  mutating func pass(_ check: Check, _ detail: String) { record(CheckOutcome(check: check, passed: true, detail: detail)) }

  /// Records a failure; of several the first is kept. What was found later takes back that the check passed.
  mutating func fail(_ check: Check, _ detail: String) {
    outcomes.removeAll { $0.check == check && $0.passed }
    record(CheckOutcome(check: check, passed: false, detail: detail))
  }

  /// Says more of a check that has passed.
  mutating func add(_ check: Check, _ detail: String) {
    guard let index = outcomes.firstIndex(where: { $0.check == check && $0.passed }) else { return }
    outcomes[index] = CheckOutcome(check: check, passed: true, detail: outcomes[index].detail + detail)
  }

  private mutating func record(_ outcome: CheckOutcome) {
    if outcomes.contains(where: { $0.check == outcome.check }) { return }
    outcomes.append(outcome)
    outcomes.sort { $0.check.rawValue < $1.check.rawValue }
  }
}
