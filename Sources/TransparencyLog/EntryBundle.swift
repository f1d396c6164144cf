/// The file that holds up to 256 consecutive entries (tlog-tiles, "Log entries"): for each, its length as a big-endian `u16`, then its bytes.
public enum EntryBundle {
  /// Appends an entry to a bundle.
  ///
  /// - Throws: `entryTooLong`.
  public static func append(_ entry: [UInt8], to bundle: inout [UInt8]) throws(LogError) {
    guard entry.count <= LogLimits.entryBytes else { throw .entryTooLong(count: entry.count) }
    bundle.append(bigEndian: UInt64(entry.count), count: 2)
    bundle.append(contentsOf: entry)
  }

  /// The bundle of these entries.
  ///
  /// - Throws: `entryTooLong`.
  /// - Precondition: 256 entries at most.
  public static func encode(_ entries: [[UInt8]]) throws(LogError) -> [UInt8] {
    precondition(entries.count <= LogLimits.tileWidth, "entries in a bundle")
    var bundle: [UInt8] = []
    for entry in entries { try append(entry, to: &bundle) }
    return bundle
  }

  /// The entries of a bundle that must hold exactly `count`. Every bundle accepted is the encoding of what is returned.
  ///
  /// - Throws: `bundleTruncated` with the position of the entry it ends in, `bundleTrailingBytes`.
  /// - Precondition: `count` is 0 to 256.
  public static func decode(_ bundle: [UInt8], count: Int) throws(LogError) -> [[UInt8]] {
    precondition(count >= 0 && count <= LogLimits.tileWidth, "entries in a bundle")
    var entries: [[UInt8]] = []
    entries.reserveCapacity(count)
    var offset = 0
    for position in 0..<count {
      guard bundle.count - offset >= 2 else { throw .bundleTruncated(position: position) }
      let length = Int(bundle[offset]) << 8 | Int(bundle[offset + 1])
      offset += 2
      guard bundle.count - offset >= length else { throw .bundleTruncated(position: position) }
      entries.append(Array(bundle[offset..<offset + length]))
      offset += length
    }
    guard offset == bundle.count else { throw .bundleTrailingBytes(count: bundle.count - offset) }
    return entries
  }
}
