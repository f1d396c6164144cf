import BallotCryptography
import Curve25519
import Elections
import TestSupport
import Verification

// Ballots that are too long for one leaf of the log, and what can be done to their pieces. Two voters have cast: entries 2 and 4, each with one piece
// before it.
extension Attack {
  static let longEntries: [Attack] = [
    long("piece missing", "entry 3: wrong length for its kind") { $0.entries.remove(at: 3) },
    long("piece altered", "entry 4: the pieces before are not those") { $0.entries[3][9 + 70] ^= 1 },
    long("hash of the pieces altered", "entry 4: the pieces before are not those") { $0.entries[4][9] ^= 1 },
    long("pieces swapped between two ballots", "entry 2: its time is not that of the pieces") { $0.entries.swapAt(1, 3) },
    long("pieces swapped between two ballots of one moment", "entry 2: the pieces before are not those") { forge in
      forge.entries.swapAt(1, 3)
      for leaf in 3...4 { forge.entries[leaf].replaceSubrange(1..<9, with: forge.entries[2][1..<9]) }
      forge.entries[1].replaceSubrange(1..<9, with: forge.entries[2][1..<9])
    },
    long("piece that no entry ends", "entry 4: the pieces before are not ended") { $0.entries.remove(at: 4) },
    long("challenge that ends a ballot's pieces", "entry 4: the pieces before are not ended") { forge in
      forge.entries[4] = Array([3] + forge.entries[4][1..<169])
    },
    Attack("piece at the end of the board", .board, "entry 3: a piece of an entry that does not end") {
      var forge = try begun(longBallots())
      forge.entries.removeLast()
      return Evidence(record: try forge.record())
    },
    Attack("piece after the closing", .board, "entry 5: a closing or an abort entry must be the last") {
      var forge = try begun(longBallots())
      forge.close()
      forge.entries.append(leaf(10, [UInt8](repeating: 0, count: 65_526), forge))
      return Evidence(record: try forge.record())
    },
    Attack("checkpoint given that ends within an entry", .board, "entry 3: the checkpoint given ends within an entry") {
      try outside { $0.expectations.checkpoints = [try $1.checkpoint(size: 4).bytes] }
    },
    Attack("receipt whose checkpoint ends within an entry", .board, "entry 3: the receipt given ends within an entry") {
      try outside { $0.expectations.receipts = [try $1.receipt(for: 2, size: 4).bytes] }
    },
    Attack("receipt for a piece", .board, "entry 3: not the cast ballot whose tracker") {
      try outside { $0.expectations.receipts = [try $1.receipt(for: 3, tracker: CastBallot($1.body(4)).tracker).bytes] }
    },
    long("one piece too many", "entry 4: more pieces") { $0.entries.insert($0.entries[3], at: 3) },
    long("piece of another time", "entry 4: its time is not that of the pieces") { $0.entries[3][8] ^= 1 },
    long("piece a byte short", "entry 3: wrong length for a piece") { $0.entries[3].removeLast() },
    long("last leaf without room for the hash", "entry 4: wrong length for a piece") {
      $0.entries[4] = Array($0.entries[4][..<40])
    },
    long("rest a byte short", "entry 4: wrong length for its kind") { $0.entries[4].removeLast() },
    long("ballot in a short piece", "entry 3: wrong length for a piece") { forge in
      let body = forge.body(4)
      forge.entries[3] = Array(forge.entries[3][..<9]) + body[..<60_000]
      forge.entries[4] = Array(forge.entries[4][..<9]) + SHA256.hash(Array(body[..<60_000])) + Array(body[60_000...].prefix(5000))
    },
    long("short entry in pieces", "entry 6: in pieces, though it fits") { forge in
      let body = [UInt8](repeating: 3, count: 65_526)
      forge.entries += [leaf(10, body, forge), leaf(4, SHA256.hash(body), forge)]
    },
    Attack("piece in an election of short ballots", .board, "entry 3: more pieces") {
      var forge = try begun(single())
      forge.entries.append(leaf(10, [UInt8](repeating: 0, count: 65_526), forge))
      forge.close()
      return Evidence(record: try forge.record())
    },
  ]

  /// An election whose ballots have 341 bits, the fewest that are too long for a leaf.
  static func longBallots() throws -> ElectionSetup {
    try ElectionSetup([.approval(options: 250, maximum: 250), .approval(options: 91, maximum: 91)], weights: [1, 1, 1])
  }

  /// Two have cast when something is done; then the board is closed.
  private static func long(_ name: String, _ detail: String, _ act: @escaping @Sendable (inout Forge) throws -> Void) -> Attack {
    Attack(name, .board, detail) {
      var forge = try begun(longBallots())
      try act(&forge)
      forge.close()
      return Evidence(record: try forge.record())
    }
  }

  /// An honest board, and something from outside that does not fit it.
  private static func outside(_ give: (inout Evidence, Forge) throws -> Void) throws -> Evidence {
    var forge = try begun(longBallots())
    forge.close()
    var evidence = Evidence(record: try forge.record())
    try give(&evidence, forge)
    return evidence
  }

  /// A leaf of the forge's present time.
  private static func leaf(_ kind: UInt8, _ rest: [UInt8], _ forge: Forge) -> [UInt8] {
    [kind] + (0..<8).map { UInt8(truncatingIfNeeded: forge.time >> UInt64(56 - 8 * $0)) } + rest
  }
}
