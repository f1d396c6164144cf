import Curve25519
import TransparencyLog

/// Size and root of the log of a ceremony (`docs/spec/08-trustee-network.md`, 8.4): RFC 6962 over the SHA-256 of each message as a leaf of 32 bytes.
///
/// Takes messages one by one; a copy is the state of the smaller log.
public struct CeremonyRoot: Equatable, Sendable {
  private var frontier = MerkleFrontier()

  /// The empty log.
  public init() {}

  /// Messages so far.
  public var size: UInt64 { frontier.size }

  /// The root over them.
  public var root: Bytes32 { frontier.root }

  /// Adds the message with this SHA-256.
  public mutating func append(_ messageHash: Bytes32) {
    // A log of 2⁶³ messages is beyond any memory.
    try? frontier.append(MerkleTree.leafHash(messageHash.bytes))
  }
}
