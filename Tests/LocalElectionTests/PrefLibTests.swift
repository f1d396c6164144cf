import LocalElection
import Testing

@Suite("Ballots in PrefLib's approval format")
struct PrefLibTests {
  static let header = """
    # FILE NAME: test.cat
    # TITLE: Test
    # DATA TYPE: cat
    # NUMBER ALTERNATIVES: 3
    # NUMBER CATEGORIES: 2
    # CATEGORY NAME 1: Yes
    # ALTERNATIVE NAME 1: Anna
    # ALTERNATIVE NAME 2: Ben: the second
    # ALTERNATIVE NAME 3: Çağla

    """

  static func sheet(_ ballots: String, name: String = "test.cat") throws -> BallotSheet {
    try BallotSheet(Array((header + ballots).utf8), name: name)
  }

  static func fault(_ text: String, name: String = "test.cat") -> String {
    do throws(BallotFileError) {
      _ = try BallotSheet(Array(text.utf8), name: name)
      return ""
    } catch let error {
      return error.description
    }
  }

  @Test("title and names are the header's")
  func names() throws {
    let sheet = try Self.sheet("1: {1},{2,3}\n")
    #expect(sheet.title?.description == "Test")
    #expect(sheet.columns.map { $0.name.description } == ["Anna", "Ben: the second", "Çağla"])
  }

  @Test(
    "the first category is what is approved",
    arguments: [
      ("2: {1,3},{2}", [1, 0, 1]), ("2: 3,{1,2}", [0, 0, 1]), ("2: {},{1,2,3}", [0, 0, 0]), ("2: {1,2,3},{}", [1, 1, 1]),
      ("2: {2}", [0, 1, 0]),
      ("2: 2", [0, 1, 0]), ("2: {}", [0, 0, 0]), ("2: 1,2,3", [1, 0, 0]), ("2:{ 1 , 2 } , 3", [1, 1, 0]),
      ("2: {2},1,{3}\r", [0, 1, 0]),
    ] as [(String, [UInt32])])
  func categories(line: String, expected: [UInt32]) throws {
    let rows = try Self.sheet(line + "\n").rows
    #expect(rows.map { $0.values } == [expected])
    #expect(rows[0].copies == 2)
  }

  @Test("counts make as many ballots")
  func copies() throws {
    let sheet = try Self.sheet("3: {1},{2,3}\n\n1: {},{1,2,3}\n")
    let manifest = try sheet.manifest(title: try #require(sheet.title))
    #expect(try sheet.ballots(for: manifest).map { $0.values } == [[[1, 0, 0]], [[1, 0, 0]], [[1, 0, 0]], [[0, 0, 0]]])
    #expect(sheet.rows.map { $0.line } == [10, 12])
  }

  @Test("content tells the format where the name does not")
  func withoutEnding() throws {
    #expect(try Self.sheet("1: 1,{2,3}\n", name: "ballots").columns.count == 3)
  }

  @Test("alternatives without a name are called after their number")
  func unnamed() throws {
    let sheet = try BallotSheet(Array("# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 2: B\n1: 1,2\n".utf8), name: "a.cat")
    #expect(sheet.columns.map { $0.name.description } == ["Alternative 1", "B"])
  }

  @Test(
    "what is wrong is told with its line",
    arguments: [
      ("1: {4},{1}", "line 10: there is no alternative 4"), ("1: {0}", "line 10: there is no alternative 0"),
      ("1: {1},{1,2}", "line 10: alternative 1 stands there twice"),
      ("1: {1,1}", "line 10: alternative 1 stands there twice"), ("0: {1}", "line 10: before the colon"),
      ("x: {1}", "line 10: before the colon"),
      ("{1},{2}", "line 10: no colon"), ("1: {1", "line 10: a brace is opened"), ("1: ", "line 10: categories"),
      ("1: {1}{2}", "line 10: a comma"),
      ("1: {a}", "line 10: categories"), ("1: {1},", "line 10: categories"), ("99999999: {1}", "line 10: before the colon"),
      ("9000000: {1}\n9000000: {2}", "line 11: more than 10000000 ballots"), ("1: {1}\n# TITLE: late\n", "line 11: a header line"),
      ("", "no ballot"),
    ])
  func malformed(ballots: String, expected: String) {
    let fault = Self.fault(Self.header + ballots)
    #expect(fault.contains(expected), "\(fault)")
  }

  @Test(
    "headers that cannot be right",
    arguments: [
      ("# DATA TYPE: soc\n# ALTERNATIVE NAME 1: A\n1: 1\n", "line 1: the file does not hold categories"),
      ("1: 1\n", "line 1: no alternative is named"),
      ("# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 1: B\n1: 1\n", "line 2: alternative 1 is named twice"),
      ("# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 2: A\n1: 1\n", "line 2: names alternative 2"),
      ("# ALTERNATIVE NAME 1:\n1: 1\n", "line 1: the name of alternative 1"),
      ("# NUMBER ALTERNATIVES: many\n1: 1\n", "line 1: a number"),
      ("# NUMBER VOTERS: 3\n# ALTERNATIVE NAME 1: A\n2: 1\n", "the header counts 3 voters, the lines 2"),
    ])
  func malformedHeaders(text: String, expected: String) {
    let fault = Self.fault(text)
    #expect(fault.contains(expected), "\(fault)")
  }

  @Test("rankings are refused by their name", arguments: [".soc", ".toc", ".blt"])
  func rankings(ending: String) {
    #expect(Self.fault("1: 1,2\n", name: "a" + ending).contains("rankings"))
  }

  @Test("every beginning of a file is read or refused, and nothing else happens")
  func truncations() {
    let text = Array((Self.header + "3: {1},{2,3}\n1: {},{1,2,3}\n2: 2,{1,3}\n").utf8)
    for count in 0...text.count { _ = try? BallotSheet(Array(text[..<count]), name: "a.cat") }
  }
}
