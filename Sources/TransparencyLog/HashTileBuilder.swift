import Curve25519

/// Makes the hash tiles of a growing tree: full ones as they fill, partial ones when asked.
///
/// Memory: the unfinished tile of each level, 8 kB a level at most. Whoever verifies a log builds the same tiles
/// from its entries and compares.
public struct HashTileBuilder: Equatable, Sendable {
  /// The right edge of the tree.
  public private(set) var frontier = MerkleFrontier()
  /// The unfinished tile of each level: 0 to 255 hashes.
  private var edge: [[UInt8]] = []

  /// The empty tree.
  public init() {}

  /// Leaves so far.
  public var size: UInt64 { frontier.size }

  /// The root at the present size.
  public var root: Bytes32 { frontier.root }

  /// Appends a leaf and returns the tiles it completes, mostly none: they are final and to be stored before they are forgotten.
  ///
  /// - Throws: `treeTooLarge`.
  public mutating func append(_ leafHash: Bytes32) throws(LogError) -> [LogFile] {
    let tileRoots = try frontier.appendReturningTileRoots(leafHash)
    var completed: [LogFile] = []
    for level in 0...tileRoots.count {
      if level == edge.count { edge.append([]) }
      (level == 0 ? leafHash : tileRoots[level - 1]).append(to: &edge[level])
      guard edge[level].count == LogLimits.tileWidth * TileLayout.hashBytes else { continue }
      let index = (TileLayout.hashCount(level: level, size: size) - 1) >> UInt64(TileLayout.height)
      completed.append(LogFile(path: TilePath(.hashes(level: level), index: index), bytes: edge[level]))
      edge[level].removeAll(keepingCapacity: true)
    }
    return completed
  }

  /// The partial tiles of the present size: those a checkpoint of this size needs besides the full ones.
  public func partialTiles() -> [LogFile] {
    var tiles: [LogFile] = []
    for (level, bytes) in edge.enumerated() where !bytes.isEmpty {
      let index = TileLayout.hashCount(level: level, size: size) >> UInt64(TileLayout.height)
      let path = TilePath(.hashes(level: level), index: index, width: bytes.count / TileLayout.hashBytes)
      tiles.append(LogFile(path: path, bytes: bytes))
    }
    return tiles
  }

  /// Continues the tree whose checkpoint has this size and root, from its partial tiles; `read` returns a tile's bytes, `nil` when there is none.
  ///
  /// - Throws: `treeTooLarge`, `missingTile`, `tileLength`; `rootMismatch` when the tiles are those of another tree.
  public init(resuming size: UInt64, root: Bytes32, read: (TilePath) -> [UInt8]?) throws(LogError) {
    var tiles = try TileHashes(size: size)
    edge = Array(repeating: [], count: TileLayout.levels(size: size))
    for path in try LogPaths(size: size).partial {
      guard case .hashes(let level) = path.kind else { continue }
      guard let bytes = read(path) else { throw .missingTile(path) }
      try tiles.add(LogFile(path: path, bytes: bytes))
      edge[level] = bytes
    }
    // Every perfect subtree at the right edge is inside a partial tile, so these tiles suffice.
    frontier = try MerkleFrontier(size: size, hashAt: tiles.hash(at:))
    guard frontier.root == root else { throw .rootMismatch(size: size, expected: root, computed: frontier.root) }
    // Hashes left of the last subtree in a partial tile count in the root too: nothing in `edge` is unverified.
  }
}
