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

extension Boards {
  /// The file `anchors` (6.13), from the tables; `nil` where the election is not anchored, or not yet.
  ///
  /// - Parameter size: leaves of the record that it goes with: later anchors are left out. `nil`: all.
  func anchorList(of election: String, upTo size: UInt64? = nil) async throws -> AnchorList? {
    guard let anchoring = try await opening(of: election).manifest.anchoring else { return nil }
    let (first, places) = try await database.read { session in
      (
        try await session.query("SELECT first_block FROM chain_elections WHERE election = $1", [.text(election)]).first?.count(0),
        try await AnchorPlace.all(of: election, session)
      )
    }
    guard let first else { return nil }
    // After a reorganisation a later block may have the earlier state: of no use beside the anchor of more.
    var kept: [ElectionAnchor] = []
    for place in places.reversed() where place.size <= size ?? .max {
      guard place.block <= kept.last?.block ?? .max else { continue }
      kept.append(
        ElectionAnchor(
          transaction: place.transaction, block: place.block, time: place.time, root: place.root,
          place: place.leaf(of: try await opening(of: election).electionID)))
    }
    return AnchorList(
      chain: anchoring.chain, contract: anchoring.contract, firstBlock: min(first, kept.last?.block ?? first),
      anchors: kept.prefix(AnchorList.most).reversed())
  }
}
