import DelimitedText
import Elections

/// PrefLib's categorical format, `.cat` (preflib.org): each line gives, after the number of voters, the alternatives in every category.
/// The first category holds what is approved.
///
/// ```
/// # ALTERNATIVE NAME 1: Megret
/// 13: {1,2},{3,4,5}          13 voters approve 1 and 2
/// 9: 5,{1,2,3,4}             a category of one needs no braces
/// 4: {},{1,2,3,4,5}          4 voters approve none
/// 2: {1,5}                   further categories may be left out
/// ```
enum PrefLibFile {
  /// PrefLib's formats for rankings, which cannot be counted here.
  static let rankedEndings = [".soc", ".soi", ".toc", ".toi", ".wmd", ".blt"]

  /// Whether a file without the usual ending is one: its first line is one of PrefLib's.
  static func looksLikeIt(_ bytes: [UInt8]) -> Bool {
    let first = bytes.drop { $0 <= 0x20 || $0 >= 0x80 }.prefix { $0 != UInt8(ascii: "\n") }
    return first.first == UInt8(ascii: "#") && first.contains(UInt8(ascii: ":"))
  }

  /// Reads a file.
  static func read(_ bytes: [UInt8]) throws(BallotFileError) -> BallotSheet {
    var header = PrefLibHeader()
    var rows: [BallotSheet.Row] = []
    var columns: [BallotSheet.Column] = []
    var content = bytes[...]
    if content.starts(with: [0xef, 0xbb, 0xbf]) { content = content.dropFirst(3) }
    for (offset, line) in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmingBlanks()
      if line.isEmpty { continue }
      if line.first == UInt8(ascii: "#") {
        guard rows.isEmpty else { throw .line(offset + 1, "a header line among the ballots") }
        try header.read(line.dropFirst(), line: offset + 1)
      } else {
        if columns.isEmpty { columns = try header.columns(line: offset + 1) }
        rows.append(try row(line, options: columns.count, line: offset + 1))
      }
    }
    let sheet = try BallotSheet(title: header.title, columns: columns, rows: rows)
    try header.checkVoters(rows.reduce(0) { $0 + $1.copies })
    return sheet
  }

  private static func row(_ text: ArraySlice<UInt8>, options: Int, line: Int) throws(BallotFileError) -> BallotSheet.Row {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
      throw .line(line, "no colon; “number of voters: categories” is expected, such as 13: {1,2},{3,4}")
    }
    guard let copies = text[..<colon].trimmingBlanks().decimal(atMost: BallotSheet.mostBallots), copies > 0 else {
      throw .line(line, "before the colon a number of voters is expected, from 1 to \(BallotSheet.mostBallots)")
    }
    let categories = try categories(text[(colon + 1)...].trimmingBlanks(), line: line)
    var values = [UInt32](repeating: 0, count: options)
    var seen = [Bool](repeating: false, count: options)
    for (index, category) in categories.enumerated() {
      for alternative in category {
        guard (1...options).contains(alternative) else {
          throw .line(line, "there is no alternative \(alternative); the header names \(options)")
        }
        guard !seen[alternative - 1] else { throw .line(line, "alternative \(alternative) stands there twice") }
        seen[alternative - 1] = true
        if index == 0 { values[alternative - 1] = 1 }
      }
    }
    return BallotSheet.Row(values: values, weight: 1, copies: copies, line: line)
  }

  /// `{1,2},3,{}` as `[[1, 2], [3], []]`.
  private static func categories(_ text: ArraySlice<UInt8>, line: Int) throws(BallotFileError) -> [[Int]] {
    var categories: [[Int]] = []
    var rest = text
    repeat {
      let category: ArraySlice<UInt8>
      if rest.first == UInt8(ascii: "{") {
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { throw .line(line, "a brace is opened and never closed") }
        category = rest[(rest.startIndex + 1)..<end].trimmingBlanks()
        rest = rest[(end + 1)...].trimmingBlanks()
        categories.append(category.isEmpty ? [] : try numbers(category, line: line))
      } else {
        let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
        category = rest[..<end]
        rest = rest[end...]
        categories.append(try numbers(category, line: line))
      }
      if rest.isEmpty { return categories }
      guard rest.first == UInt8(ascii: ",") else { throw .line(line, "a comma is expected between categories") }
      rest = rest.dropFirst().trimmingBlanks()
    } while true
  }

  private static func numbers(_ text: ArraySlice<UInt8>, line: Int) throws(BallotFileError) -> [Int] {
    var numbers: [Int] = []
    for part in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard let number = part.trimmingBlanks().decimal(atMost: BallotSheet.mostColumns) else {
        throw .line(line, "categories of alternatives are expected, such as {1,2},{3,4} or {},{1,2,3,4}")
      }
      numbers.append(number)
    }
    return numbers
  }
}
