import BallotCryptography
import Curve25519
import Elections
import TestSupport
import TransparencyLog
import Verification

// Records that are consistent with themselves, because the attacker has made all of them anew: log key, trustees who cosign and decrypt unaware.
// Only something from outside tells.
extension Attack {
  static let outside: [Attack] = [
    Attack("dropped ballot, against a receipt", .board, "entry 3: not the one that the receipt given proves") {
      let honest = try closed(revoting())
      var evidence = Evidence(record: try dropping(3, of: honest).record())
      // The voter's receipt is of the time when the ballot was cast; another ballot now stands in its place.
      evidence.expectations.receipts = [try honest.receipt(for: 3, size: 4).bytes]
      return evidence
    },
    Attack("dropped ballot, against a later checkpoint", .board, "forked: the first 4 entries") {
      let honest = try closed(single())
      var evidence = Evidence(record: try dropping(2, of: honest).record())
      evidence.expectations.checkpoints = [try honest.checkpoint(size: 4).bytes]
      return evidence
    },
    Attack("ballot replaced, against a receipt", .board, "entry 3: not the one that the receipt given proves") {
      let honest = try closed(single())
      var forged = honest
      let other = CastBallot(
        try forged.encrypt([[0, 0, 1]], by: 0).ballot, credential: forged.voters[0].credential, random: &forged.random)
      forged.alterBody(3) { $0 = other.encoded }
      var evidence = Evidence(record: try forged.record())
      evidence.expectations.receipts = [try honest.receipt(for: 3).bytes]
      return evidence
    },
    Attack("end of the board cut off and closed again", .board, "truncated: has 4 entries, but 5 were seen before") {
      let honest = try closed(single())
      var forged = honest
      forged.entries.removeLast(2)
      forged.time -= 2000
      forged.close()
      var evidence = Evidence(record: try forged.record())
      evidence.expectations.checkpoints = [try honest.checkpoint().bytes]
      return evidence
    },
    Attack("split view: the other board's checkpoint", .board, "forked: the first 5 entries") {
      let (one, other) = try splitView()
      var evidence = Evidence(record: try one.record())
      evidence.expectations.checkpoints = [try other.checkpoint().bytes]
      return evidence
    },
    Attack("split view: a trustee who cosigned both", .board, "both signed by the log, and cosigned by trustee 2") {
      let (one, other) = try splitView()
      var evidence = Evidence(record: try one.record(cosigners: [1, 2]))
      evidence.expectations.checkpoints = [try other.cosigned(other.checkpoint(), by: [2, 3]).bytes]
      return evidence
    },
    Attack("split view: a receipt from the other board", .board, "entry 3: not the one that the receipt given proves") {
      let (one, other) = try splitView()
      var evidence = Evidence(record: try one.record())
      evidence.expectations.receipts = [try other.receipt(for: 3).bytes]
      return evidence
    },
    Attack("checkpoint kept of another log", .board, "the checkpoint given: of another log") {
      var other = try Forge(single(), seed: "another log")
      other.close()
      var evidence = Evidence(record: try closed(single()).record())
      evidence.expectations.checkpoints = [try other.checkpoint().bytes]
      return evidence
    },
    Attack("checkpoint given that the log did not sign", .board, "the checkpoint given: not signed") {
      let forge = try closed(single())
      var evidence = Evidence(record: try forge.record())
      evidence.expectations.checkpoints = [try forge.checkpoint(size: 2, by: Ed25519.PrivateKey(seed: .zero)).bytes]
      return evidence
    },
    Attack("checkpoint given that is none", .board, "the checkpoint given: not a signed note") {
      var evidence = Evidence(record: try closed(single()).record())
      evidence.expectations.checkpoints = [Array("hello\n".utf8)]
      return evidence
    },
    Attack("receipt that is none", .board, "the receipt given: not a receipt") {
      var evidence = Evidence(record: try closed(single()).record())
      evidence.expectations.receipts = [Array("hello\n".utf8)]
      return evidence
    },
    Attack("clash: the tracker of one voter shown for the ballot of another", .board, "entry 2: not the cast ballot whose tracker")
    {
      // Two voters who chose the same are given one ballot as both of theirs. Its tracker is not the one that the second voter's device computed.
      var forge = try Forge(single())
      try forge.cast([[1, 0, 0]], by: 1)
      try forge.cast([[0, 1, 0]], by: 2)
      let mine = CastBallot(
        try forge.encrypt([[0, 1, 0]], by: 0).ballot, credential: forge.voters[0].credential, random: &forge.random)
      forge.close()
      var evidence = Evidence(record: try forge.record())
      evidence.expectations.receipts = [try forge.receipt(for: 2, tracker: mine.tracker).bytes]
      return evidence
    },
    Attack("receipt for an entry that is no cast ballot", .board, "entry 4: not the cast ballot") {
      let forge = try closed(single())
      var evidence = Evidence(record: try forge.record())
      evidence.expectations.receipts = [try forge.receipt(for: 4, tracker: .zero).bytes]
      return evidence
    },
    Attack("receipt without a tracker", .board, "entry 3: not the cast ballot whose tracker") {
      let forge = try closed(single())
      let good = try forge.receipt(for: 3)
      var evidence = Evidence(record: try forge.record())
      evidence.expectations.receipts = [
        try Receipt(index: 3, hashes: good.hashes, checkpoint: good.checkpoint).bytes
      ]
      return evidence
    },
    Attack("whole election held again with other trustees", .manifest, "another election") {
      let honest = try closed(single())
      var evidence = Evidence(record: try closed(swapped(honest)).record())
      evidence.expectations.electionID = honest.electionID
      return evidence
    },
    Attack("other options shown to some voters, in an election of their own", .manifest, "another election") {
      let honest = try closed(single())
      var forged = try Forge(single()) { forge in
        let first = try forge.manifestFile.firstOffset(of: Array("Option 1".utf8))
        forge.manifestFile = forge.manifestFile.replacing(first, with: Array("Option 9".utf8))
        forge.fixFiles()
      }
      forged.close()
      var evidence = Evidence(record: try forged.record())
      evidence.expectations.electionID = honest.electionID
      return evidence
    },
  ]

  /// The service makes the log again without one ballot, and with the votes that follow in its place.
  private static func dropping(_ entry: Int, of honest: Forge) throws -> Forge {
    var forge = honest
    forge.entries.remove(at: entry)
    return forge
  }

  /// Two boards of one election that differ in the last ballot.
  private static func splitView() throws -> (Forge, Forge) {
    let common = try begun(single())
    var (one, other) = (common, common)
    try one.cast([[1, 0, 0]], by: 0)
    try other.cast([[0, 0, 1]], by: 0)
    one.close()
    other.close()
    return (one, other)
  }

  /// The setup again, of which a forge with another seed makes another election.
  private static func swapped(_ honest: Forge) throws -> ElectionSetup {
    var setup = honest.setup
    setup.trustees = 5
    setup.threshold = 3
    return setup
  }
}
