import Curve25519

/// A proof of a value of ECVRF-EDWARDS25519-SHA512-TAI (RFC 9381, 5.1), decoded.
public struct ECVRFProof: Equatable, Sendable {
  /// Bytes in a proof.
  public static let encodedLength = 80

  /// Γ = x · H, any point of the curve in a proof that has not been verified.
  let gamma: EdwardsPoint
  let challenge: Challenge
  /// s = k + c · x.
  let response: Scalar

  init(gamma: EdwardsPoint, challenge: Challenge, response: Scalar) {
    self.gamma = gamma
    self.challenge = challenge
    self.response = response
  }

  /// c, a number of 128 bits.
  struct Challenge: Equatable, Sendable {
    let low: UInt64
    let high: UInt64

    /// Sixteen little-endian bytes, the first of `bytes`.
    init(_ bytes: [UInt8]) {
      low = (0..<8).reduce(0) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
      high = (0..<8).reduce(0) { $0 | UInt64(bytes[8 + $1]) << UInt64(8 * $1) }
    }

    var scalar: Scalar { Scalar(low: low, high: high) }
    var bytes: [UInt8] { Array(scalar.encoded.bytes[..<16]) }
  }

  /// The value that the proof is of, 64 bytes (RFC 9381, 5.2). It means something only if the proof is good: `ECVRF.verify` gives it too.
  public var output: [UInt8] {
    var hash = SHA512()
    hash.update([ECVRF.suite, 3])
    hash.update(gamma.multipliedByCofactor().encoded.bytes)
    hash.update([0])
    return hash.digest()
  }
}

// MARK: - Codec

extension ECVRFProof {
  /// Reads Γ ‖ c ‖ s, 80 bytes (RFC 9381, 5.4.4): Γ in its canonical encoding, s below ℓ.
  public init(from reader: inout ByteReader) throws(CodecError) {
    guard let gamma = EdwardsPoint(try reader.b32("proof gamma")) else {
      throw .invalidEncoding(field: FieldName("proof gamma"))
    }
    let challenge = Challenge(try reader.raw(16, "proof challenge"))
    self.init(gamma: gamma, challenge: challenge, response: try reader.scalar("proof response"))
  }

  /// Writes Γ ‖ c ‖ s.
  public func encode(to writer: inout ByteWriter) {
    writer.b32(gamma.encoded)
    writer.raw(challenge.bytes)
    writer.scalar(response)
  }
}
