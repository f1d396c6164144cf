import Curve25519
import Testing

@Suite("Schnorr and Chaum–Pedersen proofs")
struct ProofTests {
  private func statement(_ number: UInt64) -> Transcript {
    var transcript = Transcript("test")
    transcript.absorb("number", number)
    return transcript
  }

  @Test("a proof of knowledge is good for its key and its statement only")
  func schnorr() {
    var random = seeded(1)
    let secret = Scalar.random(using: &random)
    let key = RistrettoPoint.generatorMultiple(secret)
    let proof = SchnorrProof.prove(secret: secret, statement: statement(1), using: &random)
    #expect(proof.verify(key: key, statement: statement(1)))
    #expect(!proof.verify(key: key, statement: statement(2)))
    #expect(!proof.verify(key: key + .generator, statement: statement(1)))
    let response = SchnorrProof(commitment: proof.commitment, response: proof.response + .one)
    #expect(!response.verify(key: key, statement: statement(1)))
    let commitment = SchnorrProof(commitment: proof.commitment + .generator, response: proof.response)
    #expect(!commitment.verify(key: key, statement: statement(1)))
    #expect(!SchnorrProof(commitment: .identity, response: .zero).verify(key: key, statement: statement(1)))
  }

  @Test("a proof of equality is good for its points and its statement only")
  func equality() {
    var random = seeded(2)
    let secret = Scalar.random(using: &random)
    let base = RistrettoPoint.generatorMultiple(.random(using: &random))
    let key = RistrettoPoint.generatorMultiple(secret)
    let image = secret * base
    let proof = EqualityProof.prove(secret: secret, base: base, statement: statement(1), using: &random)
    #expect(proof.verify(key: key, base: base, image: image, statement: statement(1)))
    #expect(!proof.verify(key: key, base: base, image: image, statement: statement(2)))
    #expect(!proof.verify(key: key + .generator, base: base, image: image, statement: statement(1)))
    #expect(!proof.verify(key: key, base: base + .generator, image: image, statement: statement(1)))
    #expect(!proof.verify(key: key, base: base, image: image + .generator, statement: statement(1)))
    #expect(!proof.verify(key: image, base: base, image: key, statement: statement(1)))
    // Errors that cancel in the sum of the two equations must not pass: they are never merged.
    let shifted = EqualityProof(
      generatorCommitment: proof.generatorCommitment + .generator, baseCommitment: proof.baseCommitment - .generator,
      response: proof.response)
    #expect(!shifted.verify(key: key, base: base, image: image, statement: statement(1)))
  }

  @Test("one equation alone is not enough")
  func halfProofs() {
    var random = seeded(3)
    let secret = Scalar.random(using: &random)
    let base = RistrettoPoint.generatorMultiple(.random(using: &random))
    let key = RistrettoPoint.generatorMultiple(secret)
    // Honest for the key, but the image belongs to another secret; and the other way round.
    let other = Scalar.random(using: &random)
    let proof = EqualityProof.prove(secret: secret, base: base, statement: statement(1), using: &random)
    #expect(!proof.verify(key: key, base: base, image: other * base, statement: statement(1)))
    let another = EqualityProof.prove(secret: other, base: base, statement: statement(1), using: &random)
    #expect(!another.verify(key: key, base: base, image: other * base, statement: statement(1)))
  }

  @Test("nonces do not repeat when the generator does, unless all else does")
  func hedging() {
    var random = seeded(4)
    let secret = Scalar.random(using: &random)
    func nonce(_ number: UInt64, _ secret: Scalar, seed: Int) -> Scalar {
      var source = seeded(seed)
      return statement(number).hedgedNonce(secret: secret, using: &source)
    }
    let first = nonce(1, secret, seed: 9)
    #expect(nonce(1, secret, seed: 9) == first)
    #expect(nonce(2, secret, seed: 9) != first)
    #expect(nonce(1, secret + .one, seed: 9) != first)
    #expect(nonce(1, secret, seed: 10) != first)
  }

  @Test("proofs decode from their one encoding")
  func codec() throws {
    var random = seeded(5)
    let secret = Scalar.random(using: &random)
    let schnorr = SchnorrProof.prove(secret: secret, statement: statement(1), using: &random)
    let equality = EqualityProof.prove(secret: secret, base: .generator, statement: statement(1), using: &random)
    var writer = ByteWriter()
    schnorr.encode(to: &writer)
    #expect(writer.bytes.count == SchnorrProof.encodedLength)
    equality.encode(to: &writer)
    #expect(writer.bytes.count == SchnorrProof.encodedLength + EqualityProof.encodedLength)
    var reader = ByteReader(writer.bytes)
    #expect(try SchnorrProof(from: &reader) == schnorr)
    #expect(try EqualityProof(from: &reader) == equality)
    try reader.finish()
    for count in 0..<64 {
      var short = ByteReader(Array(writer.bytes.prefix(count)))
      #expect(throws: CodecError.self) { try SchnorrProof(from: &short) }
    }
    var high = writer.bytes
    for index in 32..<64 { high[index] = 0xff }
    var overflowing = ByteReader(high)
    #expect(throws: CodecError.invalidEncoding(field: FieldName("proof response"))) { try SchnorrProof(from: &overflowing) }
  }
}
