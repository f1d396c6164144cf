import DelimitedText
import Testing

@Suite("Delimited text")
struct CSVReaderTests {
  static func read(_ text: String, mostColumns: Int = 10) -> (records: [[String]], lines: [Int], errors: [CSVError]) {
    let bytes = Array(text.utf8)
    var reader = CSVReader(bytes, separator: CSVReader.separator(of: bytes), mostColumns: mostColumns)
    var records: [[String]] = []
    var lines: [Int] = []
    var errors: [CSVError] = []
    while true {
      do throws(CSVError) {
        guard let record = try reader.next() else { return (records, lines, errors) }
        records.append(record.fields.map { String(decoding: $0, as: UTF8.self) })
        lines.append(record.line)
      } catch let error { errors.append(error) }
    }
  }

  @Test("fields, quotes, line ends and the byte order mark")
  func fields() {
    let found = Self.read("\u{feff}a,b\r\n \"x, \"\"y\"\"\n\" , 2 \n\n,\n")
    #expect(found.records == [["a", "b"], ["x, \"y\"\n", "2"], ["", ""]])
    #expect(found.lines == [1, 2, 5])
    #expect(found.errors.isEmpty)
  }

  @Test(
    "semicolons separate where the first line has no comma",
    arguments: [("a;b\n1,5;2", ["1,5", "2"]), ("a,b\n1;5,2", ["1;5", "2"])])
  func separators(text: String, second: [String]) { #expect(Self.read(text).records.last == second) }

  @Test("an error names line and column, and the next line is read")
  func errors() {
    let found = Self.read("a,b\n1,\"x\"y\n2,z\n3,4,5\n6,7\n8,\"open\n9,10", mostColumns: 2)
    #expect(found.records == [["a", "b"], ["2", "z"], ["6", "7"], ["9", "10"]])
    #expect(found.errors.map { [$0.line, $0.column] } == [[2, 2], [4, 3], [6, 2]])
  }

  @Test("an error in a field of several lines names the line where it starts")
  func errorsOfLongFields() {
    let found = Self.read("a,b\n1,\"x\ny\"z\n2,3", mostColumns: 2)
    #expect(found.errors.map { [$0.line, $0.column] } == [[2, 2]])
    #expect(found.records == [["a", "b"], ["y\"z"], ["2", "3"]])
  }
}
