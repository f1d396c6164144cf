import Curve25519
import Testing

@testable import BallotCryptography

/// Many ballots at once: the bad ones are found, all of them and no other.
struct BallotBatchTests {
  /// Good ballots and, for each, one that decodes and does not hold.
  private struct Pool {
    var election: TestElection
    var good: [CastBallot] = []
    var bad: [CastBallot] = []

    init(_ rules: [ContestRules], count: Int) throws {
      election = try TestElection(rules)
      for index in 0..<count {
        let cast = try election.cast(election.randomValues())
        good.append(cast)
        var parts = try BallotParts(cast.ballot)
        switch index % 4 {
        case 0: parts.points[index % parts.points.count] += .generator
        case 1: parts.scalars[index % parts.scalars.count] += .one
        case 2: break
        default: parts.points.swapAt(0, 2)
        }
        // A good proof whose signature is another ballot's, or a bad proof that is well signed.
        bad.append(index % 4 == 2 ? try CastBallot(cast.ballot.encoded + good[0].encoded.suffix(64)) : try election.cast(parts))
      }
      if count > 2 { bad[2] = try CastBallot(good[2].ballot.encoded + good[0].encoded.suffix(64)) }
    }
  }

  private func invalid(_ ballots: [CastBallot], _ context: BallotContext) throws -> [Int] {
    var batch = BallotBatch(context)
    for ballot in ballots { try batch.add(ballot) }
    #expect(batch.count == ballots.count)
    return batch.invalidBallots()
  }

  @Test func noBallots() throws {
    let election = try TestElection(sampleLayouts()[0])
    #expect(BallotBatch(election.context).invalidBallots() == [])
  }

  /// Every subset of bad ballots, in batches of up to five.
  @Test func everySubsetOfSmallBatches() throws {
    let pool = try Pool(sampleLayouts()[2], count: 5)
    for count in 1...5 {
      for subset in 0..<(1 << count) {
        let ballots = (0..<count).map { subset >> $0 & 1 == 1 ? pool.bad[$0] : pool.good[$0] }
        #expect(try invalid(ballots, pool.election.context) == (0..<count).filter { subset >> $0 & 1 == 1 })
      }
    }
  }

  /// Random subsets of larger ones; sizes on both sides of where the method of multiplication changes.
  @Test func randomSubsets() throws {
    var pool = try Pool(sampleLayouts()[0], count: 200)
    for count in Array(6...24) + [31, 32, 33, 63, 64, 65, 100, 127, 128, 200] {
      for chance in [0, 3, 40] {
        var expected: [Int] = []
        var ballots: [CastBallot] = []
        for index in 0..<count {
          let isBad = pool.election.random.below(100) < chance
          if isBad { expected.append(index) }
          ballots.append(isBad ? pool.bad[index] : pool.good[index])
        }
        #expect(try invalid(ballots, pool.election.context) == expected)
      }
    }
    #expect(try invalid(pool.bad, pool.election.context) == Array(0..<200))
    #expect(try invalid(Array(pool.good.dropLast()) + [pool.bad[199]], pool.election.context) == [199])
    #expect(try invalid([pool.bad[0]] + pool.good.dropFirst(), pool.election.context) == [0])
  }

  /// The same ballot many times, good or bad: each is judged by itself.
  @Test func repetitions() throws {
    let pool = try Pool(sampleLayouts()[4], count: 3)
    #expect(try invalid(Array(repeating: pool.good[0], count: 9), pool.election.context) == [])
    #expect(try invalid(Array(repeating: pool.bad[1], count: 9), pool.election.context) == Array(0..<9))
    let mixed = [pool.good[0], pool.bad[1], pool.good[0], pool.bad[1], pool.bad[0], pool.good[1], pool.bad[1]]
    #expect(try invalid(mixed, pool.election.context) == [1, 3, 4, 6])
  }

  /// Two errors that cancel in a sum are found: every ballot has coefficients of its own.
  @Test func errorsThatWouldCancel() throws {
    var election = try TestElection(sampleLayouts()[2])
    let values = election.randomValues()
    var first = try BallotParts(election.encrypt(values).ballot)
    var second = try BallotParts(election.encrypt(values).ballot)
    // z_B one more here and one less there.
    first.scalars[first.scalars.count - 1] += .one
    second.scalars[second.scalars.count - 1] -= .one
    let ballots = [try election.cast(first), try election.cast(second)]
    #expect(try invalid(ballots, election.context) == [0, 1])
    // Within one ballot: the two equations of a bit, and two bits.
    var third = try BallotParts(election.encrypt(values).ballot)
    third.points[2 * third.bits] += .generator
    third.points[2 * third.bits + 2] -= .generator
    #expect(try invalid([try election.cast(third)], election.context) == [0])
  }

  @Test func orderDoesNotMatter() throws {
    let pool = try Pool(sampleLayouts()[2], count: 12)
    let ballots = (0..<12).map { [1, 4, 5, 11].contains($0) ? pool.bad[$0] : pool.good[$0] }
    #expect(try invalid(ballots, pool.election.context) == [1, 4, 5, 11])
    #expect(try invalid(ballots.reversed(), pool.election.context) == [0, 6, 7, 10])
    let rotated = Array(ballots[5...] + ballots[..<5])
    #expect(try invalid(rotated, pool.election.context) == [0, 6, 8, 11])
  }

  /// What does not decode, or is of another election, never enters the batch.
  @Test func malformedBallotsAreNotAdded() throws {
    var election = try TestElection(sampleLayouts()[2])
    var batch = BallotBatch(election.context)
    let good = try election.cast(election.randomValues())
    let bits = good.ballot.bits
    let length = good.ballot.encoded.count
    try batch.add(good)
    func refused(_ offset: Int, by replacement: [UInt8]) throws -> BallotDefect? {
      var bytes = good.encoded
      bytes.replaceSubrange(offset..<offset + replacement.count, with: replacement)
      let cast = try CastBallot(bytes)
      do throws(BallotDefect) {
        try batch.add(cast)
        return nil
      } catch { return error }
    }
    let nonsense = [UInt8](repeating: 0xff, count: 32)
    let order = (Scalar.zero - .one).encoded.bytes.enumerated().map { $0 == 0 ? $1 + 1 : $1 }
    func malformed(_ field: StaticString) -> BallotDefect { .malformed(.invalidEncoding(field: FieldName(field))) }
    for index in 0..<2 * bits { #expect(try refused(70 + 32 * index, by: nonsense) == malformed("ciphertext")) }
    for index in 0..<2 * bits { #expect(try refused(70 + 32 * (2 * bits + index), by: nonsense) == malformed("commitment")) }
    for index in 0..<2 { #expect(try refused(70 + 32 * (4 * bits + index), by: nonsense) == malformed("product")) }
    for index in 0..<bits { #expect(try refused(134 + 32 * (4 * bits + index), by: order) == malformed("opening")) }
    for index in 0..<bits { #expect(try refused(134 + 32 * (5 * bits + index), by: order) == malformed("response")) }
    #expect(try refused(length - 32, by: order) == malformed("product response"))
    #expect(try refused(length, by: nonsense) == malformed("signature commitment"))
    #expect(try refused(length + 32, by: order) == malformed("signature"))
    #expect(try refused(32, by: nonsense) == malformed("credential"))
    #expect(try refused(0, by: nonsense) == .foreignElection)

    var other = try TestElection(sampleLayouts()[4])
    var parts = try BallotParts(other.encrypt(other.randomValues()).ballot)
    parts.election = election.context.election
    let foreign = try other.cast(parts)
    #expect(throws: BallotDefect.wrongNumberOfBits(expected: bits)) { try batch.add(foreign) }
    #expect(batch.count == 1)
    #expect(batch.invalidBallots() == [])
  }

  /// Without signatures a batch looks at proofs alone.
  @Test func withoutSignatures() throws {
    let pool = try Pool(sampleLayouts()[0], count: 8)
    var batch = BallotBatch(pool.election.context, signatures: false)
    for (index, ballot) in pool.bad.enumerated() { try batch.add(index < 4 ? ballot : pool.good[index]) }
    // The one whose signature alone is bad passes.
    #expect(batch.invalidBallots() == [0, 1, 3])
  }

  /// The ciphertexts that a batch hands to the tally are those of the ballot's bytes.
  @Test func ciphertextsAreTheBallots() throws {
    let pool = try Pool(sampleLayouts()[9], count: 2)
    var batch = BallotBatch(pool.election.context)
    for ballot in pool.good { try batch.add(ballot) }
    for (index, cast) in pool.good.enumerated() {
      let parts = try BallotParts(cast.ballot)
      #expect(batch.ciphertexts(index).map { $0.alpha } == parts.alpha)
      #expect(batch.ciphertexts(index).map { $0.beta } == parts.beta)
      for bit in 0..<cast.ballot.bits {
        #expect(cast.ballot.ciphertext(bit).alpha == parts.alpha[bit].encoded)
        #expect(cast.ballot.ciphertext(bit).beta == parts.beta[bit].encoded)
      }
    }
  }

  /// Both verifiers on random ballots, each altered in a random byte or not at all.
  @Test func agreesWithTheEquations() throws {
    for rules in try sampleLayouts() {
      var election = try TestElection(rules)
      for round in 0..<12 {
        var bytes = try election.cast(election.randomValues()).encoded
        if round % 3 != 0 {
          // Behind the count: what a structural check does not see.
          let place = round % 3 == 1 ? election.random.below(bytes.count - 70) : 32 * election.random.below(bytes.count / 32 - 3)
          bytes[70 + place] ^= UInt8(1 << election.random.below(8))
        }
        let cast = try CastBallot(bytes)
        #expect(election.slow.findings(cast).isEmpty == (defect(cast, election.context) == nil))
        #expect((round % 3 == 0) == (defect(cast, election.context) == nil))
      }
    }
  }
}
