import Curve25519
import Elections

/// What a test needed was not there.
public struct Absent: Error, CustomStringConvertible {
  public let description: String
}

/// The value, or an error that says what is missing.
public func need<Value>(_ value: Value?, _ what: String = "a value") throws -> Value {
  guard let value else { throw Absent(description: "\(what) is missing") }
  return value
}

/// Text known to be good.
public func text(_ string: String) throws -> Text { try need(Text(string), "text") }

/// Randomness that is the same in every run.
public func seeded(_ label: String) -> SeededRandom { SeededRandom(seed: Array("test seed for \(label)".utf8)) }

extension RandomSource {
  /// A number below `bound`.
  public mutating func number(below bound: Int) -> Int {
    Int(bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % UInt64(bound))
  }

  /// Thirty-two random bytes.
  public mutating func b32() -> Bytes32 { Bytes32(bytes(32).span) }
}

extension SHA256 {
  /// The hash as 32 bytes.
  public static func digest(_ bytes: [UInt8]) -> Bytes32 { Bytes32(hash(bytes).span) }
}

extension Scalar {
  /// A small number of either sign.
  public init(small value: Int) { self = value < 0 ? -Scalar(UInt64(-value)) : Scalar(UInt64(value)) }
}

extension [UInt8] {
  /// The bytes with `replacement` from `offset` on.
  public func replacing(_ offset: Int, with replacement: [UInt8]) -> [UInt8] {
    Array(self[..<offset]) + replacement + Array(self[(offset + replacement.count)...])
  }

  /// Where `part` starts for the first time.
  public func firstOffset(of part: [UInt8]) throws -> Int {
    let found = indices.first { $0 + part.count <= count && self[$0..<$0 + part.count].elementsEqual(part) }
    return try need(found, "the bytes sought")
  }
}

/// Encodings that no decoder may accept.
public enum BadEncoding {
  /// *ℓ*, little-endian.
  private static let order: [UInt8] =
    [
      0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    ] + [UInt8](repeating: 0, count: 15) + [0x10]

  /// The same scalar plus the group order: equal modulo ℓ, and not canonical.
  public static func unreduced(_ scalar: [UInt8]) -> [UInt8] {
    var carry = 0
    return zip(scalar, order).map { a, b in
      let sum = Int(a) + Int(b) + carry
      carry = sum >> 8
      return UInt8(sum & 255)
    }
  }

  /// RFC 9496, appendix A.2: not encodings of a group element.
  public static let points: [String] = [
    "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
    "c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562",
    "c940e5a4404157cfb1628b108db051a8d439e1a421394ec4ebccb9ec92a8ac78",
    "47cfc5497c53dc8e61c91d17fd626ffb1c49e2bca94eed052281b510b1117a24",
    "f1c6165d33367351b0da8f6e4511010c68174a03b6581212c71c0e1d026c3c72",
    "87260f7a2f12495118360f02c26a470f450dadf34a413d21042b43b9d93e1309",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
    "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
    "de6a7b00deadc788eb6b6c8d20c0ae96c2f2019078fa604fee5b87d6e989ad7b",
    "bcab477be20861e01e4a0e295284146a510150d9817763caf1a6f4b422d67042",
    "2a292df7e32cababbd9de088d1d1abec9fc0440f637ed2fba145094dc14bea08",
    "f4a9e534fc0d216c44b218fa0c42d99635a0127ee2e53c712f70609649fdff22",
    "8268436f8c4126196cf64b3c7ddbda90746a378625f9813dd9b8457077256731",
    "2810e5cbc2cc4d4eece54f61c6f69758e289aa7ab440b3cbeaa21995c2f4232b",
    "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
    "a45fdc55c76448c049a1ab33f17023edfb2be3581e9c7aade8a6125215e04220",
    "d483fe813c6ba647ebbfd3ec41adca1c6130c2beeee9d9bf065c8d151c5f396e",
    "8a2e1d30050198c65a54483123960ccc38aef6848e1ec8f5f780e8523769ba32",
    "32888462f8b486c68ad7dd9610be5192bbeaf3b443951ac1a8118419d9fa097b",
    "227142501b9d4355ccba290404bde41575b037693cef1f438c47f8fbf35d1165",
    "5c37cc491da847cfeb9281d407efc41e15144c876e0170b499a96a22ed31e01e",
    "445425117cb8c90edcbc7c1cc0e74f747f2c1efa5630a967c64f287792a48a4b",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ]
}

/// The bytes of lower-case hexadecimal digits.
public func bytes(hex: String) -> [UInt8] {
  let digits = Array(hex.utf8).map { $0 < 58 ? $0 - 48 : $0 - 87 }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
