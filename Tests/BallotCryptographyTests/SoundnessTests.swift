import Curve25519
import Testing

@testable import BallotCryptography

/// Ballots of a prover that follows the protocol but for the numbers in its ciphertexts.
struct SoundnessTests {
  /// The open prover is believed when it is honest: what is refused below is refused for its numbers alone.
  @Test func honestOpenProverIsBelieved() throws {
    for rules in try sampleLayouts() {
      var election = try TestElection(rules)
      for _ in 0..<3 {
        let bits = try election.layout.split(election.randomValues()).map { Scalar($0) }
        let cast = try election.cast(election.prover.prove(bits, random: &election.random))
        #expect(election.slow.findings(cast).isEmpty)
        #expect(defect(cast, election.context) == nil)
      }
    }
  }

  /// 2, −1, … in place of any bit; values and slack alike.
  @Test func numbersThatAreNoBits() throws {
    for rules in try sampleLayouts() {
      var election = try TestElection(rules)
      let half = try #require(Scalar(canonical: inverseOfTwo))
      let bits = try election.layout.split(election.randomValues()).map { Scalar($0) }
      for index in bits.indices {
        let cheats = [small(2), small(-1), small(1000), half, .random(using: &election.random)]
        for cheat in cheats.prefix(index == 0 ? 5 : 2) {
          var numbers = bits
          numbers[index] = cheat
          try expectRefused(numbers, in: &election)
        }
      }
    }
  }

  /// Bits all of them, but a sum outside the limits: the residue is then no bit, or not zero.
  @Test func sumsOutsideTheLimits() throws {
    for rules in try smallContests() {
      var election = try TestElection([rules])
      let contest = election.spec.contests[0]
      guard contest.hasLimits, election.layout.bits <= 8 else { continue }
      var honest = 0
      for choice in 0..<(1 << election.layout.bits) {
        let numbers = (0..<election.layout.bits).map { Scalar(UInt64(choice >> $0 & 1)) }
        let residue = contest.lin(numbers) - small(rules.minimum)
        if residue == .zero || contest.residueIsBit && residue == .one {
          honest += 1
          continue
        }
        try expectRefused(numbers, in: &election)
      }
      #expect(honest > 0)
    }
  }

  /// Two numbers whose m(1 − m) cancel, 2 and −1 differing from bits by as much in either direction, and a value paid for by slack.
  @Test func cheatsThatCancel() throws {
    let limited = try #require(ContestRules.approval(options: 5, minimum: 1, maximum: 4))
    var election = try TestElection([limited])
    #expect(election.layout.bits == 6)
    // Σ = 2 + 0 + (−1) …: the residue is honest, the values are not.
    try expectRefused([2, -1, 0, 0, 0, 0].map { small($0) }, in: &election)
    // Seven votes for one option, cancelled by slack of 3 (weight 2).
    try expectRefused([7, 0, 0, 0, 0, 3].map { small($0) }, in: &election)
    // A vote taken from another option.
    try expectRefused([1, 1, 1, 1, -3, 0].map { small($0) }, in: &election)
    // i(1 − i) with i² = −1 is no help.
    let root = try #require(Scalar(canonical: rootOfMinusOne))
    #expect(root * root == small(-1))
    try expectRefused([root, root, .one, .one, .zero, .zero], in: &election)

    let exact = try #require(ContestRules.approval(options: 4, minimum: 2, maximum: 2))
    var fixed = try TestElection([exact])
    try expectRefused([3, -1, 0, 0].map { small($0) }, in: &fixed)
  }

  /// Slack belongs to its contest: bits swapped between two contests.
  @Test func slackOfAnotherContest() throws {
    let limited = try #require(ContestRules.approval(options: 3, minimum: 0, maximum: 2))
    var election = try TestElection([limited, limited])
    // Sums 2 and 0: slack bits (weight 1 is the residue, no other for L = 2: the rest of weight 1).
    let honest = try election.layout.split([[1, 1, 0], [0, 0, 0]])
    #expect(honest == [1, 1, 0, 1, 0, 0, 0, 0])
    var swapped = honest
    swapped.swapAt(3, 7)
    try expectRefused(swapped.map { Scalar($0) }, in: &election)
  }

  /// A fixed sum refused by name.
  @Test func wrongFixedSumIsNamed() throws {
    let exact = try #require(ContestRules.approval(options: 4, minimum: 2, maximum: 2))
    let free = try #require(ContestRules.approval(options: 2, maximum: 2))
    var election = try TestElection([free, exact])
    let cast = try election.cast(election.prover.prove([1, 1, 1, 1, 1, 0].map { small($0) }, random: &election.random))
    #expect(election.slow.findings(cast) == [.equation(3)])
    #expect(defect(cast, election.context) == .wrongSum(contest: 1))
  }

  /// Were the product's commitment not absorbed, anyone could vote a thousand times. It is.
  @Test func productChosenAfterTheChallenge() throws {
    for rules in try sampleLayouts() {
      var election = try TestElection(rules)
      var prover = election.prover
      prover.omitting = "product"
      prover.productLast = true
      var numbers = try election.layout.split(election.randomValues()).map { Scalar($0) }
      if election.spec.contests[0].residueIsZero { numbers[1] -= small(999) }
      numbers[0] += small(999)
      let cast = try election.cast(prover.prove(numbers, random: &election.random))
      var careless = election.slow
      careless.omitting = "product"
      #expect(careless.findings(cast).isEmpty, "the forgery is good where the item is forgotten")
      #expect(!election.slow.findings(cast).isEmpty)
      // With another challenge fixed sums fail first.
      let fixed = election.spec.contests.firstIndex { $0.residueIsZero }
      #expect(defect(cast, election.context) == fixed.map { .wrongSum(contest: $0) } ?? .invalidProof)
    }
  }

  /// Each item of the statement changes the challenge.
  @Test(arguments: SpecTranscript.items)
  func everyItemIsAbsorbed(item: String) throws {
    var election = try TestElection(sampleLayouts()[4])
    let bits = try election.layout.split(election.randomValues()).map { Scalar($0) }
    var prover = election.prover
    prover.omitting = item
    let cast = try election.cast(prover.prove(bits, random: &election.random))
    var careless = election.slow
    careless.omitting = item
    #expect(careless.findings(cast).isEmpty)
    #expect(election.slow.findings(cast) == [.equation(1), .equation(2)])
    #expect(defect(cast, election.context) == .invalidProof)
  }

  /// Refused by both verifiers, singly and among good ballots.
  private func expectRefused(
    _ numbers: [Scalar], in election: inout TestElection, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let cast = try election.cast(election.prover.prove(numbers, random: &election.random))
    let findings = election.slow.findings(cast)
    #expect(!findings.isEmpty, sourceLocation: sourceLocation)
    #expect(findings.isSubset(of: [.equation(2), .equation(3)]), sourceLocation: sourceLocation)
    let defect = defect(cast, election.context)
    if findings.contains(.equation(3)) {
      guard case .wrongSum = defect else {
        Issue.record("\(String(describing: defect)) where a sum is wrong", sourceLocation: sourceLocation)
        return
      }
    } else {
      #expect(defect == .invalidProof, sourceLocation: sourceLocation)
      var batch = BallotBatch(election.context)
      try batch.add(election.cast(election.randomValues()))
      try batch.add(cast)
      try batch.add(election.cast(election.randomValues()))
      #expect(batch.invalidBallots() == [1], sourceLocation: sourceLocation)
    }
  }

  /// (ℓ + 1) / 2.
  private var inverseOfTwo: Bytes32 { Scalar.one.halved.encoded }

  /// A square root of −1 modulo ℓ, little-endian.
  private var rootOfMinusOne: Bytes32 {
    // 2^((ℓ − 1) / 4): 2 is no square modulo ℓ.
    var power = Scalar.one
    let exponent = ((Scalar.zero - .one).encoded).bytes
    for bit in (2..<256).reversed() {
      power *= power
      if exponent[bit / 8] >> UInt8(bit % 8) & 1 == 1 { power *= small(2) }
    }
    return power.encoded
  }
}
