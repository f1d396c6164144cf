import DelimitedText
import Elections

/// Ballots as comma-separated values: the header names the options, each further row is a ballot. A column `weight` is optional
/// (`docs/admin/README.md`).
enum BallotTable {
  private static let weightName = Array("weight".utf8)

  /// Reads a table.
  static func read(_ bytes: [UInt8]) throws(BallotFileError) -> BallotSheet {
    var reader = CSVReader(bytes, mostColumns: BallotSheet.mostColumns)
    guard let header = try next(&reader) else { throw .empty }
    let weightColumn = try weightColumn(of: header)
    var columns: [BallotSheet.Column] = []
    for (index, field) in header.fields.enumerated() where index != weightColumn {
      columns.append(BallotSheet.Column(name: try name(field, line: header.line), line: header.line))
    }
    try checkHeader(header, columns)
    var rows: [BallotSheet.Row] = []
    while let record = try next(&reader) {
      guard record.fields.count == header.fields.count else {
        throw .line(record.line, "\(record.fields.count) cells where the header has \(header.fields.count)")
      }
      guard rows.count < BallotSheet.mostBallots else {
        throw .line(record.line, "more than \(BallotSheet.mostBallots) ballots; that is the limit")
      }
      rows.append(try row(record, weightColumn, columns))
    }
    return try BallotSheet(columns: columns, rows: rows)
  }

  private static func next(_ reader: inout CSVReader) throws(BallotFileError) -> CSVReader.Record? {
    do throws(CSVError) { return try reader.next() } catch let error { throw .line(error.line, error.reason) }
  }

  private static func weightColumn(of header: CSVReader.Record) throws(BallotFileError) -> Int? {
    let found = header.fields.indices.filter { header.fields[$0].map { $0 | 0x20 } == weightName }
    guard found.count <= 1 else { throw .line(header.line, "two columns are named weight") }
    return found.first
  }

  private static func name(_ field: [UInt8], line: Int) throws(BallotFileError) -> Text {
    guard !field.isEmpty else { throw .line(line, "a column has no name; the first line names the options") }
    guard let name = Text(utf8: field) else { throw .line(line, "a name is not UTF-8 text; save the file as CSV in UTF-8") }
    guard field.count <= Text.longestName else { throw .line(line, "a name has more than \(Text.longestName) bytes") }
    return name
  }

  private static func checkHeader(_ header: CSVReader.Record, _ columns: [BallotSheet.Column]) throws(BallotFileError) {
    guard let first = columns.first else { throw .line(header.line, "no column but weight; the first line names the options") }
    if columns.count == 1, first.name.utf8.contains(where: { $0 == UInt8(ascii: ";") }) {
      throw .line(header.line, "columns are separated by semicolons; separate them by commas")
    }
    if columns.allSatisfy({ $0.name.utf8.allSatisfy { (0x30...0x39).contains($0) } }) {
      throw .line(header.line, "only numbers; the first line names the options")
    }
  }

  private static func row(
    _ record: CSVReader.Record, _ weightColumn: Int?, _ columns: [BallotSheet.Column]
  ) throws(BallotFileError) -> BallotSheet.Row {
    var values: [UInt32] = []
    values.reserveCapacity(columns.count)
    var weight: UInt32 = 1
    for (index, field) in record.fields.enumerated() {
      let number = field.isEmpty ? 0 : field[...].decimal(atMost: Int(UInt32.max))
      if index == weightColumn {
        guard let number, number > 0 else {
          throw .line(record.line, "the weight is “\(printable(field))”; a whole number from 1 is needed")
        }
        weight = UInt32(number)
      } else {
        guard let number else {
          throw .line(
            record.line, "“\(columns[values.count].name)” has “\(printable(field))”; a whole number is needed, such as 0 or 1")
        }
        values.append(UInt32(number))
      }
    }
    return BallotSheet.Row(values: values, weight: weight, copies: 1, line: record.line)
  }

  /// A cell for an error: short, and without what would disturb a terminal.
  private static func printable(_ field: [UInt8]) -> String {
    guard let text = Text(utf8: field) else { return "…" }
    return text.description.count <= 40 ? text.description : text.description.prefix(39) + "…"
  }
}
