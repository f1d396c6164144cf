import Curve25519
import ThresholdCryptography

/// Joint signatures of trustees.
enum SigningOperations {
  private static let group = "trustees"

  static var all: [Operation] {
    [
      signing(trustees: 5, threshold: 3),
      Operation(id: "signing-share-verify", group: group, name: "verify a share of a joint signature") {
        let (session, share) = SigningCase().exampleShare
        return .init { precondition(session.verify(share), "share refused") }
      },
    ]
  }

  static func signing(trustees: Int, threshold: Int) -> Operation {
    Operation(
      id: "signing-\(threshold)-of-\(trustees)", group: group,
      name: "joint signature \(threshold) of \(trustees), all trustees and the service together, bytes to bytes"
    ) {
      let made = SigningCase(trustees: trustees, threshold: threshold)
      return .init { keep(made.sign()) }
    }
  }
}

/// Trustees, of whom enough sign.
struct SigningCase {
  private static let message = Array("the canonical bytes of a result, or a digest of them, sixty-four".utf8)
  private let threshold: Int
  private let joint: RistrettoPoint
  private let publicShares: [RistrettoPoint]
  private let shares: [SecretShare]
  private let seed: SeededRandom

  init(trustees: Int = 5, threshold: Int = 3) {
    var random = SeededRandom(seed: Array("comitia benchmarks: signing".utf8))
    let coefficients = (0..<threshold).map { _ in Scalar.random(using: &random) }
    shares = (1...trustees).map { trustee in
      let place = Scalar(UInt64(trustee))
      return SecretShare(trustee: trustee, value: coefficients.reversed().reduce(.zero) { $0 * place + $1 })
    }
    self.threshold = threshold
    joint = .generatorMultiple(coefficients[0])
    publicShares = shares.map { $0.publicShare }
    seed = random
  }

  /// What everybody computes of the ceremony's result.
  private var key: JointSigningKey { JointSigningKey(threshold: threshold, jointKey: joint, publicShares: publicShares) }

  /// All work of trustees and service: keys, commitments, a session, answers, the signature. Everything sent is encoded and decoded.
  func sign() -> [UInt8] {
    var random = seed
    let key = key
    var coordinator = SigningCoordinator(
      key: key, message: Self.message, preference: shares.map { $0.trustee }.reversed(), waitsForPreferred: true)
    do {
      // Each trustee computes its own key.
      let signers = try shares.map { try Signer(JointSigner(key: self.key, message: Self.message, share: $0, using: &random)) }
      for (index, signer) in signers.enumerated() {
        _ = coordinator.receive(try SigningCommitment(signer.joint.commitment.encoded, trustee: index + 1))
      }
      for (index, signer) in signers.enumerated() {
        guard let session = coordinator.session(for: index + 1) else { continue }
        let commitments = try SigningCommitmentList.decode(session.encodedCommitments, maximum: shares.count)
        let response = try signer.joint.respond(to: commitments, using: &random).encoded
        _ = coordinator.receive(try SigningResponse(response, trustee: index + 1))
      }
    } catch { preconditionFailure("\(error)") }
    guard let signature = coordinator.signature else { preconditionFailure("no signature") }
    return signature
  }

  /// A signer cannot be copied; this can stand in an array.
  private final class Signer {
    var joint: JointSigner

    init(_ joint: consuming JointSigner) { self.joint = joint }
  }

  /// A session with one signer's share of it.
  var exampleShare: (SigningSession, SignatureShare) {
    var random = seed
    do {
      var signer = try JointSigner(key: key, message: Self.message, share: shares[0], using: &random)
      let others = shares[1...2].map { SigningNonce(for: $0, using: &random).commitment }
      let commitments = [signer.commitment] + others
      let share = try signer.respond(to: commitments, using: &random).share
      return (try SigningSession(key: key, message: Self.message, commitments: commitments), share)
    } catch { preconditionFailure("\(error)") }
  }
}
