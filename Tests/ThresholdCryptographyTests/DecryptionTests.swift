import Curve25519
import Testing

@testable import ThresholdCryptography

/// An election's encrypted totals, encrypted to the joint key of a ceremony.
struct Totals {
  let results: [KeyCeremonyResult]
  let numbers: [UInt64]
  let statement: DecryptionStatement

  init(_ n: Int, _ t: Int, numbers: [UInt64] = [0, 1, 7, 250]) throws {
    results = try Setting(n, t).results()
    self.numbers = numbers
    let key = results[0].keys.election.jointKey
    var random = seeded(11)
    let totals = numbers.map { number in
      let r = Scalar.random(using: &random)
      return Ciphertext(alpha: .generatorMultiple(r), beta: .generatorMultiple(Scalar(number)) + r * key)
    }
    statement = DecryptionStatement(election: random.bytes32(), size: 42, root: random.bytes32(), totals: totals)
  }

  var key: ThresholdKey { results[0].keys.election }

  var plaintexts: [RistrettoPoint] { numbers.map { .generatorMultiple(Scalar($0)) } }

  func partial(_ trustee: Int, of statement: DecryptionStatement? = nil) -> PartialDecryption {
    var random = seeded(20 + trustee)
    return PartialDecryption(of: statement ?? self.statement, with: results[trustee - 1].shares[.election], using: &random)
  }
}

@Suite("Decryption")
struct DecryptionTests {
  @Test("the totals come out at every size", arguments: KeyCeremonyTests.sizes)
  func sizes(n: Int, t: Int) throws {
    let totals = try Totals(n, t)
    let partials = (1...n).map { totals.partial($0) }
    for partial in partials { try partial.verify(totals.statement, key: totals.key) }
    #expect(try Combination.plaintexts(totals.statement, partials, key: totals.key) == totals.plaintexts)
    let last = Array(partials.suffix(t).reversed())
    #expect(try Combination.plaintexts(totals.statement, last, key: totals.key) == totals.plaintexts)
    #expect(DiscreteLogarithm(bound: 300, targets: 4).logarithms(of: totals.plaintexts) == totals.numbers)
  }

  @Test("any three of five give the same, in any order; two do not")
  func subsetsOfFive() throws {
    let totals = try Totals(5, 3)
    let partials = (1...5).map { totals.partial($0) }
    var random = seeded(1)
    for chosen in subsets(of: [1, 2, 3, 4, 5], size: 3) {
      let mixed = random.shuffled(chosen).map { partials[$0 - 1] }
      #expect(try Combination.plaintexts(totals.statement, mixed, key: totals.key) == totals.plaintexts)
    }
    for chosen in subsets(of: [1, 2, 3, 4, 5], size: 2) {
      #expect(throws: CombinationError.tooFew(found: 2, needed: 3)) {
        try Combination.plaintexts(totals.statement, chosen.map { partials[$0 - 1] }, key: totals.key)
      }
    }
  }

  @Test("what cannot be combined is refused")
  func combination() throws {
    let totals = try Totals(3, 2)
    let partials = (1...3).map { totals.partial($0) }
    let combine = { (partials: [PartialDecryption]) in try Combination.plaintexts(totals.statement, partials, key: totals.key) }
    #expect(throws: CombinationError.repeatedTrustee(1)) { try combine([partials[0], partials[0]]) }
    let stranger = PartialDecryption(trustee: 4, partials: partials[0].partials, proof: partials[0].proof)
    #expect(throws: CombinationError.unknownTrustee(4)) { try combine([partials[0], stranger]) }
    let short = PartialDecryption(trustee: 2, partials: [], proof: partials[0].proof)
    #expect(throws: CombinationError.wrongCount(trustee: 2)) { try combine([partials[0], short]) }
  }

  @Test("the proof is that of the specification")
  func specification() throws {
    let totals = try Totals(3, 2)
    let partial = totals.partial(2)
    let share = try #require(totals.key.publicShare(of: 2))
    var transcript = SpecifiedTranscripts.partialDecryption(totals.statement, trustee: 2, share: share, partial.partials)
    let w = transcript.challenge("weight")
    var power = Scalar.one
    var base = RistrettoPoint.identity
    var image = RistrettoPoint.identity
    for (total, point) in zip(totals.statement.totals, partial.partials) {
      base = base + power * total.alpha
      image = image + power * point
      power = power * w
    }
    let proof = partial.proof
    transcript.absorb("commitments", proof.generatorCommitment.encoded.bytes + proof.baseCommitment.encoded.bytes)
    let e = transcript.challenge("e")
    #expect(.generatorMultiple(proof.response) == proof.generatorCommitment + e * share)
    #expect(proof.response * base == proof.baseCommitment + e * image)
  }

  @Test("another share, election, size, root, ciphertext or partial is refused and named")
  func refused() throws {
    let totals = try Totals(3, 2)
    let s = totals.statement
    let good = totals.partial(2)
    let bad = PartialDecryptionError.badProof(trustee: 2)
    let swappedTotals = [s.totals[1], s.totals[0]] + s.totals.dropFirst(2)
    let statements = [
      DecryptionStatement(election: .zero, size: s.size, root: s.root, totals: s.totals),
      DecryptionStatement(election: s.election, size: s.size + 1, root: s.root, totals: s.totals),
      DecryptionStatement(election: s.election, size: s.size, root: .zero, totals: s.totals),
      DecryptionStatement(election: s.election, size: s.size, root: s.root, totals: swappedTotals),
    ]
    for statement in statements { #expect(throws: bad) { try good.verify(statement, key: totals.key) } }
    let otherShare = PartialDecryption(trustee: 2, partials: totals.partial(1).partials, proof: totals.partial(1).proof)
    #expect(throws: bad) { try otherShare.verify(s, key: totals.key) }
    var partials = good.partials
    partials.swapAt(2, 3)
    #expect(throws: bad) { try PartialDecryption(trustee: 2, partials: partials, proof: good.proof).verify(s, key: totals.key) }
    for k in good.partials.indices {
      partials = good.partials
      partials[k] = partials[k] + .generator
      #expect(throws: bad) { try PartialDecryption(trustee: 2, partials: partials, proof: good.proof).verify(s, key: totals.key) }
    }
    let short = PartialDecryption(trustee: 2, partials: Array(good.partials.dropLast()), proof: good.proof)
    #expect(throws: PartialDecryptionError.wrongCount(trustee: 2)) { try short.verify(s, key: totals.key) }
    let stranger = PartialDecryption(trustee: 4, partials: good.partials, proof: good.proof)
    #expect(throws: PartialDecryptionError.unknownTrustee(4)) { try stranger.verify(s, key: totals.key) }
  }

  @Test("one wrong partial, joined by a prover who knows the share, is refused")
  func cheatingProver() throws {
    let totals = try Totals(3, 2)
    let s = totals.statement
    let share = totals.results[1].shares[.election]
    // The prover moves a vote from one option to another, and proves as well as it can.
    var partials = totals.partial(2).partials
    partials[0] = partials[0] + .generator
    partials[1] = partials[1] - .generator
    var transcript = SpecifiedTranscripts.partialDecryption(s, trustee: 2, share: share.publicShare, partials)
    let w = transcript.challenge("weight")
    var base = RistrettoPoint.identity
    var power = Scalar.one
    for total in s.totals {
      base = base + power * total.alpha
      power = power * w
    }
    var random = seeded(1)
    let proof = EqualityProof.prove(secret: share.value, base: base, statement: transcript, using: &random)
    #expect(throws: PartialDecryptionError.badProof(trustee: 2)) {
      try PartialDecryption(trustee: 2, partials: partials, proof: proof).verify(s, key: totals.key)
    }
  }

  @Test("an election without ballots decrypts to zeros")
  func empty() throws {
    let results = try Setting(3, 2).results()
    let nothing = Ciphertext(alpha: .identity, beta: .identity)
    let statement = DecryptionStatement(election: .zero, size: 2, root: .zero, totals: [nothing, nothing])
    var random = seeded(1)
    var session = DecryptionSession(statement: statement, key: results[0].keys.election)
    for result in results.prefix(2) {
      _ = session.receive(PartialDecryption(of: statement, with: result.shares[.election], using: &random))
    }
    #expect(session.plaintexts == [.identity, .identity])
  }

  @Test("partial decryptions have one encoding, and every changed bit is refused")
  func codec() throws {
    let totals = try Totals(3, 2, numbers: [3, 4])
    let partial = totals.partial(3)
    var writer = ByteWriter()
    partial.encode(to: &writer)
    #expect(writer.bytes.count == 1 + 2 * 32 + 96)
    let read = { (bytes: [UInt8]) in
      var reader = ByteReader(bytes)
      let partial = try PartialDecryption(from: &reader, count: 2)
      try reader.finish()
      return partial
    }
    #expect(try read(writer.bytes) == partial)
    for index in writer.bytes.indices {
      for bit in 0..<8 {
        var bytes = writer.bytes
        bytes[index] ^= 1 << UInt8(bit)
        guard let changed = try? read(bytes) else { continue }
        #expect(throws: PartialDecryptionError.self) { try changed.verify(totals.statement, key: totals.key) }
      }
    }
    #expect(throws: CodecError.trailingBytes(count: 1)) { try read(writer.bytes + [0]) }
    for count in writer.bytes.indices { #expect(throws: CodecError.self) { try read(Array(writer.bytes.prefix(count))) } }
  }
}

@Suite("Decryption session")
struct DecryptionSessionTests {
  @Test("finishes with any t, in any order, and takes the others for the record")
  func anyOrder() throws {
    let totals = try Totals(4, 3)
    for first in subsets(of: [1, 2, 3, 4], size: 3) {
      var session = DecryptionSession(statement: totals.statement, key: totals.key)
      #expect(session.missing == [1, 2, 3, 4])
      #expect(session.receive(totals.partial(first[2])) == .accepted)
      #expect(session.receive(totals.partial(first[0])) == .accepted)
      #expect(session.plaintexts == nil)
      #expect(session.stillNeeded == 1)
      #expect(session.receive(totals.partial(first[1])) == .finished)
      #expect(session.plaintexts == totals.plaintexts)
      #expect(session.stillNeeded == 0)
      let last = try #require(session.missing.first)
      #expect(session.receive(totals.partial(last)) == .finished)
      #expect(session.partials.map { $0.trustee } == [1, 2, 3, 4])
      #expect(session.plaintexts == totals.plaintexts)
    }
  }

  @Test("invalid ones are named, and keep nobody's valid one out")
  func invalid() throws {
    let totals = try Totals(3, 2)
    var session = DecryptionSession(statement: totals.statement, key: totals.key)
    let forged = PartialDecryption(trustee: 2, partials: totals.partial(1).partials, proof: totals.partial(1).proof)
    #expect(session.receive(forged) == .refused(.badProof(trustee: 2)))
    #expect(session.missing == [1, 2, 3])
    #expect(session.receive(totals.partial(2)) == .accepted)
    #expect(session.receive(totals.partial(2)) == .duplicate)
    #expect(session.receive(forged) == .duplicate)
    let stranger = PartialDecryption(trustee: 9, partials: totals.partial(1).partials, proof: totals.partial(1).proof)
    #expect(session.receive(stranger) == .refused(.unknownTrustee(9)))
    #expect(session.receive(totals.partial(1)) == .finished)
    #expect(session.plaintexts == totals.plaintexts)
  }
}
