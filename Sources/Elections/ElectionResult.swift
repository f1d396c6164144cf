import Curve25519

/// The counted election (`docs/spec/06-record.md`, 6.8).
public struct ElectionResult: Equatable, Sendable {
  /// Cast ballots on the board.
  public let cast: UInt32
  /// Ballots counted: with re-voting the last of each voter.
  public let counted: UInt32
  /// Their weight.
  public let countedWeight: UInt64
  /// Challenges on the board.
  public let challenged: UInt32
  /// Replacements of credentials on the board.
  public let replaced: UInt32
  /// The total of every option of every contest, in order.
  public let totals: [UInt64]

  /// A result.
  public init(cast: UInt32, counted: UInt32, countedWeight: UInt64, challenged: UInt32, replaced: UInt32, totals: [UInt64]) {
    self.cast = cast
    self.counted = counted
    self.countedWeight = countedWeight
    self.challenged = challenged
    self.replaced = replaced
    self.totals = totals
  }

  /// Reads a result with `options` totals.
  public init(_ encoded: [UInt8], options: Int) throws(CodecError) {
    var reader = ByteReader(encoded)
    try reader.header("COMITIAS")
    cast = try reader.u32("cast ballots")
    counted = try reader.u32("counted ballots")
    countedWeight = try reader.u64("counted weight")
    challenged = try reader.u32("challenges")
    replaced = try reader.u32("replaced credentials")
    var totals: [UInt64] = []
    for _ in 0..<(try reader.count16("number of options", in: options...options)) {
      totals.append(try reader.u64("total"))
    }
    self.totals = totals
    try reader.finish()
  }

  /// The encoding.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.header("COMITIAS")
    writer.u32(cast)
    writer.u32(counted)
    writer.u64(countedWeight)
    writer.u32(challenged)
    writer.u32(replaced)
    writer.u16(UInt16(totals.count))
    for total in totals { writer.u64(total) }
    return writer.bytes
  }

  /// The totals, a list of options for each contest of the manifest.
  public func byContest(_ manifest: Manifest) -> [[UInt64]] {
    var start = 0
    return manifest.contests.map { contest in
      defer { start += contest.options.count }
      return Array(totals[start..<start + contest.options.count])
    }
  }
}
