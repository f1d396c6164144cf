import BallotCryptography
import Curve25519
import Elections
import TransparencyLog

/// Entries of the bulletin board, and its Merkle tree. The entry is a ballot of 5 options.
enum LogOperations {
  private static let group = "log"
  private static let treeSize = 1 << 17

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
        let tree = tree
        let index: UInt64 = 77_777
        guard let proof = try? tree.inclusionProof(index: index, size: tree.size), let root = try? tree.root(size: tree.size),
          let leaf = try? tree[TreeNode(level: 0, index: index)]
        else { preconditionFailure("no proof") }
        return .init { precondition((try? proof.verify(leafHash: leaf, root: root)) != nil, "proof refused") }
      },
      Operation(id: "inclusion-prove", group: group, name: "make an inclusion proof among 131 071 entries, all hashes in memory") {
        let tree = tree
        let indices = Rolling((0..<64).map { UInt64($0 * 2_039) })
        return .init { keep(try? tree.inclusionProof(index: indices.next, size: tree.size - 1)) }
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

  private static var tree: MerkleHashes {
    var inputs = Inputs()
    let seed = inputs.bytes(32)
    return MerkleHashes(
      leafHashes: (0..<treeSize).map { number in
        MerkleTree.leafHash(seed + (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
      })
  }
}
