import BallotCryptography
import Elections
import TestSupport
import Testing
import Verification

/// What a verifier is given: a record, and what it knows from outside.
struct Evidence: Sendable {
  var record: MemoryRecord
  var expectations = Expectations()
}

/// A forged record, made with the keys that the attacker would have, and the check that must stop it.
struct Attack: Sendable, CustomTestStringConvertible {
  let name: String
  /// The first check that fails.
  let check: Check
  /// What its detail must name: the entry, the trustee, the file.
  let detail: String
  private let forge: @Sendable () throws -> Evidence

  init(_ name: String, _ check: Check, _ detail: String, _ make: @escaping @Sendable () throws -> Evidence) {
    self.name = name
    self.check = check
    self.detail = detail
    forge = make
  }

  var testDescription: String { name }

  private static let evidence = Once<Evidence>()
  private static let reports = Once<(report: VerificationReport, facts: ElectionFacts?)>()

  func make() throws -> Evidence { try Self.evidence.value(name, make: forge) }

  /// What the verifier says of it.
  func verified() throws -> (report: VerificationReport, facts: ElectionFacts?) {
    let evidence = try make()
    return try Self.reports.value(name) { try verify(evidence.record, evidence.expectations) }
  }

  /// The whole gallery.
  static let all: [Attack] =
    statements + values + encodings + stuffing + copies + challenges + lifeCycle + longEntries + interruptions + aborts
    + replacements
    + signatures
    + outside + setup + rolls + ceremony + tallies + decryptions + results + ends + renewals + anchors
}

/// A control that did not hold: the forgery would not have succeeded even against the mistake it is made for.
struct HarmlessForgery: Error {}

extension Attack {
  /// An election of three voters and one contest with exactly one choice of three; three trustees, any two decrypt.
  static func single() throws -> ElectionSetup { try ElectionSetup([.single(options: 3, blankAllowed: false)]) }

  /// The same, or none of them.
  static func blankable() throws -> ElectionSetup { try ElectionSetup([.single(options: 3, blankAllowed: true)]) }

  /// The first with re-voting.
  static func revoting() throws -> ElectionSetup {
    var setup = try single()
    setup.revoting = .lastCounts
    return setup
  }

  /// An election in which everyone but the first voter has voted: entries 1 and 2.
  static func begun(_ setup: ElectionSetup) throws -> Forge {
    var forge = try Forge(setup)
    for voter in 1..<setup.weights.count {
      try forge.cast(setup.contests.map { GoodRecord.values($0, voter) }, by: voter)
    }
    return forge
  }

  /// A whole honest election of three voters: entries 1 to 3, closed by entry 4.
  static func closed(_ setup: ElectionSetup) throws -> Forge {
    var forge = try begun(setup)
    try forge.cast(setup.contests.map { GoodRecord.values($0, 0) }, by: 0)
    forge.close()
    return forge
  }

  /// The first voter casts a ballot of its own making as entry 3; the service logs it, and the trustees tally it.
  static func casting(_ setup: ElectionSetup, _ make: (inout Forge) throws -> EncryptedBallot) throws -> Evidence {
    var forge = try begun(setup)
    forge.cast(try make(&forge), by: 0)
    forge.close()
    return Evidence(record: try forge.record())
  }
}
