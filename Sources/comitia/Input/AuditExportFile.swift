import TransparencyLog

/// An exported audit log as a file: lines of JSON, an empty line, a signed checkpoint; or the checkpoint alone.
struct AuditExportFile {
  /// Each entry without its newline; `nil` where there is only a checkpoint.
  let lines: [[UInt8]]?
  let checkpoint: SignedCheckpoint

  private static let newline: UInt8 = 0x0a

  /// - Throws: `CommandFailure` when it is neither.
  init(_ path: String, _ bytes: [UInt8]) throws(CommandFailure) {
    guard let first = bytes.first, first == Self.newline || first == UInt8(ascii: "{") else {
      lines = nil
      checkpoint = try Self.checkpoint(bytes[...], path)
      return
    }
    // No entry is an empty line, so the first of these ends the entries.
    var end = 0
    var lines: [[UInt8]] = []
    while end < bytes.count, bytes[end] != Self.newline {
      let next = bytes[end...].firstIndex(of: Self.newline) ?? bytes.count
      lines.append(Array(bytes[end..<next]))
      end = next + 1
    }
    guard end < bytes.count else {
      throw CommandFailure("\(path.printable) has no checkpoint at its end; it was cut off: export the log again")
    }
    self.lines = lines
    checkpoint = try Self.checkpoint(bytes[(end + 1)...], path)
  }

  private static func checkpoint(_ bytes: ArraySlice<UInt8>, _ path: String) throws(CommandFailure) -> SignedCheckpoint {
    guard let checkpoint = try? SignedCheckpoint(parsing: Array(bytes)) else {
      throw CommandFailure("\(path.printable) holds no signed checkpoint; give what the service exported, unchanged")
    }
    return checkpoint
  }
}
