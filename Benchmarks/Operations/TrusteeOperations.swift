import Curve25519
import Elections
import LocalElection
import Sealing
import ThresholdCryptography

/// Key ceremony and decryption.
enum TrusteeOperations {
  private static let group = "trustees"

  static var all: [Operation] {
    [
      ceremony(trustees: 5, threshold: 3),
      ceremony(trustees: 9, threshold: 5, isHeavy: true),
    ] + [5, 100].flatMap { decryption(options: $0) }
      + [
        counting("logarithms-1000", "combine and find 5 totals of up to 1 000", bound: 1_000),
        counting("logarithms-1000000", "combine and find 5 totals of up to 1 000 000", bound: 1_000_000),
        counting("logarithms-2to40", "combine and find 5 totals of up to 2^40", bound: 1 << 40, isHeavy: true),
      ]
  }

  private static func ceremony(trustees: Int, threshold: Int, isHeavy: Bool = false) -> Operation {
    Operation(
      id: "ceremony-\(threshold)-of-\(trustees)", group: group,
      name: "key ceremony \(threshold) of \(trustees), all trustees together", isHeavy: isHeavy
    ) {
      .init { keep(DecryptionCase.trustees(trustees, threshold)) }
    }
  }

  private static func decryption(options: Int) -> [Operation] {
    [
      Operation(id: "partial-\(options)", group: group, name: "partial decryption of \(options) options, with proof") {
        let made = DecryptionCase(totals: (0..<options).map { UInt64($0) })
        return .init { keep(made.partials(by: [2])) }
      },
      Operation(id: "partial-verify-\(options)", group: group, name: "verify a partial decryption of \(options) options") {
        let made = DecryptionCase(totals: (0..<options).map { UInt64($0) })
        let partial = made.partials(by: [2])[0]
        return .init { precondition((try? partial.verify(made.statement, key: made.key)) != nil, "proof refused") }
      },
    ]
  }

  /// From partial decryptions to numbers. The totals lie evenly in 0 … bound, the largest at the end.
  private static func counting(_ id: String, _ name: String, bound: UInt64, isHeavy: Bool = false) -> Operation {
    Operation(id: id, group: group, name: name, isHeavy: isHeavy) {
      let totals = (1...5).map { bound / 5 * UInt64($0) }
      let made = DecryptionCase(totals: totals)
      let partials = made.partials(by: [1, 3, 5])
      return .init {
        let points = try? Combination.plaintexts(made.statement, partials, key: made.key)
        let found = DiscreteLogarithm(bound: bound, targets: totals.count).logarithms(of: points ?? [])
        precondition(found == totals, "wrong totals")
      }
    }
  }
}

/// Encrypted totals, and the trustees who can decrypt them.
struct DecryptionCase {
  let statement: DecryptionStatement
  let key: ThresholdKey
  private let trustees: LocalTrustees

  init(totals: [UInt64]) {
    var random = Self.seed("decryption")
    trustees = Self.trustees(5, 3)
    guard let key = try? trustees.roster.thresholdKey(.election) else { preconditionFailure("no key") }
    self.key = key
    let encrypted = totals.map { total in
      let r = Scalar.random(using: &random)
      return Ciphertext(alpha: .generatorMultiple(r), beta: .generatorMultiple(Scalar(total)) + r * key.jointKey)
    }
    statement = DecryptionStatement(
      election: Bytes32(random.bytes(32).span), size: 1_002, root: Bytes32(random.bytes(32).span), totals: encrypted)
  }

  /// Partial decryptions by some trustees.
  func partials(by numbers: [Int]) -> [PartialDecryption] {
    var random = Self.seed("partials")
    guard let partials = try? trustees.decrypt(statement, by: numbers, random: &random) else {
      preconditionFailure("no such trustee")
    }
    return partials
  }

  /// Trustees after a key ceremony.
  static func trustees(_ count: Int, _ threshold: Int) -> LocalTrustees {
    var random = seed("ceremony")
    let names = (1...count).compactMap { Text("Trustee \($0)") }
    guard let trustees = try? LocalTrustees(names: names, threshold: threshold, cipher: AES256GCM.self, random: &random) else {
      preconditionFailure("the ceremony failed")
    }
    return trustees
  }

  private static func seed(_ purpose: String) -> SeededRandom {
    SeededRandom(seed: Array("comitia benchmarks: trustees, \(purpose)".utf8))
  }
}
