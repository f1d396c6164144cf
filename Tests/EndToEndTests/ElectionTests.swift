import Foundation
import Testing

/// Whole elections: what is verified is the plain count of the file.
@Suite("Elections from file to verified result")
struct ElectionTests {
  static let folder = ProcessInfo.processInfo.environment["COMITIA_TEST_DATA"] ?? Repository.path("../shared/data")
  static let hasData = FileManager.default.fileExists(atPath: folder + "/approval/french-approval-1.cat")

  /// All ways to take three of five.
  static let triples = (1...3).flatMap { a in (a + 1...4).flatMap { b in (b + 1...5).map { c in "\(a),\(b),\(c)" } } }
  /// Each town with each of them, or all of them for one town and one for each other.
  static let towns = (1...3).flatMap { town in
    (town == 1 || ProcessInfo.processInfo.environment["COMITIA_LONG"] != nil ? triples : [triples[3 * town]]).map { (town, $0) }
  }

  /// Holds an election, verifies its record against the election id, and returns the verified votes by option.
  static func verifiedVotes(_ scratch: Scratch, _ arguments: [String]) throws -> [String: Int] {
    let run = try CommandRun(
      [CommandRun.executable, "election", "run", "--trustees", "5", "--threshold", "3", "--out", "record", "--json"] + arguments,
      in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.isEmpty)
    let id = try #require(try run.json()["electionId"] as? String)
    let verify = try CommandRun("verify", "record", "--election-id", id, "--json", in: scratch)
    #expect(verify.status == 0, "\(verify.output)")
    let answer = try verify.json()
    #expect(answer["ok"] as? Bool == true)
    #expect(answer["electionId"] as? String == id)
    #expect(answer["selfConsistentOnly"] as? Bool == false)
    let contests = try #require(answer["contests"] as? [[String: Any]])
    var votes: [String: Int] = [:]
    for option in try #require(contests[0]["options"] as? [[String: Any]]) {
      let name = try #require(option["name"] as? String)
      votes[name] = try #require(option["votes"] as? Int)
    }
    return votes
  }

  /// The plain count of a PrefLib approval file, by regular expressions and nothing of ours.
  static func plainCount(_ text: String) throws -> [String: Int] {
    var names: [Int: String] = [:]
    var votes: [String: Int] = [:]
    for match in text.matches(of: #/# ALTERNATIVE NAME (\d+): (.+)/#) {
      let number = try #require(Int(match.output.1))
      names[number] = String(match.output.2)
      votes[String(match.output.2)] = 0
    }
    for match in text.matches(of: #/(?m)^(\d+): (?:\{([\d,]*)\}|(\d+))/#) {
      let count = try #require(Int(match.output.1))
      for number in (match.output.2 ?? match.output.3 ?? "").split(separator: ",") {
        let alternative = try #require(Int(number))
        let name = try #require(names[alternative])
        votes[name, default: 0] += count
      }
    }
    return votes
  }

  @Test(
    "French approval ballots of 2002, decrypted by any three of five trustees", .enabled(if: hasData, "skipped: no test data"),
    arguments: towns)
  func french(number: Int, decrypting: String) throws {
    let path = Self.folder + "/approval/french-approval-\(number).cat"
    let scratch = try Scratch()
    let votes = try Self.verifiedVotes(scratch, ["--ballots", path, "--decrypting", decrypting])
    let expected = try Self.plainCount(String(contentsOfFile: path, encoding: .utf8))
    #expect(expected.count == 16)
    #expect(votes == expected)
  }

  @Test("the committee of the examples")
  func committee() throws {
    let scratch = try Scratch()
    let votes = try Self.verifiedVotes(
      scratch, ["--ballots", Repository.path("examples/committee.csv"), "--manifest", Repository.path("examples/committee.json")])
    #expect(votes == ["Amina Okafor": 25, "Bertrand Lenoir": 22, "Chiara Fontana": 34, "Dmitri Halvorsen": 12, "Elif Yıldız": 17])
  }

  @Test("several contests of every kind, with weights")
  func everyKind() throws {
    let scratch = try Scratch()
    try scratch.write(
      """
      {"title": "All kinds", "contests": [
        {"title": "Motion", "kind": "yes-no"}, {"title": "Chair", "kind": "single", "options": ["A", "B", "C"]},
        {"title": "Board", "kind": "approval", "minimum": 1, "maximum": 2, "options": ["D", "E", "F"]},
        {"title": "Place", "kind": "score", "range": 9, "options": ["G", "H"]}]}
      """, to: "all.json")
    var text = "Yes,No,A,B,C,D,E,F,G,H,weight\n"
    for voter in 0..<24 {
      let weight = voter < 12 ? 1 : 5
      text += "\(voter % 2),\(1 - voter % 2),1,0,0,1,\(voter % 2),0,\(voter % 10),9,\(weight)\n"
    }
    try scratch.write(text, to: "all.csv")
    let run = try CommandRun("election", "run", "--ballots", "all.csv", "--manifest", "all.json", "--out", "record", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    let answer = try CommandRun("verify", "record", "--json", in: scratch).json()
    let contests = try #require(answer["contests"] as? [[String: Any]])
    let votes = try contests.map { contest in
      try #require(contest["options"] as? [[String: Any]]).map { try #require($0["votes"] as? Int) }
    }
    #expect(contests.map { $0["title"] as? String } == ["Motion", "Chair", "Board", "Place"])
    let points = (0..<24).reduce(0) { $0 + $1 % 10 * ($1 < 12 ? 1 : 5) }
    #expect(votes == [[36, 36], [72, 0, 0], [72, 36, 0], [points, 648]])
  }

  @Test("people see progress, a table, the election id and the next step")
  func forPeople() throws {
    let scratch = try Scratch()
    try scratch.writeTwenty()
    let run = try CommandRun(
      "election", "run", "--ballots", "twenty.csv", "--out", "my record", "--title", "Two of three", in: scratch)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    for words in [
      "Two of three\n", "20 ballots from twenty.csv", "5 trustees: any 3 can decrypt", "✓ key ceremony", "✓ decryption",
      "Anna      20  100.0 %  most\n",
      "Ben       10   50.0 %\n", "verify 'my record' --election-id ",
    ] { #expect(run.output.contains(words), "\(words) is not in \(run.output)") }
    #expect(!run.output.contains("\u{1b}"), "no colours where there is no terminal")
    #expect(scratch.names == ["my record", "twenty.csv"])
  }

  @Test("trustees have the names of a file")
  func trusteeNames() throws {
    let scratch = try Scratch()
    try scratch.writeTwenty()
    try scratch.write("Ada\r\nBela\n\nCai", to: "names")
    let run = try CommandRun(
      "election", "run", "--ballots", "twenty.csv", "--trustees", "3", "--trustee-names", "names", "--out", "record", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    let answer = try CommandRun("inspect", "record", "--json", in: scratch).json()
    #expect(answer["trustees"] as? [String] == ["Ada", "Bela", "Cai"])
    #expect(answer["threshold"] as? Int == 2)
  }

  @Test("one trustee alone is possible; a tie has no single winner")
  func oneTrustee() throws {
    let scratch = try Scratch()
    try scratch.write("A,B\n" + String(repeating: "1,1\n", count: 10), to: "tie.csv")
    let run = try CommandRun("election", "run", "--ballots", "tie.csv", "--trustees", "1", "--out", "record", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.components(separatedBy: "most, tied").count == 3)
  }
}
