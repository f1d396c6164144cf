import Sealing

/// Names and secrets made of random bytes.
public struct Randomness: Sendable {
  let bytes: @Sendable (Int) -> [UInt8]

  /// - Parameter bytes: gives so many random bytes; tests may hand in bytes of their own.
  public init(bytes: @escaping @Sendable (Int) -> [UInt8] = { SystemRandom().bytes($0) }) { self.bytes = bytes }

  /// A reference: 20 characters that are hard to confuse, 100 random bits.
  public func reference() -> String {
    let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
    return String(decoding: bytes(20).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
  }

  /// A secret of 256 bits, in letters of URLs (base64url without padding).
  public func secret() -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    var pending: UInt32 = 0
    var bits = 0
    for byte in bytes(32) {
      pending = pending << 8 | UInt32(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(alphabet[Int(pending >> UInt32(bits) & 63)])
      }
    }
    text.append(alphabet[Int(pending << UInt32(6 - bits) & 63)])
    return String(decoding: text, as: UTF8.self)
  }
}
