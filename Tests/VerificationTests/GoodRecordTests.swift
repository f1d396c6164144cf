import Elections
import TestSupport
import Testing
import Verification

/// Verifies a record from memory.
func verify(
  _ record: some RecordSource, _ expectations: Expectations = Expectations()
) throws -> (report: VerificationReport, facts: ElectionFacts?) {
  try RecordVerifier(source: record, expectations: expectations, runner: SequentialRunner()).verify()
}

@Suite("Good records")
struct GoodRecordTests {
  @Test("pass all checks and show the plain count", arguments: GoodRecord.all)
  func pass(good: GoodRecord) throws {
    let totals = try good.make().totals
    let (report, facts) = try good.verified()
    #expect(report.firstFailure == nil, "\(report.firstFailure.map { "\($0.check.name): \($0.detail)" } ?? "")")
    #expect(report.passed)
    #expect(report.selfConsistentOnly)
    #expect(report.aborted?.text.description == good.aborted)
    if good.aborted != nil {
      #expect(report.outcomes.map { $0.check.rawValue } == Array(1...8) + [14, 15])
      #expect(report.notRun == [.encryptedTally, .decryption, .result, .certificate])
      #expect(facts == nil)
      return
    }
    #expect(report.outcomes.map { $0.check } == Check.allCases.filter { $0 != .anchors || !report.lacksAnchors })
    #expect(report.notRun == (report.lacksAnchors ? [.anchors] : []))
    #expect(report.lacksAnchors == (good.name == "anchored, but the record does not say where"))
    #expect(facts?.result.totals == totals)
  }
}

@Suite("Aborted elections")
struct AbortedElectionTests {
  private func boardOutcome(_ record: MemoryRecord) throws -> (VerificationReport, VerifiedBoard?) {
    try RecordVerifier(source: record, runner: SequentialRunner()).verifyBoard()
  }

  @Test("give trustees nothing to decrypt, wherever the abort stands and whatever it says")
  func nothingToDecrypt() throws {
    let closed = try Attack.closed(Attack.single())
    #expect(try boardOutcome(closed.record()).1 != nil)
    for (position, body) in [(5, Forge.reason("why")), (5, []), (2, Forge.reason("why")), (4, Forge.reason(""))] {
      var forge = closed
      if position == 5 { forge.entries.removeLast() }
      let entry = BoardEntry(.abort, time: forge.time, body: body).encoded
      forge.entries.insert(entry, at: min(position, forge.entries.count))
      let (_, board) = try boardOutcome(forge.record())
      #expect(board == nil, "abort at \(position)")
    }
  }

  @Test("say why, to trustees and to everybody")
  func reason() throws {
    var forge = try Attack.begun(Attack.single())
    forge.abort("The roll was wrong.")
    let (report, board) = try boardOutcome(forge.abortedRecord())
    #expect(report.aborted?.text.description == "The roll was wrong." && report.firstFailure == nil)
    #expect(board == nil)
  }

  @Test("alone may lack what comes at the end", arguments: ["tally", "result", "draw-closing", "certificate"])
  func missing(path: String) throws {
    var record = try Attack.closed(Attack.single()).record()
    record.files[path] = nil
    #expect(throws: UnreadableRecord.missing(path: Array(path.utf8))) { try verify(record) }
    // Neither does a checkpoint or a bundle that cannot be read.
    for other in ["checkpoint", "tile/entries/000.p/5"] {
      var broken = record
      broken[other] = []
      #expect(throws: UnreadableRecord.missing(path: Array(path.utf8))) { try verify(broken) }
    }
  }
}

@Suite("Any threshold of trustees")
struct ThresholdTests {
  @Test("every three of five, and more, give the same result", arguments: subsets(of: [1, 2, 3, 4, 5], atLeast: 3))
  func anyThreshold(decrypting: [Int]) throws {
    var setup = try ElectionSetup([.single(options: 3, blankAllowed: true)])
    (setup.trustees, setup.threshold) = (5, 3)
    var forge = try Forge(setup)
    try forge.cast([[0, 1, 0]], by: 0)
    try forge.cast([[0, 1, 0]], by: 1)
    forge.close()
    let (report, facts) = try verify(forge.record(cosigners: decrypting, decrypting: decrypting))
    #expect(report.firstFailure?.detail == nil)
    #expect(facts?.result.totals == [0, 2, 0])
    #expect(facts?.cosigners == decrypting.count)
  }

  static func subsets(of numbers: [Int], atLeast count: Int) -> [[Int]] {
    let all = (0..<1 << numbers.count).map { mask in
      numbers.enumerated().filter { mask >> $0.offset & 1 == 1 }.map { $0.element }
    }
    return all.filter { $0.count >= count }
  }
}

@Suite("The forger without a trick")
struct HonestForgerTests {
  @Test("makes ballots that its own verifier and the product's accept", arguments: GoodRecord.rules.map { $0.0 })
  func isHonest(name: String) throws {
    let rules = try need(GoodRecord.rules.first { $0.0 == name }?.1())
    var forge = try Forge(ElectionSetup([rules, .yesNo(blankAllowed: true)]))
    for number in 0..<3 {
      let values = [GoodRecord.values(rules, number).map { Int($0) }, [0, number % 2]]
      let forger = forge.forger(values, by: number)
      let ballot = try forger.prove(random: &forge.random)
      #expect(try WeakVerifier(forger).accepts(ballot))
      forge.cast(ballot, by: number)
    }
    forge.close()
    let (report, _) = try verify(forge.record())
    #expect(report.firstFailure?.detail == nil)
    #expect(report.passed)
  }

  /// Only where nothing is decrypted may a renewal lack what brings it into force (6.12).
  @Test func aRenewalThatIsNotInForce() throws {
    let path = "renewal-1-checkpoint"
    var forge = try Attack.begun(Attack.single())
    try forge.renew(replacing: [2])
    forge.inForce = []
    var given = forge
    var open = try forge.board()
    open["checkpoint"] = try forge.checkpoint().bytes
    let soFar = try RecordVerifier(source: open, isSoFar: true, runner: SequentialRunner()).verify().report
    #expect(soFar.passed, "\(soFar.firstFailure?.detail ?? "")")
    forge.close()
    let record = try forge.record()
    #expect(throws: UnreadableRecord.missing(path: Array(path.utf8))) { try verify(record) }
    given.abort()
    var aborted = try given.board()
    aborted["checkpoint"] = try given.cosigned(given.checkpoint(), by: [1, 2, 3]).bytes
    let (report, _) = try verify(aborted)
    #expect(report.passed && report.aborted != nil, "\(report.firstFailure?.detail ?? "")")
    // What is there must be right.
    aborted[path] = try given.checkpoint().bytes
    #expect(try verify(aborted).report.firstFailure?.check == .board)
  }
}
