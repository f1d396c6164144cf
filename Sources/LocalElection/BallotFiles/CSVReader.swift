/// Splits comma-separated values into records (RFC 4180), keeping the line each starts in.
///
/// Fields may be quoted; lines end in LF or CRLF, a byte order mark is skipped, lines with nothing but blanks are left out.
struct CSVReader {
  struct Record: Equatable {
    let line: Int
    let fields: [[UInt8]]
  }

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
  }

  /// The next record, `nil` after the last.
  mutating func next() throws(BallotFileError) -> Record? {
    while position < bytes.count {
      let start = position
      let record = try readRecord()
      let isBlank = bytes[start..<position].allSatisfy { [0x20, 0x09, Self.newline, Self.carriageReturn].contains($0) }
      if !isBlank { return record }
    }
    return nil
  }

  private mutating func readRecord() throws(BallotFileError) -> Record {
    let first = line
    var fields: [[UInt8]] = []
    while true {
      fields.append(try readField())
      guard fields.count <= BallotSheet.mostColumns else { throw .line(first, "more than \(BallotSheet.mostColumns) columns") }
      guard position < bytes.count else { break }
      let separator = bytes[position]
      position += 1
      if separator == Self.newline {
        line += 1
        break
      }
    }
    return Record(line: first, fields: fields)
  }

  /// Reads a field up to the comma or newline after it. Blanks around it are left out, unless within quotes.
  private mutating func readField() throws(BallotFileError) -> [UInt8] {
    var end = position
    while end < bytes.count, bytes[end] == 0x20 || bytes[end] == 0x09 { end += 1 }
    if end < bytes.count, bytes[end] == Self.quote {
      position = end
      return try readQuotedField()
    }
    while end < bytes.count, bytes[end] != Self.comma, bytes[end] != Self.newline { end += 1 }
    defer { position = end }
    return Array(bytes[position..<end].trimmingBlanks())
  }

  private mutating func readQuotedField() throws(BallotFileError) -> [UInt8] {
    let first = line
    var field: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == Self.quote {
        guard position < bytes.count, bytes[position] == Self.quote else {
          try skipToSeparator()
          return field
        }
        position += 1
      }
      if byte == Self.newline { line += 1 }
      field.append(byte)
    }
    throw .line(first, "a quotation mark is opened and never closed")
  }

  /// After a closing quotation mark nothing but blanks may come before the comma or the end of the line.
  private mutating func skipToSeparator() throws(BallotFileError) {
    while position < bytes.count, bytes[position] != Self.comma, bytes[position] != Self.newline {
      guard [0x20, 0x09, Self.carriageReturn].contains(bytes[position]) else {
        throw .line(line, "text after a closing quotation mark; write a quotation mark within quotes twice")
      }
      position += 1
    }
  }
}

extension ArraySlice<UInt8> {
  /// Without spaces, tabs and carriage returns at both ends.
  func trimmingBlanks() -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
    var rest = drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
    return rest
  }

  /// The number written in decimal digits alone, `nil` if there is something else or it is above `limit`.
  func decimal(atMost limit: Int) -> Int? {
    guard !isEmpty else { return nil }
    var value = 0
    for byte in self {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int(byte - 0x30)
      guard value <= limit else { return nil }
    }
    return value
  }
}
