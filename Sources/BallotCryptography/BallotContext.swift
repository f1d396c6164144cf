import Curve25519

/// What every ballot of an election is bound to. Made once, used for many ballots.
public struct BallotContext: Sendable {
  /// The election id.
  public let election: Bytes32
  /// The joint key, *H*.
  public let jointKey: RistrettoPoint
  /// Where the bits stand.
  public let layout: BallotLayout
  let jointKeyBytes: Bytes32

  /// - Parameter jointKey: not the identity; the caller has checked it.
  public init(election: Bytes32, jointKey: RistrettoPoint, layout: BallotLayout) {
    self.election = election
    self.layout = layout
    jointKeyBytes = jointKey.encoded
    // As decoded it has affine coordinates: one point without them would cost every batch an inversion and more.
    self.jointKey = RistrettoPoint(jointKeyBytes) ?? jointKey
  }

  /// The transcript of a ballot's proof up to its first challenge (3.3).
  func transcript(credential: Bytes32, number: UInt32, ciphertexts: Span<UInt8>, commitments: Span<UInt8>) -> Transcript {
    var transcript = Transcript("ballot")
    transcript.absorb("election", election)
    transcript.absorb("key", jointKeyBytes)
    transcript.absorb("credential", credential)
    transcript.absorb("number", (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * $0)) })
    transcript.absorb("layout", layout.encoded)
    transcript.absorb("ciphertexts", ciphertexts)
    transcript.absorb("commitments", commitments)
    return transcript
  }
}

extension BallotLayout.Contest {
  /// The linear form of 3.1 over one scalar for each of the ballot's bits.
  func evaluate(_ scalars: [Scalar]) -> Scalar {
    var sum = Scalar.zero
    for (weight, index) in zip(form, bits) { sum += Scalar(signed: weight) * scalars[index] }
    return sum
  }
}

extension Scalar {
  /// A small public integer of either sign.
  init(signed value: Int64) { self = value < 0 ? -Scalar(value.magnitude) : Scalar(UInt64(value)) }
}
