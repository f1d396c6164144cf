import Curve25519

/// The hashes of the tree (RFC 9162, section 2.1.1; the same as RFC 6962, section 2.1), over SHA-256.
///
/// A leaf and a node start with different bytes, so that no entry can be passed off as a node.
public enum MerkleTree {
  /// The root of a tree without entries: SHA-256 of nothing.
  public static let emptyRoot = Bytes32(SHA256().digest().span)

  /// The hash of an entry: SHA-256(0x00 ‖ entry).
  public static func leafHash(_ entry: [UInt8]) -> Bytes32 { leafHash(entry.span) }

  /// The hash of an entry: SHA-256(0x00 ‖ entry).
  public static func leafHash(_ entry: Span<UInt8>) -> Bytes32 {
    var hash = SHA256()
    let prefix: InlineArray<1, UInt8> = [0x00]
    hash.update(prefix.span)
    hash.update(entry)
    return Bytes32(hash.digest().span)
  }

  /// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
  public static func nodeHash(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
    var message = InlineArray<65, UInt8>(repeating: 0x01)
    for index in 0..<32 {
      message[1 + index] = left[index]
      message[33 + index] = right[index]
    }
    var hash = SHA256()
    hash.update(message.span)
    return Bytes32(hash.digest().span)
  }

  /// Where RFC 9162 splits `count` leaves: the largest power of two below `count`.
  ///
  /// - Precondition: `count >= 2`.
  static func split(_ count: UInt64) -> UInt64 {
    1 << UInt64(63 - (count - 1).leadingZeroBitCount)
  }
}
