import BallotCryptography
import Curve25519
import Elections
import TestSupport
import Verification

// Who votes, and how often.
extension Attack {
  /// The service, or a voter, casts ballots that nobody may cast.
  static let stuffing: [Attack] = [
    Attack("credential that is not on the roll", .ballots, "entry 3: its credential is not on the roll") {
      try outsider { forge in try forge.cast([[1, 0, 0]], by: 3) }
    },
    Attack("ballot of a voter signed by the service", .ballots, "entry 3: its proof or its signature") {
      var forge = try begun(single())
      let ballot = try forge.encrypt([[1, 0, 0]], by: 0).ballot
      let other = Credential(random: &forge.random)
      let cast = CastBallot(ballot, credential: other, random: &forge.random)
      forge.append(.cast, cast.encoded)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("signature of another voter", .ballots, "entry 3: its proof or its signature") {
      var forge = try begun(single())
      let ballot = try forge.encrypt([[1, 0, 0]], by: 0).ballot
      forge.append(.cast, ballot.encoded + forge.entries[1].suffix(64))
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("signature of a challenge used to cast", .ballots, "entry 3: its proof or its signature") {
      var forge = try begun(single())
      let ballot = try forge.encrypt([[1, 0, 0]], by: 0).ballot
      let challenge = BallotChallenge(ballot, credential: forge.voters[0].credential, random: &forge.random)
      forge.append(.cast, ballot.encoded + challenge.encoded.suffix(64))
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("signature over the same ballot of another election", .ballots, "entry 3: its proof or its signature") {
      var forge = try begun(single())
      let ballot = try forge.encrypt([[1, 0, 0]], by: 0).ballot
      let signature = forge.voters[0].credential.sign(
        ballot.hash, for: .cast, election: .zero, random: &forge.random)
      forge.append(.cast, ballot.encoded + signature.encoded)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("nonce of zero and no secret", .ballots, "entry 3: its proof or its signature") {
      var forge = try begun(single())
      let ballot = try forge.encrypt([[1, 0, 0]], by: 0).ballot
      forge.append(.cast, ballot.encoded + [UInt8](repeating: 0, count: 64))
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("second ballot without re-voting", .oneVote, "entry 4: its credential has cast before, in entry 3") {
      var forge = try begun(single())
      try forge.cast([[1, 0, 0]], by: 0)
      try forge.cast([[0, 1, 0]], by: 0)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("ballot held back and cast after a newer one", .oneVote, "entry 4: its number 1 is not above 2") {
      var forge = try begun(revoting())
      let older = try forge.encrypt([[1, 0, 0]], by: 0).ballot
      try forge.cast([[0, 1, 0]], by: 0)
      forge.cast(older, by: 0)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("two ballots of one number", .oneVote, "entry 4: its number 1 is not above 1") {
      var forge = try begun(revoting())
      try forge.cast([[1, 0, 0]], by: 0)
      forge.numbers = [:]
      try forge.cast([[0, 1, 0]], by: 0)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("older ballot after two newer ones", .oneVote, "entry 5: its number 2 is not above 3") {
      var forge = try begun(revoting())
      try forge.cast([[1, 0, 0]], by: 0)
      let older = try forge.encrypt([[1, 0, 0]], by: 0).ballot
      try forge.cast([[0, 1, 0]], by: 0)
      forge.cast(older, by: 0)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("number of a ballot raised by the service", .ballots, "entry 3: its proof or its signature") {
      try casting(blankable()) { forge in
        let ballot = try forge.encrypt([[1, 0, 0]], by: 0).ballot
        return try EncryptedBallot(ballot.encoded.replacing(64, with: [0, 0, 0, 9]))
      }
    },
    Attack("re-voting, and the first ballot is counted", .encryptedTally, "its encrypted total is not the sum") {
      var forge = try begun(revoting())
      try forge.cast([[1, 0, 0]], by: 0)
      try forge.cast([[0, 1, 0]], by: 0)
      forge.close()
      return Evidence(record: try forge.record(counted: forge.counted(first: true)))
    },
    Attack("re-voting, and both ballots are counted", .encryptedTally, "its encrypted total is not the sum") {
      var forge = try begun(revoting())
      let first = try forge.cast([[1, 0, 0]], by: 0)
      try forge.cast([[0, 1, 0]], by: 0)
      forge.close()
      return Evidence(record: try forge.record(counted: forge.counted() + [.init(ballot: first.ballot, weight: 1)]))
    },
  ]

  /// Ciphertexts that were seen before: copying a vote, or learning it by repeating it.
  static let copies: [Attack] = [
    Attack("another voter's ballot under one's own name", .ballots, "entry 3: its proof") {
      try casting(blankable()) { forge in
        let copied = try CastBallot(Array(forge.entries[1][9...])).ballot.encoded
        return try EncryptedBallot(copied.replacing(32, with: forge.voters[0].key.bytes))
      }
    },
    Attack("another voter's ciphertexts, rerandomised", .ballots, "entry 3: its proof") {
      // Without r of the original no response can be given; the most that can be done is to shift all of the ballot by known numbers.
      try casting(blankable()) { forge in
        var copied = try CastBallot(Array(forge.entries[1][9...])).ballot.encoded
        for bit in 0..<3 {
          let shift = Scalar.random(using: &forge.random)
          for (offset, base) in [(70 + 64 * bit, RistrettoPoint.generator), (102 + 64 * bit, forge.jointKey)] {
            let point = try need(RistrettoPoint(Bytes32(copied.span, at: offset)))
            copied = copied.replacing(offset, with: (point + shift * base).encoded.bytes)
          }
        }
        return try EncryptedBallot(copied.replacing(32, with: forge.voters[0].key.bytes))
      }
    },
    Attack("another voter's ballot, its owner colluding", .oneVote, "entry 3: repeats a ciphertext of entry 2") {
      // The owner gives the randomness away, so that the copy has a good proof and a good signature.
      var forge = try Forge(single())
      try forge.cast([[0, 0, 1]], by: 2)
      let owner = forge.forger([[0, 1, 0]], by: 1)
      forge.cast(try owner.prove(random: &forge.random), by: 1)
      var copier = owner
      copier.credential = forge.voters[0].key
      copier.statement.credential = copier.credential
      forge.cast(try copier.prove(random: &forge.random), by: 0)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("the same ballot cast again by the service", .oneVote, "entry 4: its number 1 is not above 1") {
      var forge = try begun(revoting())
      let cast = try forge.cast([[1, 0, 0]], by: 0)
      forge.append(.cast, cast.encoded)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("an earlier ballot replayed over the last one", .oneVote, "entry 5: its number 1 is not above 2") {
      var forge = try begun(revoting())
      let first = try forge.cast([[1, 0, 0]], by: 0)
      try forge.cast([[0, 1, 0]], by: 0)
      forge.append(.cast, first.encoded)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("the same ciphertexts with a fresh proof and signature", .oneVote, "entry 4: repeats a ciphertext of entry 3") {
      var forge = try begun(revoting())
      var forger = forge.forger([[1, 0, 0]], by: 0)
      forge.cast(try forger.prove(random: &forge.random), by: 0)
      forger.number = 2
      forger.statement.number = 2
      forge.cast(try forger.prove(random: &forge.random), by: 0)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("one ciphertext of many repeated", .oneVote, "entry 4: repeats a ciphertext of entry 3") {
      var forge = try begun(revoting())
      let first = forge.forger([[1, 0, 0]], by: 0)
      var second = forge.forger([[0, 1, 0]], by: 0)
      second.randomness[2] = first.randomness[2]
      forge.cast(try first.prove(random: &forge.random), by: 0)
      forge.cast(try second.prove(random: &forge.random), by: 0)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("one ciphertext twice in a ballot", .oneVote, "entry 3: repeats a ciphertext of entry 3") {
      try casting(single()) { forge in
        var forger = forge.forger([[1, 0, 0]], by: 0)
        forger.randomness[2] = forger.randomness[1]
        return try forger.prove(random: &forge.random)
      }
    },
    Attack("opened ballot cast with a fresh proof", .oneVote, "entry 5: repeats a ciphertext of entry 4") {
      var forge = try begun(single())
      let forger = forge.forger([[1, 0, 0]], by: 0)
      let ballot = try forger.prove(random: &forge.random)
      forge.challenge(ballot, by: 0)
      forge.append(.opened, try opened(ballot, forger, &forge))
      forge.cast(try forger.prove(random: &forge.random), by: 0)
      forge.close()
      return Evidence(record: try forge.record())
    },
  ]

  /// An election with a fourth voter who has a credential but does not stand on the roll.
  static func outsider(_ vote: (inout Forge) throws -> Void) throws -> Evidence {
    var forge = try begun(single())
    forge.voters.append(Voter(credential: Credential(random: &forge.random), weight: 1))
    try vote(&forge)
    forge.close()
    return Evidence(record: try forge.record())
  }

  /// The body of an opened entry, from a forger's own randomness.
  static func opened(_ ballot: EncryptedBallot, _ forger: BallotForger, _ forge: inout Forge) throws -> [UInt8] {
    var writer = ByteWriter()
    writer.counted(ballot.encoded)
    for (bit, r) in zip(forger.bits, forger.randomness) {
      writer.bool(bit == .one)
      writer.scalar(r)
    }
    let signature = forge.voters[0].credential.sign(
      ballot.hash, for: .publish, election: forge.electionID, random: &forge.random)
    writer.raw(signature.encoded)
    return writer.bytes
  }
}
