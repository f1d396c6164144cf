import Curve25519
import Testing

@testable import BallotCryptography

/// An election whose secret key the tests know.
struct TestElection {
  let rules: [ContestRules]
  let secret: Scalar
  let context: BallotContext
  let encryptor: BallotEncryptor
  let credential: Credential
  var random: SeededRandom

  init(_ rules: [ContestRules], seed: UInt8 = 1) throws {
    self.rules = rules
    random = SeededRandom(seed: Array(repeating: seed, count: 32))
    secret = Scalar.random(using: &random)
    context = BallotContext(
      election: Scalar.random(using: &random).encoded, jointKey: .generatorMultiple(secret),
      layout: try #require(BallotLayout(rules)))
    encryptor = BallotEncryptor(context)
    credential = Credential(random: &random)
  }

  var layout: BallotLayout { context.layout }
  var spec: SpecLayout { SpecLayout(rules) }
  var slow: SlowVerifier { SlowVerifier(election: context.election, key: context.jointKey, layout: spec) }

  /// The open prover for the election's voter.
  var prover: OpenProver {
    OpenProver(election: context.election, key: context.jointKey, credential: credential.publicKey, layout: spec)
  }

  mutating func encrypt(_ values: [[UInt32]], number: UInt32 = 1) throws -> (ballot: EncryptedBallot, opening: BallotOpening) {
    try encryptor.encrypt(values, credential: credential.publicKey, number: number, random: &random)
  }

  mutating func sign(_ ballot: EncryptedBallot) -> CastBallot { CastBallot(ballot, credential: credential, random: &random) }

  mutating func cast(_ values: [[UInt32]]) throws -> CastBallot { sign(try encrypt(values).ballot) }

  /// Puts parts together and signs them.
  mutating func cast(_ parts: BallotParts) throws -> CastBallot { sign(try parts.ballot) }

  /// Random values that keep the rules.
  mutating func randomValues() -> [[UInt32]] {
    while true {
      let values = rules.map { rule in (0..<rule.options).map { _ in UInt32(random.below(rule.range + 1)) } }
      if (try? layout.split(values)) != nil { return values }
      // Mostly too many: choose few.
      let sparse = rules.map { rule -> [UInt32] in
        var chosen = [UInt32](repeating: 0, count: rule.options)
        for _ in 0..<(rule.minimum + random.below(rule.maximum - rule.minimum + 1)) { chosen[random.below(rule.options)] = 1 }
        return chosen
      }
      if (try? layout.split(sparse)) != nil { return sparse }
    }
  }

  /// The bits that a ballot encrypts; `nil` where one is neither 0 nor 1.
  func decrypt(_ ballot: EncryptedBallot) throws -> [UInt64]? {
    let parts = try BallotParts(ballot)
    var bits: [UInt64] = []
    for (alpha, beta) in zip(parts.alpha, parts.beta) {
      switch beta - secret * alpha {
      case .identity: bits.append(0)
      case .generator: bits.append(1)
      default: return nil
      }
    }
    return bits
  }
}

extension SeededRandom {
  /// A number in 0 ..< bound, uniform enough for tests.
  mutating func below(_ bound: Int) -> Int {
    Int(bytes(6).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % UInt64(bound))
  }
}

/// What is wrong with a cast ballot by itself, `nil` if nothing.
func defect(_ cast: CastBallot, _ context: BallotContext) -> BallotDefect? {
  do throws(BallotDefect) {
    try cast.verify(context)
    return nil
  } catch { return error }
}

/// Layouts of every kind, with and without slack, alone and together.
func sampleLayouts() throws -> [[ContestRules]] {
  let yesNo = try #require(ContestRules.yesNo(blankAllowed: true))
  let strictYesNo = try #require(ContestRules.yesNo(blankAllowed: false))
  let single = try #require(ContestRules.single(options: 3, blankAllowed: true))
  let strictSingle = try #require(ContestRules.single(options: 4, blankAllowed: false))
  let limited = try #require(ContestRules.approval(options: 5, minimum: 1, maximum: 4))
  let exact = try #require(ContestRules.approval(options: 4, minimum: 2, maximum: 2))
  let free = try #require(ContestRules.approval(options: 3, maximum: 3))
  let score = try #require(ContestRules.score(options: 2, range: 5, blankAllowed: true))
  let strictScore = try #require(ContestRules.score(options: 2, range: 10, blankAllowed: false))
  return [
    [yesNo], [strictYesNo], [single], [strictSingle], [limited], [exact], [free], [score], [strictScore],
    [free, yesNo, exact, strictScore, limited, score, strictSingle],
  ]
}
