import BallotCryptography
import Curve25519
import Elections
import TestSupport
import TransparencyLog

// Where the board stands on a chain: check 15.
extension Attack {
  static let anchors: [Attack] = [
    Attack("anchored though the manifest says no", .anchors, "the manifest says that the election is not anchored") {
      try anchored(nil) { try $0.addAnchors(to: &$1) }
    },
    Attack("anchors on another chain", .anchors, "of chain 1, not 31337") {
      try anchored { $1["anchors"] = try $0.anchorFile([$0.anchor(block: 1)], chain: 1) }
    },
    Attack("anchors of another contract", .anchors, "of another contract than the manifest's 0x6566") {
      try anchored { $1["anchors"] = try $0.anchorFile([$0.anchor(block: 1)], contract: Array(2...21)) }
    },
    Attack("anchor of another election", .anchors, "anchor 1, in block 1: the election is not at its place") {
      try anchored { $1["anchors"] = try $0.anchorFile([$0.anchor(block: 1, election: $0.random.b32())]) }
    },
    Attack("anchors of another election's record", .anchors, "forked") {
      var other = try Forge(setup(.checkpoint), seed: "another election")
      try other.cast([[0, 1, 0]], by: 1)
      other.close()
      return try anchored { $1["anchors"] = try other.anchorFile([other.anchor(size: 2, block: 1), $0.anchor(block: 2)]) }
    },
    Attack("path of another tree", .anchors, "anchor 2, in block 20: the election is not at its place") {
      try altered { list, forge in
        let (first, second) = (list[0], try forge.anchor(block: 20))
        let place = ServiceTree.Place(leaf: second.place(of: forge.electionID).leaf, proof: first.proof)
        return [first, ElectionAnchor(transaction: second.transaction, block: 20, time: 2, root: second.root, place: place)]
      }
    },
    Attack("anchored root exchanged", .anchors, "anchor 1, in block 10: the election is not at its place") {
      try altered { list, forge in
        [with(list[0], root: forge.random.b32(), forge), list[1]]
      }
    },
    Attack("anchor of a board that was not", .anchors, "anchor 1, in block 10: forked: the first 2 entries") {
      try altered { list, forge in [try forge.anchor(size: 2, block: 10, root: forge.random.b32()), list[1]] }
    },
    Attack("anchor of more than the board", .anchors, "anchor 3, in block 30: of 6 entries, but the board has 5") {
      try altered { list, forge in
        let leaf = ServiceTree.Leaf(election: forge.electionID, size: 6, root: forge.random.b32())
        let tree = try ServiceTree([leaf])
        let place = try need(tree.place(of: forge.electionID), "place")
        return list + [ElectionAnchor(transaction: .zero, block: 30, time: 3, root: tree.root, place: place)]
      }
    },
    Attack("closing checkpoint not anchored", .anchors, "anchors: the last covers 2 of 5 entries") {
      try altered { list, _ in [list[0]] }
    },
    Attack("anchors out of order", .anchors, "anchors: chain, contract or order of anchors") {
      try bytes { file in
        // Of four elections beside it the path has three hashes, or one.
        let first = 48..<48 + 137 + 32 * Int(file[48 + 136])
        return Array(file[..<48]) + Array(file[first.upperBound...]) + Array(file[first])
      }
    },
    Attack("anchors cut short", .anchors, "anchors: ends inside") { try bytes { Array($0.dropLast(40)) } },
    Attack("no anchor in the file", .anchors, "anchors: number of anchors") { try bytes { Array($0[..<46]) + [0, 0] } },
    Attack("a byte after the anchors", .anchors, "anchors: 1 bytes too many") { try bytes { $0 + [0] } },
    Attack("anchor of an aborted election's beginning only", .anchors, "anchors: the last covers 1 of 3 entries") {
      var forge = try Forge(setup(.checkpoint))
      try forge.cast([[0, 1, 0]], by: 1)
      forge.abort("Enough.")
      var record = try forge.abortedRecord()
      record["anchors"] = try forge.anchorFile([forge.anchor(size: 1, block: 1)])
      return Evidence(record: record)
    },
    Attack("anchor within an entry", .anchors, "entry 1: an anchor ends within an entry") {
      let contests = [250, 91].map { ContestRules.approval(options: $0, maximum: $0) }
      var long = try ElectionSetup(contests)
      long.anchoring = try Forge.anchoring()
      var forge = try Forge(long)
      try forge.cast(long.contests.map { GoodRecord.values($0, 2) }, by: 0)
      forge.close()
      var record = try forge.record()
      try forge.addAnchors([2], to: &record)
      return Evidence(record: record)
    },
    Attack("mark on Solana of another certificate", .anchors, "anchor-solana: not the mark of this certificate") {
      try anchored { $1["anchor-solana"] = try $0.solanaAnchor(of: $1["certificate"] + [0]) }
    },
    Attack("mark on Solana of another election", .anchors, "anchor-solana: not the mark of this certificate") {
      try anchored(nil) { $1["anchor-solana"] = try $0.solanaAnchor(of: $1["certificate"], election: .zero) }
    },
    Attack("mark on Solana with an altered signature", .anchors, "anchor-solana: not the mark of this certificate") {
      try anchored {
        try $0.addAnchors(to: &$1)
        $1["anchor-solana"] = try $0.solanaAnchor(of: $1["certificate"])
        $1["anchor-solana"][60] ^= 1
      }
    },
    Attack("mark on Solana cut short", .anchors, "anchor-solana: ends inside") {
      try anchored {
        $1["anchor-solana"] = try $0.solanaAnchor(of: $1["certificate"])
        $1["anchor-solana"].removeLast()
      }
    },
    Attack("mark on Solana of an aborted election", .anchors, "anchor-solana: there is no certificate") {
      var forge = try Forge(setup(nil))
      forge.abort("Enough.")
      var record = try forge.abortedRecord()
      record["anchor-solana"] = try forge.solanaAnchor(of: [])
      return Evidence(record: record)
    },
  ]

  private static func setup(_ mode: ElectionAnchoring.Mode?) throws -> ElectionSetup {
    var setup = try single()
    setup.anchoring = try mode.map { try Forge.anchoring($0) }
    return setup
  }

  /// The record of an election of five entries.
  private static func anchored(
    _ mode: ElectionAnchoring.Mode? = .checkpoint, _ change: (inout Forge, inout MemoryRecord) throws -> Void
  ) throws -> Evidence {
    var forge = try closed(setup(mode))
    var record = try forge.record()
    try change(&forge, &record)
    return Evidence(record: record)
  }

  /// That, with anchors of two entries in block 10 and of all in block 20, which are changed.
  private static func altered(_ change: ([ElectionAnchor], inout Forge) throws -> [ElectionAnchor]) throws -> Evidence {
    try anchored { forge, record in
      let anchors = [try forge.anchor(size: 2, block: 10), try forge.anchor(block: 20, others: 1)]
      record["anchors"] = try forge.anchorFile(try change(anchors, &forge))
    }
  }

  private static func bytes(_ change: @escaping ([UInt8]) -> [UInt8]) throws -> Evidence {
    try anchored { forge, record in
      let anchors = [try forge.anchor(size: 2, block: 10), try forge.anchor(block: 20, others: 1)]
      record["anchors"] = change(try forge.anchorFile(anchors))
    }
  }

  private static func with(_ anchor: ElectionAnchor, root: Bytes32, _ forge: Forge) -> ElectionAnchor {
    ElectionAnchor(
      transaction: anchor.transaction, block: anchor.block, time: anchor.time, root: root, place: anchor.place(of: forge.electionID)
    )
  }
}
