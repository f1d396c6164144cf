import Curve25519
import ThresholdCryptography

/// What signers and coordinator send one another: what is read is written as it was, and neither a signer nor the coordinator trips over it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  let signing = Signing.shared
  // One in two inputs is a list of changes to good bytes, which random ones almost never are.
  func bytes(_ example: [UInt8]) -> [UInt8] { input[0] & 4 == 4 ? example.changed(as: input) : Array(input.all.dropFirst()) }
  switch input[0] & 3 {
  case 0: signing.readCommitment(bytes(signing.commitment))
  case 1: signing.readResponse(bytes(signing.response))
  default: signing.readList(bytes(signing.list))
  }
  return 0
}

/// Two of three trustees in their first session.
struct Signing: Sendable {
  static let shared = Signing()

  private let key: JointSigningKey
  private let share: SecretShare
  /// Asks 1 and 2.
  private let coordinator: SigningCoordinator
  let commitment: [UInt8]
  let list: [UInt8]
  /// Of trustee 1.
  let response: [UInt8]

  private init() {
    var random = SeededRandom(seed: [1])
    let (constant, slope) = (Scalar.random(using: &random), Scalar.random(using: &random))
    let shares = (1...3).map { SecretShare(trustee: $0, value: constant + Scalar(UInt64($0)) * slope) }
    let key = JointSigningKey(
      threshold: 2, jointKey: .generatorMultiple(constant), publicShares: shares.map { $0.publicShare })
    var coordinator = SigningCoordinator(key: key, message: [1])
    do {
      var signer = try JointSigner(key: key, message: [1], share: shares[0], using: &random)
      let other = try JointSigner(key: key, message: [1], share: shares[1], using: &random)
      let commitments = [signer.commitment, other.commitment]
      for commitment in commitments { _ = coordinator.receive(commitment) }
      commitment = commitments[0].encoded
      list = SigningCommitmentList.encode(commitments)
      response = try signer.respond(to: commitments, using: &random).encoded
    } catch { preconditionFailure("\(error)") }
    self.key = key
    share = shares[0]
    self.coordinator = coordinator
    // Where the good ones are not read, nothing is shown by those that are not.
    precondition((try? SigningResponse(response, trustee: 1))?.encoded == response, "a good response")
  }

  func readCommitment(_ bytes: [UInt8]) {
    guard let read = try? SigningCommitment(bytes, trustee: 3) else { return }
    precondition(read.encoded == bytes, "another encoding")
    for encoding in [read.hiding, read.binding] {
      guard let point = EdwardsPoint(encoding), point.isTorsionFree, !point.isSmallOrder else {
        preconditionFailure("a point that is none of the group's")
      }
    }
    var coordinator = coordinator
    precondition(coordinator.receive(read) == .accepted, "a new commitment")
  }

  func readResponse(_ bytes: [UInt8]) {
    guard let read = try? SigningResponse(bytes, trustee: 1) else { return }
    precondition(read.encoded == bytes, "another encoding")
    var coordinator = coordinator
    let outcome = coordinator.receive(read)
    switch outcome {
    case .accepted, .refused(.unknownSession): break
    case .wrongShare(let evidence): precondition(evidence.isConclusive, "no evidence")
    default: preconditionFailure("\(outcome)")
    }
    if bytes.starts(with: response.prefix(64)) { precondition(outcome == .accepted, "a right share") }
  }

  func readList(_ bytes: [UInt8]) {
    guard let read = try? SigningCommitmentList.decode(bytes, maximum: 3) else { return }
    precondition(SigningCommitmentList.encode(read) == bytes, "another encoding")
    var random = SeededRandom(seed: [2])
    guard var signer = try? JointSigner(key: key, message: [1], share: share, using: &random) else {
      preconditionFailure("a good signer")
    }
    precondition((try? signer.respond(to: read, using: &random)) == nil, "a list with another commitment of the signer")
    _ = try? SigningSession(key: key, message: [2], commitments: read)
  }
}
