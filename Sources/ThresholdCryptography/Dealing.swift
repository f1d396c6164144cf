import Curve25519

/// All that a trustee deals in a ceremony, as far as it is public: this goes on the record (`docs/spec/04-trustees.md`, 4.1).
public struct Dealing: Equatable, Sendable {
  /// To its polynomial for each key.
  public let commitments: PerKey<DealerCommitment>
  /// The key of its own verifiable random function (ECVRF, RFC 9381): an encoded point of the prime-order subgroup of edwards25519.
  public let drawKey: Bytes32

  /// A dealing received from elsewhere; `verify` checks it.
  public init(commitments: PerKey<DealerCommitment>, drawKey: Bytes32) {
    self.commitments = commitments
    self.drawKey = drawKey
  }

  /// Checks every commitment, and that the draw key is a point of the prime-order subgroup other than its identity: stricter than RFC 9381, 5.4.5.
  ///
  /// Variable time: all of it is public.
  ///
  /// - Parameter trustee: the dealer's number.
  public func verify(trustee: Int, parameters: CeremonyParameters) throws(DealerError) {
    for purpose in KeyPurpose.allCases {
      try commitments[purpose].verify(trustee: trustee, purpose: purpose, parameters: parameters)
    }
    guard let point = EdwardsPoint(drawKey), point.isTorsionFree, point != .identity else { throw .badDrawKey(trustee: trustee) }
  }

  /// Whether these are the scalars dealt to trustee `index`: *f(j)·G = Σₖ jᵏ·Cₖ* for each key. Constant time in them as far as they are good.
  func commits(to shares: PerKey<Scalar>, at index: Int) -> Bool {
    KeyPurpose.allCases.allSatisfy { RistrettoPoint.generatorMultiple(shares[$0]) == commitments[$0].evaluated(at: index) }
  }
}

// MARK: - Codec

extension Dealing {
  /// Reads for each key `threshold` points and a proof, then the draw key.
  public init(from reader: inout ByteReader, threshold: Int) throws(CodecError) {
    commitments = try PerKey { _ throws(CodecError) in try DealerCommitment(from: &reader, threshold: threshold) }
    drawKey = try reader.b32("draw key")
  }

  /// Writes the same.
  public func encode(to writer: inout ByteWriter) {
    for purpose in KeyPurpose.allCases { commitments[purpose].encode(to: &writer) }
    writer.b32(drawKey)
  }
}
