import Curve25519
import Testing
import ThresholdCryptography

@testable import Elections

/// The trustees of a record (6.2).
struct TrusteeRosterTests {
  @Test func readingWhatWasWritten() throws {
    var random = SeededRandom(seed: [1])
    for (count, threshold) in [(1, 1), (2, 2), (3, 2), (5, 3), (5, 5), (50, 26)] {
      let roster = try roster(trustees: count, threshold: threshold, random: &random)
      let names = roster.trustees.reduce(0) { $0 + $1.name.utf8.count }
      #expect(roster.encoded.count == 44 + names + count * (2 + 32 + 3 * (32 * threshold + 64) + 32))
      let again = try TrusteeRoster(roster.encoded)
      #expect(again == roster)
      #expect(again.encoded == roster.encoded)
      #expect(again.threshold == threshold)
      for purpose in KeyPurpose.allCases {
        let sum = roster.trustees.reduce(RistrettoPoint.identity) { $0 + $1.dealing.commitments[purpose].commitments[0] }
        #expect(again.jointKey(purpose) == sum)
        #expect(try again.thresholdKey(purpose).jointKey == sum)
      }
    }
  }

  @Test func mutationsAreRefusedOrKept() throws {
    var random = SeededRandom(seed: [2])
    let roster = try roster(trustees: 3, threshold: 2, random: &random)
    let read = expectMutationsRefusedOrKept(roster.encoded, rounds: 3000, random: &random) { (try? TrusteeRoster($0))?.encoded }
    #expect(read > 100)
    for count in 0..<roster.encoded.count { #expect((try? TrusteeRoster(Array(roster.encoded[..<count]))) == nil) }
    #expect(codecError { _ = try TrusteeRoster(roster.encoded + [0]) } == .trailingBytes(count: 1))
  }

  @Test func fieldsAreBounded() throws {
    var random = SeededRandom(seed: [3])
    let good = try roster(trustees: 3, threshold: 2, random: &random)
    func error(_ offset: Int, _ bytes: [UInt8]) -> CodecError? {
      var altered = good.encoded
      altered.replaceSubrange(offset..<offset + bytes.count, with: bytes)
      return codecError { _ = try TrusteeRoster(altered) }
    }
    let numbers = CodecError.outOfRange(field: FieldName("number of trustees or threshold"))
    for (n, t) in [(0, 0), (0, 1), (1, 0), (3, 1), (3, 4), (4, 2), (51, 26), (255, 255)] as [(UInt8, UInt8)] {
      #expect(error(42, [n, t]) == numbers)
    }
    #expect(error(42, [50, 50]) != nil)
    #expect(error(0, [0]) == .outOfRange(field: FieldName("file type")))
    #expect(error(9, [0]) == .outOfRange(field: FieldName("version")))
    #expect(error(44, [0, 201]) == .outOfRange(field: FieldName("trustee name")))
    #expect(error(46, [0x1b]) == .invalidText(field: FieldName("trustee name")))
    // "Trustee 1" becomes "Trustee 2".
    let names = CodecError.outOfRange(field: FieldName("names or keys of trustees"))
    #expect(error(46 + 8, [0x32]) == names)
    #expect(error(46 + 9, good.trustees[2].signingKey.bytes) == names)
    let commitments = 46 + 9 + 32
    let nonsense = [UInt8](repeating: 0xff, count: 32)
    for index in 0..<2 {
      #expect(error(commitments + 32 * index, nonsense) == .invalidEncoding(field: FieldName("commitment")))
    }
    #expect(error(commitments + 64, nonsense) == .invalidEncoding(field: FieldName("proof commitment")))
    #expect(error(commitments + 96, nonsense) == .invalidEncoding(field: FieldName("proof response")))
  }

  @Test func rostersAreConsistent() throws {
    var random = SeededRandom(seed: [4])
    let good = try roster(trustees: 3, threshold: 2, random: &random)
    let (parameters, trustees) = (good.parameters, good.trustees)
    #expect(TrusteeRoster(parameters: parameters, trustees: trustees) == good)
    #expect(TrusteeRoster(parameters: parameters, trustees: Array(trustees.dropLast())) == nil)
    #expect(TrusteeRoster(parameters: parameters, trustees: trustees + [trustees[0]]) == nil)
    func replacing(name: Text? = nil, key: Bytes32? = nil, dealing: Dealing? = nil) -> TrusteeRoster? {
      let last = RosterEntry(
        name: name ?? trustees[2].name, signingKey: key ?? trustees[2].signingKey, dealing: dealing ?? trustees[2].dealing)
      return TrusteeRoster(parameters: parameters, trustees: Array(trustees[..<2]) + [last])
    }
    #expect(replacing() == good)
    #expect(replacing(name: trustees[0].name) == nil)
    #expect(replacing(key: trustees[1].signingKey) == nil)
    #expect(replacing(name: .empty) == nil)
    #expect(replacing(name: try text(String(repeating: "x", count: 201))) == nil)
    #expect(replacing(name: try #require(Text("two\nlines", lines: true))) == nil)
    let dealing = trustees[2].dealing
    for purpose in KeyPurpose.allCases {
      var commitments = dealing.commitments
      commitments[purpose] = DealerCommitment(commitments: [random.point()], proof: commitments[purpose].proof)
      #expect(replacing(dealing: Dealing(commitments: commitments, drawKey: dealing.drawKey)) == nil)
    }
    let borrowed = Dealing(commitments: dealing.commitments, drawKey: trustees[0].dealing.drawKey)
    #expect(replacing(dealing: borrowed) == nil)
  }
}
