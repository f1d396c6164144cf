import Curve25519
import ThresholdCryptography

/// A draw as the record has it (`docs/spec/06-record.md`, 6.10): the parts of all trustees that took part, and which log it was about.
public struct DrawRecord: Equatable, Sendable {
  private static let mostParts = CeremonyParameters.maximumTrustees

  /// Size of the ceremony's log, or of the board at its closing checkpoint.
  public let size: UInt64
  /// Its root.
  public let root: Bytes32
  /// One a trustee. Only `output` tells whether they are in order and enough.
  public let parts: [DrawPart]

  /// - Precondition: at most 50 parts.
  public init(size: UInt64, root: Bytes32, parts: [DrawPart]) {
    precondition(parts.count <= Self.mostParts, "more parts than there can be trustees")
    self.size = size
    self.root = root
    self.parts = parts
  }

  /// Checks every part, and combines them. Variable time: all of it is public.
  ///
  /// - Parameters:
  ///   - seed: that of the draw; the caller makes it from size, root, and what else it is about.
  ///   - drawKeys: of all trustees.
  public func output(
    at seed: DrawSeed, key: ThresholdKey, drawKeys: [Bytes32]
  ) throws(DrawError) -> BeaconOutput {
    let statement = BeaconStatement(seed: seed, key: key)
    var last = 0
    for part in parts {
      guard part.trustee > last else { throw .outOfOrder(trustee: part.trustee) }
      last = part.trustee
      try part.verify(statement, drawKeys: drawKeys)
    }
    guard let output = try? BeaconOutput(combining: parts.map { $0.evaluation }, of: statement) else {
      throw .tooFew(found: parts.count, needed: key.threshold)
    }
    return output
  }

  /// Whose parts are there.
  public var trustees: [Int] { parts.map { $0.trustee } }

  /// SHA-256 of the encoding.
  public var hash: Bytes32 { Bytes32(SHA256.hash(encoded).span) }
}

// MARK: - Codec

extension DrawRecord {
  /// Reads a file.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    try reader.header("COMITIAW")
    size = try reader.u64("log size")
    root = try reader.b32("log root")
    let count = Int(try reader.u8("number of parts"))
    guard count <= Self.mostParts else { throw .outOfRange(field: FieldName("number of parts")) }
    var parts: [DrawPart] = []
    for _ in 0..<count { parts.append(try DrawPart(from: &reader)) }
    self.parts = parts
    try reader.finish()
  }

  /// The file.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: 51 + DrawPart.encodedLength * parts.count)
    writer.header("COMITIAW")
    writer.u64(size)
    writer.b32(root)
    writer.u8(UInt8(parts.count))
    for part in parts { part.encode(to: &writer) }
    return writer.bytes
  }
}

/// What an opening entry fixes of the opening draw.
public struct OpeningDraw: Equatable, Sendable {
  /// SHA-256 of the file of the draw.
  public let hash: Bytes32
  /// What the trustees drew: 32 bytes, from which orders follow (`Draw`).
  public let output: Bytes32

  /// The outcome of a draw that was checked.
  public init(_ record: DrawRecord, _ output: BeaconOutput) {
    hash = record.hash
    self.output = output.value
  }

  /// As an entry has it.
  public init(hash: Bytes32, output: Bytes32) {
    self.hash = hash
    self.output = output
  }
}
