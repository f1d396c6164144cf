import Curve25519

/// The hashes of a tree of a given size, read from its tiles.
///
/// Proofs are made in three steps, so that the caller may fetch tiles in any way: `InclusionProof.nodes` or
/// `ConsistencyProof.nodes` say which hashes are needed, `paths(for:)` in which tiles they are; the tiles are added; then
/// the proof is made with `hash(at:)`. Tiles are not verified here: a proof from wrong tiles does not verify.
public struct TileHashes: Sendable {
  /// Size of the tree.
  public let size: UInt64
  private var tiles: [LogFile] = []

  /// No tiles yet.
  ///
  /// - Throws: `treeTooLarge`.
  public init(size: UInt64) throws(LogError) {
    guard size <= LogLimits.treeSize else { throw .treeTooLarge(size: size) }
    self.size = size
  }

  /// The distinct tiles that hold the hashes of `nodes`: a few for each level.
  ///
  /// - Throws: `indexOutsideTree`.
  public func paths(for nodes: [TreeNode]) throws(LogError) -> [TilePath] {
    var paths: [TilePath] = []
    for node in nodes {
      let path = try TileLayout.location(of: node, size: size).path
      if !paths.contains(path) { paths.append(path) }
    }
    return paths
  }

  /// Adds a tile.
  ///
  /// - Throws: `tileLength` unless it has exactly the bytes its path says.
  /// - Precondition: a hash tile, not a bundle.
  public mutating func add(_ tile: LogFile) throws(LogError) {
    guard let expected = tile.path.byteCount else { preconditionFailure("a bundle has no hashes") }
    guard tile.bytes.count == expected else {
      throw .tileLength(tile.path, expected: expected, found: tile.bytes.count)
    }
    tiles.append(tile)
  }

  /// Adds every tile that holds the hashes of `nodes`; `read` returns a tile's bytes, `nil` when there is none.
  ///
  /// - Throws: `indexOutsideTree`, `missingTile`, `tileLength`.
  public mutating func add(for nodes: [TreeNode], read: (TilePath) -> [UInt8]?) throws(LogError) {
    for path in try paths(for: nodes) {
      guard let bytes = read(path) else { throw .missingTile(path) }
      try add(LogFile(path: path, bytes: bytes))
    }
  }

  /// The hash of a perfect subtree.
  ///
  /// - Throws: `indexOutsideTree`; `missingTile` when its tile was not added.
  public func hash(at node: TreeNode) throws(LogError) -> Bytes32 {
    let (path, range) = try TileLayout.location(of: node, size: size)
    guard let tile = tiles.first(where: { $0.path == path }) else { throw .missingTile(path) }
    var hashes: [Bytes32] = []
    hashes.reserveCapacity(range.count)
    for position in range { hashes.append(Bytes32(tile.bytes.span, at: position * TileLayout.hashBytes)) }
    // A tile stores every eighth level only; those between are recomputed.
    while hashes.count > 1 {
      for pair in 0..<hashes.count / 2 { hashes[pair] = MerkleTree.nodeHash(hashes[2 * pair], hashes[2 * pair + 1]) }
      hashes.removeLast(hashes.count / 2)
    }
    return hashes[0]
  }
}

extension InclusionProof {
  /// The proof for leaf `index`, from tiles; `read` returns a tile's bytes, `nil` when there is none.
  ///
  /// - Throws: `indexOutsideTree`, `treeTooLarge`, `missingTile`, `tileLength`.
  public init(index: UInt64, size: UInt64, tiles read: (TilePath) -> [UInt8]?) throws(LogError) {
    var tiles = try TileHashes(size: size)
    try tiles.add(for: Self.nodes(index: index, size: size), read: read)
    try self.init(index: index, size: size, hashAt: tiles.hash(at:))
  }
}

extension ConsistencyProof {
  /// The proof between two sizes, from tiles of the later tree; `read` returns a tile's bytes, `nil` when there is none.
  ///
  /// - Throws: `sizesReversed`, `treeTooLarge`, `missingTile`, `tileLength`.
  public init(oldSize: UInt64, newSize: UInt64, tiles read: (TilePath) -> [UInt8]?) throws(LogError) {
    var tiles = try TileHashes(size: newSize)
    try tiles.add(for: Self.nodes(oldSize: oldSize, newSize: newSize), read: read)
    try self.init(oldSize: oldSize, newSize: newSize, hashAt: tiles.hash(at:))
  }
}
