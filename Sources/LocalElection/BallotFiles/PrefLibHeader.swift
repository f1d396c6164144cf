import DelimitedText
import Elections

/// The lines `# KEY: value` of a PrefLib file.
struct PrefLibHeader {
  /// `TITLE`
  private(set) var title: Text?
  /// `NUMBER ALTERNATIVES` and its line.
  private var alternatives: (count: Int, line: Int)?
  /// `NUMBER VOTERS`
  private var voters: Int?
  /// `ALTERNATIVE NAME n`, by n.
  private var names: [Int: BallotSheet.Column] = [:]

  /// Reads a line without its `#`. Keys that say nothing to us are left out.
  mutating func read(_ text: ArraySlice<UInt8>, line: Int) throws(BallotFileError) {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return }
    let key = String(decoding: text[..<colon].trimmingBlanks(), as: UTF8.self)
    let value = text[(colon + 1)...].trimmingBlanks()
    switch key {
    case "DATA TYPE" where String(decoding: value, as: UTF8.self) != "cat":
      throw .line(line, "the file does not hold categories (cat); rankings cannot be counted here")
    case "TITLE": title = Text(utf8: Array(value.prefix(Text.longestName))).flatMap { $0.utf8.isEmpty ? nil : $0 }
    case "NUMBER ALTERNATIVES": alternatives = (try count(value, line, atMost: BallotSheet.mostColumns), line)
    case "NUMBER VOTERS": voters = try count(value, line, atMost: BallotSheet.mostBallots)
    default:
      guard key.hasPrefix("ALTERNATIVE NAME ") else { return }
      let number = try count(Array(key.utf8.dropFirst(17))[...], line, atMost: BallotSheet.mostColumns)
      guard number > 0, names[number] == nil else {
        throw .line(line, "alternative \(number) is named twice, or is not counted from 1")
      }
      guard let name = Text(utf8: Array(value)), !value.isEmpty, value.count <= Text.longestName else {
        throw .line(line, "the name of alternative \(number) is empty, too long or not UTF-8 text")
      }
      names[number] = BallotSheet.Column(name: name, line: line)
    }
  }

  private func count(_ value: ArraySlice<UInt8>, _ line: Int, atMost limit: Int) throws(BallotFileError) -> Int {
    guard let count = value.decimal(atMost: limit) else { throw .line(line, "a number up to \(limit) is expected") }
    return count
  }

  /// The alternatives in order; those without a name are called after their number.
  ///
  /// - Parameter line: the first line after the header.
  func columns(line: Int) throws(BallotFileError) -> [BallotSheet.Column] {
    let count = alternatives?.count ?? names.keys.max() ?? 0
    guard count > 0 else {
      throw .line(line, "no alternative is named before the ballots; lines such as # ALTERNATIVE NAME 1: Name are needed")
    }
    if let (number, column) = names.first(where: { $0.key > count }) {
      throw .line(column.line, "names alternative \(number), but there are \(count)")
    }
    return (1...count).map { number in
      names[number] ?? BallotSheet.Column(name: Text("Alternative \(number)") ?? .empty, line: alternatives?.line ?? line)
    }
  }

  /// A file that was cut off has fewer voters than its header says.
  func checkVoters(_ found: Int) throws(BallotFileError) {
    guard let voters, voters != found else { return }
    throw .file("the header counts \(voters) voters, the lines \(found); the file is not complete, or was changed")
  }
}
