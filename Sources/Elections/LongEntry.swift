import BallotCryptography
import Curve25519

/// How an entry stands in the log when it is longer than a leaf may be (`docs/spec/06-record.md`, 6.9): as pieces, each a leaf, and its last leaf.
///
/// The number of pieces and all lengths follow from the length of the body, so that there is one way to write an entry.
public enum LongEntry {
  /// The first byte of a piece, where an entry has its kind.
  public static let pieceKind: UInt8 = 10
  /// Bytes of the body in a piece: what a leaf has room for behind kind and time. A body of no more is not long.
  public static let pieceBody = 65_526
  /// Bytes of the hash over what the pieces hold.
  static let digest = 32

  /// Pieces before the last leaf of an entry whose body has `count` bytes; 0: it fits into one leaf.
  public static func pieces(ofBody count: Int) -> Int { count > pieceBody ? count / pieceBody : 0 }

  /// Whether the rest of a body of `count` bytes fits into a last leaf. No ballot has a length for which it does not.
  static func isWritable(body count: Int) -> Bool { count <= pieceBody || count % pieceBody + digest <= pieceBody }

  /// Leaves that a cast ballot of `bits` bits takes.
  public static func castLeaves(bits: Int) -> Int { pieces(ofBody: CastBallot.length(bits: bits)) + 1 }

  /// Most pieces that an entry can have in an election whose ballots have `bits` bits.
  public static func mostPieces(bits: Int) -> Int { pieces(ofBody: OpenedBallot.length(bits: bits)) }
}

extension EntryKind {
  /// Whether an entry may be long: only ballots are.
  public var mayBeLong: Bool { self == .cast || self == .opened }
}

extension BoardEntry {
  private var pieces: Int { kind.mayBeLong && LongEntry.isWritable(body: body.count) ? LongEntry.pieces(ofBody: body.count) : 0 }

  /// The leaves of the log in which the entry stands, one after another; mostly one, the encoding.
  public var leaves: [[UInt8]] {
    let pieces = pieces
    guard pieces > 0 else { return [encoded] }
    var leaves: [[UInt8]] = []
    for piece in 0..<pieces {
      let part = body[piece * LongEntry.pieceBody..<(piece + 1) * LongEntry.pieceBody]
      leaves.append(Self.leaf(LongEntry.pieceKind, time, [], part))
    }
    leaves.append(lastLeaf)
    return leaves
  }

  /// The last of its leaves: that by which it is proven to be in the log, and whose index is the entry's number.
  public var lastLeaf: [UInt8] {
    let held = pieces * LongEntry.pieceBody
    return held == 0 ? encoded : Self.leaf(kind.rawValue, time, SHA256.hash(Array(body[..<held])), body[held...])
  }

  private static func leaf(_ kind: UInt8, _ time: UInt64, _ digest: [UInt8], _ rest: ArraySlice<UInt8>) -> [UInt8] {
    var writer = ByteWriter(capacity: 9 + digest.count + rest.count)
    writer.u8(kind)
    writer.u64(time)
    writer.raw(digest)
    writer.raw(Array(rest))
    return writer.bytes
  }
}

/// Why a leaf is not where or what it must be.
public enum EntryFormError: Error, Equatable, Sendable {
  /// Neither a piece nor an entry.
  case malformed(CodecError)
  /// A piece that is shorter than pieces are, or a last leaf without room for the hash.
  case wrongLength
  /// Another time than that of the piece before.
  case otherTime
  /// More pieces than any entry of the election has.
  case tooManyPieces
  /// The hash is not that of the pieces before.
  case otherPieces
  /// In pieces, though it fits into one leaf.
  case needlessPieces
  /// An entry follows pieces that are not its own; itself it may be good.
  case unfinishedPieces(before: BoardEntry)
}

/// Reads the leaves of a log one after another and joins them to entries, in memory for one entry.
public struct EntryJoiner: Sendable {
  private let mostPieces: Int
  private var pieces = 0
  private var time: UInt64 = 0
  private var body: [UInt8] = []

  /// A reader from the first leaf, or from one that follows an entry.
  ///
  /// - Parameter bits: of the election's ballots, or the most that any can have.
  public init(bits: Int) { mostPieces = LongEntry.mostPieces(bits: bits) }

  /// Whether the last leaf was a piece: neither a log nor a checkpoint may end here.
  public var isWithinEntry: Bool { pieces > 0 }

  /// Takes the next leaf.
  ///
  /// - Returns: the entry that it ends, `nil` for a piece.
  /// - Throws: `EntryFormError`; pieces read so far are forgotten then.
  public mutating func read(_ leaf: [UInt8]) throws(EntryFormError) -> BoardEntry? {
    if leaf.first == LongEntry.pieceKind {
      do throws(EntryFormError) { try take(leaf) } catch let error {
        forget()
        throw error
      }
      return nil
    }
    let entry: BoardEntry
    do throws(CodecError) { entry = try BoardEntry(leaf) } catch let error {
      forget()
      throw .malformed(error)
    }
    guard pieces > 0 else { return entry }
    defer { forget() }
    return try end(entry)
  }

  private mutating func take(_ leaf: [UInt8]) throws(EntryFormError) {
    guard pieces < mostPieces else { throw .tooManyPieces }
    guard leaf.count == 9 + LongEntry.pieceBody else { throw .wrongLength }
    var reader = ByteReader(leaf, 1..<9)
    guard let time = try? reader.u64("time") else { throw .wrongLength }
    guard pieces == 0 || time == self.time else { throw .otherTime }
    self.time = time
    pieces += 1
    body += leaf[9...]
  }

  private func end(_ last: BoardEntry) throws(EntryFormError) -> BoardEntry {
    guard last.kind.mayBeLong else { throw .unfinishedPieces(before: last) }
    guard last.time == time else { throw .otherTime }
    guard last.body.count >= LongEntry.digest else { throw .wrongLength }
    guard last.body[..<LongEntry.digest].elementsEqual(SHA256.hash(body)) else { throw .otherPieces }
    let whole = body + last.body[LongEntry.digest...]
    // The rest of a body fits into its last leaf, and so needs no other number of pieces than it has.
    guard whole.count > LongEntry.pieceBody else { throw .needlessPieces }
    return BoardEntry(last.kind, time: time, body: whole)
  }

  private mutating func forget() {
    pieces = 0
    body = []
  }
}
