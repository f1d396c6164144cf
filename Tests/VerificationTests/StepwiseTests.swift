import Curve25519
import Elections
import TestSupport
import Testing
import Verification

@Suite("Verification in steps")
struct StepwiseTests {
  /// Verifies with batches done elsewhere, the last first, as bytes.
  private func inSteps(_ record: some RecordSource, _ expectations: Expectations, isSoFar: Bool = false) throws -> [UInt8] {
    var steps = try StepwiseVerification(
      source: record, expectations: expectations, isSoFar: isSoFar, batchSize: 2, progress: { _ in })
    var outcomes: [[UInt8]] = []
    while let batch = try steps.nextBatch() { outcomes.append(try BallotWork(batch).run().encoded) }
    for outcome in outcomes.reversed() { try steps.add(outcome) }
    let (report, facts) = try steps.finish()
    return report.json(facts)
  }

  @Test("has the same report of good records", arguments: GoodRecord.all)
  func good(good: GoodRecord) throws {
    let (report, facts) = try good.verified()
    #expect(try inSteps(good.make().record, Expectations()) == report.json(facts))
  }

  @Test("fails at the same check as the whole, and says the same of it", arguments: Attack.all)
  func attacks(attack: Attack) throws {
    let evidence = try attack.make()
    let (report, facts) = try attack.verified()
    #expect(try inSteps(evidence.record, evidence.expectations) == report.json(facts))
  }

  @Test("fails when batches were not done, and takes no more outcomes than batches")
  func missing() throws {
    var forge = try Forge(ElectionSetup([.yesNo(blankAllowed: true)]))
    try forge.cast([[1, 0]], by: 0)
    forge.close()
    let record = try forge.record()
    var early = try StepwiseVerification(
      source: record, expectations: Expectations(), isSoFar: false, batchSize: 2, progress: { _ in })
    #expect(try early.finish().report.firstFailure?.check == .ballots)
    var steps = try StepwiseVerification(
      source: record, expectations: Expectations(), isSoFar: false, batchSize: 2, progress: { _ in })
    let batch = try need(steps.nextBatch())
    #expect(try early.finish().report.passed == false)
    let outcome = try BallotWork(batch).run().encoded
    for length in 0..<outcome.count { #expect(throws: CodecError.self) { try steps.add(Array(outcome[..<length])) } }
    try steps.add(outcome)
    #expect(throws: CodecError.self) { try steps.add(outcome) }
    #expect(try steps.finish().report.passed)
  }
}

@Suite("A board so far")
struct BoardSoFarTests {
  private func verifySoFar(_ record: MemoryRecord) throws -> VerificationReport {
    try RecordVerifier(source: record, isSoFar: true, runner: SequentialRunner()).verify().report
  }

  /// A board with two ballots, not closed.
  private func open() throws -> Forge {
    var forge = try Forge(ElectionSetup([.yesNo(blankAllowed: true)]))
    for voter in 0..<2 { try forge.cast([[1, 0]], by: voter) }
    return forge
  }

  private func published(_ forge: Forge, cosigners: [Int] = []) throws -> MemoryRecord {
    var record = try forge.board()
    record["checkpoint"] = try forge.cosigned(forge.checkpoint(), by: cosigners).bytes
    return record
  }

  @Test("passes checks 1 to 8 while voting is open, however many trustees have cosigned, and when it is closed")
  func passes() throws {
    var forge = try open()
    for cosigners in [[], [2], [3, 1]] {
      let report = try verifySoFar(published(forge, cosigners: cosigners))
      #expect(report.passed, "\(report.firstFailure?.detail ?? "")")
      #expect(report.outcomes.map { $0.check.rawValue } == Array(1...8) + [14])
      #expect(String(decoding: report.json(nil), as: UTF8.self).contains("\"soFar\":true"))
    }
    forge.pause()
    #expect(try verifySoFar(published(forge)).passed)
    forge.close()
    #expect(try verifySoFar(published(forge)).passed)
  }

  @Test("is no record, and gives nothing to decrypt")
  func nothingToDecrypt() throws {
    let record = try published(open(), cosigners: [1, 2, 3])
    #expect(throws: UnreadableRecord.self) { try verify(record) }
    #expect(try RecordVerifier(source: record, runner: SequentialRunner()).verifyBoard().report.firstFailure?.check == .board)
    let soFar = try RecordVerifier(source: record, isSoFar: true, runner: SequentialRunner()).verifyBoard()
    #expect(soFar.report.passed && soFar.board == nil)
  }

  @Test("fails where it is wrong: an end before the last entry, a forged checkpoint, a bad ballot")
  func fails() throws {
    var forge = try open()
    forge.close()
    try forge.cast([[1, 0]], by: 2)
    #expect(try verifySoFar(published(forge)).firstFailure?.check == .board)
    var bad = try open()
    bad.alterBody(1) { $0[$0.count - 1] ^= 1 }
    #expect(try verifySoFar(published(bad)).firstFailure?.check == .ballots)
    var forged = try published(open())
    forged["checkpoint"] = try open().checkpoint(root: .zero).bytes
    #expect(try verifySoFar(forged).firstFailure?.check == .board)
  }
}
