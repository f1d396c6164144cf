import BallotCryptography
import Curve25519
import Elections

/// Leaves of a log, whole entries and those in pieces: an entry is joined from nothing but the leaves in which it is written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 3) else { return 0 }
  var joiner = EntryJoiner(bits: LongLeaves.bits)
  var taken: [[UInt8]] = []
  // Three bytes each: which leaf, where, and what is done to it.
  var next = 0
  while next + 2 < input.count, next < 60 {
    let leaf = LongLeaves.shared.leaf(input[next], place: input[next + 1], change: input[next + 2])
    next += 3
    taken.append(leaf)
    do throws(EntryFormError) {
      guard let entry = try joiner.read(leaf) else {
        precondition(joiner.isWithinEntry && taken.count <= LongEntry.mostPieces(bits: LongLeaves.bits), "too many pieces")
        continue
      }
      precondition(entry.leaves == taken, "written in another way")
      precondition(entry.lastLeaf == leaf, "another last leaf")
    } catch {
      if case .unfinishedPieces(let entry) = error { precondition(entry.encoded == leaf, "another entry") }
    }
    precondition(!joiner.isWithinEntry, "within an entry after its end")
    taken = []
  }
  return 0
}

/// The leaves of two long ballots and of three short entries.
struct LongLeaves: Sendable {
  static let shared = LongLeaves()
  static let bits = 800

  private let leaves: [[UInt8]]

  private init() {
    let body = (0..<2 * LongEntry.pieceBody + 999).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let entries = [
      BoardEntry(.cast, time: 1, body: body), BoardEntry(.opened, time: 1, body: Array(body.dropLast(70_000))),
      BoardEntry(.cast, time: 1, body: [1, 2, 3]), BoardEntry(.pause, time: 1, body: Array("\0\u{3}Why".utf8)),
      BoardEntry(.closing, time: 1),
    ]
    leaves = entries.flatMap { $0.leaves }
    var joiner = EntryJoiner(bits: Self.bits)
    precondition(leaves.compactMap { try? joiner.read($0) } == entries, "good leaves")
  }

  /// One of them, mostly as it is.
  func leaf(_ number: UInt8, place: UInt8, change: UInt8) -> [UInt8] {
    var leaf = leaves[Int(number) % leaves.count]
    // Kind, time and digest are at the beginning.
    let at = Int(place) % min(leaf.count, 48)
    switch change {
    case 1..<32: leaf[at] = change
    case 32..<40: leaf[at] ^= 1 << (change & 7)
    case 40..<48: leaf.removeLast(min(leaf.count, Int(change) - 39))
    case 48..<56 where leaf.count < 65_535: leaf.append(change)
    case 56..<60: leaf[leaf.count - 1 - at] ^= 1
    case 60: leaf = Array(leaf.prefix(at))
    default: break
    }
    return leaf
  }
}
