import BallotCryptography
import Curve25519
import Elections
import TestSupport
import Verification

// Bytes that are no point or scalar, or not the only way to write one, wherever such bytes are read.
extension Attack {
  static let encodings: [Attack] = badPoints + badScalars + wrongBallots

  /// A place where a point is read, by where it starts, in an election whose ballots have three bits.
  private struct Place {
    let name: String
    let check: Check
    let detail: String
    let forge: @Sendable (_ point: [UInt8]) throws -> Evidence
  }

  private static let badPoints: [Attack] = places.flatMap { place in
    BadEncoding.points.map { point in
      Attack("\(place.name) \(point)", place.check, place.detail) { try place.forge(bytes(hex: point)) }
    }
  }

  private static let places: [Place] = [
    Place(name: "first ciphertext", check: .ballots, detail: "entry 3: ciphertext is not a valid point") { point in
      try ballot(with: point, at: 70)
    },
    Place(name: "last ciphertext", check: .ballots, detail: "entry 3: ciphertext is not a valid point") { point in
      try ballot(with: point, at: 70 + 5 * 32)
    },
    Place(name: "commitment", check: .ballots, detail: "entry 3: commitment is not a valid point") { point in
      try ballot(with: point, at: 70 + 64 * 3)
    },
    Place(name: "product", check: .ballots, detail: "entry 3: product is not a valid point") { point in
      try ballot(with: point, at: 70 + 128 * 3)
    },
    Place(name: "signature commitment", check: .ballots, detail: "entry 3: signature commitment is not a valid") { point in
      try castBody { $0.replacing($0.count - 64, with: point) }
    },
    Place(name: "credential", check: .roll, detail: "no valid credential") { point in
      let voter = RollEntry(credential: Bytes32(point.span), weight: 1, identity: .zero)
      var forge = try Forge(single()) { forge in
        forge.rollFile = RollFile.encoded([voter])
        forge.fixFiles()
      }
      forge.close()
      return Evidence(record: try forge.record())
    },
    Place(name: "joint key", check: .manifest, detail: "entry 0: joint key is not a valid point") { point in
      var forge = try Forge(single()) { $0.opening.jointKey = Bytes32(point.span) }
      forge.close()
      return Evidence(record: try forge.record())
    },
    Place(name: "dealer's commitment", check: .trustees, detail: "trustees: commitment is not a valid point") { point in
      try trustees(with: point, before: 128)
    },
    Place(name: "dealer's proof", check: .trustees, detail: "trustees: proof commitment is not a valid point") { point in
      try trustees(with: point, before: 96)
    },
    Place(name: "total", check: .encryptedTally, detail: "tally: total is not a valid point") { point in
      try tally(with: point, at: 52)
    },
    Place(name: "partial decryption", check: .encryptedTally, detail: "tally: partial is not a valid point") { point in
      try tally(with: point, at: 52 + 192 + 2)
    },
    Place(name: "decryption proof", check: .encryptedTally, detail: "tally: proof base commitment is not a valid") { point in
      try tally(with: point, at: 52 + 192 + 2 + 96 + 32)
    },
  ]

  /// The same number modulo the group order, written otherwise: where it is accepted, anyone can change trackers and signatures.
  private static let badScalars: [Attack] =
    scalarsOfBallot + [
      Attack("signature plus the group order", .ballots, "entry 3: signature is not a valid") {
        try castBody { $0.replacing($0.count - 32, with: BadEncoding.unreduced($0.suffix(32))) }
      },
      Attack("dealer's proof plus the group order", .trustees, "trustees: proof response is not a valid") {
        var forge = try Forge(single()) { forge in
          let file = forge.trusteesFile
          let response = Array(file.dropLast(32).suffix(32))
          forge.trusteesFile = file.replacing(file.count - 64, with: BadEncoding.unreduced(response))
          forge.fixFiles()
        }
        forge.close()
        return Evidence(record: try forge.record())
      },
      Attack("decryption proof plus the group order", .encryptedTally, "tally: proof response is not a valid") {
        var record = try closed(single()).record()
        record["tally"] = record["tally"].dropLast(32) + BadEncoding.unreduced(record["tally"].suffix(32))
        return Evidence(record: record)
      },
      Attack("opened randomness plus the group order", .challenges, "entry 4: randomness is not a valid") {
        var forge = try begun(single())
        let (ballot, opening) = try forge.encrypt([[1, 0, 0]], by: 0)
        forge.challenge(ballot, by: 0)
        forge.publish(ballot, opening, by: 0)
        forge.alterBody(4) { body in
          let offset = 2 + ballot.encoded.count + 1
          body = body.replacing(offset, with: BadEncoding.unreduced(Array(body[offset..<offset + 32])))
        }
        forge.close()
        return Evidence(record: try forge.record())
      },
    ]

  private static let scalarsOfBallot: [Attack] = [
    unreduced("opening", at: 134 + 128 * 3), unreduced("response", at: 134 + 160 * 3),
    unreduced("product response", at: 134 + 192 * 3),
  ]

  private static func unreduced(_ name: String, at offset: Int) -> Attack {
    Attack("\(name) plus the group order", .ballots, "entry 3: \(name) is not a valid") {
      try castBody { body in
        let scalar = Array(body[offset..<offset + 32])
        return body.replacing(offset, with: BadEncoding.unreduced(scalar))
      }
    }
  }

  /// Counts and lengths that do not fit.
  private static let wrongBallots: [Attack] = [
    Attack("ballot that says it has one bit fewer", .ballots, "entry 3:") { try castBody { $0.replacing(68, with: [0, 2]) } },
    Attack("ballot that says it has one bit more", .ballots, "entry 3:") { try castBody { $0.replacing(68, with: [0, 4]) } },
    Attack("ballot of number 0", .ballots, "entry 3: ballot number is not an allowed value") {
      try castBody { $0.replacing(64, with: [0, 0, 0, 0]) }
    },
    Attack("opened ballot of number 0", .challenges, "entry 4: ballot number is not an allowed value") {
      var forge = try begun(single())
      let (ballot, opening) = try forge.encrypt([[1, 0, 0]], by: 0)
      forge.challenge(ballot, by: 0)
      forge.publish(ballot, opening, by: 0)
      forge.alterBody(4) { $0 = $0.replacing(2 + 64, with: [0, 0, 0, 0]) }
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("ballot of more bits than the manifest's", .board, "entry 3: wrong length") {
      try otherBallot(.single(options: 4, blankAllowed: false), [[1, 0, 0, 0]])
    },
    Attack("ballot of fewer bits than the manifest's", .board, "entry 3: wrong length") {
      try otherBallot(.yesNo(blankAllowed: false), [[1, 0]])
    },
    Attack("a byte after a ballot", .board, "entry 3: wrong length") { try castBody { $0 + [0] } },
    Attack("a byte missing from a ballot", .board, "entry 3: wrong length") { try castBody { $0.dropLast() } },
  ]

  private static func otherBallot(_ rules: ContestRules?, _ values: [[Int]]) throws -> Evidence {
    let layout = SpecLayout([try need(rules)])
    return try casting(single()) { forge in
      try BallotForger(
        election: forge.electionID, key: forge.jointKey, layout: layout, credential: forge.voters[0].key, number: 1,
        bits: layout.bits(of: values), random: &forge.random
      ).prove(random: &forge.random)
    }
  }

  /// The voter signs a ballot with a foreign point in it.
  private static func ballot(with point: [UInt8], at offset: Int) throws -> Evidence {
    try casting(single()) { forge in
      try EncryptedBallot(forge.encrypt([[0, 1, 0]], by: 0).ballot.encoded.replacing(offset, with: point))
    }
  }

  /// The service alters the first voter's cast ballot, entry 3, and makes the log again.
  private static func castBody(_ alter: ([UInt8]) -> [UInt8]) throws -> Evidence {
    var forge = try closed(single())
    forge.alterBody(3) { $0 = alter($0) }
    return Evidence(record: try forge.record())
  }

  private static func trustees(with point: [UInt8], before end: Int) throws -> Evidence {
    var forge = try Forge(single()) { forge in
      forge.trusteesFile = forge.trusteesFile.replacing(forge.trusteesFile.count - end, with: point)
      forge.fixFiles()
    }
    forge.close()
    return Evidence(record: try forge.record())
  }

  private static func tally(with point: [UInt8], at offset: Int) throws -> Evidence {
    var record = try closed(single()).record()
    record["tally"] = record["tally"].replacing(offset, with: point)
    return Evidence(record: record)
  }
}
