import ManifestJSON
import Testing

@testable import comitia

@Suite("Options")
struct SyntaxTests {
  static let name = CommandOption("name", "TEXT", help: "a name")
  static let file = CommandOption("file", "FILE", isRepeatable: true, help: "a file")
  static let loud = CommandOption("loud", help: "louder")
  static let syntax = CommandSyntax(
    name: "comitia try", summary: "Try.",
    operands: [Operand(name: "DIR", help: "a folder"), Operand(name: "ENTRY", help: "an entry", isOptional: true)],
    options: [name, file, loud])

  static func arguments(_ words: String...) throws -> Arguments { try Arguments(words, syntax) }

  static func fault(_ words: [String]) -> String {
    do throws(UsageError) {
      _ = try Arguments(words, syntax)
      return ""
    } catch let error {
      return error.reason
    }
  }

  @Test("options may stand anywhere, with a space or an equals sign")
  func forms() throws {
    for arguments in [try Self.arguments("dir", "--name", "x", "--loud"), try Self.arguments("--loud", "--name=x", "dir")] {
      #expect(arguments.value(Self.name) == "x")
      #expect(arguments.has(Self.loud))
      #expect(arguments.operands == ["dir"])
    }
  }

  @Test("values may hold an equals sign, begin with one dash, or be repeated")
  func values() throws {
    #expect(try Self.arguments("dir", "--name=a=b").value(Self.name) == "a=b")
    #expect(try Self.arguments("dir", "--name", "-1").value(Self.name) == "-1")
    #expect(try Self.arguments("dir", "--file", "a", "--file=b").values(Self.file) == ["a", "b"])
  }

  @Test("after two dashes all are operands")
  func endOfOptions() throws { #expect(try Self.arguments("--", "--name", "x").operands == ["--name", "x"]) }

  @Test("help is given whatever else is missing", arguments: ["--help", "-h"])
  func help(word: String) throws { #expect(try Self.arguments(word).has(.help)) }

  @Test(
    "what is wrong is said",
    arguments: [
      (["dir", "--nam", "x"], "unknown option --nam; did you mean --name?"), (["dir", "--zzzz"], "unknown option --zzzz"),
      (["dir", "-x"], "unknown option -x"), (["dir", "--name"], "--name needs a value"),
      (["dir", "--name", "--loud"], "--name needs a value"),
      (["dir", "--name="], "--name has an empty value"), (["dir", "--loud=yes"], "--loud takes no value"),
      (["dir", "--name", "x", "--name", "y"], "--name is given twice"), ([], "DIR is missing: a folder"),
      (["a", "1", "c"], "“c” is one argument too many"),
    ])
  func faults(words: [String], expected: String) { #expect(Self.fault(words).hasPrefix(expected), "\(Self.fault(words))") }

  @Test("numbers have a range")
  func numbers() throws {
    #expect(try Self.arguments("dir", "--name", "7").number(Self.name, in: 1...9) == 7)
    for word in ["0", "10", "x", "1.5", " 1"] {
      #expect(throws: UsageError.self) { try Self.arguments("dir", "--name", word).number(Self.name, in: 1...9) }
    }
  }

  @Test(
    "mistyped names are recognised, others are not",
    arguments: [
      ("--tresh", "--threshold"), ("--treshold", "--threshold"), ("--bal", "--ballots"), ("--ballot", "--ballots"),
      ("--titel", "--title"),
      ("--xyz", nil), ("--manifestation", nil), ("-o", nil),
    ] as [(String, String?)])
  func nearest(word: String, expected: String?) {
    let found = NearestName.suggestion(for: word, among: ["--ballots", "--manifest", "--threshold", "--title"])
    #expect(found == expected.map { "; did you mean \($0)?" } ?? "")
  }

  @Test("the distance counts letters added, left out, changed and swapped")
  func distance() {
    #expect(NearestName.distance("verify", "verify") == 0)
    #expect(NearestName.distance("verfy", "verify") == 1)
    #expect(NearestName.distance("evrify", "verify") == 1)
    #expect(NearestName.distance("", "run") == 3)
    #expect(NearestName.distance("kitten", "sitting") == 3)
  }

  @Test("help names everything that is declared, in the width there is", arguments: [40, 80, 120])
  func helpPages(width: Int) {
    for syntax in [ElectionRunCommand.syntax, VerifyCommand.syntax, InspectCommand.syntax, ReceiptCommand.syntax, Self.syntax] {
      let page = syntax.help(width: width)
      for option in syntax.allOptions { #expect(page.contains("--" + option.name)) }
      for operand in syntax.operands { #expect(page.contains(operand.name)) }
      let text = page.components(separatedBy: "\nExamples\n")[0]
      #expect(text.split(separator: "\n").allSatisfy { String($0).displayWidth <= width }, "\(text)")
    }
  }
}
