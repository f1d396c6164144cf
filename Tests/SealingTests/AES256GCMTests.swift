import Curve25519
import Sealing
import Testing

/// Bytes from hexadecimal digits.
private func hex(_ digits: String) -> [UInt8] {
  let values = digits.compactMap { $0.hexDigitValue }
  return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
}

@Suite("AES-256-GCM")
struct AES256GCMTests {
  /// McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13 and 14: key and nonce are zero.
  @Test(
    "published vectors",
    arguments: [
      ("", "530f8afbc74536b9a963b4f1c4cb738b"),
      ("00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
    ])
  func vectors(plaintext: String, sealed: String) {
    #expect(AES256GCM.seal(key: .zero, plaintext: hex(plaintext)) == hex(sealed))
    #expect(AES256GCM.open(key: .zero, sealed: hex(sealed)) == hex(plaintext))
  }

  private func key(_ byte: UInt8) -> Bytes32 { Bytes32([UInt8](repeating: byte, count: 32).span) }

  @Test("what was sealed opens, at every length")
  func lengths() {
    for count in 0..<100 {
      let plaintext = (0..<count).map { UInt8($0) }
      let sealed = AES256GCM.seal(key: key(7), plaintext: plaintext)
      #expect(sealed.count == count + 16)
      #expect(AES256GCM.open(key: key(7), sealed: sealed) == plaintext)
      #expect(AES256GCM.open(key: key(8), sealed: sealed) == nil)
    }
  }

  @Test("every changed bit, cut or addition is noticed")
  func tampering() {
    let sealed = AES256GCM.seal(key: key(7), plaintext: (0..<32).map { UInt8($0) })
    for index in sealed.indices {
      for bit in 0..<8 {
        var changed = sealed
        changed[index] ^= 1 << UInt8(bit)
        #expect(AES256GCM.open(key: key(7), sealed: changed) == nil)
      }
    }
    for count in sealed.indices { #expect(AES256GCM.open(key: key(7), sealed: Array(sealed.prefix(count))) == nil) }
    #expect(AES256GCM.open(key: key(7), sealed: sealed + [0]) == nil)
    #expect(AES256GCM.open(key: key(7), sealed: [0] + sealed) == nil)
  }
}

@Suite("System randomness")
struct SystemRandomTests {
  @Test("gives as many bytes as asked for, never the same")
  func bytes() {
    let random = SystemRandom()
    for count in [0, 1, 31, 32, 1000] { #expect(random.bytes(count).count == count) }
    #expect(Set((0..<100).map { _ in random.bytes(32) }).count == 100)
    var ones = 0
    for byte in random.bytes(10_000) { ones += byte.nonzeroBitCount }
    // 80 000 fair bits: 1000 off the half is seven standard deviations.
    #expect(abs(ones - 40_000) < 1000)
  }
}
