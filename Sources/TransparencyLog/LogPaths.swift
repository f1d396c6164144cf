/// The paths of exactly the files that make up a log of a given size, partial ones included: bundles first, then hash tiles
/// level by level, each from left to right (tlog-tiles, "Partial Tiles").
///
/// A lazy sequence of about `size / 128` paths, in O(1) memory.
public struct LogPaths: Sequence, Sendable {
  /// Entries in the log.
  public let size: UInt64

  /// - Throws: `treeTooLarge`.
  public init(size: UInt64) throws(LogError) {
    guard size <= LogLimits.treeSize else { throw .treeTooLarge(size: size) }
    self.size = size
  }

  /// The paths of the partial files alone: one bundle and one tile a level at most.
  public var partial: [TilePath] {
    var paths: [TilePath] = []
    for level in -1..<TileLayout.levels(size: size) {
      let count = TileLayout.hashCount(level: Swift.max(level, 0), size: size)
      let index = count >> UInt64(TileLayout.height)
      let width = TileLayout.width(index: index, count: count)
      if width > 0 { paths.append(TilePath(level < 0 ? .entries : .hashes(level: level), index: index, width: width)) }
    }
    return paths
  }

  public func makeIterator() -> Iterator { Iterator(size: size) }

  /// Walks the paths.
  public struct Iterator: IteratorProtocol {
    let size: UInt64
    /// −1 for bundles.
    private var level = -1
    private var index: UInt64 = 0

    init(size: UInt64) { self.size = size }

    public mutating func next() -> TilePath? {
      while level < TileLayout.levels(size: size) {
        let width = TileLayout.width(index: index, count: TileLayout.hashCount(level: Swift.max(level, 0), size: size))
        if width > 0 {
          defer { index += 1 }
          return TilePath(level < 0 ? .entries : .hashes(level: level), index: index, width: width)
        }
        level += 1
        index = 0
      }
      return nil
    }
  }
}
