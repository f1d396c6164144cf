import Curve25519
import Elections
import ThresholdCryptography

/// Certificates of results, and what is sent to make them: what is read is written as it was, and a certificate that was changed is signed by nobody.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  let good = GoodCertificate.shared
  // One in two inputs is a list of changes to good bytes.
  func bytes(_ example: [UInt8]) -> [UInt8] { input[0] & 4 == 4 ? example.changed(as: input) : Array(input.all.dropFirst()) }
  switch input[0] & 3 {
  case 0: good.readFile(bytes(good.file))
  case 1:
    let bytes = bytes(good.request)
    if let read = try? SigningRequest(bytes) { precondition(read.encoded == bytes, "another encoding") }
  case 2:
    let bytes = bytes(good.commitment)
    if let read = try? SigningAnswer(bytes, trustee: 1) { precondition(read.encoded == bytes, "another encoding") }
  default:
    let bytes = bytes(good.response)
    if let read = try? SigningAnswer(bytes, trustee: 1) { precondition(read.encoded == bytes, "another encoding") }
  }
  return 0
}

/// A certificate, signed by one key as a joint signature verifies, and the messages of a session of two.
struct GoodCertificate: Sendable {
  static let shared = GoodCertificate()

  private let key: Bytes32
  let file: [UInt8]
  let request: [UInt8]
  let commitment: [UInt8]
  let response: [UInt8]

  private init() {
    let secret = Ed25519.PrivateKey(seed: .zero)
    key = secret.publicKey
    let certificate = ResultCertificate(election: .zero, size: 7, root: .zero, tally: [1], result: [2], draw: [3])
    file = certificate.encoded(signature: secret.sign(certificate.message))
    var random = SeededRandom(seed: [1])
    let shares = (1...2).map { SecretShare(trustee: $0, value: Scalar(UInt64(5 + 3 * $0))) }
    let joint = JointSigningKey(
      threshold: 2, jointKey: .generatorMultiple(Scalar(5)), publicShares: shares.map { $0.publicShare })
    do {
      var signer = try JointSigner(key: joint, message: certificate.message, share: shares[0], using: &random)
      let other = try JointSigner(key: joint, message: certificate.message, share: shares[1], using: &random)
      let commitments = [signer.commitment, other.commitment]
      request = SigningRequest.session(commitments).encoded
      commitment = SigningAnswer.commitment(commitments[0]).encoded
      response = SigningAnswer.response(try signer.respond(to: commitments, using: &random)).encoded
    } catch { preconditionFailure("\(error)") }
    precondition((try? SigningAnswer(response, trustee: 1))?.encoded == response, "a good answer")
    precondition((try? SigningRequest(request))?.encoded == request, "a good request")
  }

  func readFile(_ bytes: [UInt8]) {
    guard let (certificate, signature) = try? ResultCertificate.read(bytes) else { return }
    precondition(certificate.encoded(signature: signature) == bytes, "another encoding")
    precondition(ResultCertificate.encoded(message: certificate.message, signature: signature) == bytes, "another message")
    let isGood = Ed25519.verify(signature: signature, message: certificate.message, publicKey: key)
    precondition(isGood == (bytes == file), "another certificate is signed, or the good one is not")
  }
}
