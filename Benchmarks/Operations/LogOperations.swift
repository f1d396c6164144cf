import BallotCryptography
import Curve25519
import Elections
import TransparencyLog

/// Entries of the bulletin board, and its Merkle tree. The entry is a ballot of 5 options.
enum LogOperations {
  private static let group = "log"
  private static let levels = 17

  static var all: [Operation] {
    [
      Operation(id: "append", group: group, name: "append an entry: hashes, bundle, tiles", items: 256) {
        let entry = entry()
        return .init {
          var tiles = TileBuilder()
          for _ in 0..<256 { keep(try? tiles.append(entry)) }
        }
      },
      Operation(id: "inclusion-verify", group: group, name: "verify an inclusion proof among 131 072 entries") {
        let tree = PerfectTree(levels: levels)
        let index: UInt64 = 77_777
        guard let proof = tree.proof(index), let leaf = tree.leaf(index) else { preconditionFailure("no proof") }
        return .init { precondition((try? proof.verify(leafHash: leaf, root: tree.root)) != nil, "proof refused") }
      },
      Operation(id: "entry-encode", group: group, name: "encode an entry") {
        let ballot = BallotFactory.single().cast(1)
        return .init { keep(BoardEntry(.cast, time: 1_800_000_000_000, body: ballot.encoded).encoded) }
      },
      Operation(id: "entry-decode", group: group, name: "read an entry and the ballot in it") {
        let bytes = entry()
        return .init {
          guard let entry = try? BoardEntry(bytes), let ballot = try? CastBallot(entry.body) else {
            preconditionFailure("no entry")
          }
          keep(ballot)
        }
      },
      Operation(id: "tracker", group: group, name: "tracker of a ballot") {
        let ballot = BallotFactory.single().cast(1)
        return .init { keep(ballot.tracker) }
      },
    ]
  }

  private static func entry() -> [UInt8] {
    BoardEntry(.cast, time: 1_800_000_000_000, body: BallotFactory.single().cast(1).encoded).encoded
  }
}

/// A tree with 2^levels leaves and all its hashes.
private struct PerfectTree {
  private var hashes: [[Bytes32]]

  init(levels: Int) {
    var inputs = Inputs()
    let seed = inputs.bytes(32)
    let leaves = (0..<1 << levels).map { number in
      MerkleTree.leafHash(seed + (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }
    hashes = [leaves]
    for level in 0..<levels {
      let below = hashes[level]
      hashes.append((0..<below.count / 2).map { MerkleTree.nodeHash(below[2 * $0], below[2 * $0 + 1]) })
    }
  }

  var root: Bytes32 { hashes[hashes.count - 1][0] }

  func leaf(_ index: UInt64) -> Bytes32? { hashes[0][Int(index)] }

  func proof(_ index: UInt64) -> InclusionProof? {
    try? InclusionProof(index: index, size: UInt64(hashes[0].count)) { hashes[$0.level][Int($0.index)] }
  }
}
