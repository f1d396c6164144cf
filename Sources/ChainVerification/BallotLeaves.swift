import Curve25519
import Elections
import TransparencyLog
import Verification

/// The cast ballots of a verified board by their leaf hashes: what a chain may have recorded of it (`docs/spec/12-anchors.md`, 12.2).
public struct BallotLeaves: Sendable {
  /// The index of each ballot's leaf; of a long ballot that of its last.
  public let entries: [Bytes32: UInt64]

  /// The entries given.
  public init(entries: [Bytes32: UInt64]) { self.entries = entries }

  /// Reads the board once more; `nil` where its files are no longer those that were verified.
  public init?(of board: AnchoredBoard, in source: some RecordSource) {
    guard var replay = try? LogReplay(size: board.size) else { return nil }
    var entries: [Bytes32: UInt64] = [:]
    while let path = replay.nextBundle {
      guard let bytes = source.read(path.bytes), let step = try? replay.replay(bytes) else { return nil }
      for (offset, leaf) in step.entries.enumerated() where leaf.first == EntryKind.cast.rawValue {
        entries[MerkleTree.leafHash(leaf)] = step.firstIndex + UInt64(offset)
      }
    }
    guard (try? replay.verify(root: board.root)) != nil else { return nil }
    self.entries = entries
  }
}
