import Curve25519
import Testing

@testable import BallotCryptography

/// A good ballot, changed in one place and signed anew by its voter.
struct AlteredBallotTests {
  /// Every point replaced by another; every scalar by the next.
  @Test func everyFieldMatters() throws {
    for rules in try sampleLayouts() {
      var election = try TestElection(rules)
      let good = try BallotParts(election.encrypt(election.randomValues()).ballot)
      for index in good.points.indices {
        let others = [good.points[index] + .generator, -good.points[index], .identity]
        for other in others.prefix(index < 4 ? 3 : 1) {
          var altered = good
          altered.points[index] = other
          try expectRefused(altered, in: &election)
        }
      }
      for index in good.scalars.indices {
        let others = [good.scalars[index] + .one, .zero, -good.scalars[index]]
        for other in others.prefix(index < 2 ? 3 : 1) {
          var altered = good
          altered.scalars[index] = other
          try expectRefused(altered, in: &election)
        }
      }
    }
  }

  /// The number is proven: nobody but its voter can give a ballot another.
  @Test func numberMatters() throws {
    var election = try TestElection(sampleLayouts()[2])
    let (ballot, _) = try election.encrypt(election.randomValues(), number: 7)
    #expect(ballot.number == 7)
    let good = try BallotParts(ballot)
    #expect(defect(try election.cast(good), election.context) == nil)
    for number in [1, 6, 8, 0x0700_0000, .max] as [UInt32] {
      var altered = good
      altered.number = number
      try expectRefused(altered, in: &election)
    }
  }

  /// Two bits change places: with their ciphertexts alone, and with all that belongs to them.
  @Test func orderMatters() throws {
    var election = try TestElection(sampleLayouts()[9])
    let good = try BallotParts(election.encrypt(election.randomValues()).ballot)
    let n = good.bits
    for first in 0..<n - 1 {
      let second = first + 1
      var ciphertexts = good
      ciphertexts.points.swapAt(2 * first, 2 * second)
      ciphertexts.points.swapAt(2 * first + 1, 2 * second + 1)
      try expectRefused(ciphertexts, in: &election)
      var everything = ciphertexts
      everything.points.swapAt(2 * (n + first), 2 * (n + second))
      everything.points.swapAt(2 * (n + first) + 1, 2 * (n + second) + 1)
      everything.scalars.swapAt(first, second)
      everything.scalars.swapAt(n + first, n + second)
      try expectRefused(everything, in: &election)
    }
    for index in 0...2 * n {
      var halves = good
      halves.points.swapAt(2 * index, 2 * index + 1)
      try expectRefused(halves, in: &election)
    }
  }

  /// The proof of one ballot does not fit the ciphertexts of another, though both have the same values and voter.
  @Test func partsOfAnotherBallot() throws {
    var election = try TestElection(sampleLayouts()[4])
    let values = election.randomValues()
    let first = try BallotParts(election.encrypt(values).ballot)
    let second = try BallotParts(election.encrypt(values).ballot)
    let n = first.bits
    for range in [0..<2 * n, 2 * n..<4 * n, 4 * n..<4 * n + 2, 0..<4 * n] {
      var mixed = first
      mixed.points.replaceSubrange(range, with: second.points[range])
      try expectRefused(mixed, in: &election)
    }
    var mixed = first
    mixed.scalars = second.scalars
    try expectRefused(mixed, in: &election)
  }

  /// Re-randomised ciphertexts need a new proof.
  @Test func copiedCiphertexts() throws {
    var election = try TestElection(sampleLayouts()[2])
    let victim = try BallotParts(election.encrypt([[0, 1, 0]]).ballot)
    var copy = victim
    let s = Scalar.random(using: &election.random)
    copy.points[0] += .generatorMultiple(s)
    copy.points[1] += s * election.context.jointKey
    try expectRefused(copy, in: &election)
    // Another voter's name on it.
    let thief = Credential(random: &election.random)
    copy = victim
    copy.credential = thief.publicKey
    let cast = CastBallot(try copy.ballot, credential: thief, random: &election.random)
    #expect(election.slow.findings(cast) == [.equation(1), .equation(2)])
    #expect(defect(cast, election.context) == .invalidProof)
  }

  /// A ballot belongs to its election, key and layout.
  @Test func otherContexts() throws {
    var election = try TestElection(sampleLayouts()[2])
    let cast = try election.cast([[0, 1, 0]])
    let context = election.context
    #expect(defect(cast, context) == nil)

    let otherElection = BallotContext(election: Bytes32.zero, jointKey: context.jointKey, layout: context.layout)
    #expect(defect(cast, otherElection) == .foreignElection)
    let otherKey = BallotContext(
      election: context.election, jointKey: context.jointKey + .generator, layout: context.layout)
    #expect(defect(cast, otherKey) == .invalidProof)
    let yesNo = try #require(ContestRules.yesNo(blankAllowed: true))
    let two = try #require(BallotLayout([yesNo]))
    let shorter = BallotContext(election: context.election, jointKey: context.jointKey, layout: two)
    #expect(defect(cast, shorter) == .wrongNumberOfBits(expected: 2))
  }

  /// Layouts with as many bits, under each of which the same choice is valid.
  @Test func otherLayoutsOfTheSameLength() throws {
    let rules: [ContestRules] = try [
      .single(options: 3, blankAllowed: true), .single(options: 3, blankAllowed: false),
      .approval(options: 3, minimum: 0, maximum: 3), .approval(options: 3, minimum: 1, maximum: 1),
      .score(options: 3, range: 2, blankAllowed: true),
    ].map { try #require($0) }
    let layouts = try rules.map { try #require(BallotLayout([$0])) }
    for (index, layout) in layouts.enumerated() {
      var election = try TestElection([rules[index]])
      let cast = try election.cast([[0, 1, 0]])
      for (otherIndex, other) in layouts.enumerated() {
        let context = BallotContext(election: election.context.election, jointKey: election.context.jointKey, layout: other)
        // Single choice of three without blank, and approval of exactly one of three, are the same statement.
        let same = layout.encoded == other.encoded
        #expect(same == (index == otherIndex || [index, otherIndex].sorted() == [1, 3]))
        #expect((defect(cast, context) == nil) == same)
      }
    }
  }

  private func expectRefused(
    _ altered: BallotParts, in election: inout TestElection, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let cast = try election.cast(altered)
    #expect(!election.slow.findings(cast).isEmpty, sourceLocation: sourceLocation)
    #expect(defect(cast, election.context) != nil, sourceLocation: sourceLocation)
  }
}
