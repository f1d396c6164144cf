import BallotCryptography
import Curve25519
import Elections

// Batches and their outcomes as bytes, between instances of one module: no format that is kept.
extension BallotWork {
  /// `election b32 ‖ joint key b32 ‖ manifest blob ‖ challenged u32 × b32 ‖ items u32 × (entry u64 ‖ weight u32, 0: not counted ‖ cast ballot blob)`
  ///
  /// - Parameter manifest: the election's definition, whose layout the ballots have.
  public func encoded(_ manifest: Manifest) -> [UInt8] {
    let definition = manifest.encoded
    var writer = ByteWriter(
      capacity: 80 + definition.count + 32 * challenged.count + items.count * (16 + CastBallot.length(bits: context.layout.bits)))
    writer.b32(context.election)
    writer.b32(context.jointKey.encoded)
    writer.u32(UInt32(definition.count))
    writer.raw(definition)
    writer.u32(UInt32(challenged.count))
    for hash in challenged { writer.b32(hash) }
    writer.u32(UInt32(items.count))
    for item in items {
      writer.u64(item.entry)
      writer.u32(item.countedWeight ?? 0)
      let ballot = item.ballot.encoded
      writer.u32(UInt32(ballot.count))
      writer.raw(ballot)
    }
    return writer.bytes
  }

  /// Reads what `encoded` wrote.
  public init(_ bytes: [UInt8]) throws(CodecError) {
    var reader = ByteReader(bytes)
    let election = try reader.b32("election id")
    let key = try reader.point("joint key")
    guard key != .identity else { throw .outOfRange(field: FieldName("joint key")) }
    let manifest = try Manifest(try reader.raw(Int(try reader.u32("manifest")), "manifest"))
    context = BallotContext(election: election, jointKey: key, layout: manifest.layout)
    var challenged: [Bytes32] = []
    for _ in 0..<(try reader.u32("number of challenges")) { challenged.append(try reader.b32("ballot hash")) }
    self.challenged = challenged
    var items: [Item] = []
    for _ in 0..<(try reader.u32("number of ballots")) {
      let entry = try reader.u64("entry")
      let weight = try reader.u32("weight")
      let ballot = try CastBallot(try reader.raw(Int(try reader.u32("ballot")), "ballot"))
      items.append(Item(entry: entry, ballot: ballot, countedWeight: weight == 0 ? nil : weight))
    }
    self.items = items
    try reader.finish()
  }
}

extension BallotOutcome {
  /// `tally ‖ failures u32 × (check u8 ‖ detail counted)`
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    tally.encode(to: &writer)
    writer.u32(UInt32(failures.count))
    for failure in failures {
      writer.u8(UInt8(failure.check.rawValue))
      writer.counted(Array(failure.detail.utf8))
    }
    return writer.bytes
  }

  /// Reads what `encoded` wrote, of an election of this layout.
  init(_ bytes: [UInt8], layout: BallotLayout) throws(CodecError) {
    var reader = ByteReader(bytes)
    tally = try EncryptedTally(from: &reader, layout)
    var failures: [Failure] = []
    for _ in 0..<(try reader.u32("number of failures")) {
      guard let check = Check(rawValue: Int(try reader.u8("check"))) else { throw .outOfRange(field: FieldName("check")) }
      failures.append(Failure(check: check, detail: String(decoding: try reader.counted("detail"), as: UTF8.self)))
    }
    self.failures = failures
    try reader.finish()
  }
}
