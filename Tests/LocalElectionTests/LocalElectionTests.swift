import BallotCryptography
import Curve25519
import Elections
import LocalElection
import Sealing
import TestSupport
import Testing
import ThresholdCryptography
import Verification

@Suite("An election in one process")
struct LocalElectionTests {
  static let rules: [(String, @Sendable () -> ContestRules?)] = [
    ("yes/no", { .yesNo(blankAllowed: true) }), ("single", { .single(options: 4, blankAllowed: false) }),
    ("approval", { .approval(options: 5, maximum: 5) }), ("limited approval", { .approval(options: 5, minimum: 1, maximum: 3) }),
    ("score", { .score(options: 3, range: 5, blankAllowed: true) }),
  ]

  /// An election of as many voters as there are choices.
  private func plan(_ contests: [ContestRules?], _ ballots: [PlainBallot], acknowledged: Bool = true) throws -> ElectionPlan {
    let contests = try contests.enumerated().map { index, rules in
      let rules = try need(rules)
      let options = try (1...rules.options).map { ContestOption(name: try text("Option \($0)")) }
      return try need(Contest(title: text("Contest \(index + 1)"), rules: rules, options: options))
    }
    let manifest = try need(Manifest(title: text("An election"), smallAcknowledged: acknowledged, contests: contests))
    let names = try (1...5).map { try text("Trustee \($0)") }
    return ElectionPlan(manifest: manifest, trustees: names, threshold: 3, ballots: ballots)
  }

  private func yesNo(_ count: Int, acknowledged: Bool = true) throws -> ElectionPlan {
    let ballots = (0..<count).map { PlainBallot(values: [[$0 % 3 == 0 ? 1 : 0, $0 % 3 == 1 ? 1 : 0]]) }
    return try plan([.yesNo(blankAllowed: true)], ballots, acknowledged: acknowledged)
  }

  @discardableResult
  private func run(
    _ plan: ElectionPlan, into record: SharedRecord = SharedRecord(), progress: @escaping (ElectionProgress) -> Void = { _ in }
  ) throws -> (electionID: Bytes32, result: ElectionResult) {
    var time: UInt64 = 1_700_000_000_000
    var election = LocalElection(
      plan, cipher: AES256GCM.self, random: seeded("local election"), runner: SequentialRunner(),
      clock: {
        time += 1
        return time
      }, progress: progress)
    return try election.run(into: record)
  }

  private func verified(_ record: SharedRecord) throws -> (report: VerificationReport, facts: ElectionFacts?) {
    try RecordVerifier(source: record, runner: SequentialRunner()).verify()
  }

  @Test("of every kind verifies and shows the plain count", arguments: rules.map { $0.0 })
  func everyKind(kind: String) throws {
    let rules = try need(Self.rules.first { $0.0 == kind }?.1())
    let ballots = (0..<7).map { number in
      // The least that is allowed goes to one option, and every second voter gives one point more.
      var values = [UInt32](repeating: 0, count: rules.options)
      for step in 0..<min(rules.minimum + number % 2, rules.maximum) { values[(number + step) % rules.options] = 1 }
      return PlainBallot(values: [values], weight: UInt32(1 + number % 2))
    }
    let plan = try plan([rules], ballots)
    let record = SharedRecord()
    let (id, result) = try run(plan, into: record)
    #expect(result.totals == plan.plainTotals)
    let (report, facts) = try verified(record)
    #expect(report.firstFailure?.detail == nil)
    #expect(report.passed)
    #expect(facts?.result == result)
    #expect(facts?.electionID == id)
  }

  @Test("of several contests and more than one chunk of ballots verifies")
  func severalContests() throws {
    let ballots = (0..<150).map { number in
      PlainBallot(values: [[number % 2 == 0 ? 1 : 0, number % 2], [UInt32(number % 4), UInt32(3 - number % 4)]])
    }
    let plan = try plan([.yesNo(blankAllowed: false), .score(options: 2, range: 3, blankAllowed: true)], ballots)
    let record = SharedRecord()
    #expect(try run(plan, into: record).result.totals == plan.plainTotals)
    #expect(try verified(record).report.passed)
  }

  @Test("is decrypted by whoever is there", arguments: [[1, 2, 3], [5, 3, 1], [2, 3, 4, 5]])
  func decrypting(trustees: [Int]) throws {
    var plan = try yesNo(5)
    plan.decrypting = trustees
    let record = SharedRecord()
    #expect(try run(plan, into: record).result.totals == plan.plainTotals)
    #expect(try verified(record).report.passed)
  }

  @Test("tells each phase to its end")
  func progress() throws {
    var finished: [ElectionPhase] = []
    try run(yesNo(3)) { if $0.done == $0.total, finished.last != $0.phase { finished.append($0.phase) } }
    #expect(finished == ElectionPhase.allCases)
  }

  @Test("needs as many trustees as the threshold to decrypt")
  func tooFewTrustees() throws {
    var plan = try yesNo(3)
    plan.decrypting = [2, 4]
    let record = SharedRecord()
    #expect(throws: LocalElectionError.tooFewTrustees(present: 2, threshold: 3)) { try run(plan, into: record) }
    #expect(record.writes == 0)
  }

  @Test("refuses a trustee that there is not")
  func noSuchTrustee() throws {
    var plan = try yesNo(3)
    plan.decrypting = [1, 2, 6]
    #expect(throws: LocalElectionError.noSuchTrustee(6)) { try run(plan) }
  }

  @Test("refuses one trustee in place of three")
  func repeatedDecryptor() throws {
    var plan = try yesNo(3)
    plan.decrypting = [1, 1, 2]
    #expect(throws: LocalElectionError.tooFewTrustees(present: 2, threshold: 3)) { try run(plan) }
  }

  @Test("refuses trustees of one name")
  func repeatedNames() throws {
    var plan = try yesNo(3)
    plan.trustees[4] = plan.trustees[0]
    #expect(throws: LocalElectionError.repeatedTrusteeName) { try run(plan) }
  }

  @Test("refuses a threshold that two groups could reach", arguments: [0, 2, 6])
  func badThreshold(threshold: Int) throws {
    var plan = try yesNo(3)
    plan.threshold = threshold
    #expect(throws: (any Error).self) { try run(plan) }
  }

  @Test("names the ballot that breaks the rules")
  func invalidBallots() throws {
    let bad: [([[UInt32]], String)] = [
      ([[1, 1]], "at most 1 may be given"), ([[2, 0]], "option 1: at most 1 is allowed"), ([[1]], "contest 1 has 2 options"),
      ([[1, 0], [1]], "it must answer 1 contests"),
    ]
    for (values, reason) in bad {
      var plan = try yesNo(70)
      plan.ballots[66] = PlainBallot(values: values)
      do {
        try run(plan)
        Issue.record("\(values) were cast")
      } catch LocalElectionError.invalidBallot(let number, let found) {
        #expect(number == 67)
        #expect(found.contains(reason))
      }
    }
  }

  @Test("of few voters must be acknowledged")
  func smallElection() throws {
    #expect(throws: RollError.smallGroup(weight: 0, voters: 9)) { try run(yesNo(9, acknowledged: false)) }
    try run(yesNo(10, acknowledged: false))
  }

  @Test("refuses a voter without weight, and more weight than can be counted")
  func weights() throws {
    var plan = try yesNo(2)
    plan.ballots[1] = PlainBallot(values: [[1, 0]], weight: 0)
    #expect(throws: RollError.self) { try run(plan) }
    plan.ballots = (0..<257).map { _ in PlainBallot(values: [[1, 0]], weight: .max) }
    #expect(throws: RollError.tooHeavy) { try run(plan) }
  }

  @Test("passes on what the disk says, at whatever file it is full")
  func fullDisk() throws {
    let plan = try yesNo(3)
    let record = SharedRecord()
    try run(plan, into: record)
    for write in 1...record.writes {
      let full = SharedRecord(failingWrite: write)
      #expect(throws: SharedRecord.Full()) { try run(plan, into: full) }
      // Without its last file nothing is a record.
      #expect(throws: UnreadableRecord.self) { try verified(full) }
    }
  }

  @Test("is the same from the same randomness, and another from other")
  func randomness() throws {
    let (one, again) = (SharedRecord(), SharedRecord())
    try run(yesNo(3), into: one)
    try run(yesNo(3), into: again)
    #expect(one.record == again.record)
  }
}
