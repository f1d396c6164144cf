import Curve25519
import Foundation
import Testing

@testable import ThresholdCryptography

/// RFC 9381, appendix B.3, from `Tests/Vectors/ecvrf.json`, with the points in between.
struct ECVRFVector: Decodable, Sendable, CustomTestStringConvertible {
  let example: Int
  let sk, pk, alpha, h, k, u, v, pi, beta: String
  var testDescription: String { "example \(example)" }

  static let all: [ECVRFVector] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Vectors/ecvrf.json")
    return (try? JSONDecoder().decode([ECVRFVector].self, from: Data(contentsOf: file))) ?? []
  }()

  func privateKey() throws -> ECVRF.PrivateKey { ECVRF.PrivateKey(seed: try #require(Bytes32(bytes(hex: sk)))) }
  func publicKey() throws -> Bytes32 { try #require(Bytes32(bytes(hex: pk))) }
}

extension ECVRFProof {
  init(_ bytes: [UInt8]) throws(CodecError) {
    var reader = ByteReader(bytes)
    try self.init(from: &reader)
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = ByteWriter()
    encode(to: &writer)
    return writer.bytes
  }
}

@Suite("ECVRF (RFC 9381)")
struct ECVRFTests {
  /// What a verifier says of bytes: a proof that does not decode is a bad one.
  private func output(_ proof: [UInt8], _ input: [UInt8], _ key: Bytes32) -> [UInt8]? {
    guard let proof = try? ECVRFProof(proof) else { return nil }
    return ECVRF.verify(proof, input: input, publicKey: key)
  }

  /// A point of order eight.
  private static let orderEight = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"

  @Test("there are three examples")
  func examples() { #expect(ECVRFVector.all.map(\.example) == [16, 17, 18]) }

  @Test("the examples of the RFC", arguments: ECVRFVector.all)
  func example(vector: ECVRFVector) throws {
    let key = try vector.privateKey()
    let input = bytes(hex: vector.alpha)
    #expect(hex(key.publicKey.bytes) == vector.pk)
    let base = try #require(ECVRF.point(of: input, key: key.publicKey))
    #expect(hex(base.encoded.bytes) == vector.h)
    let nonce = try #require(Bytes32(bytes(hex: vector.k)).flatMap { Scalar(canonical: $0) })
    #expect(hex(EdwardsPoint.generatorMultiple(nonce).encoded.bytes) == vector.u)
    #expect(hex((nonce * base).encoded.bytes) == vector.v)
    let proof = key.prove(input)
    #expect(hex(proof.encoded) == vector.pi)
    #expect(proof.encoded.count == ECVRFProof.encodedLength)
    #expect(hex(proof.output) == vector.beta)
    #expect(output(bytes(hex: vector.pi), input, try vector.publicKey()) == bytes(hex: vector.beta))
  }

  @Test("a change of any bit of proof, key or input is refused", arguments: ECVRFVector.all)
  func changedBits(vector: ECVRFVector) throws {
    let (proof, key, input) = (bytes(hex: vector.pi), try vector.publicKey(), bytes(hex: vector.alpha))
    func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
      var bytes = bytes
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      return bytes
    }
    for bit in 0..<8 * proof.count { #expect(output(flipped(proof, bit), input, key) == nil, "bit \(bit) of the proof") }
    for bit in 0..<8 * input.count { #expect(output(proof, flipped(input, bit), key) == nil, "bit \(bit) of the input") }
    for bit in 0..<256 {
      let other = try #require(Bytes32(flipped(key.bytes, bit)))
      #expect(output(proof, input, other) == nil, "bit \(bit) of the key")
    }
    #expect(output(proof, input + [0], key) == nil)
    #expect(output(Array(proof.dropLast()), input, key) == nil)
    #expect(output(proof + [0], input, key) == nil)
  }

  @Test("a response that is not reduced is refused")
  func malleability() throws {
    let vector = try #require(ECVRFVector.all.first)
    var proof = bytes(hex: vector.pi)
    // s + ℓ.
    let order: [UInt8] = [
      0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0x10,
    ]
    var carry = 0
    for index in 0..<32 {
      carry += Int(proof[48 + index]) + Int(order[index])
      proof[48 + index] = UInt8(carry & 255)
      carry >>= 8
    }
    #expect(throws: CodecError.invalidEncoding(field: FieldName("proof response"))) { try ECVRFProof(proof) }
  }

  @Test("keys of small order, and encodings that are none, are refused even where the equations hold")
  func smallOrder() throws {
    // y = 1, −1 and 0, both signs; and the neutral element written as p + 1.
    var keys: [[UInt8]] = []
    for sign: UInt8 in [0, 0x80] {
      keys.append([1] + [UInt8](repeating: 0, count: 30) + [sign])
      keys.append([0xec] + [UInt8](repeating: 0xff, count: 30) + [0x7f | sign])
      keys.append([UInt8](repeating: 0, count: 31) + [sign])
      keys.append([0xee] + [UInt8](repeating: 0xff, count: 30) + [0x7f | sign])
    }
    keys.append(bytes(hex: Self.orderEight))
    for encoding in keys {
      let key = try #require(Bytes32(encoding))
      #expect(!ECVRF.isPublicKey(key))
      // For the secret 0, Γ is the neutral element; where c is a multiple of eight, c · Y is it too, and both equations hold.
      let base = try #require(ECVRF.point(of: [7], key: key))
      let zero = forged(key: key, base: base)
      #expect(ECVRF.verify(zero, input: [7], publicKey: key) == nil)
    }
    #expect(ECVRF.isPublicKey(try #require(ECVRFVector.all.first).publicKey()))
  }

  /// A proof for the secret 0 whose challenge is a multiple of eight.
  private func forged(key: Bytes32, base: EdwardsPoint) -> ECVRFProof {
    var nonce = Scalar.one
    while true {
      var hash: [UInt8] = [3, 2] + key.bytes + base.encoded.bytes + EdwardsPoint.identity.encoded.bytes
      hash += EdwardsPoint.generatorMultiple(nonce).encoded.bytes + (nonce * base).encoded.bytes + [0]
      let challenge = ECVRFProof.Challenge(SHA512.hash(hash))
      if challenge.low & 7 == 0 { return ECVRFProof(gamma: .identity, challenge: challenge, response: nonce) }
      nonce += .one
    }
  }

  @Test("a point of small order added to Γ makes no other value")
  func torsion() throws {
    let vector = try #require(ECVRFVector.all.first)
    let proof = try ECVRFProof(bytes(hex: vector.pi))
    let small = try #require(Bytes32(bytes(hex: Self.orderEight)).flatMap { EdwardsPoint($0) })
    let shifted = ECVRFProof(gamma: proof.gamma + small, challenge: proof.challenge, response: proof.response)
    #expect(shifted.encoded != proof.encoded)
    #expect(shifted.output == proof.output)
    #expect(ECVRF.verify(shifted, input: [], publicKey: try vector.publicKey()) == nil)
  }

  @Test("random keys and inputs of every length: proofs are good, repeat, and decode from their one encoding")
  func random() throws {
    var random = seeded(31)
    for length in 0..<70 {
      let key = ECVRF.PrivateKey(seed: random.bytes32())
      let input = random.bytes(length)
      let proof = key.prove(input)
      #expect(key.prove(input) == proof)
      #expect(try ECVRFProof(proof.encoded) == proof)
      #expect(ECVRF.verify(proof, input: input, publicKey: key.publicKey) == proof.output)
      #expect(proof.output.count == ECVRF.outputLength)
      #expect(ECVRF.verify(proof, input: input, publicKey: ECVRF.PrivateKey(seed: random.bytes32()).publicKey) == nil)
    }
  }

  @Test("a wiped key proves nothing")
  func wiping() throws {
    let vector = try #require(ECVRFVector.all.first)
    var key = try vector.privateKey()
    key.wipe()
    #expect(ECVRF.verify(key.prove([]), input: [], publicKey: key.publicKey) == nil)
  }
}
