import BallotCryptography
import Elections
import LocalElection
import Testing

@Suite("Ballots as CSV")
struct BallotTableTests {
  static func sheet(_ text: String, name: String = "ballots.csv") throws -> BallotSheet {
    try BallotSheet(Array(text.utf8), name: name)
  }

  /// What is said about a file that is refused.
  static func fault(_ text: String) -> String? {
    do throws(BallotFileError) {
      _ = try BallotSheet(Array(text.utf8), name: "ballots.csv")
      return nil
    } catch let error {
      return error.description
    }
  }

  @Test("the header names options, each line is a ballot")
  func plain() throws {
    let sheet = try Self.sheet("Yes,No\n1,0\n0,1\n")
    #expect(sheet.columns.map { $0.name.description } == ["Yes", "No"])
    #expect(sheet.rows.map { $0.values } == [[1, 0], [0, 1]])
    #expect(sheet.rows.map { $0.line } == [2, 3])
    #expect(sheet.rows.allSatisfy { $0.weight == 1 && $0.copies == 1 })
  }

  @Test(
    "forms that mean the same",
    arguments: [
      "A,B\n1,0\n0,1", "A,B\r\n1,0\r\n0,1\r\n", "\u{FEFF}A,B\n1,0\n0,1\n", "A,B\n\n1,0\n   \n0,1\n\n\n", "A,B\n1,\n,1\n",
      " A , B \n 1 , 0 \n\t0\t,1",
      "\"A\",\"B\"\n\"1\",\"0\"\n0,\"1\"\n", "\"A\" , \"B\"\r\n1,0\r\n0,1",
    ])
  func equivalentForms(text: String) throws {
    let sheet = try Self.sheet(text)
    #expect(sheet.columns.map { $0.name.description } == ["A", "B"])
    #expect(sheet.rows.map { $0.values } == [[1, 0], [0, 1]])
  }

  @Test("quoted names may hold commas, quotation marks and spaces")
  func quotedNames() throws {
    let sheet = try Self.sheet("\"Doe, Jane\",\"\"\"Jo\"\" Roe\"\n1,0\n")
    #expect(sheet.columns.map { $0.name.description } == ["Doe, Jane", "\"Jo\" Roe"])
  }

  @Test("a row of empty cells is a blank ballot, an empty line is none")
  func blankBallot() throws {
    #expect(try Self.sheet("A,B\n,\n\n1,1\n").rows.map { $0.values } == [[0, 0], [1, 1]])
  }

  @Test("a column weight may stand anywhere", arguments: ["weight,A,B\n3,1,0\n", "A,Weight,B\n1,3,0\n", "A,B,WEIGHT\n1,0,3\n"])
  func weightColumn(text: String) throws {
    let sheet = try Self.sheet(text)
    #expect(sheet.columns.map { $0.name.description } == ["A", "B"])
    #expect(sheet.rows.map { $0.values } == [[1, 0]])
    #expect(sheet.rows[0].weight == 3)
  }

  @Test(
    "what is wrong is told with its line",
    arguments: [
      ("", "no ballot"), ("\n\n", "no ballot"), ("A,B\n", "no ballot"), ("A,B\n1,0\n1\n", "line 3: 1 cells"),
      ("A,B\n1,0,1\n", "line 2: 3 cells"), ("A,B\n1,x\n", "line 2: “B” has “x”"), ("A,B\n1,-1\n", "line 2: “B” has “-1”"),
      ("A,B\n1,1.0\n", "line 2: “B” has “1.0”"), ("A,B\n1,99999999999\n", "line 2: “B”"),
      ("A,B,weight\n1,0,0\n", "line 2: the weight is “0”"),
      ("A,B,weight\n1,0,\n", "line 2: the weight"), ("A,weight,weight\n1,1,1\n", "line 1: two columns"),
      ("weight\n1\n", "line 1: no column but"),
      ("A,,B\n1,0,1\n", "line 1: a column has no name"), ("\"A,B\n1,0\n", "line 1: a quotation mark"),
      ("A,\"B\"x\n1,0\n", "line 1: text after"),
      ("A;B\n1;0\n", "line 1: columns are separated by semicolons"), ("1,0\n0,1\n", "line 1: only numbers"),
      (String(repeating: "x", count: 201) + ",B\n1,0\n", "line 1: a name has more than 200 bytes"),
      (String(repeating: "x,", count: 1001) + "x\n", "line 1: more than 1000 columns"),
    ])
  func malformed(text: String, expected: String) throws {
    let fault = try #require(Self.fault(text))
    #expect(fault.contains(expected), "\(fault)")
  }

  @Test("other encodings than UTF-8 are refused")
  func otherEncodings() {
    #expect(throws: BallotFileError.self) { try BallotSheet([0x41, 0xe9, 0x2c, 0x42, 0x0a, 0x31, 0x2c, 0x30], name: "a.csv") }
    let utf16: [UInt8] = [0xff, 0xfe, 0x41, 0, 0x2c, 0, 0x42, 0, 0x0a, 0, 0x31, 0, 0x2c, 0, 0x30, 0]
    #expect(throws: BallotFileError.self) { try BallotSheet(utf16, name: "a.csv") }
  }

  @Test("every beginning of a file is read or refused, and nothing else happens")
  func truncations() {
    let text = Array("\"Doe, Jane\",B,weight\r\n1,0,2\r\n\"0\",1,1\r\n".utf8)
    for count in 0...text.count { _ = try? BallotSheet(Array(text[..<count]), name: "a.csv") }
  }
}

@Suite("Ballots and the manifest")
struct BallotSheetTests {
  static func manifest(_ contests: [(ContestRules?, [String])]) throws -> Manifest {
    let contests = try contests.map { rules, names in
      let options = try names.map { ContestOption(name: try #require(Text($0))) }
      let title = try #require(Text("Contest"))
      let rules = try #require(rules)
      return try #require(Contest(title: title, rules: rules, options: options))
    }
    let title = try #require(Text("Election"))
    return try #require(Manifest(title: title, contests: contests))
  }

  static func fault(_ text: String, _ manifest: Manifest) throws -> String {
    let sheet = try BallotTableTests.sheet(text)
    do throws(BallotFileError) {
      _ = try sheet.ballots(for: manifest)
      return ""
    } catch let error {
      return error.description
    }
  }

  @Test("without a manifest, the header makes one approval contest")
  func ownManifest() throws {
    let sheet = try BallotTableTests.sheet("A,B,C\n1,1,1\n0,0,0\n")
    let manifest = try sheet.manifest(title: try #require(Text("Title")))
    #expect(manifest.contests.count == 1)
    #expect(manifest.contests[0].rules == .approval(options: 3, maximum: 3))
    #expect(try sheet.ballots(for: manifest).map { $0.values } == [[[1, 1, 1]], [[0, 0, 0]]])
  }

  @Test("options of one name, and too many options, make no contest")
  func noManifest() throws {
    let title = try #require(Text("Title"))
    #expect(throws: BallotFileError.self) { try BallotTableTests.sheet("A,A\n1,1\n").manifest(title: title) }
    let names = (0..<251).map { "o\($0)" }.joined(separator: ",")
    let row = Array(repeating: "0", count: 251).joined(separator: ",")
    #expect(throws: BallotFileError.self) { try BallotTableTests.sheet(names + "\n" + row).manifest(title: title) }
  }

  @Test("several contests take the columns in order; weights are kept")
  func severalContests() throws {
    let manifest = try Self.manifest([
      (.yesNo(blankAllowed: true), ["Yes", "No"]), (.score(options: 2, range: 5, blankAllowed: true), ["A", "B"]),
    ])
    let ballots = try BallotTableTests.sheet("Yes,No,A,B,weight\n1,0,5,2,7\n").ballots(for: manifest)
    #expect(ballots == [PlainBallot(values: [[1, 0], [5, 2]], weight: 7)])
  }

  @Test(
    "columns that are not the manifest's options are refused",
    arguments: [
      ("B,A\n1,0\n", "“B” stands where"), ("A\n1\n", "1 options"), ("A,B,C\n1,0,0\n", "3 options"),
      ("A,b\n1,0\n", "“b” stands where"),
    ])
  func otherColumns(text: String, expected: String) throws {
    let manifest = try Self.manifest([(.approval(options: 2, maximum: 2), ["A", "B"])])
    #expect(try Self.fault(text, manifest).contains(expected))
  }

  @Test(
    "a ballot that breaks the rules is named by its line",
    arguments: [
      ("A,B\n1,0\n1,1\n", "line 3: 2 options are chosen; at most 1"), ("A,B\n0,0\n", "line 2: nothing is chosen"),
      ("A,B\n2,0\n", "line 2: “A” has 2; only 0 and 1"),
    ])
  func brokenRules(text: String, expected: String) throws {
    let manifest = try Self.manifest([(.single(options: 2, blankAllowed: false), ["A", "B"])])
    let fault = try Self.fault(text, manifest)
    #expect(fault.contains(expected), "\(fault)")
  }

  @Test("the contest is named when there are several, and the range is that of the manifest")
  func brokenRulesOfSeveral() throws {
    let manifest = try Self.manifest([
      (.yesNo(blankAllowed: true), ["Yes", "No"]), (.score(options: 2, range: 5, blankAllowed: true), ["A", "B"]),
    ])
    #expect(try Self.fault("Yes,No,A,B\n1,0,6,0\n", manifest) == "line 2: in “Contest” “A” has 6; at most 5 is possible")
    #expect(try Self.fault("Yes,No,A,B\n1,0,5,5\n", manifest) == "")
  }

  @Test("the plain count takes weights into account")
  func plainTotals() throws {
    let sheet = try BallotTableTests.sheet("A,B,weight\n1,0,2\n1,1,3\n")
    let manifest = try sheet.manifest(title: try #require(Text("Title")))
    let plan = ElectionPlan(manifest: manifest, trustees: [], threshold: 1, ballots: try sheet.ballots(for: manifest))
    #expect(plan.plainTotals == [5, 3])
  }
}
