import Curve25519

/// The trustees' joint word on a result (`docs/spec/06-record.md`, 6.11): one Ed25519 signature under the joint signing key, over the board, the tally, the result and
/// the closing draw.
public struct ResultCertificate: Equatable, Sendable {
  /// Bytes of the signature.
  public static let signatureLength = 64

  /// The election id.
  public let election: Bytes32
  /// Entries of the board at the closing checkpoint.
  public let size: UInt64
  /// Its root.
  public let root: Bytes32
  /// SHA-256 of the file `tally`.
  public let tallyHash: Bytes32
  /// SHA-256 of the file `result`.
  public let resultHash: Bytes32
  /// SHA-256 of the file `draw-closing`.
  public let drawHash: Bytes32

  /// What is certified.
  public init(election: Bytes32, size: UInt64, root: Bytes32, tally: [UInt8], result: [UInt8], draw: [UInt8]) {
    self.election = election
    self.size = size
    self.root = root
    tallyHash = Bytes32(SHA256.hash(tally).span)
    resultHash = Bytes32(SHA256.hash(result).span)
    drawHash = Bytes32(SHA256.hash(draw).span)
  }

  /// What the trustees sign: `comitia result certificate/v1`, a line feed, and the file but its signature.
  public var message: [UInt8] { Self.heading + body }

  private static var heading: [UInt8] {
    let text: StaticString = "comitia result certificate/v1\n"
    return Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// The file, with the signature that was made.
  ///
  /// - Precondition: 64 bytes.
  public func encoded(signature: [UInt8]) -> [UInt8] {
    Self.encoded(message: message, signature: signature)
  }

  /// The file of a message that was signed.
  ///
  /// - Precondition: a message of a certificate, and 64 bytes.
  public static func encoded(message: [UInt8], signature: [UInt8]) -> [UInt8] {
    precondition(signature.count == signatureLength, "a signature of Ed25519 has 64 bytes")
    return Array(message.dropFirst(heading.count)) + signature
  }

  /// Reads a file: what it certifies, and the signature, which is not checked.
  public static func read(_ encoded: [UInt8]) throws(CodecError) -> (certificate: ResultCertificate, signature: [UInt8]) {
    var reader = ByteReader(encoded)
    let certificate = try ResultCertificate(from: &reader)
    let signature = try reader.raw(signatureLength, "signature")
    try reader.finish()
    return (certificate, signature)
  }

  private init(from reader: inout ByteReader) throws(CodecError) {
    try reader.header("COMITIAC")
    election = try reader.b32("election id")
    size = try reader.u64("log size")
    root = try reader.b32("log root")
    tallyHash = try reader.b32("hash of the tally")
    resultHash = try reader.b32("hash of the result")
    drawHash = try reader.b32("hash of the draw")
  }

  private var body: [UInt8] {
    var writer = ByteWriter(capacity: 256)
    writer.header("COMITIAC")
    writer.b32(election)
    writer.u64(size)
    writer.b32(root)
    for hash in [tallyHash, resultHash, drawHash] { writer.b32(hash) }
    return writer.bytes
  }
}
