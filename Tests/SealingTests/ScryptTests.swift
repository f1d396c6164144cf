import Sealing
import Testing

/// Bytes from hexadecimal digits.
private func hex(_ digits: String) -> [UInt8] {
  let values = digits.compactMap { $0.hexDigitValue }
  return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
}

@Suite("What others' key files are made of")
struct ScryptTests {
  /// RFC 7914, section 12.
  @Test("published keys of scrypt")
  func scrypt() {
    let first = Scrypt.key([], salt: [], cost: Scrypt.Cost(rounds: 16, blockSize: 1), length: 64)
    #expect(
      first
        == hex(
          "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
        ))
    let cost = Scrypt.Cost(rounds: 1024, blockSize: 8, parallelism: 16)
    let second = Scrypt.key(Array("password".utf8), salt: Array("NaCl".utf8), cost: cost, length: 64)
    #expect(
      second
        == hex(
          "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ))
  }

  @Test("costs that no file may ask for")
  func costs() {
    for cost in [
      Scrypt.Cost(rounds: 0), Scrypt.Cost(rounds: 1), Scrypt.Cost(rounds: 3), Scrypt.Cost(rounds: 1 << 21),
      Scrypt.Cost(rounds: 2, blockSize: 0),
      Scrypt.Cost(rounds: 2, parallelism: 0), Scrypt.Cost(rounds: 1 << 20, parallelism: 17), Scrypt.Cost(rounds: .max),
    ] {
      #expect(!cost.isReasonable, "\(cost)")
    }
    #expect(Scrypt.Cost(rounds: 1 << 20).isReasonable && Scrypt.Cost(rounds: 1 << 18, blockSize: 1, parallelism: 8).isReasonable)
  }

  /// NIST SP 800-38A, F.5.1.
  @Test("published ciphertext of AES-128 in counter mode, both ways")
  func counterMode() {
    let key = hex("2b7e151628aed2a6abf7158809cf4f3c")
    let counter = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    let plaintext = hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51")
    let ciphertext = hex("874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff")
    #expect(AES128CTR.apply(plaintext, key: key, counter: counter) == ciphertext)
    #expect(AES128CTR.apply(ciphertext, key: key, counter: counter) == plaintext)
    #expect(AES128CTR.apply([], key: key, counter: counter) == [])
  }
}
