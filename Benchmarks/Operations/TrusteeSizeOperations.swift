import Curve25519
import Elections
import LocalElection
import Sealing
import ThresholdCryptography
import TransparencyLog

/// What each phase costs trustees and service together, by how many trustees there are: more than half of them are needed.
enum TrusteeSizeOperations {
  private static let group = "trustees"

  static var all: [Operation] { [3, 7, 15, 31].flatMap { of(trustees: $0, threshold: $0 / 2 + 1) } }

  private static func of(trustees n: Int, threshold t: Int) -> [Operation] {
    func operation(
      _ phase: String, _ name: String, isHeavy: Bool = false, _ work: @escaping (TrusteeGroup) -> Void
    ) -> Operation {
      Operation(id: "\(phase)-\(t)-of-\(n)", group: group, name: "\(name), \(t) of \(n)", isHeavy: isHeavy) {
        let made = TrusteeGroup(n, t)
        return .init { work(made) }
      }
    }
    return [
      Operation(
        id: "ceremony-\(t)-of-\(n)", group: group, name: "key ceremony \(t) of \(n), all trustees together", isHeavy: n > 7
      ) {
        .init { keep(DecryptionCase.trustees(n, t)) }
      },
      operation("drill", "fire drill: all parts made, verified, combined") { keep($0.decrypt([40_000], by: Array(1...n))) },
      operation("cosignature", "cosignatures of all made and verified") { keep($0.cosign()) },
      operation("beacon", "beacon: parts made, verified, combined") { keep($0.draw(by: Array(1...t))) },
      operation("tally", "5 totals with draw: parts made, verified, combined, counted") {
        keep($0.decrypt([1_000, 10, 0, 500, 999], by: Array(1...t)))
      },
      SigningOperations.signing(trustees: n, threshold: t),
    ]
  }
}

/// Trustees after their ceremony, with an election to end.
final class TrusteeGroup {
  private let trustees: LocalTrustees
  private let count: Int
  private let keys: PerKey<ThresholdKey>
  private let log: Ed25519.PrivateKey
  private let origin: Text
  private var random = SeededRandom(seed: Array("comitia benchmarks: trustees, sizes".utf8))

  init(_ count: Int, _ threshold: Int) {
    trustees = DecryptionCase.trustees(count, threshold)
    self.count = count
    log = Ed25519.PrivateKey(seed: Bytes32(random.bytes(32).span))
    guard let keys = try? trustees.roster.keys, let origin = Text("vote.example/abcdefghijkmnpqrstuv") else {
      preconditionFailure("no keys")
    }
    (self.keys, self.origin) = (keys, origin)
  }

  /// Parts of some trustees of a decryption with the closing draw: made, read by the service, verified and combined.
  func decrypt(_ totals: [UInt64], by numbers: [Int]) -> BeaconOutput {
    let (election, root) = (Bytes32(random.bytes(32).span), Bytes32(random.bytes(32).span))
    let encrypted = totals.map { total in
      let r = Scalar.random(using: &random)
      return Ciphertext(alpha: .generatorMultiple(r), beta: .generatorMultiple(Scalar(total)) + r * keys.election.jointKey)
    }
    let statement = DecryptionStatement(election: election, size: 1_002, root: root, totals: encrypted)
    do {
      let partials = try trustees.decrypt(statement, by: numbers, random: &random)
      let draw = try trustees.draw(election: election, size: 1_002, root: root, by: numbers, random: &random)
      let parts = try zip(partials, draw.parts).map {
        try ClosingPart(ClosingPart(decryption: $0, draw: $1).encoded, count: totals.count)
      }
      precondition(parts.allSatisfy { $0.isGood(statement, keys: keys, drawKeys: trustees.roster.drawKeys) }, "refused")
      let points = try Combination.plaintexts(statement, parts.map { $0.decryption }, key: keys.election)
      let bound = totals.max() ?? 0
      precondition(DiscreteLogarithm(bound: bound, targets: totals.count).logarithms(of: points) == totals, "wrong totals")
      return try draw.output(
        at: .closing(election: election, size: 1_002, root: root), key: keys.beacon, drawKeys: trustees.roster.drawKeys)
    } catch { preconditionFailure("\(error)") }
  }

  /// The beacon alone.
  func draw(by numbers: [Int]) -> BeaconOutput {
    let (election, root) = (Bytes32(random.bytes(32).span), Bytes32(random.bytes(32).span))
    do {
      return try trustees.draw(election: election, size: 1_002, root: root, by: numbers, random: &random)
        .output(at: .closing(election: election, size: 1_002, root: root), key: keys.beacon, drawKeys: trustees.roster.drawKeys)
    } catch { preconditionFailure("\(error)") }
  }

  /// All cosign one checkpoint of the log.
  func cosign() -> SignedCheckpoint {
    do {
      let signer = try NoteSigner(name: origin.utf8, type: .ed25519, privateKey: log)
      let signed = try signer.sign(Checkpoint(origin: origin.utf8, size: 1_002, root: Bytes32(random.bytes(32).span)))
      let cosigned = try trustees.cosign(signed, origin: origin, timestamp: 1_800_000_000)
      let witnesses = try trustees.roster.trustees.enumerated().map { index, trustee in
        try VerifierKey(
          name: CosignerName.of(trustee: index + 1, origin: origin), type: .cosignature, publicKey: trustee.signingKey)
      }
      _ = try LogPolicy(logKey: signer.key, witnesses: witnesses, quorum: count).verify(cosigned)
      return cosigned
    } catch { preconditionFailure("\(error)") }
  }
}
