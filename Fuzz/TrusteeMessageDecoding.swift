import BallotCryptography
import Curve25519
import Elections
import ThresholdCryptography

/// What trustees send one another and the service: what is read is written as it was.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  let network = Network.shared
  let place = Int(input[0] & 15) % (network.bodies.count + network.others.count)
  if place < network.bodies.count {
    // One in two inputs is a list of changes to a good body. A stranger's message is refused for its signature: these are a trustee's own.
    let body = input[0] & 16 == 16 ? network.bodies[place].changed(as: input) : Array(input.all.dropFirst())
    network.readMessage(kind: UInt8(place + 1), body)
  } else {
    let other = network.others[place - network.bodies.count]
    let bytes = input[0] & 16 == 16 ? other.example.changed(as: input) : Array(input.all.dropFirst())
    if let again = other.again(bytes) { precondition(again == bytes, "another encoding") }
  }
  return 0
}

/// A ceremony of three, with a good message of every kind.
struct Network: Sendable {
  static let shared = Network()

  let configuration: CeremonyConfiguration
  let key: Ed25519.PrivateKey
  /// Of the messages of kinds 1 to 5.
  let bodies: [[UInt8]]
  /// What is no message of a ceremony.
  let others: [(example: [UInt8], again: @Sendable ([UInt8]) -> [UInt8]?)]

  private init() {
    var random = SeededRandom(seed: [1])
    func point() -> RistrettoPoint { .generatorMultiple(.random(using: &random)) }
    let keys = (0..<3).map { _ in Ed25519.PrivateKey(seed: Bytes32(random.bytes(32).span)) }
    guard
      let configuration = try? CeremonyConfiguration(ceremony: .zero, threshold: 2, signingKeys: keys.map { $0.publicKey })
    else { preconditionFailure("a good configuration") }
    let equality = EqualityProof(generatorCommitment: point(), baseCommitment: point(), response: .random(using: &random))
    let proof = SchnorrProof(commitment: point(), response: .random(using: &random))
    let dealing = Dealing(
      commitments: PerKey { _ in DealerCommitment(commitments: [point(), point()], proof: proof) }, drawKey: keys[0].publicKey)
    let sealed = SealedShare(recipient: 2, transport: point(), ephemeral: point(), sealed: random.bytes(SealedShare.sealedLength))
    func message(_ body: CeremonyMessage.Body) -> [UInt8] {
      CeremonyMessage(body, sender: 1, configuration, signingKey: keys[0]).encoded
    }
    let commit = message(.commit(digest: .zero))
    let share = message(.share(sealed))
    let complaint = Complaint(accused: 2, shared: point(), proof: equality, commit: commit, share: share)
    let messages = [
      commit, message(.reveal(Reveal(dealing: dealing, transport: point()))), share, message(.complaint(complaint)),
      message(.confirmation(digest: .zero)),
    ]
    bodies = messages.map { Array($0.dropFirst(34).dropLast(64)) }
    let request = TrusteeRequest(method: Array("GET".utf8), target: Array("/api".utf8), time: 7, body: [])
    let partial = PartialDecryption(trustee: 1, partials: [point()], proof: equality)
    others = [
      (
        CeremonyPage(start: 0, entries: [.message(commit), .shareHash(.zero)]).encoded,
        { @Sendable in (try? CeremonyPage($0, start: 0))?.encoded }
      ),
      (CeremonyBatch([commit, share]).encoded, { @Sendable in (try? CeremonyBatch(encoded: $0))?.encoded }),
      (request.signed(by: keys[0]).field, { @Sendable in TrusteeAuthorization(field: $0)?.field }),
      (partial.encoded, { @Sendable in (try? PartialDecryption($0, count: 1))?.encoded }),
    ]
    self.configuration = configuration
    key = keys[0]
    // Where the good ones are not read, nothing is shown by those that are not.
    for message in messages { precondition((try? CeremonyMessage(message, configuration))?.encoded == message, "a good message") }
    for other in others { precondition(other.again(other.example) == other.example, "a good example") }
  }

  /// Signs a message with any body, and reads it.
  func readMessage(kind: UInt8, _ body: [UInt8]) {
    let unsigned = [kind] + Bytes32.zero.bytes + [1] + body
    let bytes = unsigned + key.sign(Array("comitia ceremony message/v1\n".utf8) + configuration.digest.bytes + unsigned)
    guard let message = try? CeremonyMessage(bytes, configuration) else { return }
    precondition(message.sender == 1, "another sender")
    let again = CeremonyMessage(message.body, sender: 1, configuration, signingKey: key)
    precondition(again.encoded == bytes, "another encoding")
  }
}
