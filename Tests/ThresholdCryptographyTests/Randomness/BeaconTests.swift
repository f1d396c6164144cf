import Curve25519
import Testing

@testable import ThresholdCryptography

@Suite("Beacon: threshold verifiable random function")
struct BeaconTests {
  static let sizes = [(1, 1), (2, 2), (3, 2), (3, 3), (4, 3), (5, 3), (6, 4)]

  @Test("every set of t trustees and every order gives one output, that of the joint secret", arguments: sizes)
  func unique(n: Int, t: Int) throws {
    let beacon = try BeaconKey(n, t)
    let statement = beacon.statement()
    let partials = (1...n).map { beacon.partial($0, of: statement) }
    let secret = zip(beacon.shares, try Combination.lagrangeCoefficients(Array(1...n))).reduce(Scalar.zero) {
      $0 + $1.0.value * $1.1
    }
    #expect(RistrettoPoint.generatorMultiple(secret) == beacon.key.jointKey)
    var transcript = Transcript("beacon output")
    transcript.absorb("seed", statement.seed.value)
    transcript.absorb("point", (secret * statement.point).encoded)
    let output = transcript.digest("output")
    var random = seeded(3)
    for size in t...n {
      for chosen in subsets(of: Array(1...n), size: size) {
        let mixed = random.shuffled(chosen).map { partials[$0 - 1] }
        #expect(try BeaconOutput(of: statement, mixed).value == output)
      }
    }
    for chosen in subsets(of: Array(1...n), size: t - 1) {
      #expect(throws: BeaconError.notCombined(.tooFew(found: t - 1, needed: t))) {
        try BeaconOutput(of: statement, chosen.map { partials[$0 - 1] })
      }
    }
  }

  @Test("one less than t, combined as if they were enough, give something else")
  func tooFewDiffer() throws {
    let beacon = try BeaconKey(5, 3)
    let statement = beacon.statement()
    let partials = (1...5).map { beacon.partial($0, of: statement) }
    func point(_ trustees: [Int]) throws -> RistrettoPoint {
      .vartimeSum(try Combination.lagrangeCoefficients(trustees), trustees.map { partials[$0 - 1].evaluation })
    }
    let right = try point([1, 2, 3])
    #expect(try point([2, 4, 5]) == right)
    for chosen in subsets(of: Array(1...5), size: 2) { #expect(try point(chosen) != right) }
  }

  @Test("what randomness a trustee's proof had changes nothing of the output")
  func proofsDoNotMatter() throws {
    let beacon = try BeaconKey(3, 2)
    let statement = beacon.statement()
    let (first, second) = (beacon.partial(1, of: statement), beacon.partial(1, of: statement, randomness: 1))
    #expect(first != second)
    let other = beacon.partial(2, of: statement)
    #expect(try BeaconOutput(of: statement, [first, other]) == BeaconOutput(of: statement, [second, other]))
  }

  @Test("seeds and keys that differ have outputs that differ")
  func seedsDiffer() throws {
    let beacon = try BeaconKey(3, 2)
    func output(_ beacon: BeaconKey, _ seed: DrawSeed) throws -> Bytes32 {
      let statement = BeaconStatement(seed: seed, key: beacon.key)
      return try BeaconOutput(of: statement, [1, 3].map { beacon.partial($0, of: statement) }).value
    }
    let one = repeated(1)
    let seeds: [DrawSeed] = [
      .opening(ceremony: .zero, size: 7, root: .zero), .closing(election: .zero, size: 7, root: .zero),
      .opening(ceremony: one, size: 7, root: .zero), .opening(ceremony: .zero, size: 8, root: .zero),
      .opening(ceremony: .zero, size: 7, root: one), .closing(election: one, size: 7, root: .zero),
      .closing(election: .zero, size: 8, root: .zero), .closing(election: .zero, size: 7, root: one),
    ]
    var outputs = Set(try seeds.map { try output(beacon, $0) })
    #expect(outputs.count == seeds.count)
    outputs.insert(try output(BeaconKey(3, 2, seed: 2), seeds[0]))
    #expect(outputs.count == seeds.count + 1)
  }

  @Test("wrong partial evaluations are refused and named")
  func refused() throws {
    let beacon = try BeaconKey(3, 2)
    let statement = beacon.statement()
    let good = beacon.partial(2, of: statement)
    try good.verify(statement)
    let bad = PartialEvaluationError.badProof(trustee: 2)
    let moved = PartialEvaluation(trustee: 2, evaluation: good.evaluation + .generator, proof: good.proof)
    #expect(throws: bad) { try moved.verify(statement) }
    #expect(throws: bad) { try beacon.partial(2, of: beacon.statement(1)).verify(statement) }
    let another = try BeaconKey(3, 2, seed: 9)
    #expect(throws: bad) { try another.partial(2, of: statement).verify(statement) }
    #expect(throws: bad) { try good.verify(another.statement()) }
    let renamed = PartialEvaluation(trustee: 3, evaluation: good.evaluation, proof: good.proof)
    #expect(throws: PartialEvaluationError.badProof(trustee: 3)) { try renamed.verify(statement) }
    for number in [0, 4, 255] {
      let stranger = PartialEvaluation(trustee: number, evaluation: good.evaluation, proof: good.proof)
      #expect(throws: PartialEvaluationError.unknownTrustee(number)) { try stranger.verify(statement) }
    }
    let first = beacon.partial(1, of: statement)
    #expect(throws: BeaconError.refused(bad)) { try BeaconOutput(of: statement, [first, beacon.partial(3, of: statement), moved]) }
    #expect(throws: BeaconError.notCombined(.repeatedTrustee(2))) { try BeaconOutput(of: statement, [good, good]) }
  }

  @Test("the proof and the point are those of the specification")
  func specification() throws {
    let beacon = try BeaconKey(3, 2)
    let statement = beacon.statement()
    let good = beacon.partial(2, of: statement)
    let share = try #require(beacon.key.publicShare(of: 2))
    var transcript = Transcript("beacon evaluation")
    transcript.absorb("seed", statement.seed.value)
    transcript.absorb("trustees", 3)
    transcript.absorb("threshold", 2)
    transcript.absorb("key", beacon.key.jointKey.encoded)
    transcript.absorb("trustee", 2)
    transcript.absorb("share", share.encoded)
    transcript.absorb("point", statement.point.encoded)
    transcript.absorb("evaluation", good.evaluation.encoded)
    #expect(good.proof.verify(key: share, base: statement.point, image: good.evaluation, statement: transcript))
    var point = Transcript("beacon point")
    point.absorb("key", beacon.key.jointKey.encoded)
    point.absorb("seed", statement.seed.value)
    #expect(statement.point == RistrettoPoint(uniform: point.uniform("point")))
  }

  @Test("who sends a wrong one is named")
  func wrong() throws {
    let beacon = try BeaconKey(4, 3)
    let statement = beacon.statement()
    let swapped = PartialEvaluation(trustee: 4, evaluation: .generator, proof: beacon.partial(4, of: statement).proof)
    for wrong in [beacon.partial(4, of: beacon.statement(1)), swapped] {
      #expect(throws: PartialEvaluationError.badProof(trustee: 4)) { try wrong.verify(statement) }
    }
  }

  @Test("a partial evaluation decodes from its one encoding; a change of any bit is refused")
  func codec() throws {
    let beacon = try BeaconKey(3, 2)
    let statement = beacon.statement()
    let good = beacon.partial(2, of: statement)
    let bytes = good.encoded
    #expect(bytes.count == PartialEvaluation.encodedLength)
    #expect(try PartialEvaluation(bytes) == good)
    for bit in 0..<8 * bytes.count {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: (any Error).self, "bit \(bit)") { try PartialEvaluation(changed).verify(statement) }
    }
    for count in 0..<bytes.count { #expect(throws: CodecError.self) { try PartialEvaluation(Array(bytes.prefix(count))) } }
    #expect(throws: CodecError.trailingBytes(count: 1)) { try PartialEvaluation(bytes + [0]) }
  }
}
