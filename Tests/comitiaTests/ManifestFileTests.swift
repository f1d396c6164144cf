import BallotCryptography
import Elections
import Foundation
import ManifestJSON
import Testing

@testable import comitia

@Suite("Manifests in JSON")
struct ManifestFileTests {
  static func read(_ json: String, title: String? = nil, acknowledgesSmall: Bool = false) throws -> Manifest {
    let path = FileManager.default.temporaryDirectory.path + "/manifest-\(UUID().uuidString).json"
    try Data(json.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try ManifestFile.read(path).definition(title: title.flatMap { Text($0) }, acknowledgesSmall: acknowledgesSmall)
  }

  static func fault(_ json: String) -> String {
    do {
      _ = try read(json)
      return ""
    } catch {
      return (error as? CommandFailure)?.message ?? "\(error)"
    }
  }

  static func contest(_ members: String) -> String { "{\"title\":\"T\",\"contests\":[{\"title\":\"C\",\(members)}]}" }

  @Test("every field is read")
  func whole() throws {
    let manifest = try Self.read(
      """
      {"title": "Board", "description": "Two\\nlines", "opens": "2026-12-01T08:00:00Z", "closes": "2026-12-02T08:00:00Z",
       "revoting": "last-counts", "credentials": "voter", "smallAcknowledged": true,
       "contests": [
         {"title": "A", "description": "d", "kind": "approval", "minimum": 1, "maximum": 2, "blank": false,
          "options": ["x", {"name": "y", "description": "why"}, "z"]},
         {"title": "B", "kind": "score", "range": 5, "options": ["p", "q"]},
         {"title": "C", "kind": "single", "options": ["r", "s"], "blank": false},
         {"title": "D", "kind": "yes-no"}]}
      """)
    #expect(manifest.title.description == "Board")
    #expect(manifest.description.description == "Two\nlines")
    #expect(manifest.opens == 1_796_112_000_000)
    #expect(manifest.closes == manifest.opens + 86_400_000)
    #expect(manifest.revoting == .lastCounts)
    #expect(manifest.issuer == .voter)
    #expect(manifest.smallAcknowledged)
    let rules: [ContestRules?] = [
      .approval(options: 3, minimum: 1, maximum: 2), .score(options: 2, range: 5, blankAllowed: true),
      .single(options: 2, blankAllowed: false), .yesNo(blankAllowed: true),
    ]
    #expect(manifest.contests.map { $0.rules } == rules)
    #expect(manifest.contests[0].options[1].description.description == "why")
    #expect(manifest.contests[3].options.map { $0.name.description } == ["Yes", "No"])
  }

  @Test("what is left out has its usual value; the command line has its say")
  func defaults() throws {
    let json = Self.contest("\"kind\":\"approval\",\"options\":[\"a\",\"b\"]")
    let manifest = try Self.read(json)
    #expect(manifest.contests[0].rules == .approval(options: 2, maximum: 2))
    #expect(manifest.revoting == .refused && manifest.issuer == .service && !manifest.smallAcknowledged)
    let other = try Self.read(json, title: "Other", acknowledgesSmall: true)
    #expect(other.title.description == "Other" && other.smallAcknowledged)
  }

  @Test(
    "faults name the key",
    arguments: [
      ("{\"titel\":\"T\",\"contests\":[]}", "unknown key “titel”; did you mean title?"),
      ("{\"contests\":[]}", "“title” is missing"),
      ("{\"title\":\"T\"}", "“contests” is missing"), ("{\"title\":1,\"contests\":[]}", "title: text is needed"),
      ("{\"title\":\"\",\"contests\":[]}", "title: may not be empty"),
      ("{\"title\":\"a\\nb\",\"contests\":[]}", "title: control characters"),
      ("{\"title\":\"T\",\"contests\":[]}", "contests: 0 contests"),
      ("{\"title\":\"T\",\"contests\":{}}", "contests: a list in brackets is needed"), ("[]", "an object in braces is needed"),
      ("", "is empty"), ("{", "ends too early"),
      ("{\"title\":\"T\",\n\n\"contests\" 1}", "not JSON at line 3"),
      ("{\"title\":\"T\",\"opens\":\"tomorrow\",\"contests\":[]}", "opens: “tomorrow” is not a time"),
      ("{\"title\":\"T\",\"opens\":\"2026-13-01T08:00:00Z\",\"contests\":[]}", "opens: “2026-13-01T08:00:00Z” is not a time"),
      ("{\"title\":\"T\",\"revoting\":\"yes\",\"contests\":[]}", "revoting: “yes” is not possible; there are refused, last-counts"),
      ("{\"title\":\"T\",\"smallAcknowledged\":\"yes\",\"contests\":[]}", "smallAcknowledged: true or false is needed"),
    ])
  func faults(json: String, expected: String) { #expect(Self.fault(json).contains(expected), "\(Self.fault(json))") }

  @Test(
    "faults of a contest name the key",
    arguments: [
      ("\"options\":[\"a\"]", "contests[0]: “kind” is missing"),
      ("\"kind\":\"rank\",\"options\":[\"a\"]", "contests[0].kind: “rank” is not possible"),
      ("\"kind\":\"approval\"", "“options” is missing"),
      ("\"kind\":\"approval\",\"options\":[]", "contests[0].options: 0 options; from 1 to 250"),
      ("\"kind\":\"single\",\"options\":[\"a\"]", "1 options; from 2 to 250"),
      ("\"kind\":\"yes-no\",\"options\":[\"a\"]", "exactly 2"),
      ("\"kind\":\"approval\",\"options\":[\"a\",\"a\"]", "two options have one name"),
      ("\"kind\":\"approval\",\"options\":[\"a\",{}]", "options[1]: “name” is missing"),
      ("\"kind\":\"approval\",\"options\":[\"a\",{\"name\":\"b\",\"party\":\"c\"}]", "options[1]: unknown key “party”"),
      ("\"kind\":\"approval\",\"options\":[\"a\",3]", "options[1]: an object in braces is needed"),
      ("\"kind\":\"approval\",\"maximum\":3,\"options\":[\"a\",\"b\"]", "maximum: 3 is not possible"),
      ("\"kind\":\"approval\",\"maximum\":1.5,\"options\":[\"a\",\"b\"]", "maximum: a whole number is needed"),
      ("\"kind\":\"approval\",\"minimum\":2,\"maximum\":1,\"options\":[\"a\",\"b\"]", "minimum: 2 is above the maximum"),
      ("\"kind\":\"approval\",\"minimum\":1,\"blank\":true,\"options\":[\"a\",\"b\"]", "blank: true contradicts"),
      ("\"kind\":\"single\",\"maximum\":1,\"options\":[\"a\",\"b\"]", "maximum: this kind of contest has none"),
      ("\"kind\":\"score\",\"options\":[\"a\"]", "“range” is missing"),
      ("\"kind\":\"score\",\"range\":1,\"options\":[\"a\"]", "range: 1 is not possible"),
      ("\"kind\":\"approval\",\"range\":2,\"options\":[\"a\"]", "range: this kind"),
    ])
  func contestFaults(members: String, expected: String) {
    let fault = Self.fault(Self.contest(members))
    #expect(fault.contains(expected), "\(fault)")
  }

  @Test("contests that do not fit into a ballot are refused")
  func tooLarge() {
    let options = (0..<250).map { "\"o\($0)\"" }.joined(separator: ",")
    let contest = "{\"title\":\"C\",\"kind\":\"approval\",\"options\":[\(options)]}"
    let contests = Array(repeating: contest, count: 5).joined(separator: ",")
    #expect(Self.fault("{\"title\":\"T\",\"contests\":[\(contests)]}").contains("do not fit into one ballot of 1024 bits"))
  }
}
