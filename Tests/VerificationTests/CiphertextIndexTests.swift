import BallotCryptography
import Curve25519
import Elections
import TestSupport
import Testing

@testable import Verification

@Suite("Ciphertexts in parts")
struct CiphertextIndexTests {
  @Test("parts hold no more than the capacity on average, whatever the size")
  func parts() {
    #expect(CiphertextIndex.parts(ballots: 0, bits: 6, capacity: 10) == 1)
    #expect(CiphertextIndex.parts(ballots: 5, bits: 2, capacity: 10) == 1)
    #expect(CiphertextIndex.parts(ballots: 11, bits: 1, capacity: 10) == 2)
    #expect(CiphertextIndex.parts(ballots: 20, bits: 1, capacity: 10) == 2)
    #expect(CiphertextIndex.parts(ballots: .max >> 1, bits: 256, capacity: 1 << 20) == 1 << 20)
  }

  @Test("any number of parts gives the answer of one", arguments: [1, 2, 3, 7, 1000] as [UInt64])
  func anyCapacity(capacity: UInt64) throws {
    for good in GoodRecord.all where ["re-voting, the last counts", "challenged and opened ballots"].contains(good.name) {
      let (record, totals) = try good.make()
      var verifier = RecordVerifier(source: record, runner: SequentialRunner())
      verifier.ciphertextCapacity = capacity
      let (report, facts) = try verifier.verify()
      #expect(report.firstFailure?.detail == nil)
      #expect(facts?.result.totals == totals)
    }
    for attack in Attack.copies where attack.check == .oneVote {
      var verifier = RecordVerifier(source: try attack.make().record, runner: SequentialRunner())
      verifier.ciphertextCapacity = capacity
      let failure = try verifier.verify().report.firstFailure
      #expect(failure?.check == .oneVote, "\(attack.name): \(failure?.detail ?? "nothing failed")")
    }
  }

  @Test("ciphertexts made to fall together are spread over the parts")
  func spread() throws {
    // One α and all bytes but a few of β the same: what a forger of a large board would log.
    let parts = 8
    let root = SHA256.digest([1, 2, 3])
    var random = seeded("spread")
    let head = random.bytes(64) + [0, 0, 0, 1, 0, 1] + random.bytes(32)
    var indexes = (0..<parts).map { CiphertextIndex(part: $0, of: parts, root: root) }
    for number in 0..<800 {
      let beta = [UInt8(number & 255), UInt8(number >> 8)] + [UInt8](repeating: 0, count: 30)
      let ballot = try EncryptedBallot(head + beta + [UInt8](repeating: 0, count: 358 - 134))
      for part in 0..<parts { indexes[part].add(ballot, entry: UInt64(number)) }
    }
    #expect(indexes.map { $0.count }.reduce(0, +) == 800)
    for index in indexes { #expect((50...200).contains(index.count)) }
  }
}
