import BallotCryptography
import Curve25519
import ThresholdCryptography
import TransparencyLog

/// The encrypted totals of one board and the trustees' parts of their decryption (`docs/spec/06-record.md`, 6.7).
public struct TallyRecord: Sendable {
  /// Entries of the board that was tallied.
  public let size: UInt64
  /// Its root.
  public let root: Bytes32
  /// The encrypted total of every option of every contest, in order.
  public let totals: [Ciphertext]
  /// In ascending order of trustees.
  public let partials: [PartialDecryption]

  /// A tally with the parts that were given.
  public init(size: UInt64, root: Bytes32, totals: [Ciphertext], partials: [PartialDecryption]) {
    self.size = size
    self.root = root
    self.totals = totals
    self.partials = partials.sorted { $0.trustee < $1.trustee }
  }

  /// Reads a tally with `options` totals. The order of the parts is looked at where they are verified.
  public init(_ encoded: [UInt8], options: Int) throws(CodecError) {
    var reader = ByteReader(encoded)
    try reader.header("COMITIAA")
    size = try reader.u64("size")
    root = try reader.b32("root")
    var totals: [Ciphertext] = []
    for _ in 0..<(try reader.count16("number of options", in: options...options)) {
      totals.append(Ciphertext(alpha: try reader.point("total"), beta: try reader.point("total")))
    }
    self.totals = totals
    var partials: [PartialDecryption] = []
    for _ in 0..<(try reader.u8("number of partial decryptions")) {
      partials.append(try PartialDecryption(from: &reader, count: options))
    }
    self.partials = partials
    try reader.finish()
  }

  /// The encoding.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.header("COMITIAA")
    writer.u64(size)
    writer.b32(root)
    writer.u16(UInt16(totals.count))
    for total in totals {
      writer.b32(total.alpha.encoded)
      writer.b32(total.beta.encoded)
    }
    writer.u8(UInt8(partials.count))
    for partial in partials { partial.encode(to: &writer) }
    return writer.bytes
  }
}
