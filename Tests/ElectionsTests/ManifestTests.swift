import BallotCryptography
import Curve25519
import Testing

@testable import Elections

/// The manifest (6.1): what it may say and how it is written.
struct ManifestTests {
  @Test func isWrittenAsSpecified() throws {
    let rules = try #require(ContestRules.score(options: 2, range: 10, blankAllowed: false))
    let picture = SHA256.digest(Array("a picture".utf8))
    let lines = try #require(Text("a\nb", lines: true))
    let contest = try #require(
      Contest(
        title: text("How much?"), description: lines, rules: rules,
        options: [
          ContestOption(name: text("Tea"), description: text("green"), picture: picture),
          ContestOption(name: text("Café"), picture: .zero),
        ], order: .drawn))
    let manifest = try #require(
      Manifest(
        title: text("Drinks"), description: text("d"), opens: 1, closes: 0x1_0000_0000, revoting: .lastCounts, issuer: .voter,
        smallAcknowledged: true, anchoring: ElectionAnchoring(mode: .batch, chain: 137, contract: (1...20).map { $0 }),
        contests: [contest]))
    func counted(_ string: String) -> [UInt8] { bigEndian(string.utf8.count, 2) + Array(string.utf8) }
    var expected = Array("COMITIAM".utf8) + [0, 1] + counted("Drinks") + counted("d")
    expected += bigEndian(1, 8) + bigEndian(0x1_0000_0000, 8) + [1, 2, 1] + [2] + bigEndian(137, 8) + (1...20) + [1]
    expected += [4] + counted("How much?") + counted("a\nb") + bigEndian(10, 2) + bigEndian(1, 4) + bigEndian(20, 4) + [1]
    expected += bigEndian(2, 2) + counted("Tea") + counted("green") + picture.bytes + counted("Café") + counted("")
    expected += [UInt8](repeating: 0, count: 32)
    #expect(manifest.encoded == expected)
    let again = try Manifest(expected)
    #expect(again.encoded == expected)
    #expect(again.title == manifest.title && again.description == manifest.description)
    #expect(again.opens == 1 && again.closes == 0x1_0000_0000)
    #expect(again.revoting == .lastCounts && again.issuer == .voter && again.smallAcknowledged)
    #expect(again.anchoring == manifest.anchoring && again.anchoring?.mode == .batch)
    #expect(again.contests == [contest])
    #expect(again.contests[0].options.map { $0.picture } == [picture, nil])
    #expect(again.layout.bits == manifest.layout.bits)
  }

  @Test func randomManifests() throws {
    var random = SeededRandom(seed: [1])
    for _ in 0..<200 {
      let manifest = try randomManifest(&random)
      let again = try Manifest(manifest.encoded)
      #expect(again.encoded == manifest.encoded)
      #expect(again.contests == manifest.contests)
      #expect(again.largestRange == manifest.contests.map { UInt64($0.rules.range) }.max())
    }
  }

  @Test func mutationsAreRefusedOrKept() throws {
    var random = SeededRandom(seed: [2])
    var read = 0
    for _ in 0..<40 {
      let manifest = try randomManifest(&random)
      read += expectMutationsRefusedOrKept(manifest.encoded, rounds: 150, random: &random) { (try? Manifest($0))?.encoded }
      for count in 0..<manifest.encoded.count {
        if (try? Manifest(Array(manifest.encoded[..<count]))) != nil { Issue.record("cut at \(count) it is read") }
      }
      #expect(codecError { _ = try Manifest(manifest.encoded + [0]) } == .trailingBytes(count: 1))
    }
    // Letters and times may be anything.
    #expect(read > 100)
  }

  /// Each field beyond its bounds, and the error that names it.
  @Test func fieldsAreBounded() throws {
    let manifest = try simpleManifest()
    let good = manifest.encoded
    let settings = 10 + 2 + 8 + 2 + 16
    func error(_ offset: Int, _ bytes: [UInt8]) -> CodecError? {
      var altered = good
      altered.replaceSubrange(offset..<offset + bytes.count, with: bytes)
      return codecError { _ = try Manifest(altered) }
    }
    func range(_ field: StaticString) -> CodecError { .outOfRange(field: FieldName(field)) }
    #expect(error(0, [0x63]) == range("file type"))
    #expect(error(8, [0, 2]) == range("version"))
    #expect(error(10, [0, 201]) == range("election title"))
    #expect(error(12, [0x0a]) == .invalidText(field: FieldName("election title")))
    #expect(error(20, [0x0f, 0xa1]) == range("election description"))
    #expect(error(settings, [2]) == range("re-voting"))
    #expect(error(settings + 1, [3]) == range("credential issuer"))
    #expect(error(settings + 2, [2]) == range("small election acknowledged"))
    #expect(error(settings + 4, [0]) == .trailingBytes(count: good.count - settings - 5))
    #expect(error(settings + 4, [2]) == .truncated(field: FieldName("contest kind")))
    #expect(error(settings + 5, [0]) == range("contest"))
    #expect(error(settings + 5, [5]) == range("contest"))
    let rules = settings + 6 + 2 + 8 + 2
    #expect(error(rules, [0, 2]) == range("contest"))
    #expect(error(rules + 2, [0, 0, 0, 2]) == range("contest"))
    #expect(error(rules + 6, [0xff, 0xff, 0xff, 0xff]) == range("contest"))
    #expect(error(rules + 10, [2]) == range("contest"))
    #expect(error(rules + 11, [0, 0]) == range("number of options"))
    #expect(error(rules + 11, [0, 251]) == range("number of options"))
    #expect(error(rules + 11, [0, 250]) == .truncated(field: FieldName("option name")))
    // Two options of one name: "Option 0" becomes "Option 1".
    #expect(error(rules + 13 + 2 + 7, [0x31]) == range("contest"))
    // Opens before it closes, or by hand.
    #expect(error(22, bigEndian(5, 8) + bigEndian(5, 8)) == range("times or contests"))
    #expect(error(22, bigEndian(6, 8) + bigEndian(5, 8)) == range("times or contests"))
    #expect(error(22, bigEndian(5, 8) + bigEndian(6, 8)) == nil)
    #expect(error(22, bigEndian(5, 8) + bigEndian(0, 8)) == nil)
    #expect(error(22, bigEndian(0, 8) + bigEndian(5, 8)) == nil)
    #expect(
      codecError { _ = try Manifest(Array("COMITIAM".utf8) + [0, 1, 0, 0]) } == .invalidText(field: FieldName("election title")))
  }

  /// Chain and contract follow where the board is anchored, and only there.
  @Test func anchoringIsBounded() throws {
    let contract = [UInt8](1...20)
    let plain = try simpleManifest().encoded
    let place = 10 + 2 + 8 + 2 + 16 + 3
    func error(_ bytes: [UInt8]) -> CodecError? {
      codecError { _ = try Manifest(plain[..<place] + bytes + plain[(place + 1)...]) }
    }
    for mode in ElectionAnchoring.Mode.allCases {
      let anchored = Array(plain[..<place] + [mode.rawValue] + bigEndian(31337, 8) + contract + plain[(place + 1)...])
      let manifest = try Manifest(anchored)
      #expect(manifest.anchoring == ElectionAnchoring(mode: mode, chain: 31337, contract: contract))
      #expect(manifest.anchoring?.recordsBallots == (mode != .checkpoint))
      #expect(manifest.encoded == anchored)
    }
    #expect(error([4] + bigEndian(1, 8) + contract) == .outOfRange(field: FieldName("anchoring")))
    let outside = CodecError.outOfRange(field: FieldName("chain or contract"))
    #expect(error([1] + bigEndian(0, 8) + contract) == outside)
    #expect(error([1, 0, 0x20, 0, 0, 0, 0, 0, 0] + contract) == outside)
    #expect(error([1, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff] + contract) == nil)
    #expect(error([1] + bigEndian(1, 8) + [UInt8](repeating: 0, count: 20)) == outside)
    #expect(ElectionAnchoring(mode: .each, chain: 1, contract: Array(contract.dropLast())) == nil)
  }

  @Test func contestsMustFitIntoABallot() throws {
    let wide = try (0..<8).map { try contest(.approval(options: 128, maximum: 128), title: "Question \($0)") }
    #expect(try manifest(wide).layout.bits == 1024)
    let narrow = try contest(.approval(options: 1, maximum: 1))
    let title = try text("Election")
    #expect(Manifest(title: title, contests: wide + [narrow]) == nil)
    #expect(Manifest(title: title, contests: Array(repeating: narrow, count: 50)) != nil)
    #expect(Manifest(title: title, contests: Array(repeating: narrow, count: 51)) == nil)
    #expect(Manifest(title: title, contests: []) == nil)
    // The same in bytes: 51 contests, one too many bits.
    let one = try manifest([narrow]).encoded
    let head = Array(one[..<42])
    let body = Array(one[43...])
    func read(_ count: UInt8) -> CodecError? {
      codecError { _ = try Manifest(head + [count] + Array(repeating: body, count: Int(count)).joined()) }
    }
    #expect(read(50) == nil)
    #expect(read(51) == .outOfRange(field: FieldName("times or contests")))
    #expect(read(0) == .outOfRange(field: FieldName("times or contests")))
  }

  /// What cannot be read cannot be made.
  @Test func unreadableTextsAreRefused() throws {
    let rules = try #require(ContestRules.yesNo(blankAllowed: true))
    let good = try text("Good")
    let choices = try options(2)
    let longest = try text(String(repeating: "é", count: 100))
    let tooLong = try text(String(repeating: "é", count: 100) + "e")
    let lines = try #require(Text("two\nlines", lines: true))
    let longDescription = try text(String(repeating: "x", count: 4000))
    let tooLongDescription = try text(String(repeating: "x", count: 4001))
    let contest = try #require(Contest(title: longest, description: longDescription, rules: rules, options: choices))
    let manifest = try #require(Manifest(title: longest, description: longDescription, contests: [contest]))
    #expect(try Manifest(manifest.encoded).title == longest)
    for name in [tooLong, lines, .empty] {
      #expect(Contest(title: name, rules: rules, options: choices) == nil)
      #expect(Contest(title: good, rules: rules, options: [choices[0], ContestOption(name: name)]) == nil)
      #expect(Manifest(title: name, contests: [contest]) == nil)
    }
    #expect(Contest(title: good, description: tooLongDescription, rules: rules, options: choices) == nil)
    let described = ContestOption(name: good, description: tooLongDescription)
    #expect(Contest(title: good, rules: rules, options: [choices[0], described]) == nil)
    #expect(Manifest(title: good, description: tooLongDescription, contests: [contest]) == nil)
    #expect(Contest(title: good, rules: rules, options: [choices[0]]) == nil)
    #expect(Contest(title: good, rules: rules, options: [choices[0], choices[0]]) == nil)
    #expect(Contest(title: good, rules: rules, options: choices + [ContestOption(name: good)]) == nil)
  }

  @Test func openingHours() throws {
    let contests = [try contest(.yesNo(blankAllowed: true))]
    let between = try manifest(contests, opens: 10, closes: 20)
    #expect([9, 10, 19, 20].map { between.allowsVoting(at: $0) } == [false, true, true, false])
    let from = try manifest(contests, opens: 10)
    #expect([9, 10, .max].map { from.allowsVoting(at: $0) } == [false, true, true])
    let until = try manifest(contests, closes: 20)
    #expect([0, 19, 20].map { until.allowsVoting(at: $0) } == [true, true, false])
    #expect(try manifest(contests).allowsVoting(at: 0))
  }

  private func randomManifest(_ random: inout SeededRandom) throws -> Manifest {
    func word(_ prefix: String) -> String {
      prefix + String(repeating: ["a", "é", "語", "🗳", " "][random.below(5)], count: random.below(9))
    }
    var contests: [Contest] = []
    for number in 0...random.below(4) {
      let count = 2 + random.below(5)
      let maximum = 1 + random.below(count)
      let rules: ContestRules? =
        switch random.below(4) {
        case 0: .yesNo(blankAllowed: random.below(2) == 0)
        case 1: .single(options: count, blankAllowed: random.below(2) == 0)
        case 2: .approval(options: count, minimum: random.below(maximum + 1), maximum: maximum)
        default: .score(options: count, range: 2 + random.below(20), blankAllowed: random.below(2) == 0)
        }
      let valid = try #require(rules)
      var options: [ContestOption] = []
      for index in 0..<valid.options {
        options.append(
          ContestOption(
            name: try text(word("\(index)")), description: try text(word("")), picture: random.below(2) == 0 ? random.b32() : nil))
      }
      contests.append(
        try #require(
          Contest(
            title: text(word("Q\(number)")), description: text(word("")), rules: valid, options: options,
            order: OptionOrder.allCases[random.below(2)])))
    }
    let opens = UInt64(random.below(3) * 1000)
    return try #require(
      Manifest(
        title: text(word("E")), description: text(word("")), opens: opens, closes: random.below(2) == 0 ? 0 : opens + 1,
        revoting: Revoting.allCases[random.below(2)], issuer: CredentialIssuer.allCases[random.below(3)],
        smallAcknowledged: random.below(2) == 0,
        anchoring: ElectionAnchoring.Mode(rawValue: UInt8(random.below(4))).flatMap {
          ElectionAnchoring(mode: $0, chain: UInt64(1 + random.below(1 << 20)), contract: Array(random.b32().bytes.prefix(20)))
        }, contests: contests))
  }
}
