import Curve25519

/// Makes the files of a growing log, bundles and hash tiles: full ones as they fill, partial ones when a checkpoint is due.
///
/// Life of an entry: `append` takes it and returns the files it completes. Before a checkpoint of the present size is
/// signed, those and `partialFiles()` are stored, so that every published checkpoint has its tree beside it.
///
/// Memory: one bundle, and 8 kB a level.
public struct TileBuilder: Equatable, Sendable {
  private var hashes = HashTileBuilder()
  /// The unfinished bundle: `size` mod 256 entries.
  private var bundle: [UInt8] = []

  /// The empty log.
  public init() {}

  /// Entries so far.
  public var size: UInt64 { hashes.size }

  /// The root at the present size.
  public var root: Bytes32 { hashes.root }

  /// The right edge of the tree.
  public var frontier: MerkleFrontier { hashes.frontier }

  /// Appends an entry and returns the files it completes, mostly none. After an error nothing has changed.
  ///
  /// - Throws: `entryTooLong`, `treeTooLarge`.
  public mutating func append(_ entry: [UInt8]) throws(LogError) -> [LogFile] {
    guard entry.count <= LogLimits.entryBytes else { throw .entryTooLong(count: entry.count) }
    var completed = try hashes.append(MerkleTree.leafHash(entry))
    try EntryBundle.append(entry, to: &bundle)
    if size % UInt64(LogLimits.tileWidth) == 0 {
      let path = TilePath(.entries, index: (size - 1) >> UInt64(TileLayout.height))
      completed.insert(LogFile(path: path, bytes: bundle), at: 0)
      bundle.removeAll(keepingCapacity: true)
    }
    return completed
  }

  /// The partial files of the present size: the unfinished bundle and the unfinished tile of each level.
  public func partialFiles() -> [LogFile] {
    let width = Int(size % UInt64(LogLimits.tileWidth))
    guard width > 0 else { return hashes.partialTiles() }
    let path = TilePath(.entries, index: size >> UInt64(TileLayout.height), width: width)
    return [LogFile(path: path, bytes: bundle)] + hashes.partialTiles()
  }

  /// Continues the log whose checkpoint has this size and root, from its partial files; `read` returns a file's bytes, `nil` when there is none.
  ///
  /// - Throws: `treeTooLarge`, `missingTile`, `tileLength`, `rootMismatch`, `bundleTruncated`, `bundleTrailingBytes`;
  ///   `leafMismatch` when an entry of the partial bundle is not the one in the tile.
  public init(resuming size: UInt64, root: Bytes32, read: (TilePath) -> [UInt8]?) throws(LogError) {
    hashes = try HashTileBuilder(resuming: size, root: root, read: read)
    guard let path = try LogPaths(size: size).partial.first, path.kind == .entries else { return }
    guard let bytes = read(path) else { throw .missingTile(path) }
    guard let leaves = hashes.partialTiles().first else { throw .missingTile(path) }
    for (position, entry) in try EntryBundle.decode(bytes, count: path.width).enumerated() {
      let leaf = Bytes32(leaves.bytes.span, at: position * TileLayout.hashBytes)
      guard MerkleTree.leafHash(entry) == leaf else { throw .leafMismatch(index: path.firstLeaf + UInt64(position)) }
    }
    bundle = bytes
  }
}
