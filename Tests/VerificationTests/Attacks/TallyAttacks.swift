import BallotCryptography
import Curve25519
import Elections
import TestSupport
import ThresholdCryptography
import Verification

// From the board to the result. The attacker is the service, or as many trustees as it takes. The honest totals are 1, 1, 1 of three options.
extension Attack {
  static let tallies: [Attack] = [
    Attack("ballot left out of the tally", .encryptedTally, "its encrypted total is not the sum") {
      let forge = try closed(single())
      return Evidence(record: try forge.record(counted: Array(forge.counted().dropFirst())))
    },
    Attack("ballot counted twice", .encryptedTally, "its encrypted total is not the sum") {
      let forge = try closed(single())
      return Evidence(record: try forge.record(counted: forge.counted() + forge.counted().prefix(1)))
    },
    Attack("totals of two options swapped, and decrypted so", .encryptedTally, "option 1: its encrypted total") {
      try tallying { forge in
        let totals = forge.statement().totals
        return forge.statement([totals[1], totals[0], totals[2]])
      }
    },
    Attack("votes added to an option by the service", .encryptedTally, "option 2: its encrypted total") {
      try tallying { forge in
        var totals = forge.statement().totals
        totals[1] = Ciphertext(alpha: totals[1].alpha, beta: totals[1].beta + .generatorMultiple(Scalar(10)))
        return forge.statement(totals)
      }
    },
    Attack("total rerandomised", .encryptedTally, "option 3: its encrypted total") {
      try tallying { forge in
        var totals = forge.statement().totals
        totals[2] = Ciphertext(alpha: totals[2].alpha + .generator, beta: totals[2].beta + forge.jointKey)
        return forge.statement(totals)
      }
    },
    Attack("tally of an earlier board", .encryptedTally, "tally: of another board") {
      try tallying { forge in forge.statement(size: 4) }
    },
    Attack("tally of the other of two boards", .encryptedTally, "tally: of another board") {
      try tallying { forge in forge.statement(root: .zero) }
    },
    Attack("tally of another number of options", .encryptedTally, "tally: number of options") {
      try tallying { forge in forge.statement(Array(forge.statement().totals.prefix(2))) }
    },
    Attack("a byte after the tally", .encryptedTally, "tally: 1 bytes too many") { try altering("tally") { $0 + [0] } },
  ]

  static let decryptions: [Attack] =
    [
      Attack("partial decryption with another trustee's share", .decryption, "trustee 2: the proof does not hold") {
        try decrypting { forge, statement in
          var random = seeded("wrong share")
          let share = SecretShare(trustee: 2, value: forge.trustees.share(of: 3).value)
          return forge.partials(statement, by: [1]) + [PartialDecryption(of: statement, with: share, using: &random)]
        }
      },
      Attack("another trustee's partial decryption by one's own name", .decryption, "trustee 2: the proof does not hold") {
        try decrypting { forge, statement in
          let honest = forge.partials(statement, by: [1, 3])
          return [honest[0], PartialDecryption(trustee: 2, partials: honest[1].partials, proof: honest[1].proof)]
        }
      },
      Attack("partial decryption with one point altered", .decryption, "trustee 1: the proof does not hold") {
        try decrypting { forge, statement in
          var honest = forge.partials(statement, by: [1, 2])
          var points = honest[0].partials
          points[1] += .generator
          honest[0] = PartialDecryption(trustee: 1, partials: points, proof: honest[0].proof)
          return honest
        }
      },
      Attack("partial decryption for another checkpoint", .decryption, "trustee 1: the proof does not hold") {
        try decrypting { forge, statement in
          forge.partials(forge.statement(size: 4), by: [1]) + forge.partials(statement, by: [2])
        }
      },
      Attack("partial decryption for another root", .decryption, "trustee 2: the proof does not hold") {
        try decrypting { forge, statement in
          forge.partials(statement, by: [1]) + forge.partials(forge.statement(root: .zero), by: [2])
        }
      },
      Attack("partial decryption for another election", .decryption, "trustee 1: the proof does not hold") {
        try decrypting { forge, statement in
          let other = DecryptionStatement(
            election: .zero, size: statement.size, root: statement.root, totals: statement.totals)
          return forge.partials(other, by: [1]) + forge.partials(statement, by: [2])
        }
      },
      Attack("one trustee twice", .decryption, "trustee 1: out of order or twice") {
        try decrypting { forge, statement in forge.partials(statement, by: [1, 1]) }
      },
      Attack("trustees out of order", .decryption, "trustee 1: out of order or twice") {
        try decrypting { forge, statement in forge.partials(statement, by: [2, 1]) }
      },
      Attack("trustee 0", .decryption, "trustee 0") {
        try decrypting { forge, statement in
          // Its share would be the election's secret itself.
          var random = seeded("trustee 0")
          let share = SecretShare(trustee: 0, value: forge.trustees.electionSecret)
          return [PartialDecryption(of: statement, with: share, using: &random)] + forge.partials(statement, by: [1])
        }
      },
      Attack("a fourth of three trustees", .decryption, "there is no trustee 4") {
        try decrypting { forge, statement in forge.partials(statement, by: [1, 4]) }
      },
      Attack("fewer than the threshold", .decryption, "1 partial decryptions where 2 are needed") {
        try decrypting { forge, statement in forge.partials(statement, by: [3]) }
      },
      Attack("no partial decryption", .decryption, "0 partial decryptions where 2 are needed") { try decrypting { _, _ in [] } },
      Attack("bad partial decryption beyond the threshold", .decryption, "trustee 3: the proof does not hold") {
        try decrypting { forge, statement in
          forge.partials(statement, by: [1, 2]) + forge.partials(forge.statement(size: 4), by: [3])
        }
      },
      Attack("trustee decrypts without cosigning", .decryption, "trustee 3: decrypted without cosigning") {
        Evidence(record: try closed(single()).record(cosigners: [1, 2], decrypting: [1, 3]))
      },
    ] + lies

  /// All trustees, who together know every secret, lie about the first total: they show 2 where 1 is true.
  private static let lies: [Attack] = [
    Attack("colluding trustees: one total shifted under an honest proof", .decryption, "trustee 1: the proof does not hold") {
      try lying { _, _, honest, shift in
        var points = honest.partials
        points[0] -= shift
        return PartialDecryption(trustee: 1, partials: points, proof: honest.proof)
      }
    },
    Attack("colluding trustees: two totals shifted against each other", .decryption, "trustee 1: the proof does not hold") {
      // With the weight of the honest points, which is not that of the shifted ones.
      try lying { forge, statement, honest, shift in
        var transcript = DecryptionForger.transcript(statement, forge.trustees.share(of: 1), honest.partials)
        let weight = transcript.challenge("weight")
        var points = honest.partials
        points[0] -= shift
        points[1] += weight.inverted() * shift
        return PartialDecryption(trustee: 1, partials: points, proof: honest.proof)
      }
    },
    Attack("colluding trustees: a proof whose two equations only hold together", .decryption, "trustee 1: the proof does not hold")
    {
      // Voters help, too, who give their randomness away: the logarithms of all A are known.
      var forge = try Forge(single())
      var logarithms = [Scalar](repeating: .zero, count: 3)
      for voter in 0..<3 {
        let forger = forge.forger([[1, 0, 0]], by: voter)
        logarithms = zip(logarithms, forger.randomness).map { $0 + $1 }
        forge.cast(try forger.prove(random: &forge.random), by: voter)
      }
      forge.close()
      return try lying(forge) { forge, statement, honest, shift in
        var points = honest.partials
        points[0] -= shift
        return DecryptionForger.merged(
          statement, forge.trustees.share(of: 1), points, logarithms: logarithms, shift: forge.oneVote)
      }
    },
  ]

  static let results: [Attack] =
    [
      Attack("wrong exponent in the result", .result, "option 2, Option 2: the decrypted total is not 2") {
        try resulting { $0.totals[1] = 2 }
      },
      Attack("totals swapped in the result", .result, "option 1, Option 1: the decrypted total is not") {
        var forge = try Forge(single())
        for voter in 0..<3 { try forge.cast([[0, 1, 0]], by: voter) }
        forge.close()
        return try resulting(forge) { $0.totals.swapAt(0, 1) }
      },
      Attack("total of 2⁶⁴ − 1", .result, "option 1, Option 1: the decrypted total is not") {
        try resulting { $0.totals[0] = .max }
      },
      Attack("cast ballots miscounted", .result, "result: its counts") { try resulting { $0.cast += 1 } },
      Attack("counted ballots miscounted", .result, "result: its counts") { try resulting { $0.counted -= 1 } },
      Attack("weight miscounted", .result, "result: its counts") { try resulting { $0.weight += 1 } },
      Attack("challenges miscounted", .result, "result: its counts") { try resulting { $0.challenged += 1 } },
      Attack("result of fewer options", .result, "result: number of options") { try resulting { $0.totals.removeLast() } },
      Attack("a byte after the result", .result, "result: 1 bytes too many") { try altering("result") { $0 + [0] } },
      Attack("result of another version", .result, "result: version") { try altering("result") { $0.replacing(9, with: [2]) } },
    ]

  // MARK: How they are made

  private static func altering(_ path: String, _ alter: ([UInt8]) -> [UInt8]) throws -> Evidence {
    var record = try closed(single()).record()
    record[path] = alter(record[path])
    return Evidence(record: record)
  }

  /// The trustees decrypt what `choose` gives them instead of the tally of the board.
  private static func tallying(_ choose: (Forge) -> DecryptionStatement) throws -> Evidence {
    let forge = try closed(single())
    var record = try forge.record()
    let statement = choose(forge)
    record["tally"] = forge.tally(statement, forge.partials(statement, by: [1, 2]))
    record["result"] = forge.result(forge.decrypted(statement.totals)).encoded
    return Evidence(record: record)
  }

  /// The right tally with other partial decryptions.
  private static func decrypting(
    _ partials: (Forge, DecryptionStatement) throws -> [PartialDecryption]
  ) throws -> Evidence {
    let forge = try closed(single())
    var record = try forge.record()
    let statement = forge.statement()
    record["tally"] = forge.tally(statement, try partials(forge, statement))
    return Evidence(record: record)
  }

  /// Trustee 1's points are shifted so that the combination of 1 and 2 shows one vote more for the first option; the result says so, too.
  private static func lying(
    _ forge: Forge? = nil, _ forged: (Forge, DecryptionStatement, PartialDecryption, RistrettoPoint) throws -> PartialDecryption
  ) throws -> Evidence {
    let forge = try forge ?? closed(single())
    var record = try forge.record()
    let statement = forge.statement()
    let honest = forge.partials(statement, by: [1, 2])
    let shift = RistrettoPoint.generatorMultiple(forge.oneVote)
    let lie = try forged(forge, statement, honest[0], shift)
    record["tally"] = forge.tally(statement, [lie, honest[1]])
    var totals = forge.decrypted(statement.totals)
    totals[0] += 1
    record["result"] = forge.result(totals).encoded
    // The lie is a good one: the points combine to the false totals.
    let plaintexts = try Combination.plaintexts(statement, [lie, honest[1]], key: ThresholdKey(dealers: forge.trustees.dealers))
    guard plaintexts[0] == .generatorMultiple(Scalar(totals[0])) else { throw HarmlessForgery() }
    return Evidence(record: record)
  }

  private struct ResultFields {
    var cast: UInt32
    var counted: UInt32
    var weight: UInt64
    var challenged: UInt32
    var replaced: UInt32
    var totals: [UInt64]
  }

  private static func resulting(_ forge: Forge? = nil, _ change: (inout ResultFields) -> Void) throws -> Evidence {
    var record = try (forge ?? closed(single())).record()
    let honest = try ElectionResult(record["result"], options: 3)
    var fields = ResultFields(
      cast: honest.cast, counted: honest.counted, weight: honest.countedWeight, challenged: honest.challenged,
      replaced: honest.replaced, totals: honest.totals)
    change(&fields)
    record["result"] =
      ElectionResult(
        cast: fields.cast, counted: fields.counted, countedWeight: fields.weight, challenged: fields.challenged,
        replaced: fields.replaced, totals: fields.totals
      ).encoded
    return Evidence(record: record)
  }
}
