/// The name of a hash tile or of an entry bundle (tlog-tiles, "Merkle Tree" and "Log entries").
///
/// ```
/// tile/<level>/<index>[.p/<width>]      tile/entries/<index>[.p/<width>]
/// ```
/// The index is written in groups of three digits, `x` before all but the last: 1234067 is `x001/x234/067`.
public struct TilePath: Hashable, Sendable {
  /// What the file holds.
  public enum Kind: Hashable, Sendable {
    /// Log entries.
    case entries
    /// Hashes: leaf hashes at level 0, roots of full tiles of the level below above it.
    case hashes(level: Int)
  }

  /// What the file holds.
  public let kind: Kind
  /// Position among the files of its kind and level.
  public let index: UInt64
  /// Number of hashes or entries: 256 in a full file, fewer in a partial one.
  public let width: Int

  /// The path of a file.
  ///
  /// - Precondition: level 0 to 63; width 1 to 256; index at most `LogLimits.treeSize`.
  public init(_ kind: Kind, index: UInt64, width: Int = LogLimits.tileWidth) {
    if case .hashes(let level) = kind { precondition((0..<64).contains(level), "tile level") }
    precondition(width >= 1 && width <= LogLimits.tileWidth, "tile width")
    precondition(index <= LogLimits.treeSize, "tile index")
    self.kind = kind
    self.index = index
    self.width = width
  }

  /// Whether the file will grow.
  public var isPartial: Bool { width < LogLimits.tileWidth }

  /// The path of the same file once it is full. A log may delete a partial file then; its hashes or entries are the first `width`.
  public var full: TilePath { TilePath(kind, index: index) }

  /// Bytes in the file, `nil` for a bundle, whose entries vary.
  public var byteCount: Int? { kind == .entries ? nil : width * TileLayout.hashBytes }

  /// Index of the first leaf of a bundle or level-0 tile.
  var firstLeaf: UInt64 { index << UInt64(TileLayout.height) }

  /// The path as ASCII.
  public var bytes: [UInt8] {
    var path: [UInt8] = []
    path.append(text: "tile/")
    switch kind {
    case .entries: path.append(text: "entries")
    case .hashes(let level): path.append(decimal: UInt64(level))
    }
    var groups: [UInt64] = []
    var rest = index
    repeat {
      groups.append(rest % 1000)
      rest /= 1000
    } while rest > 0
    for (position, group) in groups.enumerated().reversed() {
      path.append(text: position == 0 ? "/" : "/x")
      for unit in [100, 10, 1] as [UInt64] { path.append(UInt8(truncatingIfNeeded: group / unit % 10) + 0x30) }
    }
    if isPartial {
      path.append(text: ".p/")
      path.append(decimal: UInt64(width))
    }
    return path
  }

  /// Reads a path, as in a request.
  ///
  /// - Throws: `tilePath` unless `path` is exactly what `bytes` returns for the result.
  public init(parsing path: [UInt8]) throws(LogError) {
    guard path.count <= Self.longest else { throw .tilePath }
    var parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)[...]
    guard parts.count >= 3, parts.removeFirst().equals(text: "tile") else { throw .tilePath }
    let first = parts.removeFirst()
    let kind: Kind
    if first.equals(text: "entries") {
      kind = .entries
    } else {
      guard let level = first.decimal(limit: 63) else { throw .tilePath }
      kind = .hashes(level: Int(level))
    }
    var width = LogLimits.tileWidth
    if parts.count >= 2, let group = parts.dropLast().last, group.suffix(2).equals(text: ".p") {
      guard let partial = parts.removeLast().decimal(limit: UInt64(LogLimits.tileWidth - 1)), partial > 0 else {
        throw .tilePath
      }
      width = Int(partial)
      parts[parts.endIndex - 1] = group.dropLast(2)
    }
    var index: UInt64 = 0
    for part in parts {
      let digits = part.suffix(3)
      guard digits.count == 3 else { throw .tilePath }
      for digit in digits {
        guard digit >= 0x30, digit <= 0x39, index <= LogLimits.treeSize / 10 else { throw .tilePath }
        index = index * 10 + UInt64(digit - 0x30)
      }
    }
    guard index <= LogLimits.treeSize else { throw .tilePath }
    self.init(kind, index: index, width: width)
    // Redundant groups, missing or misplaced `x`: whatever else is not canonical.
    guard bytes == path else { throw .tilePath }
  }

  /// `tile/entries`, seven groups, `.p/255`.
  private static let longest = 12 + 7 * 5 + 6
}

#if !hasFeature(Embedded)
  extension TilePath: CustomStringConvertible {
    /// The path as text.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
  }
#endif
