/// The shape of the tiling (tlog-tiles): where hashes and entries of a tree of a given size are.
enum TileLayout {
  /// Levels of the tree in a tile.
  static let height = 8
  /// Bytes of a hash.
  static let hashBytes = 32

  /// Number of hashes of tile level `level` in a tree of `size` leaves: one for each full tile below, or for each leaf.
  static func hashCount(level: Int, size: UInt64) -> UInt64 {
    level * height < 64 ? size >> UInt64(level * height) : 0
  }

  /// Number of tile levels in a tree of `size` leaves.
  static func levels(size: UInt64) -> Int { (64 - size.leadingZeroBitCount + height - 1) / height }

  /// Width, 1 to 256, of tile `index` among those that hold `count` hashes or entries; 0 when there is no such tile.
  static func width(index: UInt64, count: UInt64) -> Int {
    let full = count >> UInt64(height)
    if index < full { return LogLimits.tileWidth }
    return index == full ? Int(count & UInt64(LogLimits.tileWidth - 1)) : 0
  }

  /// The tile that holds the hash of `node`, or the hashes it is made from, in a tree of `size` leaves; and where in it they are.
  ///
  /// - Throws: `indexOutsideTree` when the tree has no such node.
  static func location(of node: TreeNode, size: UInt64) throws(LogError) -> (path: TilePath, hashes: Range<Int>) {
    guard node.level >= 0, node.level < 64, node.index < size >> UInt64(node.level) else {
      throw .indexOutsideTree(index: node.index, size: size)
    }
    let level = node.level / height
    let levelInTile = UInt64(node.level % height)
    let firstHash = node.index << levelInTile
    let tile = firstHash >> UInt64(height)
    let start = Int(firstHash & UInt64(LogLimits.tileWidth - 1))
    let width = width(index: tile, count: hashCount(level: level, size: size))
    return (TilePath(.hashes(level: level), index: tile, width: width), start..<start + (1 << Int(levelInTile)))
  }
}
