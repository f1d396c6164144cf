import Curve25519
import Testing
import ThresholdCryptography
import TransparencyLog

@testable import Elections

/// The log of a ceremony as it travels (8.4), and the fire drill (8.5).
struct CeremonyNetworkTests {
  private func page(start: UInt32, random: inout SeededRandom) -> CeremonyPage {
    CeremonyPage(
      start: start, entries: [.message(random.bytes(98)), .shareHash(random.b32()), .message(random.bytes(2048))])
  }

  @Test func pagesAreReadAsTheyWereWritten() throws {
    var random = SeededRandom(seed: [1])
    let page = page(start: 5, random: &random)
    #expect(page.encoded.count == 2 + 3 * 7 + 98 + 32 + 2048)
    #expect(Array(page.encoded[..<11]) == [0, 3, 0, 0, 0, 5, 0, 0, 98] + page.encoded[9..<11])
    #expect(try CeremonyPage(page.encoded, start: 5) == page)
    #expect(codecError { _ = try CeremonyPage(page.encoded, start: 4) } == .outOfRange(field: FieldName("position")))
    #expect(try CeremonyPage([0, 0], start: 9).entries.isEmpty)
    let read = expectMutationsRefusedOrKept(page.encoded, rounds: 3000, random: &random) {
      (try? CeremonyPage($0, start: 5))?.encoded
    }
    #expect(read > 100)
    for count in 0..<page.encoded.count { #expect((try? CeremonyPage(Array(page.encoded[..<count]), start: 5)) == nil) }
  }

  @Test func pagesHaveBounds() {
    func error(_ bytes: [UInt8]) -> CodecError? { codecError { _ = try CeremonyPage(bytes, start: 0) } }
    #expect(error([0x10, 0x01]) == .outOfRange(field: FieldName("number of messages")))
    #expect(error([0, 1, 0, 0, 0, 0, 2, 0, 32]) == .outOfRange(field: FieldName("kind")))
    #expect(error([0, 1, 0, 0, 0, 0, 0, 0, 97]) == .outOfRange(field: FieldName("length")))
    #expect(error([0, 1, 0, 0, 0, 0, 0, 20, 129]) == .outOfRange(field: FieldName("length")))
    #expect(error([0, 1, 0, 0, 0, 0, 1, 0, 33]) == .outOfRange(field: FieldName("length")))
  }

  @Test func batchesAreReadAsTheyWereWritten() throws {
    var random = SeededRandom(seed: [2])
    let batch = CeremonyBatch([random.bytes(98), random.bytes(300)])
    #expect(try CeremonyBatch(encoded: batch.encoded) == batch)
    #expect(try CeremonyBatch(encoded: [0, 0]).messages.isEmpty)
    let read = expectMutationsRefusedOrKept(batch.encoded, rounds: 2000, random: &random) {
      (try? CeremonyBatch(encoded: $0))?.encoded
    }
    #expect(read > 100)
    #expect(codecError { _ = try CeremonyBatch(encoded: [0, 129]) } == .outOfRange(field: FieldName("number of messages")))
    #expect(codecError { _ = try CeremonyBatch(encoded: [0, 1, 0, 97]) } == .outOfRange(field: FieldName("length")))
  }

  @Test func theRootIsThatOfTheHashesOfMessages() {
    var random = SeededRandom(seed: [3])
    var root = CeremonyRoot()
    #expect(root.root == MerkleTree.emptyRoot)
    let first = random.bytes(120)
    let second = CeremonyLogEntry.shareHash(random.b32())
    root.append(CeremonyLogEntry.message(first).hash)
    #expect(root.root == Bytes32(SHA256.hash([0] + SHA256.hash(first)).span))
    let one = root.root
    root.append(second.hash)
    #expect(root.size == 2)
    #expect(root.root == Bytes32(SHA256.hash([1] + one.bytes + SHA256.hash([0] + second.hash.bytes)).span))
  }

  @Test(arguments: [(3, 2), (5, 3)]) func drillNeedsTheRightShares(count: Int, threshold: Int) throws {
    var random = SeededRandom(seed: [4])
    let coefficients = (0..<threshold).map { _ in Scalar.random(using: &random) }
    let proof = SchnorrProof(commitment: .generator, response: .one)
    let dealer = DealerCommitment(commitments: coefficients.map { .generatorMultiple($0) }, proof: proof)
    let zero = DealerCommitment(commitments: coefficients.map { _ in .generatorMultiple(.zero) }, proof: proof)
    let key = try ThresholdKey(dealers: [dealer] + (1..<count).map { _ in zero })
    let keys = PerKey { _ in key }
    let seeds = (0..<count).map { _ in random.b32() }
    let drawKeys = seeds.map { Ed25519.PrivateKey(seed: $0).publicKey }
    func shares(_ trustee: Int) -> SecretShares {
      var value = Scalar.zero
      for coefficient in coefficients.reversed() { value = value * Scalar(UInt64(trustee)) + coefficient }
      return SecretShares(trustee: trustee, values: PerKey { _ in value }, drawSeed: seeds[trustee - 1])
    }
    let drill = FireDrill(ceremony: random.b32(), size: 9, root: random.b32(), keys: keys, drawKeys: drawKeys)
    #expect(drill.value < 65_536)
    let parts = (1...count).map { drill.part(with: shares($0), using: &random) }
    for part in parts { try drill.verify(part) }
    let outcome = try #require(drill.outcome(parts))
    #expect(outcome.record.trustees == Array(1...count))
    // Whoever takes part, the draw is the same.
    #expect(drill.outcome(Array(parts.suffix(threshold)))?.output == outcome.output)
    #expect(drill.outcome(Array(parts.prefix(threshold - 1))) == nil)
    #expect(drill.outcome(parts.reversed()) == nil)
    let borrowed = FireDrillPart(decryption: parts[0].decryption, draw: parts[1].draw)
    #expect(throws: FireDrillError.draw(.outOfOrder(trustee: 2))) { try drill.verify(borrowed) }
    // Another root is another drill: nobody who read another log passes.
    let other = FireDrill(ceremony: random.b32(), size: 9, root: random.b32(), keys: keys, drawKeys: drawKeys)
    #expect(throws: FireDrillError.decryption(.badProof(trustee: 1))) { try other.verify(parts[0]) }
    #expect(try FireDrillPart(parts[0].encoded) == parts[0])
    #expect(codecError { _ = try FireDrillPart(parts[0].encoded + [0]) } == .trailingBytes(count: 1))
    let encoded = outcome.record.encoded
    #expect(try DrawRecord(encoded) == outcome.record)
    for length in 0..<encoded.count { #expect((try? DrawRecord(Array(encoded[..<length]))) == nil) }
    let read = expectMutationsRefusedOrKept(encoded, rounds: 500, random: &random) { (try? DrawRecord($0))?.encoded }
    #expect(read > 0)
  }
}
