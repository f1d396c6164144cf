import Curve25519
import ThresholdCryptography

/// Joint signatures of trustees.
enum SigningOperations {
  private static let group = "trustees"

  static var all: [Operation] {
    [
      Operation(
        id: "signing-3-of-5", group: group, name: "joint signature 3 of 5, all trustees and the service together, bytes to bytes"
      ) {
        let made = SigningCase()
        return .init { keep(made.sign()) }
      },
      Operation(id: "signing-share-verify", group: group, name: "verify a share of a joint signature") {
        let (session, share) = SigningCase().exampleShare
        return .init { precondition(session.verify(share), "share refused") }
      },
    ]
  }
}

/// Five trustees, of whom three sign.
struct SigningCase {
  private static let message = Array("the canonical bytes of a result, or a digest of them, sixty-four".utf8)
  private let joint: RistrettoPoint
  private let publicShares: [RistrettoPoint]
  private let shares: [SecretShare]
  private let seed: SeededRandom

  init() {
    var random = SeededRandom(seed: Array("comitia benchmarks: signing".utf8))
    let coefficients = (0..<3).map { _ in Scalar.random(using: &random) }
    shares = (1...5).map { trustee in
      let place = Scalar(UInt64(trustee))
      return SecretShare(trustee: trustee, value: coefficients[0] + place * (coefficients[1] + place * coefficients[2]))
    }
    joint = .generatorMultiple(coefficients[0])
    publicShares = shares.map { $0.publicShare }
    seed = random
  }

  /// What everybody computes of the ceremony's result.
  private var key: JointSigningKey { JointSigningKey(threshold: 3, jointKey: joint, publicShares: publicShares) }

  /// All work of five trustees and the service: keys, commitments, a session, answers, the signature. Everything sent is encoded and decoded.
  func sign() -> [UInt8] {
    var random = seed
    var coordinator = SigningCoordinator(key: key, message: Self.message, preference: [4, 2, 5], waitsForPreferred: true)
    do {
      var signers = try InlineArray<5, JointSigner> { index throws(SigningError) in
        try JointSigner(key: key, message: Self.message, share: shares[index], using: &random)
      }
      for index in 0..<5 {
        _ = coordinator.receive(try SigningCommitment(signers[index].commitment.encoded, trustee: index + 1))
      }
      for index in 0..<5 {
        guard let session = coordinator.session(for: index + 1) else { continue }
        let commitments = try SigningCommitmentList.decode(session.encodedCommitments, maximum: 5)
        let response = try signers[index].respond(to: commitments, using: &random).encoded
        _ = coordinator.receive(try SigningResponse(response, trustee: index + 1))
      }
    } catch { preconditionFailure("\(error)") }
    guard let signature = coordinator.signature else { preconditionFailure("no signature") }
    return signature
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
