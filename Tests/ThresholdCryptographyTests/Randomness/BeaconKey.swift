import Curve25519

@testable import ThresholdCryptography

/// A beacon key of any size with the shares of all trustees, as a ceremony would make it.
struct BeaconKey {
  let key: ThresholdKey
  let shares: [SecretShare]

  init(_ n: Int, _ t: Int, seed: Int = 1) throws {
    var random = seeded(seed)
    let polynomials = (0..<n).map { _ in (0..<t).map { _ in Scalar.random(using: &random) } }
    key = try ThresholdKey(
      dealers: polynomials.map { coefficients in
        let proof = SchnorrProof.prove(secret: coefficients[0], statement: Transcript("test"), using: &random)
        return DealerCommitment(commitments: coefficients.map { .generatorMultiple($0) }, proof: proof)
      })
    shares = (1...n).map { j in
      let value = polynomials.reduce(Scalar.zero) { sum, coefficients in
        sum + coefficients.reversed().reduce(Scalar.zero) { $0 * Scalar(UInt64(j)) + $1 }
      }
      return SecretShare(trustee: j, value: value)
    }
  }

  func partial(_ trustee: Int, of statement: BeaconStatement, randomness: Int = 0) -> PartialEvaluation {
    var random = seeded(40 + trustee + 1000 * randomness)
    return PartialEvaluation(of: statement, with: shares[trustee - 1], using: &random)
  }

  func statement(_ number: UInt8 = 0) -> BeaconStatement {
    let seed = DrawSeed.opening(ceremony: repeated(number), size: 7, root: .zero)
    return BeaconStatement(seed: seed, key: key)
  }
}

extension PartialEvaluation {
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
