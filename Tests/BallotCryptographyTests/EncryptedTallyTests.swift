import Curve25519
import Testing

@testable import BallotCryptography

/// Sums of ballots decrypt to the sums of their values (3.6).
struct EncryptedTallyTests {
  private func ciphertexts(_ ballot: EncryptedBallot) throws -> [Ciphertext] {
    let parts = try BallotParts(ballot)
    return zip(parts.alpha, parts.beta).map { Ciphertext(alpha: $0, beta: $1) }
  }

  private func expect(_ tally: EncryptedTally, in election: TestElection, is expected: [UInt64]) {
    #expect(tally.totals.count == expected.count)
    for (total, number) in zip(tally.totals, expected) {
      #expect(total.beta - election.secret * total.alpha == .generatorMultiple(Scalar(number)))
    }
  }

  @Test func randomElectionsOfEveryKind() throws {
    for rules in try sampleLayouts() {
      var election = try TestElection(rules)
      let weights: [UInt32] = [1, 1, 2, 3, 1000, .max, .max, UInt32(1 + election.random.below(1 << 31))]
      var whole = EncryptedTally(election.layout)
      var parts = Array(repeating: EncryptedTally(election.layout), count: 3)
      var expected = [UInt64](repeating: 0, count: election.layout.optionCount)
      for (index, weight) in weights.enumerated() {
        let values = election.randomValues()
        let ballot = try ciphertexts(election.encrypt(values).ballot)
        whole.add(ballot, weight: weight)
        parts[index % 3].add(ballot, weight: weight)
        for (option, value) in values.joined().enumerated() { expected[option] += UInt64(value) * UInt64(weight) }
      }
      expect(whole, in: election, is: expected)
      var merged = EncryptedTally(election.layout)
      for part in parts.reversed() { merged.add(part) }
      #expect(merged.totals == whole.totals)
      #expect(merged.ballots == 8 && whole.ballots == 8)
      #expect(merged.weight == whole.weight && whole.weight == weights.reduce(0) { $0 + UInt64($1) })
    }
  }

  @Test func nothingCast() throws {
    let election = try TestElection(sampleLayouts()[9])
    let tally = EncryptedTally(election.layout)
    #expect(tally.totals == Array(repeating: .zero, count: 22))
    #expect(tally.ballots == 0 && tally.weight == 0)
  }

  /// The same ballots in another order, or one by one: the same totals.
  @Test func orderDoesNotMatter() throws {
    var election = try TestElection(sampleLayouts()[8])
    let ballots = try (0..<5).map { _ in try ciphertexts(election.encrypt(election.randomValues()).ballot) }
    var forwards = EncryptedTally(election.layout)
    var backwards = EncryptedTally(election.layout)
    for index in 0..<5 {
      forwards.add(ballots[index], weight: UInt32(index + 1))
      backwards.add(ballots[4 - index], weight: UInt32(5 - index))
    }
    #expect(forwards.totals == backwards.totals)
  }
}
