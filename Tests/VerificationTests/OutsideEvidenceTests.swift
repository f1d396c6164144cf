import BallotCryptography
import Curve25519
import Elections
import TestSupport
import Testing
import Verification

@Suite("Something from outside")
struct OutsideEvidenceTests {
  @Test("honest evidence is accepted, and the report says that there was some")
  func honest() throws {
    let forge = try Attack.closed(Attack.single())
    let record = try forge.record()
    var expectations = Expectations()
    #expect(try verify(record).report.selfConsistentOnly)
    expectations.electionID = forge.electionID
    expectations.checkpoints = try (1...5).map { try forge.checkpoint(size: $0).bytes }
    expectations.receipts = try (1...3).map { try forge.receipt(for: $0, size: $0 + 1).bytes }
    let (report, facts) = try verify(record, expectations)
    #expect(report.firstFailure?.detail == nil)
    #expect(report.passed && !report.selfConsistentOnly)
    #expect(facts?.electionID == forge.electionID)
    #expect(facts?.voters == 3 && facts?.trustees.threshold == 2)
    #expect(facts?.castTimes == 1_700_000_001_000...1_700_000_003_000)
  }

  @Test("without it, a record made anew as a whole passes, and the report says so")
  func selfConsistentOnly() throws {
    // Each of these is in the gallery, too, and fails there against what was kept outside.
    var dropped = try Attack.closed(Attack.single())
    dropped.entries.remove(at: 2)
    var cut = try Attack.begun(Attack.single())
    cut.close()
    for forge in [dropped, cut] {
      let report = try verify(forge.record()).report
      #expect(report.passed)
      #expect(report.selfConsistentOnly)
    }
  }

  @Test("each of several checkpoints and receipts is compared")
  func oneOfMany() throws {
    let forge = try Attack.closed(Attack.single())
    var other = forge
    other.entries.swapAt(1, 2)
    var expectations = Expectations()
    expectations.checkpoints = try [forge.checkpoint(size: 4), other.checkpoint(size: 2)].map { $0.bytes }
    #expect(try verify(forge.record(), expectations).report.firstFailure?.detail.contains("first 2 entries") == true)
    expectations.checkpoints = []
    expectations.receipts = try [forge.receipt(for: 3), other.receipt(for: 1)].map { $0.bytes }
    #expect(try verify(forge.record(), expectations).report.firstFailure?.detail.contains("entry 1") == true)
  }
}

@Suite("Trackers")
struct TrackerTests {
  @Test("differ for equal choices, equal randomness, other voters and other signatures")
  func areDistinct() throws {
    var forge = try Forge(Attack.revoting())
    var trackers: [Bytes32] = []
    // The same choice by everyone, encrypted with the same randomness and proven from the same seed.
    let forger = forge.forger([[1, 0, 0]], by: 0)
    for voter in 0..<3 {
      var same = forger
      same.credential = forge.voters[voter].key
      same.statement.credential = same.credential
      var random = seeded("one seed for all")
      let ballot = try same.prove(random: &random)
      for _ in 0..<2 {
        trackers.append(CastBallot(ballot, credential: forge.voters[voter].credential, random: &forge.random).tracker)
      }
    }
    #expect(Set(trackers).count == trackers.count)
  }

  @Test("depend on every byte of the cast ballot")
  func everyByte() throws {
    var forge = try Forge(Attack.single())
    let cast = try forge.cast([[1, 0, 0]], by: 0).encoded
    var seen: Set<Bytes32> = [try CastBallot(cast).tracker]
    // The count of bits, bytes 68 and 69, is fixed by the length; the number, bytes 64 to 67, is not 0.
    for offset in cast.indices where offset != 68 && offset != 69 {
      var altered = cast
      altered[offset] ^= offset == 67 ? 2 : 1
      #expect(seen.insert(try CastBallot(altered).tracker).inserted)
    }
  }
}
