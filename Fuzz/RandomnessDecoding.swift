import Curve25519
import ThresholdCryptography

/// Proofs of a trustee's verifiable random function and partial evaluations of the beacon: what is read is written as it was, what is not as it was made
/// gives no other value, and draws keep their bounds.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  let good = GoodRandomness.shared
  // One in two inputs is a list of changes to good bytes.
  let changes = input[0] & 1 == 1
  switch input[0] >> 1 & 3 {
  case 0: good.readProof(changes ? good.proof.changed(as: input) : Array(input.all.dropFirst()))
  case 1: good.readPartial(changes ? good.partial.changed(as: input) : Array(input.all.dropFirst()))
  case 2: good.readKey(changes ? good.key.bytes.changed(as: input) : Array(input.all.dropFirst()))
  default: good.draw(input)
  }
  return 0
}

/// A trustee's key with a proof, and a beacon of three with a partial evaluation.
struct GoodRandomness: Sendable {
  static let shared = GoodRandomness()

  let key: Bytes32
  let proof: [UInt8]
  let value: [UInt8]
  let partial: [UInt8]
  private let others: [PartialEvaluation]
  private let statement: BeaconStatement
  private let output: BeaconOutput

  private init() {
    var random = SeededRandom(seed: [1])
    let secret = ECVRF.PrivateKey(seed: .zero)
    key = secret.publicKey
    proof = Self.written { secret.prove([7]).encode(to: &$0) }
    value = secret.prove([7]).output
    // The line 5 + 3X, dealt by the first trustee; the others deal G and 0.
    let coefficients = [[UInt64(4), 3], [1, 0], [0, 0]]
    let schnorr = SchnorrProof(commitment: .generator, response: .one)
    guard
      let beacon = try? ThresholdKey(
        dealers: coefficients.map { pair in
          DealerCommitment(commitments: pair.map { .generatorMultiple(Scalar($0)) }, proof: schnorr)
        })
    else { preconditionFailure("a good key") }
    let statement = BeaconStatement(seed: .opening(ceremony: .zero, size: 1, root: .zero), key: beacon)
    let partials = (UInt64(1)...3).map { number in
      PartialEvaluation(of: statement, with: SecretShare(trustee: Int(number), value: Scalar(5 + 3 * number)), using: &random)
    }
    guard let output = try? BeaconOutput(of: statement, partials) else { preconditionFailure("good partial evaluations") }
    partial = Self.written { partials[1].encode(to: &$0) }
    others = [partials[0], partials[2]]
    self.statement = statement
    self.output = output
  }

  private static func written(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
    var writer = ByteWriter()
    write(&writer)
    return writer.bytes
  }

  func readProof(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let read = try? ECVRFProof(from: &reader) else { return }
    precondition(Self.written { read.encode(to: &$0) } == Array(bytes.prefix(ECVRFProof.encodedLength)), "another encoding")
    let found = ECVRF.verify(read, input: [7], publicKey: key)
    precondition(found == nil || found == value, "another value")
    precondition((found != nil) == (Array(bytes.prefix(80)) == proof), "another proof is good, or the good one is not")
  }

  func readPartial(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let read = try? PartialEvaluation(from: &reader) else { return }
    precondition(Self.written { read.encode(to: &$0) } == Array(bytes.prefix(PartialEvaluation.encodedLength)), "another encoding")
    if let combined = try? BeaconOutput(of: statement, [read, others[0]]) { precondition(combined == output, "another output") }
  }

  /// A proof is good for no other key.
  func readKey(_ bytes: [UInt8]) {
    guard let other = Bytes32(bytes) else { return }
    var reader = ByteReader(proof)
    guard let read = try? ECVRFProof(from: &reader) else { preconditionFailure("a good proof") }
    precondition(ECVRF.verify(read, input: [7], publicKey: other) == (other == key ? value : nil), "good for another key")
    let point = EdwardsPoint(other)
    precondition(ECVRF.isPublicKey(other) == (point.map { !$0.isSmallOrder } ?? false), "a key that is none")
  }

  func draw(_ input: FuzzInput) {
    var number = 0
    for byte in input.all.dropFirst().prefix(3) { number = number << 8 | Int(byte) }
    let draw = Draw(output)
    let sample = draw.sample(of: min(number, Int(input.last)), outOf: number, purpose: .auditSample)
    precondition(Set(sample).count == min(number, Int(input.last)) && sample == sample.sorted(), "not a sample")
    precondition(sample.allSatisfy { $0 < number }, "beyond the items")
    let few = number & 63
    let order = draw.permutation(of: few, purpose: .optionOrder(contest: number))
    precondition(order.sorted() == Array(0..<few), "not a permutation")
  }
}
