import Foundation
import Testing

/// What can be asked of a record.
@Suite("Verify, inspect, receipt")
struct RecordCommandTests {
  /// A scratch folder with the record of twenty voters.
  static func record() throws -> (Scratch, id: String) {
    let scratch = try Scratch()
    try scratch.writeTwenty()
    let run = try CommandRun("election", "run", "--ballots", "twenty.csv", "--out", "record", "--json", in: scratch)
    return (scratch, try #require(try run.json()["electionId"] as? String))
  }

  static let checks = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15]

  @Test("the answer in JSON has the members of the specification")
  func json() throws {
    let (scratch, id) = try Self.record()
    let run = try CommandRun("verify", "record", "--json", in: scratch)
    #expect(run.status == 0 && run.errors.isEmpty)
    let answer = try run.json()
    #expect(
      Set(answer.keys) == [
        "ok", "electionId", "selfConsistentOnly", "aborted", "checks", "notRun", "contests", "draws", "trustees",
      ])
    #expect(answer["aborted"] is NSNull)
    #expect(answer["ok"] as? Bool == true && answer["electionId"] as? String == id)
    #expect(answer["selfConsistentOnly"] as? Bool == true)
    #expect((answer["notRun"] as? [Int]) == [])
    let checks = try #require(answer["checks"] as? [[String: Any]])
    #expect(checks.map { $0["id"] as? Int } == Self.checks)
    #expect(checks.allSatisfy { Set($0.keys) == ["id", "name", "ok", "detail"] && $0["ok"] as? Bool == true })
    let contests = try #require(answer["contests"] as? [[String: Any]])
    #expect(contests.map { $0["title"] as? String } == ["twenty"])
    let options = try #require(contests[0]["options"] as? [[String: Any]])
    #expect(options.map { $0["name"] as? String } == ["Anna", "Ben", "Çağla"])
    #expect(options.map { $0["votes"] as? Int } == [20, 10, 0])
  }

  @Test("people are told what a record alone does not show, and what to do")
  func selfConsistentOnly() throws {
    let (scratch, id) = try Self.record()
    let alone = try CommandRun("verify", "record", in: scratch)
    #expect(alone.output.contains("All 14 checks passed") && alone.output.contains("Self-consistent only."))
    #expect(alone.output.contains("--election-id HEX"))
    for number in Self.checks { #expect(alone.output.contains(" \(number)  ✓")) }
    let compared = try CommandRun("verify", "record", "--election-id", id.uppercased(), in: scratch)
    #expect(compared.status == 0)
    #expect(
      !compared.output.contains("Self-consistent only") && compared.output.contains("agrees with what you gave: the election id"))
  }

  @Test("another election's id fails check 1")
  func otherElection() throws {
    let (scratch, _) = try Self.record()
    let other = String(repeating: "0", count: 64)
    let run = try CommandRun("verify", "record", "--election-id", other, in: scratch)
    #expect(run.status == 1)
    #expect(run.output.contains("1  ✗") && run.output.contains("Check 1 failed: another election"))
    #expect(run.output.contains("Do not rely on this result"))
    let answer = try CommandRun("verify", "record", "--election-id", other, "--json", in: scratch).json()
    #expect(answer["ok"] as? Bool == false && answer["contests"] == nil)
  }

  @Test("a changed byte fails a check; checks without input are not run")
  func changedByte() throws {
    let (scratch, _) = try Self.record()
    let path = scratch.path + "/record/roll"
    var roll = try Data(contentsOf: URL(fileURLWithPath: path))
    roll[20] ^= 1
    try roll.write(to: URL(fileURLWithPath: path))
    let run = try CommandRun("verify", "record", "--json", in: scratch)
    #expect(run.status == 1)
    let answer = try run.json()
    let failed = try #require(answer["checks"] as? [[String: Any]]).filter { $0["ok"] as? Bool == false }
    #expect(failed.first?["id"] as? Int == 4)
    #expect(try CommandRun("verify", "record", in: scratch).output.contains("4  ✗"))
  }

  @Test(
    "a record that is cut off or is none has exit code 2",
    arguments: [
      "manifest", "trustees", "roll", "draw-opening", "checkpoint", "tally", "result", "draw-closing", "certificate", "tile",
    ])
  func missing(file: String) throws {
    let (scratch, _) = try Self.record()
    try FileManager.default.removeItem(atPath: scratch.path + "/record/" + file)
    let run = try CommandRun("verify", "record", "--json", in: scratch)
    run.expectRefusal("record is not a whole election record: \(file)")
    #expect(try run.json()["ok"] as? Bool == false)
  }

  @Test(
    "what is no folder, or no record, is said",
    arguments: [("none", "is not a folder"), ("twenty.csv", "is not a folder"), (".", "is not a whole election record")])
  func foreign(path: String, expected: String) throws {
    let scratch = try Scratch()
    try scratch.writeTwenty()
    try CommandRun("verify", path, in: scratch).expectRefusal(expected)
    try CommandRun("inspect", path, in: scratch).expectRefusal(expected)
    try CommandRun("receipt", path, "1", "--out", "r", in: scratch).expectRefusal(expected)
  }

  @Test("a receipt is made, verified, and refused for another record")
  func receipt() throws {
    let (scratch, _) = try Self.record()
    let made = try CommandRun("receipt", "record", "7", "--out", "mine", in: scratch)
    #expect(made.status == 0, "\(made.errors)")
    let verified = try CommandRun("verify", "record", "--receipt", "mine", "--checkpoint", "record/checkpoint", in: scratch)
    #expect(verified.status == 0, "\(verified.output)")
    #expect(verified.output.contains("1 checkpoint, 1 receipt"))
    let (other, _) = try Self.record()
    let refused = try CommandRun("verify", "record", "--receipt", scratch.path + "/mine", in: other)
    #expect(refused.status == 1 && refused.output.contains("Check 5 failed"))
    try CommandRun("receipt", "record", "7", "--out", "mine", in: scratch).expectRefusal("mine is there already")
    try CommandRun("receipt", "record", "0", "--out", "zero", in: scratch).expectRefusal("only cast ballots have a receipt")
    try CommandRun("receipt", "record", "22", "--out", "more", in: scratch).expectRefusal("there is no entry 22")
    try CommandRun("receipt", "record", "7", "--out", "/proc/x", in: scratch).expectRefusal("cannot be written")
    try CommandRun("verify", "record", "--receipt", "nowhere", in: scratch).expectRefusal("nowhere cannot be read")
  }

  @Test("a changed receipt fails check 5")
  func changedReceipt() throws {
    let (scratch, _) = try Self.record()
    #expect(try CommandRun("receipt", "record", "7", "--out", "mine", in: scratch).status == 0)
    let text = try String(contentsOfFile: scratch.path + "/mine", encoding: .utf8)
    try scratch.write(text.replacing("index 7", with: "index 8"), to: "changed")
    try scratch.write("not a receipt", to: "none")
    for name in ["changed", "none"] {
      let run = try CommandRun("verify", "record", "--receipt", name, in: scratch)
      #expect(run.status == 1 && run.output.contains("Check 5 failed"), "\(run.output)")
    }
  }

  @Test("the record is told in plain words")
  func overview() throws {
    let (scratch, id) = try Self.record()
    let run = try CommandRun("inspect", "record", in: scratch)
    #expect(run.status == 0)
    for words in [
      id, "5, any 3 can decrypt: Trustee 1", "20 voters", "22 entries, 0 to 21", "approve up to 3 of 3",
      "Nothing of this has been verified",
    ] {
      #expect(run.output.contains(words), "\(words) is not in \(run.output)")
    }
    let answer = try CommandRun("inspect", "record", "--json", in: scratch).json()
    #expect(answer["electionId"] as? String == id && answer["entries"] as? Int == 22 && answer["cast"] as? Int == 20)
    #expect(answer["cosigners"] as? [Int] == [1, 2, 3, 4, 5])
  }

  @Test("an entry is told in plain words, by number or tracker")
  func entry() throws {
    let (scratch, _) = try Self.record()
    let run = try CommandRun("inspect", "record", "5", in: scratch)
    #expect(
      run.status == 0 && run.output.contains("Entry 5: a cast ballot")
        && run.output.contains("It does not tell the choices") == false)
    #expect(run.output.replacing("\n", with: " ").contains("It does not tell the choices"))
    let answer = try CommandRun("inspect", "record", "5", "--json", in: scratch).json()
    let content = try #require(answer["content"] as? [String: String])
    let tracker = try #require(content["tracker"])
    #expect(answer["kind"] as? String == "cast" && tracker.count == 64)
    let found = try CommandRun("inspect", "record", "--tracker", String(tracker.prefix(16)).uppercased(), "--json", in: scratch)
      .json()
    #expect(found["entry"] as? Int == 5)
    #expect(try CommandRun("inspect", "record", "0", in: scratch).output.contains("the opening of the election"))
    #expect(try CommandRun("inspect", "record", "21", in: scratch).output.contains("the end of voting"))
    try CommandRun("inspect", "record", "22", in: scratch).expectRefusal("the board has 22 entries, 0 to 21")
    try CommandRun("inspect", "record", "--tracker", String(repeating: "0", count: 64), in: scratch).expectRefusal("no cast ballot")
  }

  @Test("help is at every level", arguments: [[], ["election"], ["election", "run"], ["verify"], ["inspect"], ["receipt"]])
  func help(words: [String]) throws {
    let scratch = try Scratch()
    let run = try CommandRun([CommandRun.executable] + words + ["--help"], in: scratch)
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output.contains("Usage: " + (["comitia"] + words).joined(separator: " ")))
    #expect(try CommandRun([CommandRun.executable, "help"] + words, in: scratch).output == run.output)
  }

  @Test("the version is told")
  func version() throws {
    #expect(try CommandRun("--version", in: try Scratch()).output.wholeMatch(of: /comitia \d+\.\d+\.\d+\n/) != nil)
  }

  /// Runs within a terminal of 80 columns.
  static func inTerminal(_ scratch: Scratch, _ environment: [String: String]) throws -> String {
    let command = "stty cols 80; \(CommandRun.executable) verify record"
    return try CommandRun(["script", "-qec", command, "/dev/null"], in: scratch, environment: environment).output
  }

  /// Some containers have no pseudo terminals.
  static let hasTerminals: Bool = {
    guard let scratch = try? Scratch() else { return false }
    return (try? CommandRun(["script", "-qec", "true", "/dev/null"], in: scratch))?.status == 0
  }()

  @Test("colours are for terminals that want them", .enabled(if: hasTerminals, "skipped: no pseudo terminals"))
  func colours() throws {
    let (scratch, _) = try Self.record()
    let coloured = try Self.inTerminal(scratch, ["TERM": "xterm", "NO_COLOR": ""])
    #expect(coloured.contains("\u{1b}[32m✓") && coloured.contains("█"))
    #expect(try !Self.inTerminal(scratch, ["TERM": "xterm", "NO_COLOR": "1"]).contains("\u{1b}[3"))
    #expect(try !Self.inTerminal(scratch, ["TERM": "dumb"]).contains("\u{1b}"))
  }
}
