import Curve25519
import Database
import Elections
import TransparencyLog

/// A cast ballot as it is recorded on a public chain.
struct CastLeaf: Equatable, Sendable {
  /// Of its last leaf.
  let position: UInt64
  let hash: Bytes32
  /// Unix milliseconds.
  let time: UInt64
}

// What anchors need of a board; from memory alone, which holds nothing that the database does not.
extension Board {
  /// The cast ballot that ends with a leaf.
  func castLeaf(_ position: UInt64) -> Bytes32? {
    guard position < memory.size, memory.kinds[Int(position)] == .cast else { return nil }
    return memory.tree.leaf(position)
  }

  /// Cast ballots from a leaf on.
  ///
  /// - Returns: at most `limit`, and the leaf after which the next are to be looked for.
  func castLeaves(from start: UInt64, limit: Int) -> (ballots: [CastLeaf], next: UInt64) {
    var ballots: [CastLeaf] = []
    var next = start
    while next < memory.size, ballots.count < limit {
      if let hash = castLeaf(next) { ballots.append(CastLeaf(position: next, hash: hash, time: memory.times[Int(next)])) }
      next += 1
    }
    return (ballots, next)
  }

  /// Cast ballots among the first leaves.
  func casts(below size: UInt64) -> Int { memory.kinds.prefix(Int(clamping: size)).count { $0 == .cast } }
}

extension Boards {
  /// The hash of the leaf that ends a cast ballot; `nil` where none ends there.
  func castLeaf(_ position: UInt64, of election: String) async throws -> Bytes32? { try await fresh(election).castLeaf(position) }

  /// Cast ballots from a leaf on, as far as the board goes.
  func castLeaves(of election: String, from start: UInt64, limit: Int) async throws -> (ballots: [CastLeaf], next: UInt64) {
    try await fresh(election).castLeaves(from: start, limit: limit)
  }

  /// Cast ballots among the first leaves.
  func casts(of election: String, below size: UInt64) async throws -> Int { try await fresh(election).casts(below: size) }
}

extension BoardStatus {
  /// Whether a service shows where the board is anchored (6.13): while it goes on as far as it is, and of one that has ended all or nothing, for what the chain is only
  /// about to have, who asks the chain would miss.
  ///
  /// - Parameters:
  ///   - covered: leaves under a confirmed anchor.
  ///   - recorded: ballots with a hash of their own that is confirmed, where the manifest wants that.
  func showsAnchors(_ anchoring: ElectionAnchoring, covered: UInt64, recorded: UInt64) -> Bool {
    guard phase == .closed || phase == .aborted else { return covered > 0 }
    return covered >= size && (!anchoring.recordsBallots || recorded >= cast)
  }
}

extension Boards {
  /// The file `anchors` (6.13), from the tables; `nil` where the election is not anchored, or not yet: of a board that has ended, not wholly yet.
  ///
  /// - Parameter size: leaves of the record that it goes with: later anchors are left out. `nil`: all.
  func anchorList(of election: String, upTo size: UInt64? = nil) async throws -> AnchorList? {
    let (electionID, _, manifest) = try await opening(of: election)
    guard let anchoring = manifest.anchoring else { return nil }
    let status = try await state(of: election)
    let (row, all) = try await database.read { session in
      (
        try await session.query("SELECT first_block, recorded FROM chain_elections WHERE election = $1", [.text(election)]).first,
        try await AnchorPlace.all(of: election, session)
      )
    }
    guard let first = try row?.count(0), let recorded = try row?.count(1) else { return nil }
    let places = all.filter { $0.size <= size ?? .max }
    guard let last = places.last else { return nil }
    // The record of a beginning is of a board that went on.
    let isBeginning = (size ?? status.size) < status.size
    guard isBeginning || status.showsAnchors(anchoring, covered: last.size, recorded: recorded) else { return nil }
    // After a reorganisation a later block may have the earlier state: of no use beside the anchor of more.
    var kept: [ElectionAnchor] = []
    for place in places.reversed() {
      guard place.block <= kept.last?.block ?? .max else { continue }
      kept.append(
        ElectionAnchor(
          transaction: place.transaction, block: place.block, time: place.time, root: place.root,
          place: place.leaf(of: electionID)))
    }
    return AnchorList(
      chain: anchoring.chain, contract: anchoring.contract, firstBlock: min(first, kept.last?.block ?? first),
      anchors: kept.prefix(AnchorList.most).reversed())
  }
}
