import Foundation
import Testing

/// What cannot be done is refused in one line, with exit code 2, and nothing is left behind.
@Suite("Refusals")
struct RefusalTests {
  @Test(
    "called wrongly",
    arguments: [
      ([], "say what to do: election, "), (["vrify"], "unknown command vrify; did you mean verify?"),
      (["election"], "say what to do: run"),
      (["--colour"], "unknown option --colour"), (["verify"], "DIR is missing"), (["verify", "a", "b"], "one argument too many"),
      (["verify", "a", "--election-id", "xyz"], "64 hexadecimal digits"), (["verify", "a", "--cores", "0"], "from 1 to 256"),
      (["inspect", "a", "one"], "the number of an entry"), (["inspect", "a", "1", "--tracker", "ab"], "give one of them"),
      (["inspect", "a", "--tracker", "q"], "hexadecimal"), (["receipt", "a"], "ENTRY is missing"),
      (["receipt", "a", "1"], "--out FILE is missing"),
      (["election", "run"], "--ballots FILE is missing"), (["election", "run", "--ballots", "twenty.csv"], "--out DIR is missing"),
      (["election", "run", "--tresholt", "3"], "did you mean --threshold?"),
    ])
  func usage(words: [String], expected: String) throws {
    let scratch = try Scratch()
    let run = try CommandRun([CommandRun.executable] + words, in: scratch)
    run.expectRefusal(expected)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("--help tells more"))
  }

  @Test(
    "elections that cannot be held",
    arguments: [
      (["--threshold", "6"], "there are only 5"), (["--threshold", "2"], "two separate groups"),
      (["--trustees", "4", "--threshold", "2"], "3 to 4 are possible"),
      (["--trustees", "51"], "from 1 to 50"), (["--trustees", "0"], "from 1 to 50"), (["--trustees", "five"], "a whole number"),
      (["--decrypting", "1,2"], "3 are needed"), (["--decrypting", "1,2,6"], "trustee “6”"),
      (["--decrypting", "1,2,2"], "trustee 2 twice"),
      (["--decrypting", ""], "empty value"), (["--decrypting", "1,,2"], "trustee “”"),
      (["--trustee-names", "two"], "has 2 names for 5 trustees"),
      (["--trustee-names", "none"], "none cannot be read: No such file"), (["--manifest", "none"], "none cannot be read"),
      (["--manifest", "twenty.csv"], "not JSON at line 1"),
      (["--manifest", "."], "is a folder"), (["--manifest", "late.json"], "voting closes at 2020-01-01T00:00:00Z"),
      (["--manifest", "other.json"], "twenty.csv: line 1: “Anna” stands where the manifest has “Anne”"),
      (["--title", "a\nb"], "control characters"),
      (["--cores", "-1"], "from 1 to 256"),
    ])
  func elections(options: [String], expected: String) throws {
    let scratch = try Scratch()
    try scratch.writeTwenty()
    try scratch.write("Ada\nBela\n", to: "two")
    let contest = "\"contests\": [{\"title\": \"C\", \"kind\": \"approval\", \"options\": [\"Anne\", \"Ben\", \"Çağla\"]}]"
    try scratch.write(
      "{\"title\": \"T\", \"closes\": \"2020-01-01T00:00:00Z\", \(contest.replacing("Anne", with: "Anna"))}", to: "late.json")
    try scratch.write("{\"title\": \"T\", \(contest)}", to: "other.json")
    let before = scratch.names
    try CommandRun([CommandRun.executable, "election", "run", "--ballots", "twenty.csv", "--out", "record"] + options, in: scratch)
      .expectRefusal(expected)
    #expect(scratch.names == before)
  }

  @Test(
    "ballots that cannot be read",
    arguments: [
      ("", "ballots.csv: there is no ballot in it"),
      ("A,B\n1,0\n0,2\n", "ballots.csv: line 3: “B” has 2; only 0 and 1 are possible"),
      ("A,B\n1\n", "ballots.csv: line 2: 1 cells where the header has 2"), ("A,B\n1,0\n", "there is only 1 voter"),
      ("A,B,weight\n" + String(repeating: "1,0,1\n", count: 10) + "1,0,7\n", "only 1 voter of weight 7"),
      ("A,B,weight\n" + String(repeating: "1,0,4000000000\n", count: 300), "exceeds 2^40"),
    ])
  func ballots(text: String, expected: String) throws {
    let scratch = try Scratch()
    try scratch.write(text, to: "ballots.csv")
    try CommandRun("election", "run", "--ballots", "ballots.csv", "--out", "record", in: scratch).expectRefusal(expected)
    #expect(scratch.names == ["ballots.csv"])
  }

  @Test("few voters are no obstacle to whoever knows what it means")
  func acknowledged() throws {
    let scratch = try Scratch()
    try scratch.write("A,B\n1,0\n0,1\n1,1\n", to: "three.csv")
    let run = try CommandRun("election", "run", "--ballots", "three.csv", "--out", "record", "--acknowledge-small", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try CommandRun("verify", "record", in: scratch).status == 0)
  }

  @Test("what is there already stays as it is", arguments: ["folder", "file", "link"])
  func existing(kind: String) throws {
    let scratch = try Scratch()
    try scratch.writeTwenty()
    let place = scratch.path + "/record"
    switch kind {
    case "folder": try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    case "file": try scratch.write("mine", to: "record")
    default: try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: "nowhere")
    }
    let before = try FileManager.default.attributesOfItem(atPath: place)
    try CommandRun("election", "run", "--ballots", "twenty.csv", "--out", "record", in: scratch).expectRefusal(
      "record is there already and was left as it is")
    #expect(scratch.names == ["record", "twenty.csv"])
    let after = try FileManager.default.attributesOfItem(atPath: place)
    #expect(before[.modificationDate] as? Date == after[.modificationDate] as? Date)
  }

  @Test("a place that cannot be written is said before any work")
  func unwritable() throws {
    let scratch = try Scratch()
    try scratch.writeTwenty()
    try CommandRun("election", "run", "--ballots", "twenty.csv", "--out", "no/record", in: scratch).expectRefusal(
      "make the folder it is to lie in")
    try CommandRun("election", "run", "--ballots", "twenty.csv", "--out", "/proc/record", in: scratch).expectRefusal(
      "give another --out")
    #expect(scratch.names == ["twenty.csv"])
  }

  @Test("a file that may not grow leaves nothing of the record")
  func fileSizeLimit() throws {
    let scratch = try Scratch()
    try scratch.writeTwenty()
    let words = ["sh", "-c", "ulimit -f 8; exec \"$0\" election run --ballots twenty.csv --out record", CommandRun.executable]
    let run = try CommandRun(words, in: scratch)
    run.expectRefusal("the record cannot be written: File too large; nothing of it was left")
    #expect(scratch.names == ["twenty.csv"])
  }

  /// Mounting needs root and a kernel that lets a test have its own mounts.
  static let canMount = ((try? CommandRun(["unshare", "-m", "true"], in: Scratch()))?.status ?? 1) == 0

  @Test("a full disk leaves nothing of the record", .enabled(if: canMount, "skipped: may not mount"))
  func fullDisk() throws {
    let scratch = try Scratch()
    try scratch.writeTwenty()
    try FileManager.default.createDirectory(atPath: scratch.path + "/disk", withIntermediateDirectories: false)
    let script =
      "mount -t tmpfs -o size=32k none disk && \"$0\" election run --ballots twenty.csv --out disk/record; code=$?; ls -A disk; exit $code"
    let run = try CommandRun(["unshare", "-m", "sh", "-c", script, CommandRun.executable], in: scratch)
    run.expectRefusal("the record cannot be written: No space left on device; nothing of it was left; make room")
    #expect(!run.output.contains("record\n") && !run.output.contains(".partial"), "\(run.output)")
  }

  @Test(
    "errors are JSON too where JSON is asked for",
    arguments: [["verify", "none", "--json"], ["verify", "--json", "--bogus"], ["inspect", "none", "--json"]])
  func json(words: [String]) throws {
    let run = try CommandRun([CommandRun.executable] + words, in: try Scratch())
    #expect(run.status == 2)
    let answer = try run.json()
    #expect(answer["ok"] as? Bool == false)
    #expect((answer["error"] as? String)?.isEmpty == false)
    #expect(Set(answer.keys) == ["ok", "error"])
  }
}
