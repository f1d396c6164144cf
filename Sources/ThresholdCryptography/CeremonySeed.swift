import Curve25519

/// The one secret of a trustee in a ceremony, from which all its randomness follows.
///
/// A trustee that keeps the seed and reads the ceremony's messages again is where it was, and sends what it had sent, byte for byte.
/// So a crash can never make it say two different things. One seed serves one ceremony.
struct CeremonySeed: Sendable {
  /// What a stream of random bytes is for. The numbers never change: they are part of the derivation.
  enum Purpose: UInt64 {
    case polynomial = 1
    case transport = 2
    case dealerProof = 3
    case share = 4
    case complaint = 5
    case drawKey = 6
  }

  private(set) var bytes: Bytes32

  init(_ bytes: Bytes32) { self.bytes = bytes }

  /// The random bytes of `trustee` for one purpose, and one other trustee or one key where it concerns one. Constant time.
  func random(
    for purpose: Purpose, peer: UInt64 = 0, trustee: Int, _ parameters: CeremonyParameters
  ) -> SeededRandom {
    var transcript = Transcript("ceremony randomness")
    transcript.absorb("seed", bytes)
    transcript.absorb("ceremony", parameters.ceremony)
    transcript.absorb("trustees", UInt64(parameters.trustees))
    transcript.absorb("threshold", UInt64(parameters.threshold))
    transcript.absorb("trustee", UInt64(trustee))
    transcript.absorb("purpose", purpose.rawValue)
    transcript.absorb("peer", peer)
    return SeededRandom(seed: transcript.digest("stream").bytes)
  }

  mutating func wipe() { bytes.wipe() }
}
