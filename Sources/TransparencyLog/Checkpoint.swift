import Curve25519

/// The state of a log: its name, size and root (C2SP tlog-checkpoint). What is signed is `body`:
///
/// ```
/// <origin>
/// <size in decimal>
/// <base64 of the root>
/// ```
/// and extension lines, which our logs do not have.
public struct Checkpoint: Equatable, Sendable {
  /// Which log it is.
  public let origin: [UInt8]
  /// Number of entries.
  public let size: UInt64
  /// Root of the tree of that size.
  public let root: Bytes32
  /// Further lines of other people's logs, without their newlines; no meaning is known.
  public let extensionLines: [[UInt8]]

  /// A checkpoint from its parts.
  ///
  /// - Throws: `checkpointOrigin`, `treeTooLarge`, `emptyTreeRoot`, `checkpointExtension`.
  public init(origin: [UInt8], size: UInt64, root: Bytes32, extensionLines: [[UInt8]] = []) throws(LogError) {
    guard !origin.isEmpty, NoteText.isLine(origin[...]) else { throw .checkpointOrigin }
    guard size <= LogLimits.treeSize else { throw .treeTooLarge(size: size) }
    guard size > 0 || root == MerkleTree.emptyRoot else { throw .emptyTreeRoot(found: root) }
    for line in extensionLines {
      guard !line.isEmpty, NoteText.isLine(line[...]) else { throw .checkpointExtension }
    }
    self.origin = origin
    self.size = size
    self.root = root
    self.extensionLines = extensionLines
  }

  /// Reads the body of a checkpoint. Every body accepted is exactly what `body` returns for the result.
  ///
  /// - Throws: `tooLong`, `checkpointSize`, `checkpointRoot`, and what the other initialiser throws.
  public init(parsing body: [UInt8]) throws(LogError) {
    guard body.count <= LogLimits.noteTextBytes else { throw .tooLong(count: body.count, limit: LogLimits.noteTextBytes) }
    var lines = LineReader(body)
    guard let origin = lines.next() else { throw .checkpointOrigin }
    guard let size = lines.next()?.decimal(limit: LogLimits.treeSize) else { throw .checkpointSize }
    guard let rootLine = lines.next(), let root = Base64.decodeHash(rootLine) else { throw .checkpointRoot }
    var extensionLines: [[UInt8]] = []
    while !lines.isAtEnd {
      guard let line = lines.next() else { throw .checkpointExtension }
      extensionLines.append(Array(line))
    }
    try self.init(origin: Array(origin), size: size, root: root, extensionLines: extensionLines)
  }

  /// The text that is signed.
  public var body: [UInt8] {
    var body = origin
    body.append(newline)
    body.append(decimal: size)
    body.append(newline)
    body += Base64.encode(root.bytes)
    body.append(newline)
    for line in extensionLines {
      body += line
      body.append(newline)
    }
    return body
  }
}

/// A checkpoint with signatures, verified or not: the file `checkpoint` of a log.
public struct SignedCheckpoint: Equatable, Sendable {
  /// The text and its signatures.
  public let note: SignedNote
  /// What the text says.
  public let checkpoint: Checkpoint

  /// A note whose text is a checkpoint.
  ///
  /// - Throws: what `Checkpoint.init(parsing:)` throws.
  public init(note: SignedNote) throws(LogError) {
    self.note = note
    checkpoint = try Checkpoint(parsing: note.text)
  }

  /// Reads a signed checkpoint. Every one accepted is exactly what `bytes` returns for it.
  ///
  /// - Throws: what `SignedNote.init(parsing:)` and `Checkpoint.init(parsing:)` throw.
  public init(parsing bytes: [UInt8]) throws(LogError) { try self.init(note: SignedNote(parsing: bytes)) }

  /// The signed checkpoint as text.
  public var bytes: [UInt8] { note.bytes }

  /// The same checkpoint with one signature more.
  ///
  /// - Throws: `duplicateSignature`, `tooManySignatures`.
  public func adding(_ signature: NoteSignature) throws(LogError) -> SignedCheckpoint {
    try SignedCheckpoint(note: note.adding(signature))
  }
}
