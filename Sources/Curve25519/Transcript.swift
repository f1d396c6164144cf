/// The one Fiat–Shamir transcript of the product (`docs/spec/02-primitives.md`).
///
/// A running SHA-512 over framed items: `u32(label length) ‖ label ‖ u32(data length) ‖ data`, lengths big-endian. Framing makes
/// concatenation unambiguous. A challenge frames its label with no data and hashes everything so far; later items come after it, so
/// every challenge depends on all that precedes it.
///
/// Constant time in the data absorbed.
public struct Transcript: Sendable {
  private var hash = SHA512()

  /// Starts a transcript for one purpose; `domain` is unlike any other in the product.
  public init(_ domain: StaticString) { absorb("comitia/v1", domain.bytes) }

  /// Absorbs one item.
  public mutating func absorb(_ label: StaticString, _ data: [UInt8]) { absorb(label, data.span) }

  /// Absorbs one item.
  public mutating func absorb(_ label: StaticString, _ data: Span<UInt8>) {
    frame(label, count: data.count)
    hash.update(data)
  }

  /// Absorbs 32 bytes as one item.
  public mutating func absorb(_ label: StaticString, _ data: Bytes32) { absorb(label, data.bytes) }

  /// Absorbs a number as one item of 8 big-endian bytes.
  public mutating func absorb(_ label: StaticString, _ number: UInt64) {
    absorb(label, (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) })
  }

  /// A challenge: 64 bytes of SHA-512 over everything absorbed, reduced modulo the group order.
  public mutating func challenge(_ label: StaticString) -> Scalar {
    frame(label, count: 0)
    return Scalar(wide: hash.digest())
  }

  /// A digest of everything absorbed: the first 32 bytes of SHA-512.
  public mutating func digest(_ label: StaticString) -> Bytes32 {
    frame(label, count: 0)
    return Bytes32(hash.digest().span)
  }

  /// All 64 bytes of SHA-512 over everything absorbed: to be hashed to the group, or taken as a block of random bytes.
  public mutating func uniform(_ label: StaticString) -> [UInt8] {
    frame(label, count: 0)
    return hash.digest()
  }

  private mutating func frame(_ label: StaticString, count: Int) {
    hash.update(Self.length(label.utf8CodeUnitCount))
    hash.update(label.bytes)
    hash.update(Self.length(count))
  }

  private static func length(_ count: Int) -> [UInt8] {
    let value = UInt32(count)
    return [
      UInt8(truncatingIfNeeded: value >> 24), UInt8(truncatingIfNeeded: value >> 16),
      UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value),
    ]
  }
}

extension StaticString {
  fileprivate var bytes: [UInt8] { Array(UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)) }
}
