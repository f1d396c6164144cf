import Curve25519

/// AES-256-GCM (NIST SP 800-38D) with twelve zero bytes as nonce and no additional data, for keys that are used once (`docs/spec/04-trustees.md`, 4.1): where
/// there is no OpenSSL, and WebCrypto, which answers later, cannot be waited for.
///
/// Constant time in key and plaintext; slow, for the 32 bytes of a share.
public enum PortableAES256GCM {
  private static let tagLength = 16

  /// The ciphertext and its tag of 16 bytes. A key seals once.
  public static func seal(key: Bytes32, plaintext: [UInt8]) -> [UInt8] {
    var bytes = key.bytes
    defer { bytes.wipe() }
    let cipher = AES256(key: bytes)
    let ciphertext = stream(cipher, plaintext)
    return ciphertext + tag(cipher, ciphertext)
  }

  /// The plaintext; `nil` where the tag is wrong or missing.
  public static func open(key: Bytes32, sealed: [UInt8]) -> [UInt8]? {
    guard sealed.count >= tagLength else { return nil }
    var bytes = key.bytes
    defer { bytes.wipe() }
    let cipher = AES256(key: bytes)
    let ciphertext = Array(sealed.dropLast(tagLength))
    guard isEqual(tag(cipher, ciphertext), Array(sealed.suffix(tagLength))) else { return nil }
    return stream(cipher, ciphertext)
  }

  /// Counter mode, from 2 on: 1 is the tag's.
  private static func stream(_ cipher: AES256, _ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var block: [UInt8] = []
    for index in bytes.indices {
      if index % 16 == 0 { block = cipher.encrypt(counter(UInt32(2 + index / 16))) }
      output.append(bytes[index] ^ block[index % 16])
    }
    block.wipe()
    return output
  }

  private static func counter(_ value: UInt32) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 16)
    for index in 0..<4 { block[12 + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index)) }
    return block
  }

  private static func tag(_ cipher: AES256, _ ciphertext: [UInt8]) -> [UInt8] {
    let key = Element(cipher.encrypt([UInt8](repeating: 0, count: 16)))
    var sum = Element(high: 0, low: 0)
    for start in stride(from: 0, to: ciphertext.count, by: 16) {
      var block = [UInt8](repeating: 0, count: 16)
      for index in start..<min(start + 16, ciphertext.count) { block[index - start] = ciphertext[index] }
      sum = (sum ^ Element(block)) * key
    }
    sum = (sum ^ Element(high: 0, low: UInt64(ciphertext.count) * 8)) * key
    return (sum ^ Element(cipher.encrypt(counter(1)))).bytes
  }
}

/// An element of GF(2¹²⁸) as GCM has it: the first bit of the first byte is the coefficient of 1.
private struct Element {
  var high: UInt64
  var low: UInt64

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  init(_ block: [UInt8]) {
    (high, low) = (0, 0)
    for index in 0..<8 {
      high = high << 8 | UInt64(block[index])
      low = low << 8 | UInt64(block[8 + index])
    }
  }

  var bytes: [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - 8 * ($0 % 8))) }
  }

  static func ^ (a: Element, b: Element) -> Element { Element(high: a.high ^ b.high, low: a.low ^ b.low) }

  /// Constant time.
  static func * (a: Element, b: Element) -> Element {
    var sum = Element(high: 0, low: 0)
    var factor = b
    for index in 0..<128 {
      let word = index < 64 ? a.high : a.low
      let mask = 0 &- (word >> UInt64(63 - index % 64) & 1)
      sum.high ^= factor.high & mask
      sum.low ^= factor.low & mask
      let carry = 0 &- (factor.low & 1)
      factor.low = factor.low >> 1 | factor.high << 63
      factor.high = factor.high >> 1 ^ carry & 0xe100_0000_0000_0000
    }
    return sum
  }
}

/// Whether two tags are the same. Constant time in their bytes.
func isEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
  guard a.count == b.count else { return false }
  var difference: UInt8 = 0
  for index in a.indices { difference |= a[index] ^ b[index] }
  return difference == 0
}
