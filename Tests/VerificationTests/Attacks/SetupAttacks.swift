import BallotCryptography
import Curve25519
import Elections
import TestSupport
import ThresholdCryptography
import Verification

// What is fixed before voting: manifest, roll, trustees. `after` attacks change a file of a finished record; `before` attacks are by an organiser who
// fixes the forged file in the opening entry.
extension Attack {
  // MARK: Manifest

  static let setup: [Attack] =
    [
      Attack("options swapped", .manifest, "manifest: its hash") {
        try after("manifest") { bytes in
          let first = try bytes.firstOffset(of: Array("Option 1".utf8))
          let second = try bytes.firstOffset(of: Array("Option 2".utf8))
          return bytes.replacing(first, with: Array("Option 2".utf8)).replacing(second, with: Array("Option 1".utf8))
        }
      },
      Attack("contests swapped", .manifest, "manifest: its hash") {
        let rules = ContestRules.yesNo(blankAllowed: true)
        return try after("manifest", ElectionSetup([rules, rules])) { bytes in
          let first = try bytes.firstOffset(of: Array("Contest 1".utf8))
          let second = try bytes.firstOffset(of: Array("Contest 2".utf8))
          return bytes.replacing(first, with: Array("Contest 2".utf8)).replacing(second, with: Array("Contest 1".utf8))
        }
      },
      Attack("letters moved from the title to the description", .manifest, "manifest: its hash") {
        try after("manifest") { bytes in
          // The same letters in the same order; only the counts differ.
          bytes.replacing(10, with: [0, 9] + Array("An electi".utf8) + [0, 12] + Array("onFor tests.".utf8))
        }
      },
      Attack("re-voting allowed afterwards", .manifest, "manifest: its hash") {
        try after("manifest") { bytes in
          let offset = 10 + 2 + 11 + 2 + 10 + 16
          return bytes.replacing(offset, with: [1])
        }
      },
      Attack("options shown as listed after an order was drawn", .manifest, "manifest: its hash") {
        var setup = try single()
        setup.drawn = [0]
        var record = try closed(setup).record()
        record["manifest"] = try Forge(single()).manifestFile
        return Evidence(record: record)
      },
      Attack("order of options neither listed nor drawn", .manifest, "manifest: contest is not an allowed value") {
        try before { forge in
          let offset = try forge.manifestFile.firstOffset(of: Array("Option 1".utf8)) - 5
          forge.manifestFile = forge.manifestFile.replacing(offset, with: [2])
        }
      },
      Attack("manifest replaced by that of another election", .manifest, "manifest: its hash") {
        let other = try Forge(ElectionSetup([.single(options: 4, blankAllowed: false)])).manifestFile
        return try after("manifest") { _ in other }
      },
    ]
    + malformedManifests.map { name, detail, change in
      Attack(name, .manifest, "manifest: \(detail)") {
        try before { $0.manifestFile = change($0.manifestFile) }
      }
    }
    + [
      Attack("another booth's software announced afterwards", .board, "root is not that of the entries") {
        var forge = try closed(single())
        var record = try forge.record()
        forge.opening.software = [SoftwareFile(path: try text("booth.js"), sha256: .zero)]
        forge.entries[0] = BoardEntry(.opening, time: 1_700_000_000_000, body: forge.opening.encoded).encoded
        record["tile/entries/000.p/5"] = try forge.board()["tile/entries/000.p/5"]
        record["tile/0/000.p/5"] = try forge.board()["tile/0/000.p/5"]
        return Evidence(record: record)
      },
      Attack("origin with a letter that looks like another", .manifest, "entry 0: origin is not allowed text") {
        try before { $0.opening.origin = Array("c\u{043e}mitia.test".utf8) }
      },
      Attack("opening entry of another version", .manifest, "entry 0: version") {
        var forge = try closed(single())
        forge.alterBody(0) { $0[1] = 2 }
        return Evidence(record: try forge.record())
      },
    ]

  private static let malformedManifests: [(String, String, @Sendable ([UInt8]) -> [UInt8])] = [
    ("control character in the title", "election title is not allowed text", { $0.replacing(12, with: [7]) }),
    ("title that is not UTF-8", "election title is not allowed text", { $0.replacing(12, with: [0xc0, 0x80]) }),
    ("title that steers the terminal", "election title is not allowed text", { $0.replacing(12, with: [0xc2, 0x9b]) }),
    ("title written from right to left", "election title is not allowed text", { $0.replacing(12, with: [0xe2, 0x80, 0xae]) }),
    ("title with an isolated direction", "election title is not allowed text", { $0.replacing(12, with: [0xe2, 0x81, 0xa6]) }),
    ("title of two lines", "election title is not allowed text", { $0.replacing(12, with: [0xe2, 0x80, 0xa8]) }),
    ("a byte after the manifest", "1 bytes too many", { $0 + [0] }),
    ("manifest of another version", "version is not an allowed value", { $0.replacing(9, with: [2]) }),
    ("file that is no manifest", "file type is not an allowed value", { $0.replacing(0, with: Array("COMITIAR".utf8)) }),
    ("re-voting rule that is none", "re-voting is not an allowed value", { $0.replacing(51, with: [2]) }),
    ("options of one name", "contest is not an allowed value", { $0.replacing($0.count - 35, with: [0x32]) }),
  ]

  // MARK: Roll

  static let rolls: [Attack] = [
    Attack("voter added afterwards", .roll, "roll: its root") {
      try after("roll") { bytes in
        var random = seeded("stuffed voter")
        let stuffed = RollEntry(credential: Credential(random: &random).publicKey, weight: 1, identity: .zero)
        let voters = (0..<3).compactMap { try? Roll(bytes)[$0] } + [stuffed]
        return try Roll(voters).encoded
      }
    },
    Attack("weight raised afterwards", .roll, "roll: its root") { try after("roll") { $0.replacing(14 + 35, with: [9]) } },
    Attack("identity swapped afterwards", .roll, "roll: its root") { try after("roll") { $0.replacing(14 + 36, with: [9, 9]) } },
    Attack("roll swapped for another", .roll, "roll: its root") {
      let other = try Forge(single(), seed: "another roll").rollFile
      return try after("roll") { _ in other }
    },
    Attack("voters out of order", .roll, "roll: voter 1 stands twice or out of order") {
      try before { forge in
        let file = forge.rollFile
        forge.rollFile = file.replacing(14, with: Array(file[82..<150])).replacing(82, with: Array(file[14..<82]))
      }
    },
    Attack("voter twice", .roll, "roll: voter 1 stands twice or out of order") {
      try before { $0.rollFile = $0.rollFile.replacing(82, with: Array($0.rollFile[14..<82])) }
    },
    Attack("voter of weight 0", .roll, "roll: voter 2 has weight 0") {
      try before { $0.rollFile = $0.rollFile.replacing(14 + 2 * 68 + 32, with: [0, 0, 0, 0]) }
    },
    Attack("credential that is the identity", .roll, "roll: voter 0 has no valid credential") {
      // Everyone knows its secret, 0.
      try before { $0.rollFile = $0.rollFile.replacing(14, with: [UInt8](repeating: 0, count: 32)) }
    },
    Attack("voters counted wrongly in the opening entry", .roll, "roll: its count or total weight") {
      try before(fixing: false) { $0.opening.rollCount = 4 }
    },
    Attack("weights added up wrongly in the opening entry", .roll, "roll: its count or total weight") {
      try before(fixing: false) { $0.opening.rollWeight = .max }
    },
    Attack("root of another roll in the opening entry", .roll, "roll: its root") {
      try before(fixing: false) { $0.opening.rollRoot = .zero }
    },
    Attack("roll longer than it says", .roll, "roll: number of voters") { try before { $0.rollFile.append(0) } },
    Attack("roll that says it has four thousand million voters", .roll, "roll: number of voters") {
      try before(fixing: false) { $0.rollFile = $0.rollFile.replacing(10, with: [255, 255, 255, 255]) }
    },
    Attack("few voters, not acknowledged", .roll, "roll: only 3 voters") {
      var setup = try single()
      setup.smallAcknowledged = false
      return Evidence(record: try closed(setup).record())
    },
    Attack("one voter of another weight, not acknowledged", .roll, "roll: only 1 voters of weight 2") {
      var setup = try ElectionSetup([.yesNo(blankAllowed: true)], weights: [2] + Array(repeating: 1, count: 10))
      setup.smallAcknowledged = false
      var forge = try Forge(setup)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("totals too large to be found", .roll, "roll: total weight × range exceeds 2^40") {
      // 2⁴⁰ = 1099511627776 is allowed for weight × range; 1024 voters would reach it, three reach it by range 1000.
      let weights: [UInt32] = [.max, .max, .max]
      var forge = try Forge(ElectionSetup([.score(options: 1, range: 1000, blankAllowed: true)], weights: weights))
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("weight left out of the tally", .encryptedTally, "option 1: its encrypted total") {
      let setup = try ElectionSetup([.single(options: 3, blankAllowed: false)], weights: [5, 1, 1])
      var forge = try begun(setup)
      try forge.cast([[1, 0, 0]], by: 0)
      forge.close()
      let unweighted = forge.counted().map { Forge.Counted(ballot: $0.ballot, weight: 1) }
      return Evidence(record: try forge.record(counted: unweighted))
    },
  ]

  // MARK: Trustees

  static let ceremony: [Attack] = [
    Attack("rogue key that cancels the others'", .trustees, "trustee 3: the proof of knowledge does not hold") {
      // The joint key becomes 7·G, of which trustee 3 alone knows the secret; it proves knowledge of 7, as it cannot of its own constant.
      try trustees { keys, random in
        let rest = keys.dealers[0].commitments[0] + keys.dealers[1].commitments[0]
        var commitments = keys.dealers[2].commitments
        commitments[0] = .generatorMultiple(Scalar(7)) - rest
        let proof = TrusteeKeys.proof(of: Scalar(7), commitments, trustee: 3, keys.parameters, random: &random)
        keys.dealers[2] = DealerCommitment(commitments: commitments, proof: proof)
      }
    },
    Attack("another trustee's constant with its own proof", .trustees, "trustee 2: the proof of knowledge does not hold") {
      try trustees { keys, _ in keys.dealers[1] = keys.dealers[0] }
    },
    Attack("proof of knowledge of another ceremony", .trustees, "trustee 1: the proof of knowledge does not hold") {
      try trustees { keys, random in
        keys.parameters = try CeremonyParameters(ceremony: random.b32(), trustees: 3, threshold: 2)
      }
    },
    Attack("commitment to a higher coefficient altered", .trustees, "trustee 2: the proof of knowledge does not hold") {
      // The constant, and with it the joint key, stays as it was.
      try trustees { keys, _ in
        var commitments = keys.dealers[1].commitments
        commitments[1] += .generator
        keys.dealers[1] = DealerCommitment(commitments: commitments, proof: keys.dealers[1].proof)
      }
    },
    Attack("constant shifted by a known number", .trustees, "trustee 2: the proof of knowledge does not hold") {
      try trustees { keys, _ in
        var commitments = keys.dealers[1].commitments
        commitments[0] += .generator
        keys.dealers[1] = DealerCommitment(commitments: commitments, proof: keys.dealers[1].proof)
      }
    },
    Attack("constant that is the identity", .trustees, "trustee 2: the constant commitment is the identity") {
      try trustees { keys, random in
        keys.dealers[1] = TrusteeKeys.dealer([.zero, Scalar(5)], trustee: 2, keys.parameters, random: &random)
      }
    },
    Attack("proof of knowledge for another key", .trustees, "trustee 2: the proof of knowledge does not hold") {
      try trustees { keys, _ in
        let (commitments, drawKey) = (keys.dealings[1].commitments, keys.dealings[1].drawKey)
        keys.dealings[1] = Dealing(
          commitments: PerKey(election: commitments.election, beacon: commitments.signing, signing: commitments.signing),
          drawKey: drawKey)
      }
    },
    Attack("draw key of small order: anybody proves anything", .trustees, "trustee 3: the draw key is no point") {
      try trustees { keys, _ in
        keys.dealings[2] = Dealing(commitments: keys.dealings[2].commitments, drawKey: EdwardsPoint.identity.encoded)
      }
    },
    Attack("trustees with one draw key", .trustees, "trustees: names or keys") {
      try trustees { keys, _ in
        keys.dealings[2] = Dealing(commitments: keys.dealings[2].commitments, drawKey: keys.dealings[0].drawKey)
      }
    },
    Attack("constants of the signing key that cancel: anyone signs", .jointKey, "a joint key is the identity") {
      try trustees { keys, random in
        for (index, constant) in [Scalar(5), Scalar(6), -Scalar(11)].enumerated() {
          let (old, drawKey) = (keys.dealings[index].commitments, keys.dealings[index].drawKey)
          let signing = TrusteeKeys.dealer([constant, .one], trustee: index + 1, for: .signing, keys.parameters, random: &random)
          keys.dealings[index] = Dealing(
            commitments: PerKey(election: old.election, beacon: old.beacon, signing: signing), drawKey: drawKey)
        }
      }
    },
    Attack("constants that cancel: everyone knows the secret", .jointKey, "a joint key is the identity") {
      try trustees { keys, random in
        for (index, constant) in [Scalar(5), Scalar(6), -Scalar(11)].enumerated() {
          keys.polynomials[index][0] = constant
          keys.dealers[index] = TrusteeKeys.dealer(
            keys.polynomials[index], trustee: index + 1, keys.parameters, random: &random)
        }
      }
    },
    Attack("joint key of the organiser's own", .jointKey, "the joint key is not the sum") {
      try before(fixing: false) { $0.opening.jointKey = RistrettoPoint.generatorMultiple(Scalar(7)).encoded }
    },
    Attack("joint key that leaves out a trustee", .jointKey, "the joint key is not the sum") {
      try before(fixing: false) { forge in
        let dealers = forge.trustees.dealers
        forge.opening.jointKey = (dealers[0].commitments[0] + dealers[1].commitments[0]).encoded
      }
    },
    Attack("joint key that is the identity", .jointKey, "the joint key is not the sum") {
      try before(fixing: false) { $0.opening.jointKey = .zero }
    },
    Attack("trustees of another election", .trustees, "trustees: its hash") {
      let other = try Forge(single(), seed: "other trustees").trusteesFile
      return try after("trustees") { _ in other }
    },
    Attack("trustee renamed afterwards", .trustees, "trustees: its hash") {
      try after("trustees") { $0.replacing(try $0.firstOffset(of: Array("Trustee 2".utf8)), with: Array("Impostor!".utf8)) }
    },
    Attack("signing key replaced afterwards", .trustees, "trustees: its hash") {
      try after("trustees") { $0.replacing(10 + 34 + 2 + 9, with: [UInt8](repeating: 1, count: 32)) }
    },
    Attack("two disjoint groups could decrypt", .trustees, "trustees: number of trustees or threshold") {
      // Written by hand: one of three, so that 2t > n does not hold.
      try before { forge in
        var random = seeded("threshold of one")
        var keys = try TrusteeKeys(1, threshold: 1, random: &random)
        for index in 2...3 {
          keys.names.append(try text("Trustee \(index)"))
          keys.signing.append(Ed25519.PrivateKey(seed: random.b32()))
          keys.dealings.append(keys.dealings[0])
        }
        forge.trusteesFile = keys.encoded
      }
    },
    Attack("trustees of one name", .trustees, "trustees: names or keys") {
      try trustees { keys, _ in keys.names[2] = keys.names[0] }
    },
    Attack("trustees with one signing key", .trustees, "trustees: names or keys") {
      try trustees { keys, _ in keys.signing[2] = keys.signing[0] }
    },
    Attack("quorum below the threshold", .trustees, "the quorum of cosignatures") { try before { $0.opening.quorum = 1 } },
    Attack("quorum above the number of trustees", .trustees, "the quorum of cosignatures") { try before { $0.opening.quorum = 4 } },
    Attack("absent trustee who is none", .trustees, "absent from the fire drill") { try before { $0.opening.absent = [4] } },
    Attack("absent trustee of number 0", .trustees, "absent from the fire drill") { try before { $0.opening.absent = [0] } },
    Attack("more trustees absent than may be", .trustees, "absent from the fire drill") {
      try before { $0.opening.absent = [1, 2] }
    },
    Attack("absent trustees out of order", .trustees, "absent from the fire drill") { try absent([3, 1]) },
    Attack("trustee absent twice", .trustees, "absent from the fire drill") { try absent([2, 2]) },
    Attack("a byte after the trustees", .trustees, "trustees: 1 bytes too many") { try before { $0.trusteesFile.append(0) } },
  ]

  // MARK: How they are made

  /// An honest election of which one file is changed when all is over.
  private static func after(
    _ path: String, _ setup: ElectionSetup? = nil, _ change: ([UInt8]) throws -> [UInt8]
  ) throws -> Evidence {
    var record = try closed(setup ?? single()).record()
    record[path] = try change(record[path])
    return Evidence(record: record)
  }

  /// An election whose organiser changes something before it opens.
  ///
  /// - Parameter fixing: whether the opening entry is made to fit the files.
  private static func before(fixing: Bool = true, _ change: (inout Forge) throws -> Void) throws -> Evidence {
    var forge = try Forge(single()) { forge in
      try change(&forge)
      if fixing {
        let quorum = forge.opening.quorum
        forge.fixFiles()
        forge.opening.quorum = quorum
      }
    }
    forge.close()
    return Evidence(record: try forge.record())
  }

  /// Five trustees of whom any three decrypt, so that two may be absent.
  private static func absent(_ numbers: [UInt8]) throws -> Evidence {
    var setup = try single()
    (setup.trustees, setup.threshold) = (5, 3)
    var forge = try Forge(setup) { $0.opening.absent = numbers }
    forge.close()
    return Evidence(record: try forge.record())
  }

  /// An election whose trustees' file is forged before it opens.
  private static func trustees(_ change: (inout TrusteeKeys, inout SeededRandom) throws -> Void) throws -> Evidence {
    try before { forge in
      try change(&forge.trustees, &forge.random)
      forge.trusteesFile = forge.trustees.encoded
    }
  }
}
