import Curve25519

/// A signature over secp256k1, with the bit that lets its key be found.
public struct ECDSASignature: Equatable, Sendable {
  /// The first number, the highest byte first.
  public let r: Bytes32
  /// The second, likewise.
  public let s: Bytes32
  /// Whether the second coordinate of the point that `r` stands for is odd.
  public let isOdd: Bool

  /// A signature from its parts, whatever they are worth.
  public init(r: Bytes32, s: Bytes32, isOdd: Bool) {
    self.r = r
    self.s = s
    self.isOdd = isOdd
  }

  /// From 65 bytes, the last 27 or 28 (or 0 or 1, as some wallets have it). `nil` for anything else, and where it could be written otherwise.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 65, [0, 1, 27, 28].contains(bytes[64]) else { return nil }
    self.init(r: Bytes32(bytes.span), s: Bytes32(bytes.span, at: 32), isOdd: bytes[64] == 1 || bytes[64] == 28)
    guard isCanonical else { return nil }
  }

  /// 65 bytes, the last 27 or 28.
  public var bytes: [UInt8] { r.bytes + s.bytes + [isOdd ? 28 : 27] }

  /// Whether `s` is in the lower half (EIP-2), and neither number is zero.
  public var isCanonical: Bool { s <= Self.halfOrder && s != .zero && r != .zero }

  private static let halfOrder = Bytes32(
    [
      0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57,
      0xa4, 0x50,
      0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
    ].span)

  /// The account that signed this hash; `nil` where no key did, or the signature could be written otherwise.
  public func signer(of hash: Bytes32) -> Address? {
    guard isCanonical, let key = Secp256k1.recover(self, hash) else { return nil }
    return Address(publicKey: key)
  }
}
