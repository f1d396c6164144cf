import Curve25519
import Elections
import TransparencyLog
import Verification

/// Appends entries to a board and writes its tiles as they fill.
public struct BoardWriter<Sink: RecordSink> {
  private var tiles = TileBuilder()
  private let signer: NoteSigner
  /// Receives the files.
  public var sink: Sink

  /// An empty board.
  ///
  /// - Parameters:
  ///   - origin: the log's name.
  ///   - key: signs its checkpoints.
  public init(origin: Text, key: Ed25519.PrivateKey, sink: Sink) throws {
    signer = try NoteSigner(name: origin.utf8, type: .ed25519, privateKey: key)
    self.sink = sink
  }

  /// Leaves of the log so far: entries, and pieces of long ones.
  public var size: UInt64 { tiles.size }

  /// Appends an entry.
  public mutating func append(_ entry: BoardEntry) throws {
    for leaf in entry.leaves {
      for file in try tiles.append(leaf) { try sink.write(file.bytes, to: file.path.bytes) }
    }
  }

  /// Writes the unfinished tiles and signs a checkpoint of the present size.
  public mutating func checkpoint() throws -> SignedCheckpoint {
    for file in tiles.partialFiles() { try sink.write(file.bytes, to: file.path.bytes) }
    return try signer.sign(Checkpoint(origin: signer.key.name, size: tiles.size, root: tiles.root))
  }
}
