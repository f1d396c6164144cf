import BallotCryptography
import Curve25519
import TestSupport
import Verification

// Ballots that say more than they may. The attacker is a voter; where a secret of the election is used, a voter who colludes with all trustees.
extension Attack {
  // MARK: Weak Fiat–Shamir

  /// A proof whose challenge forgets a part of the statement, or is over another statement, is refused. The verifier that makes the same mistake accepts it.
  static let statements: [Attack] =
    forgotten.map { name, forget in
      Attack("proof that does not absorb \(name)", .ballots, "entry 3: its proof") {
        try casting(blankable()) { forge in
          var forger = forge.forger([[0, 1, 0]], by: 0)
          forget(&forger.statement)
          return try fooling(WeakVerifier(forger), forger.prove(random: &forge.random))
        }
      }
    }
    + [
      Attack("proof made for another election", .ballots, "entry 3: its proof") {
        try proof(over: { $0.election = SHA256.digest([1]) })
      },
      Attack("proof made for another joint key", .ballots, "entry 3: its proof") {
        try proof(over: { $0.key = RistrettoPoint.generatorMultiple(Scalar(7)).encoded })
      },
      Attack("proof made for another credential", .ballots, "entry 3: its proof") {
        try casting(blankable()) { forge in
          var forger = forge.forger([[0, 1, 0]], by: 0)
          forger.statement.credential = forge.voters[1].key
          return try forger.prove(random: &forge.random)
        }
      },
      Attack("proof made for another layout", .ballots, "entry 3: its proof") {
        let other = try ElectionSetup([.approval(options: 3, maximum: 3)])
        return try proof(over: { $0.layout = SpecLayout(other.contests).encoded })
      },
      Attack("ballot of another election", .ballots, "entry 3: made for another election") {
        // The same voters and trustees, another log: all but the election id is the same.
        var other = try Forge(blankable()) { $0.opening.origin += [0x78] }
        let ballot = try other.encrypt([[1, 0, 0]], by: 0).ballot
        return try casting(blankable()) { _ in ballot }
      },
      Attack("ballot of another election, relabelled", .ballots, "entry 3: its proof") {
        var other = try Forge(blankable()) { $0.opening.origin += [0x78] }
        let ballot = try other.encrypt([[1, 0, 0]], by: 0).ballot
        return try casting(blankable()) { try EncryptedBallot($0.electionID.bytes + ballot.encoded[32...]) }
      },
    ]

  private static let forgotten: [(String, @Sendable (inout BallotForger.Statement) -> Void)] = [
    ("the election", { $0.election = nil }), ("the joint key", { $0.key = nil }), ("the credential", { $0.credential = nil }),
    ("the number", { $0.number = nil }),
    ("the layout", { $0.layout = nil }), ("the ciphertexts", { $0.ciphertexts = false }),
    ("the commitments", { $0.commitments = false }), ("the product", { $0.product = false }),
  ]

  private static func proof(over change: (inout BallotForger.Statement) -> Void) throws -> Evidence {
    try casting(blankable()) { forge in
      var forger = forge.forger([[0, 1, 0]], by: 0)
      change(&forger.statement)
      return try fooling(WeakVerifier(forger), forger.prove(random: &forge.random))
    }
  }

  /// The ballot, if a verifier with the weakness it is made for accepts it.
  private static func fooling(_ weak: WeakVerifier, _ ballot: EncryptedBallot) throws -> EncryptedBallot {
    guard try weak.accepts(ballot) else { throw HarmlessForgery() }
    return ballot
  }

  // MARK: Values that are not allowed

  static let values: [Attack] = honestProofs + tricks

  /// The honest prover, run on what is false.
  private static let honestProofs: [Attack] = [
    Attack("two and minus one", .ballots, "entry 3: its proof") { try claiming([2, -1], .yesNo(blankAllowed: true)) },
    Attack("a thousand and minus 999", .ballots, "entry 3: its proof") {
      try claiming([1000, -999], .single(options: 2, blankAllowed: false))
    },
    Attack("minus one, a vote against", .ballots, "entry 3: its proof") {
      try claiming([-1, 0, 0], .approval(options: 3, maximum: 3))
    },
    Attack("two for one option", .ballots, "entry 3: its proof") { try claiming([2, 0, 0], .approval(options: 3, maximum: 2)) },
    Attack("two options where one is allowed", .ballots, "entry 3: its proof") {
      try claiming([1, 1, 0], .single(options: 3, blankAllowed: true))
    },
    Attack("two options where exactly one is asked for", .ballots, "entry 3: the values of contest 1") {
      try claiming([1, 1, 0], .single(options: 3, blankAllowed: false))
    },
    Attack("none where exactly one is asked for", .ballots, "entry 3: the values of contest 1") {
      try claiming([0, 0, 0], .single(options: 3, blankAllowed: false))
    },
    Attack("more than the maximum", .ballots, "entry 3: its proof") {
      try claiming([1, 1, 1, 1, 0], .approval(options: 5, minimum: 1, maximum: 3))
    },
    Attack("fewer than the minimum", .ballots, "entry 3: its proof") {
      try claiming([1, 0, 0, 0], .approval(options: 4, minimum: 2, maximum: 4))
    },
    Attack("a blank score ballot where none is allowed", .ballots, "entry 3: its proof") {
      try claiming([0, 0], .score(options: 2, range: 3, blankAllowed: false))
    },
    Attack("half a vote each for two options", .ballots, "entry 3: its proof") {
      let half = Scalar(2).inverted()
      return try encrypting([half, half], .yesNo(blankAllowed: false))
    },
    Attack("a score above the range by a bit that is two", .ballots, "entry 3: its proof") {
      try encrypting([Scalar(1), Scalar(2)], .score(options: 1, range: 3, blankAllowed: true))
    },
    Attack("a slack bit that is two hides the fourth vote", .ballots, "entry 3: its proof") {
      // 0 to 3 of 5: slack weights 1, 2; the sum 5 = 1 + 2·2.
      try encrypting([1, 1, 1, 1, 1, 2].map { Scalar($0) }, .approval(options: 5, minimum: 0, maximum: 3))
    },
    Attack("a slack bit that is minus one hides the missing vote", .ballots, "entry 3: its proof") {
      // 2 to 4 of 4: slack weights 1, 1; the sum 1 = 2 + 0 − 1.
      try encrypting([1, 0, 0, 0, -1].map { Scalar(small: $0) }, .approval(options: 4, minimum: 2, maximum: 4))
    },
    Attack("a fault in the second of two contests", .ballots, "entry 3: the values of contest 2") {
      try casting(ElectionSetup([.yesNo(blankAllowed: true), .single(options: 3, blankAllowed: false)])) { forge in
        try forge.forger([[1, 0], [1, 1, 0]], by: 0).prove(random: &forge.random)
      }
    },
    Attack("votes moved from one contest to the other", .ballots, "entry 3: the values of contest 1") {
      let rules = ContestRules.yesNo(blankAllowed: false)
      return try casting(ElectionSetup([rules, rules])) { forge in
        try forge.forger([[1, 1], [0, 0]], by: 0).prove(random: &forge.random)
      }
    },
  ]

  /// Proofs of false values that a verifier with one mistake accepts.
  private static let tricks: [Attack] = [
    Attack("product chosen after the challenge", .ballots, "entry 3: its proof") {
      try tricking([2, -1]) { forger, _ in
        forger.trick = .productLast
        forger.statement.product = false
        return WeakVerifier(forger)
      }
    },
    Attack("commitments chosen after the challenges", .ballots, "entry 3: its proof") {
      try tricking([5, -3]) { forger, _ in
        forger.trick = .commitmentsLast
        forger.statement.commitments = false
        forger.statement.product = false
        return WeakVerifier(forger)
      }
    },
    Attack("all trustees help: opening and response moved against each other", .ballots, "entry 3: its proof") {
      try tricking([2, 0]) { forger, secret in
        forger.trick = .movedOpening(bit: 0, shift: .one, secret: secret)
        var weakness = WeakVerifier.Weakness()
        weakness.skipsBitBase = true
        return WeakVerifier(forger, weakness: weakness)
      }
    },
    Attack("all trustees help: the product's plaintext taken up by its response", .ballots, "entry 3: its proof") {
      try tricking([2, -1]) { forger, secret in
        forger.trick = .movedProduct(secret: secret)
        var weakness = WeakVerifier.Weakness()
        weakness.skipsProductBase = true
        return WeakVerifier(forger, weakness: weakness)
      }
    },
  ]

  private static func claiming(_ values: [Int], _ rules: ContestRules?) throws -> Evidence {
    try casting(ElectionSetup([rules])) { forge in
      var forger = forge.forger([values], by: 0)
      // Where an option has one bit, that takes any value.
      if rules?.range == 1 { forger.bits.replaceSubrange(values.indices, with: values.map { Scalar(small: $0) }) }
      return try forger.prove(random: &forge.random)
    }
  }

  private static func encrypting(_ bits: [Scalar], _ rules: ContestRules?) throws -> Evidence {
    try casting(ElectionSetup([rules])) { forge in
      var forger = forge.forger(forge.layout.smallestValues, by: 0)
      guard bits.count == forger.bits.count else { throw HarmlessForgery() }
      forger.bits = bits
      return try forger.prove(random: &forge.random)
    }
  }

  private static func tricking(
    _ values: [Int], _ choose: (inout BallotForger, Scalar) -> WeakVerifier
  ) throws -> Evidence {
    try casting(ElectionSetup([.yesNo(blankAllowed: true)])) { forge in
      var forger = forge.forger([values], by: 0)
      forger.bits = values.map { Scalar(small: $0) }
      let weak = choose(&forger, forge.trustees.electionSecret)
      return try fooling(weak, forger.prove(random: &forge.random))
    }
  }
}
