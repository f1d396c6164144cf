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
  /// Earlier sizes whose roots are wanted, each once and ascending.
  private let watched: [UInt64]
  /// The roots of the first of them, as far as they are reached.
  private var roots: [Bytes32] = []

  /// A replay of the first `size` entries.
  ///
  /// - Parameter earlierSizes: sizes of earlier checkpoints, whose roots `root(at:)` then knows: comparing them proves consistency.
  /// - Throws: `treeTooLarge`; `sizesReversed` for an earlier size above `size`.
  public init(size: UInt64, earlierSizes: [UInt64] = []) throws(LogError) {
    guard size <= LogLimits.treeSize else { throw .treeTooLarge(size: size) }
    for earlier in earlierSizes where earlier > size { throw .sizesReversed(old: earlier, new: size) }
    self.size = size
    var sizes: [UInt64] = []
    for earlier in earlierSizes.sorted() where earlier != sizes.last { sizes.append(earlier) }
    watched = sizes
    if watched.first == 0 { roots.append(MerkleTree.emptyRoot) }
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
      if roots.count < watched.count, watched[roots.count] == builder.size { roots.append(builder.root) }
    }
    if builder.size == size { tiles += builder.partialTiles() }
    return Step(firstIndex: path.firstLeaf, entries: entries, tiles: tiles)
  }

  /// The root at an earlier size asked for at the start, or at the present one; `nil` when not reached yet.
  public func root(at size: UInt64) -> Bytes32? {
    if size == builder.size { return builder.root }
    // The first that is not smaller: there may be thousands.
    var (low, high) = (0, roots.count)
    while low < high {
      let middle = (low + high) / 2
      if watched[middle] < size { low = middle + 1 } else { high = middle }
    }
    return low < roots.count && watched[low] == size ? roots[low] : nil
  }

  /// Verifies that all entries were replayed and give the root of the checkpoint.
  ///
  /// - Throws: `missingTile` with the bundle that is still to be given; `rootMismatch`.
  public func verify(root: Bytes32) throws(LogError) {
    if let path = nextBundle { throw .missingTile(path) }
    guard builder.root == root else { throw .rootMismatch(size: size, expected: root, computed: builder.root) }
  }
}
