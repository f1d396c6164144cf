import BallotCryptography
import Curve25519

/// Ballots of one contest, made when they are first asked for.
final class BallotFactory {
  let id: String
  let name: String
  let context: BallotContext
  let encryptor: BallotEncryptor
  private let rules: ContestRules
  var random: SeededRandom
  private var ballots: [CastBallot] = []

  init(_ id: String, _ name: String, _ rules: ContestRules?) {
    guard let rules, let layout = BallotLayout([rules]) else { preconditionFailure("rules of \(id)") }
    self.id = id
    self.name = name
    self.rules = rules
    random = SeededRandom(seed: Array("comitia benchmarks: ballots of \(id)".utf8))
    let election = Bytes32(random.bytes(32).span)
    context = BallotContext(election: election, jointKey: .generatorMultiple(.random(using: &random)), layout: layout)
    encryptor = BallotEncryptor(context)
  }

  /// The choices of voter `number`: as full as the rules allow.
  func values(_ number: Int) -> [[UInt32]] {
    var left = rules.maximum
    return [
      (0..<rules.options).map { offset in
        let wanted = rules.maximum == 1 ? (number % (rules.options + 1) == offset ? 1 : 0) : (number + offset) % (rules.range + 1)
        let value = min(wanted, left)
        left -= value
        return UInt32(value)
      }
    ]
  }

  /// Encrypts one ballot.
  func encrypt(_ number: Int, credential: Bytes32) -> (ballot: EncryptedBallot, opening: BallotOpening) {
    guard let encrypted = try? encryptor.encrypt(values(number), credential: credential, number: 1, random: &random) else {
      preconditionFailure("choices break the rules of \(id)")
    }
    return encrypted
  }

  /// Encrypts and signs one ballot.
  func cast(_ number: Int) -> CastBallot {
    let credential = Credential(random: &random)
    return CastBallot(encrypt(number, credential: credential.publicKey).ballot, credential: credential, random: &random)
  }

  /// The first `count` ballots, the same each time.
  func first(_ count: Int) -> [CastBallot] {
    while ballots.count < count { ballots.append(cast(ballots.count)) }
    return Array(ballots[..<count])
  }

  /// Verifies ballots together.
  func verify(_ ballots: [CastBallot], signatures: Bool) {
    var batch = BallotBatch(context, signatures: signatures)
    for ballot in ballots { precondition((try? batch.add(ballot)) != nil, "ballot refused") }
    precondition(batch.invalidBallots().isEmpty, "ballot does not verify")
  }

  /// 5 options, at most one.
  static func single() -> BallotFactory {
    BallotFactory("single", "5 options, at most 1", .single(options: 5, blankAllowed: true))
  }

  /// 16 options, any number of them.
  static func approval() -> BallotFactory {
    BallotFactory("approval", "16 options, any number", .approval(options: 16, maximum: 16))
  }

  /// 5 options, each 0 to 10 points.
  static func score() -> BallotFactory {
    BallotFactory("score", "5 options, 0 to 10 points each", .score(options: 5, range: 10, blankAllowed: true))
  }
}
