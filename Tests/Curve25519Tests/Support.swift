import CSodium
import Testing

@testable import Curve25519

/// Repeatable randomness for tests.
func seededRandom(_ label: String) -> SeededRandom { SeededRandom(seed: SHA512.hash(Array(label.utf8))) }

/// Bytes of a hexadecimal string.
func unhex(_ hex: String) -> [UInt8] {
  let digits = hex.utf8.map { UInt8($0 >= 97 ? $0 - 87 : $0 - 48) }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// Hexadecimal digits of bytes.
func hex(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

extension Bytes32 {
  /// Of 64 hexadecimal digits.
  init(hex: String) { self.init(unhex(hex).span) }

  /// A small number, or with `adding` a number near another encoding, little-endian and modulo 2²⁵⁶.
  func adding(_ offset: Int) -> Bytes32 {
    var result = bytes
    var carry = offset
    for index in 0..<32 {
      carry += Int(result[index])
      result[index] = UInt8(truncatingIfNeeded: carry)
      carry >>= 8
    }
    return Bytes32(result.span)
  }

  static func random(_ source: inout some RandomSource) -> Bytes32 { Bytes32(source.bytes(32).span) }
}

extension Bytes32: CustomTestStringConvertible {
  public var testDescription: String { hex(bytes) }
}

/// Numbers near every edge: of bytes and words, of p = 2²⁵⁵ − 19, of ℓ, of 2²⁵².
enum Edge {
  static let prime = Bytes32(hex: "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
  static let order = Bytes32(hex: "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
  static let ones = Bytes32.zero.adding(-1)

  static let numbers: [Bytes32] = {
    var numbers: [Bytes32] = []
    for centre in [Bytes32.zero, prime, order, ones] { numbers += (-20...20).map { centre.adding($0) } }
    for bit in 0..<256 {
      var power = [UInt8](repeating: 0, count: 32)
      power[bit / 8] = 1 << UInt8(bit % 8)
      numbers += (-1...1).map { Bytes32(power.span).adding($0) }
    }
    for byte in [0x55, 0xaa, 0x0f, 0xf0, 0x7f, 0x80, 0xfe] as [UInt8] {
      numbers.append(Bytes32([UInt8](repeating: byte, count: 32).span))
    }
    return numbers
  }()

  /// The scalars among them.
  static let scalars = numbers.compactMap { Scalar(canonical: $0) }
}

/// The eight points of small order, and how the curve writes them.
enum SmallOrder {
  /// All multiples of a point of order 8.
  static let points: [EdwardsPoint] = {
    let generator = EdwardsPoint(Bytes32(words: Constants.orderEightY.words)) ?? .identity
    var points = [EdwardsPoint.identity]
    while points.count < 8 { points.append(points[points.count - 1] + generator) }
    return points
  }()
}

/// libsodium in the types of the kernel; `nil` where it reports failure.
enum Sodium {
  private static let ready = sodium_init() >= 0

  private static func output(_ count: Int = 32, _ body: (UnsafeMutablePointer<UInt8>) -> Int32) -> [UInt8]? {
    precondition(ready)
    var bytes = [UInt8](repeating: 0, count: count)
    let status = bytes.withUnsafeMutableBufferPointer { body($0.baseAddress.unsafelyUnwrapped) }
    return status == 0 ? bytes : nil
  }
  private static func encoding(_ body: (UnsafeMutablePointer<UInt8>) -> Int32) -> Bytes32? {
    output(32, body).flatMap { Bytes32($0) }
  }
  private static func always(_ body: (UnsafeMutablePointer<UInt8>) -> Void) -> Bytes32 {
    encoding {
      body($0)
      return 0
    } ?? .zero
  }

  // Ristretto: encodings in, encoding out. libsodium refuses to return the identity from a multiplication.
  /// Version 1.0.18 ignores bit 255, which RFC 9496 (4.3.1) wants refused; so it is checked here.
  static func isValid(_ point: Bytes32) -> Bool {
    ready && point[31] < 128 && crypto_core_ristretto255_is_valid_point(point.bytes) == 1
  }
  static func add(_ a: Bytes32, _ b: Bytes32) -> Bytes32? { encoding { crypto_core_ristretto255_add($0, a.bytes, b.bytes) } }
  static func subtract(_ a: Bytes32, _ b: Bytes32) -> Bytes32? { encoding { crypto_core_ristretto255_sub($0, a.bytes, b.bytes) } }
  static func multiply(_ s: Scalar, _ point: Bytes32) -> Bytes32? {
    encoding { crypto_scalarmult_ristretto255($0, s.encoded.bytes, point.bytes) }
  }
  static func multiplyBase(_ s: Scalar) -> Bytes32? { encoding { crypto_scalarmult_ristretto255_base($0, s.encoded.bytes) } }
  static func fromHash(_ uniform: [UInt8]) -> Bytes32? { encoding { crypto_core_ristretto255_from_hash($0, uniform) } }

  // Scalars.
  static func reduce(_ wide: [UInt8]) -> Bytes32 { always { crypto_core_ristretto255_scalar_reduce($0, wide) } }
  static func add(_ a: Scalar, _ b: Scalar) -> Bytes32 {
    always { crypto_core_ristretto255_scalar_add($0, a.encoded.bytes, b.encoded.bytes) }
  }
  static func subtract(_ a: Scalar, _ b: Scalar) -> Bytes32 {
    always { crypto_core_ristretto255_scalar_sub($0, a.encoded.bytes, b.encoded.bytes) }
  }
  static func multiply(_ a: Scalar, _ b: Scalar) -> Bytes32 {
    always { crypto_core_ristretto255_scalar_mul($0, a.encoded.bytes, b.encoded.bytes) }
  }
  static func negate(_ a: Scalar) -> Bytes32 { always { crypto_core_ristretto255_scalar_negate($0, a.encoded.bytes) } }
  static func invert(_ a: Scalar) -> Bytes32? { encoding { crypto_core_ristretto255_scalar_invert($0, a.encoded.bytes) } }

  // Ed25519 and the curve beneath it.
  static func keyPair(seed: Bytes32) -> (publicKey: Bytes32, secretKey: [UInt8]) {
    var secretKey = [UInt8](repeating: 0, count: 64)
    let publicKey = encoding { crypto_sign_seed_keypair($0, &secretKey, seed.bytes) }
    return (publicKey ?? .zero, secretKey)
  }
  static func sign(_ message: [UInt8], _ secretKey: [UInt8]) -> [UInt8] {
    output(64) { crypto_sign_detached($0, nil, message, UInt64(message.count), secretKey) } ?? []
  }
  static func verify(_ signature: [UInt8], _ message: [UInt8], _ publicKey: Bytes32) -> Bool {
    ready && crypto_sign_verify_detached(signature, message, UInt64(message.count), publicKey.bytes) == 0
  }
  static func addEdwards(_ a: Bytes32, _ b: Bytes32) -> Bytes32? { encoding { crypto_core_ed25519_add($0, a.bytes, b.bytes) } }
  /// On the curve, canonical, not of small order, in the prime-order subgroup.
  static func isValidEdwards(_ point: Bytes32) -> Bool { ready && crypto_core_ed25519_is_valid_point(point.bytes) == 1 }
  static func multiplyEdwards(_ s: Scalar, _ point: Bytes32) -> Bytes32? {
    encoding { crypto_scalarmult_ed25519_noclamp($0, s.encoded.bytes, point.bytes) }
  }

  // Hashes.
  static func sha512(_ message: [UInt8]) -> [UInt8] { output(64) { crypto_hash_sha512($0, message, UInt64(message.count)) } ?? [] }
  static func sha256(_ message: [UInt8]) -> [UInt8] { output(32) { crypto_hash_sha256($0, message, UInt64(message.count)) } ?? [] }
}
