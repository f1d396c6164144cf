import BallotCryptography
import Curve25519
import Testing

@testable import Elections

/// Entries that are longer than a leaf of the log may be (6.9).
struct LongEntryTests {
  private static let piece = 65_526
  private static let longest = 65_535

  private func entry(_ length: Int, kind: EntryKind = .cast, time: UInt64 = 7) -> BoardEntry {
    var random = SeededRandom(seed: [UInt8(truncatingIfNeeded: length)])
    return BoardEntry(kind, time: time, body: random.bytes(length))
  }

  private func read(_ leaves: [[UInt8]], bits: Int = BallotLayout.mostBits) throws(EntryFormError) -> [BoardEntry] {
    var joiner = EntryJoiner(bits: bits)
    var entries: [BoardEntry] = []
    for leaf in leaves { if let entry = try joiner.read(leaf) { entries.append(entry) } }
    return entries
  }

  private func error(_ leaves: [[UInt8]], bits: Int = BallotLayout.mostBits) -> EntryFormError? {
    do throws(EntryFormError) {
      _ = try read(leaves, bits: bits)
      return nil
    } catch let error {
      return error
    }
  }

  @Test func shortEntriesStayAsTheyAre() throws {
    for length in [0, 1, 5000, Self.piece - 1, Self.piece] {
      let entry = entry(length)
      #expect(entry.leaves == [entry.encoded])
      #expect(entry.lastLeaf == entry.encoded)
      #expect(try read(entry.leaves) == [entry])
    }
  }

  @Test func formOfLongEntries() throws {
    for (length, pieces) in [(Self.piece + 1, 1), (Self.piece + 65_494, 1), (2 * Self.piece, 2), (196_838, 3), (230_634, 3)] {
      let entry = entry(length, kind: length == 230_634 ? .opened : .cast, time: 0x0102)
      let leaves = entry.leaves
      #expect(leaves.count == pieces + 1)
      let head: [UInt8] = [0, 0, 0, 0, 0, 0, 1, 2]
      for piece in 0..<pieces {
        #expect(leaves[piece] == [10] + head + entry.body[piece * Self.piece..<(piece + 1) * Self.piece])
        #expect(leaves[piece].count == Self.longest)
      }
      let held = Array(entry.body[..<(pieces * Self.piece)])
      #expect(leaves[pieces] == [entry.kind.rawValue] + head + SHA256.hash(held) + entry.body[held.count...])
      #expect(leaves[pieces] == entry.lastLeaf && entry.lastLeaf.count <= Self.longest)
      #expect(entry.leafHash.bytes == SHA256.hash([0] + entry.lastLeaf))
      #expect(try read(leaves) == [entry])
    }
  }

  /// With one piece more than needed a last leaf would have no rest to hold; some lengths have no form at all, and no ballot has such a length.
  @Test func everyBallotHasAForm() {
    for bits in 1...BallotLayout.mostBits {
      for length in [CastBallot.length(bits: bits), OpenedBallot.length(bits: bits)] {
        #expect(LongEntry.isWritable(body: length))
        let pieces = LongEntry.pieces(ofBody: length)
        let rest = length - pieces * Self.piece
        #expect(rest >= 0 && 9 + (pieces > 0 ? 32 : 0) + rest <= Self.longest)
        #expect(pieces <= LongEntry.mostPieces(bits: bits))
      }
      #expect(bits > 340 || LongEntry.castLeaves(bits: bits) == 1)
    }
    for length in Self.piece + 65_495..<2 * Self.piece { #expect(!LongEntry.isWritable(body: length)) }
    #expect(LongEntry.mostPieces(bits: 290) == 0 && LongEntry.mostPieces(bits: 291) == 1)
    #expect(LongEntry.castLeaves(bits: 800) == 3 && LongEntry.castLeaves(bits: 1024) == 4)
  }

  /// What is no ballot is never in pieces: the log then refuses it as too long.
  @Test func onlyBallotsAreLong() {
    for kind in EntryKind.allCases where !kind.mayBeLong {
      let entry = entry(Self.piece + 1, kind: kind)
      #expect(entry.leaves == [entry.encoded])
    }
    #expect(EntryKind.allCases.filter { $0.mayBeLong } == [.cast, .opened])
    let gap = entry(Self.piece + 65_495)
    #expect(gap.leaves == [gap.encoded])
  }

  @Test func anythingElseIsRefused() throws {
    let leaves = entry(2 * Self.piece + 100).leaves
    let closing = BoardEntry(.closing, time: 7)
    #expect(error([leaves[1], leaves[2]]) == .otherPieces)
    #expect(error([leaves[1], leaves[0], leaves[2]]) == .otherPieces)
    var altered = leaves
    altered[0][9] ^= 1
    #expect(error(altered) == .otherPieces)
    altered = leaves
    altered[2][40] ^= 1
    #expect(error(altered) == .otherPieces)
    #expect(error(leaves[..<2] + [closing.encoded]) == .unfinishedPieces(before: closing))
    let challenge = BoardEntry(.challenge, time: 7, body: [UInt8](repeating: 0, count: 160))
    #expect(error(leaves[..<1] + [challenge.encoded]) == .unfinishedPieces(before: challenge))
    #expect(error([leaves[0], leaves[0], leaves[0], leaves[0]]) == .tooManyPieces)
    #expect(error(leaves, bits: 341) == .tooManyPieces)
    #expect(error(leaves, bits: 290) == .tooManyPieces)
    #expect(error([Array(leaves[0].dropLast())]) == .wrongLength)
    #expect(error([leaves[0] + [0]]) == .wrongLength)
    #expect(error([[10]]) == .wrongLength)
    #expect(error(leaves[..<2] + [Array(leaves[2][..<40])]) == .wrongLength)
    for leaf in 0..<3 {
      altered = leaves
      altered[leaf][8] ^= 1
      #expect(error(altered) == .otherTime)
    }
    // All of a short body in a piece, nothing left for the last leaf.
    let digest = SHA256.hash(Array(leaves[0][9...]))
    #expect(error([leaves[0], Array(leaves[2][..<9]) + digest]) == .needlessPieces)
    #expect(error([leaves[0], []]) == .malformed(.truncated(field: FieldName("entry kind"))))
  }

  @Test func readingGoesOnAfterAFault() throws {
    var joiner = EntryJoiner(bits: 800)
    let long = entry(CastBallot.length(bits: 800))
    let closing = BoardEntry(.closing, time: 7)
    #expect(!joiner.isWithinEntry)
    #expect(try joiner.read(long.leaves[0]) == nil)
    #expect(joiner.isWithinEntry)
    #expect(throws: EntryFormError.unfinishedPieces(before: closing)) { try joiner.read(closing.encoded) }
    #expect(!joiner.isWithinEntry)
    #expect(try joiner.read(closing.encoded) == closing)
    for leaf in long.leaves.dropLast() { #expect(try joiner.read(leaf) == nil) }
    #expect(try joiner.read(long.leaves[2]) == long)
    #expect(!joiner.isWithinEntry)
  }
}
