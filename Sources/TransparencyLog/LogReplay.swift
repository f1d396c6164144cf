import Curve25519

/// Recomputes a whole log from its bundles, one after another, in O(log n) memory.
///
/// For each bundle it returns the entries and every hash tile they complete; with the last bundle also the partial tiles. All
/// tiles together are exactly those of `LogPaths`, so a caller who compares each with the published one has compared them all.
public struct LogReplay: Sendable {
  /// What one bundle gave.
  public struct Step: Equatable, Sendable {
    /// Index of the first entry.
    public let firstIndex: UInt64
    /// The entries of the bundle.
    public let entries: [[UInt8]]
    /// The hash tiles that are complete now, as they must have been published.
    public let tiles: [LogFile]
  }

  /// Size of the log.
  public let size: UInt64
  private var builder = HashTileBuilder()
  /// Earlier sizes whose roots are wanted, with the roots found so far.
  private var watched: [(size: UInt64, root: Bytes32?)]

  /// A replay of the first `size` entries.
  ///
  /// - Parameter earlierSizes: sizes of earlier checkpoints, whose roots `root(at:)` then knows: comparing them proves consistency.
  /// - Throws: `treeTooLarge`; `sizesReversed` for an earlier size above `size`.
  public init(size: UInt64, earlierSizes: [UInt64] = []) throws(LogError) {
    guard size <= LogLimits.treeSize else { throw .treeTooLarge(size: size) }
    for earlier in earlierSizes where earlier > size { throw .sizesReversed(old: earlier, new: size) }
    self.size = size
    watched = earlierSizes.map { ($0, $0 == 0 ? MerkleTree.emptyRoot : nil) }
  }

  /// Entries replayed so far.
  public var replayed: UInt64 { builder.size }

  /// The bundle to be given next, `nil` after the last.
  public var nextBundle: TilePath? {
    guard replayed < size else { return nil }
    let index = replayed >> UInt64(TileLayout.height)
    return TilePath(.entries, index: index, width: TileLayout.width(index: index, count: size))
  }

  /// Takes the content of `nextBundle`.
  ///
  /// - Throws: `replayFinished`, `bundleTruncated`, `bundleTrailingBytes`.
  public mutating func replay(_ bundle: [UInt8]) throws(LogError) -> Step {
    guard let path = nextBundle else { throw .replayFinished }
    let entries = try EntryBundle.decode(bundle, count: path.width)
    var tiles: [LogFile] = []
    for entry in entries {
      tiles += try builder.append(MerkleTree.leafHash(entry))
      for index in watched.indices where watched[index].size == builder.size { watched[index].root = builder.root }
    }
    if builder.size == size { tiles += builder.partialTiles() }
    return Step(firstIndex: path.firstLeaf, entries: entries, tiles: tiles)
  }

  /// The root at an earlier size asked for at the start, or at the present one; `nil` when not reached yet.
  public func root(at size: UInt64) -> Bytes32? {
    if size == builder.size { return builder.root }
    return watched.first { $0.size == size }?.root
  }

  /// Verifies that all entries were replayed and give the root of the checkpoint.
  ///
  /// - Throws: `missingTile` with the bundle that is still to be given; `rootMismatch`.
  public func verify(root: Bytes32) throws(LogError) {
    if let path = nextBundle { throw .missingTile(path) }
    guard builder.root == root else { throw .rootMismatch(size: size, expected: root, computed: builder.root) }
  }
}
