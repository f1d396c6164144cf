import BallotCryptography
import Curve25519
import Elections
import TestSupport
import Verification

// Cast or challenge. Entries 1 and 2 are the ballots of the other voters.
extension Attack {
  static let challenges: [Attack] = [
    Attack("challenged ballot cast afterwards", .challenges, "entry 4: casts a ballot that was challenged") {
      try challenging { forge, ballot, _ in
        forge.challenge(ballot, by: 0)
        forge.cast(ballot, by: 0)
      }
    },
    Attack("cast ballot challenged afterwards", .challenges, "entry 3: casts a ballot that was challenged") {
      try challenging { forge, ballot, _ in
        forge.cast(ballot, by: 0)
        forge.challenge(ballot, by: 0)
      }
    },
    Attack("ballot challenged twice", .challenges, "entry 4: its ballot was challenged before, in entry 3") {
      try challenging { forge, ballot, _ in
        forge.challenge(ballot, by: 0)
        forge.challenge(ballot, by: 0)
      }
    },
    Attack("ballot challenged by someone else, too", .challenges, "entry 4: its ballot was challenged before, in entry 3") {
      try challenging { forge, ballot, _ in
        forge.challenge(ballot, by: 0)
        forge.challenge(ballot, by: 1)
      }
    },
    Attack("twenty-first challenge", .challenges, "entry 23: its credential has challenged 20 ballots before") {
      try challenging { forge, _, _ in
        for _ in 0..<21 { forge.challenge(try forge.encrypt([[1, 0, 0]], by: 0).ballot, by: 0) }
      }
    },
    Attack("challenge by a credential that is not on the roll", .challenges, "entry 3: its credential is not on the roll") {
      try outsider { forge in forge.challenge(try forge.encrypt([[1, 0, 0]], by: 3).ballot, by: 3) }
    },
    Attack("challenge signed by the service", .challenges, "entry 3: its signature does not hold") {
      try challenging { forge, ballot, _ in
        let other = Credential(random: &forge.random)
        let forged = BallotChallenge(ballot, credential: other, random: &forge.random)
        forge.append(.challenge, forged.encoded.replacing(32, with: forge.voters[0].key.bytes))
      }
    },
    Attack("signature of a cast used to challenge", .challenges, "entry 3: its signature does not hold") {
      try challenging { forge, ballot, _ in
        let cast = CastBallot(ballot, credential: forge.voters[0].credential, random: &forge.random)
        forge.append(
          .challenge, ballot.election.bytes + ballot.credential.bytes + ballot.hash.bytes + cast.signature.encoded)
      }
    },
    Attack("challenge of another election", .challenges, "entry 3: made for another election") {
      try challenging { forge, ballot, _ in
        var other = try Forge(single(), seed: "another election")
        let foreign = try other.encrypt([[1, 0, 0]], by: 0).ballot
        forge.challenge(foreign, by: 0)
      }
    },
    Attack("opening of an unchallenged ballot", .challenges, "entry 3: its ballot was not challenged before") {
      try challenging { forge, ballot, opening in forge.publish(ballot, opening, by: 0) }
    },
    Attack("opening before the challenge", .challenges, "entry 3: its ballot was not challenged before") {
      try challenging { forge, ballot, opening in
        forge.publish(ballot, opening, by: 0)
        forge.challenge(ballot, by: 0)
      }
    },
    Attack(
      "opening of a ballot that another voter challenged", .challenges, "entry 4: its ballot was not challenged before by the same"
    ) {
      try challenging { forge, ballot, opening in
        forge.challenge(ballot, by: 1)
        forge.publish(ballot, opening, by: 0)
      }
    },
    Attack("opening published by the service", .challenges, "entry 4: the ballot is not what its opening says, or its signature") {
      try challenging { forge, ballot, opening in
        forge.challenge(ballot, by: 0)
        forge.publish(ballot, opening, by: 1)
      }
    },
    Attack("opening that shows another vote", .challenges, "entry 4: the ballot is not what its opening says") {
      // The booth encrypted option 1 where the voter wanted option 2, and says that it encrypted option 2.
      try challenging { forge, ballot, opening in
        forge.challenge(ballot, by: 0)
        forge.publish(ballot, opening, by: 0)
        forge.alterBody(4) { body in
          let bits = 2 + ballot.encoded.count
          (body[bits], body[bits + 33]) = (0, 1)
        }
      }
    },
    Attack("opening with other randomness", .challenges, "entry 4: the ballot is not what its opening says") {
      try challenging { forge, ballot, _ in
        let other = try forge.encrypt([[1, 0, 0]], by: 0).opening
        forge.challenge(ballot, by: 0)
        forge.publish(ballot, other, by: 0)
      }
    },
    Attack("opened bit of two", .challenges, "entry 4: bit is not an allowed value") {
      try challenging { forge, ballot, opening in
        forge.challenge(ballot, by: 0)
        forge.publish(ballot, opening, by: 0)
        forge.alterBody(4) { $0[2 + ballot.encoded.count] = 2 }
      }
    },
    Attack("opened ballot of another number of bits", .challenges, "entry 4: the ballot is not what its opening says") {
      try challenging { forge, _, _ in
        let layout = SpecLayout([try need(.yesNo(blankAllowed: false))])
        let forger = BallotForger(
          election: forge.electionID, key: forge.jointKey, layout: layout, credential: forge.voters[0].key, number: 1,
          bits: layout.bits(of: [[1, 0]]), random: &forge.random)
        let ballot = try forger.prove(random: &forge.random)
        forge.challenge(ballot, by: 0)
        forge.append(.opened, try opened(ballot, forger, &forge))
      }
    },
    Attack("a byte after an opening", .challenges, "entry 4: 1 bytes too many") {
      try challenging { forge, ballot, opening in
        forge.challenge(ballot, by: 0)
        forge.publish(ballot, opening, by: 0)
        forge.alterBody(4) { $0.append(0) }
      }
    },
    // The same opening twice repeats its ciphertexts, which comes first.
    Attack("opened twice", .oneVote, "entry 5: repeats a ciphertext of entry 4") {
      try challenging { forge, ballot, opening in
        forge.challenge(ballot, by: 0)
        forge.publish(ballot, opening, by: 0)
        forge.publish(ballot, opening, by: 0)
      }
    },
    Attack("challenges left out of the result", .result, "result: its counts") {
      var forge = try begun(single())
      forge.challenge(try forge.encrypt([[1, 0, 0]], by: 0).ballot, by: 0)
      forge.close()
      var record = try forge.record()
      let honest = try ElectionResult(record["result"], options: 3)
      record["result"] =
        ElectionResult(
          cast: honest.cast, counted: honest.counted, countedWeight: honest.countedWeight, challenged: 0, replaced: 0,
          totals: honest.totals
        ).encoded
      return Evidence(record: record)
    },
  ]

  /// An election in which the first voter has a ballot for option 1 encrypted, and something is done with it.
  private static func challenging(
    _ act: (inout Forge, EncryptedBallot, BallotOpening) throws -> Void
  ) throws -> Evidence {
    var forge = try begun(single())
    let (ballot, opening) = try forge.encrypt([[1, 0, 0]], by: 0)
    try act(&forge, ballot, opening)
    forge.close()
    return Evidence(record: try forge.record())
  }
}
