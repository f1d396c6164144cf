import Curve25519

/// What trustees evaluate together: the beacon key of one ceremony at one seed (`docs/spec/11-randomness.md`, 11.3).
///
/// The beacon is a threshold verifiable random function: the output is one point *x·P* under the joint secret *x*, whoever takes part, so
/// that nobody chooses between outputs by taking part or not. Variable time: all of it is public.
public struct BeaconStatement: Equatable, Sendable {
  /// What is drawn from.
  public let seed: DrawSeed
  /// The ceremony's beacon key.
  public let key: ThresholdKey
  /// *P*: seed and joint key, hashed to the group.
  let point: RistrettoPoint
  private let encodedPoint: Bytes32
  private let encodedKey: Bytes32

  /// States what is evaluated.
  public init(seed: DrawSeed, key: ThresholdKey) {
    self.seed = seed
    self.key = key
    encodedKey = key.jointKey.encoded
    var transcript = Transcript("beacon point")
    transcript.absorb("key", encodedKey)
    transcript.absorb("seed", seed.value)
    point = RistrettoPoint(uniform: transcript.uniform("point"))
    encodedPoint = point.encoded
  }

  /// The transcript of trustee *j*'s proof.
  func transcript(trustee: Int, publicShare: RistrettoPoint, evaluation: RistrettoPoint) -> Transcript {
    var transcript = Transcript("beacon evaluation")
    transcript.absorb("seed", seed.value)
    transcript.absorb("trustees", UInt64(key.publicShares.count))
    transcript.absorb("threshold", UInt64(key.threshold))
    transcript.absorb("key", encodedKey)
    transcript.absorb("trustee", UInt64(trustee))
    transcript.absorb("share", publicShare.encoded)
    transcript.absorb("point", encodedPoint)
    transcript.absorb("evaluation", evaluation.encoded)
    return transcript
  }
}
