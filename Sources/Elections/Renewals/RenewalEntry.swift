import Curve25519

/// The body of a renewal entry (`docs/spec/06-record.md`, 6.3): from the next entry on, other shares count, and maybe other trustees.
public struct RenewalEntry: Equatable, Sendable {
  /// Bytes of the body.
  public static let length = 34
  /// An election has no more.
  public static let most = 100

  /// 1, 2, … in the order of the board.
  public let number: UInt16
  /// SHA-256 of the file `renewal-<number>`.
  public let hash: Bytes32

  /// An entry for a renewal.
  public init(_ renewal: Renewal) { self.init(number: renewal.number, hash: renewal.hash) }

  /// An entry with anything in it.
  public init(number: UInt16, hash: Bytes32) {
    self.number = number
    self.hash = hash
  }

  /// Reads the body.
  public init(_ body: [UInt8]) throws(CodecError) {
    var reader = ByteReader(body)
    number = try reader.u16("number of the renewal")
    guard (1...UInt16(Self.most)).contains(number) else { throw .outOfRange(field: FieldName("number of the renewal")) }
    hash = try reader.b32("hash of the renewal")
    try reader.finish()
  }

  /// The body.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: Self.length)
    writer.u16(number)
    writer.b32(hash)
    return writer.bytes
  }

  /// The path of the file of a renewal, ASCII.
  public static func path(_ number: Int) -> [UInt8] {
    let name: StaticString = "renewal-"
    var digits: [UInt8] = []
    var rest = number
    repeat {
      digits.append(0x30 + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    return UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount) + digits.reversed()
  }

  /// The path of the checkpoint that brought a renewal into force, ASCII.
  public static func checkpointPath(_ number: Int) -> [UInt8] {
    let ending: StaticString = "-checkpoint"
    return path(number) + UnsafeBufferPointer(start: ending.utf8Start, count: ending.utf8CodeUnitCount)
  }
}
