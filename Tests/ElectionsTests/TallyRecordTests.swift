import Curve25519
import Testing
import ThresholdCryptography

@testable import Elections

/// The tally and the result (6.7, 6.8).
struct TallyRecordTests {
  private func partial(_ trustee: Int, _ options: Int, _ random: inout SeededRandom) -> PartialDecryption {
    var points: [RistrettoPoint] = []
    for _ in 0..<options { points.append(random.point()) }
    let proof = EqualityProof(
      generatorCommitment: random.point(), baseCommitment: random.point(), response: .random(using: &random))
    return PartialDecryption(trustee: trustee, partials: points, proof: proof)
  }

  private func tally(_ options: Int, trustees: [Int], _ random: inout SeededRandom) -> TallyRecord {
    var totals: [Ciphertext] = []
    for _ in 0..<options { totals.append(Ciphertext(alpha: random.point(), beta: random.point())) }
    var partials: [PartialDecryption] = []
    for trustee in trustees { partials.append(partial(trustee, options, &random)) }
    return TallyRecord(size: UInt64(random.below(1 << 40)), root: random.b32(), totals: totals, partials: partials)
  }

  @Test func talliesReadWhatTheyWrite() throws {
    var random = SeededRandom(seed: [1])
    for (options, trustees) in [(1, []), (1, [1]), (3, [5, 1, 4]), (256, [2, 3])] {
      let record = tally(options, trustees: trustees, &random)
      #expect(record.partials.map { $0.trustee } == trustees.sorted())
      #expect(record.encoded.count == 53 + 64 * options + trustees.count * (97 + 32 * options))
      let again = try TallyRecord(record.encoded, options: options)
      #expect(again.encoded == record.encoded)
      #expect(again.size == record.size && again.root == record.root)
      #expect(again.totals == record.totals && again.partials == record.partials)
    }
  }

  @Test func talliesAreBounded() throws {
    var random = SeededRandom(seed: [2])
    let good = tally(2, trustees: [1, 3], &random).encoded
    func error(_ offset: Int, _ bytes: [UInt8], options: Int = 2) -> CodecError? {
      var altered = good
      altered.replaceSubrange(offset..<offset + bytes.count, with: bytes)
      return codecError { _ = try TallyRecord(altered, options: options) }
    }
    let nonsense = [UInt8](repeating: 0xff, count: 32)
    #expect(error(0, []) == nil)
    #expect(error(0, [0]) == .outOfRange(field: FieldName("file type")))
    #expect(error(0, [], options: 1) == .outOfRange(field: FieldName("number of options")))
    #expect(error(0, [], options: 3) == .outOfRange(field: FieldName("number of options")))
    #expect(error(50, [0xff, 0xff]) == .outOfRange(field: FieldName("number of options")))
    for index in 0..<4 { #expect(error(52 + 32 * index, nonsense) == .invalidEncoding(field: FieldName("total"))) }
    #expect(error(180, [255]) == .truncated(field: FieldName("trustee")))
    #expect(error(180, [1]) == .trailingBytes(count: 161))
    for index in 0..<2 { #expect(error(182 + 32 * index, nonsense) == .invalidEncoding(field: FieldName("partial"))) }
    #expect(error(182 + 64, nonsense) == .invalidEncoding(field: FieldName("proof generator commitment")))
    #expect(error(182 + 96, nonsense) == .invalidEncoding(field: FieldName("proof base commitment")))
    #expect(error(182 + 128, nonsense) == .invalidEncoding(field: FieldName("proof response")))
    for count in 0..<good.count { #expect((try? TallyRecord(Array(good[..<count]), options: 2)) == nil) }
    #expect(codecError { _ = try TallyRecord(good + [0], options: 2) } == .trailingBytes(count: 1))
    let read = expectMutationsRefusedOrKept(good, rounds: 2000, random: &random) { (try? TallyRecord($0, options: 2))?.encoded }
    #expect(read > 20)
  }

  @Test func resultsReadWhatTheyWrite() throws {
    var random = SeededRandom(seed: [3])
    for options in [1, 5, 256] {
      let result = ElectionResult(
        cast: .max, counted: 7, countedWeight: .max, challenged: 3, replaced: 2, totals: (0..<options).map { UInt64($0) << 40 })
      #expect(result.encoded.count == 36 + 8 * options)
      #expect(try ElectionResult(result.encoded, options: options) == result)
      #expect(
        codecError { _ = try ElectionResult(result.encoded, options: options + 1) }
          == .outOfRange(field: FieldName("number of options")))
      for count in 0..<result.encoded.count {
        if (try? ElectionResult(Array(result.encoded[..<count]), options: options)) != nil {
          Issue.record("cut at \(count) it is read")
        }
      }
      #expect(codecError { _ = try ElectionResult(result.encoded + [0], options: options) } == .trailingBytes(count: 1))
      expectMutationsRefusedOrKept(result.encoded, rounds: 500, random: &random) {
        (try? ElectionResult($0, options: options))?.encoded
      }
    }
    let written = ElectionResult(cast: 1, counted: 2, countedWeight: 3, challenged: 4, replaced: 6, totals: [5]).encoded
    var expected = Array("COMITIAS".utf8) + [0, 1] + bigEndian(1, 4) + bigEndian(2, 4) + bigEndian(3, 8) + bigEndian(4, 4)
    expected += bigEndian(6, 4) + bigEndian(1, 2) + bigEndian(5, 8)
    #expect(written == expected)
  }

  @Test func totalsByContest() throws {
    let manifest = try manifest([
      contest(.single(options: 3, blankAllowed: true), title: "A"), contest(.yesNo(blankAllowed: true), title: "B"),
    ])
    let result = ElectionResult(cast: 9, counted: 9, countedWeight: 9, challenged: 0, replaced: 0, totals: [1, 2, 3, 4, 5])
    #expect(result.byContest(manifest) == [[1, 2, 3], [4, 5]])
  }
}
