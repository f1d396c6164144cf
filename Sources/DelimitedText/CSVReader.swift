/// Why a record cannot be split into fields. Lines and columns are counted from 1.
public struct CSVError: Error, Equatable, Sendable {
  /// Where the field starts.
  public let line: Int
  /// Which field of its record.
  public let column: Int
  /// What is wrong and what is expected.
  public let reason: String

  public init(line: Int, column: Int, reason: String) {
    self.line = line
    self.column = column
    self.reason = reason
  }
}

/// Splits comma-separated values into records (RFC 4180), keeping the line each starts in. One record at a time: nothing but the present one is held.
///
/// Fields may be quoted; lines end in LF or CRLF, a byte order mark is skipped, lines with nothing but blanks are left out. After an error the next
/// record is what follows the line in which the faulty one starts.
public struct CSVReader {
  /// One row.
  public struct Record: Equatable, Sendable {
    /// Where it starts.
    public let line: Int
    /// Its fields, without quotes.
    public let fields: [[UInt8]]
  }

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private let separator: UInt8
  private let mostColumns: Int
  private var column = 1

  /// Reads from the start of `bytes`.
  ///
  /// - Parameters:
  ///   - separator: between fields: a comma or a semicolon.
  ///   - mostColumns: more fields in a record are an error.
  public init(_ bytes: [UInt8], separator: UInt8 = UInt8(ascii: ","), mostColumns: Int) {
    self.bytes = bytes
    self.separator = separator
    self.mostColumns = mostColumns
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
  }

  /// The separator of a file: a semicolon if its first line has one and no comma outside quotes.
  public static func separator(of bytes: [UInt8]) -> UInt8 {
    var isQuoted = false
    var hasSemicolon = false
    for byte in bytes {
      switch byte {
      case quote: isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted: return byte
      case UInt8(ascii: ";") where !isQuoted: hasSemicolon = true
      case newline where !isQuoted: return UInt8(ascii: hasSemicolon ? ";" : ",")
      default: break
      }
    }
    return UInt8(ascii: hasSemicolon ? ";" : ",")
  }

  /// The next record, `nil` after the last.
  public mutating func next() throws(CSVError) -> Record? {
    while position < bytes.count {
      let start = position
      let first = line
      let record: Record
      do throws(CSVError) { record = try readRecord() } catch let error {
        skipLine(from: start, first)
        throw error
      }
      let isBlank = bytes[start..<position].allSatisfy { [0x20, 0x09, Self.newline, Self.carriageReturn].contains($0) }
      if !isBlank { return record }
    }
    return nil
  }

  /// Goes on behind the line in which a record starts.
  private mutating func skipLine(from start: Int, _ number: Int) {
    position = start
    while position < bytes.count, bytes[position] != Self.newline { position += 1 }
    position = min(position + 1, bytes.count)
    line = number + 1
  }

  private mutating func readRecord() throws(CSVError) -> Record {
    let first = line
    column = 1
    var fields: [[UInt8]] = []
    while true {
      fields.append(try readField())
      guard fields.count <= mostColumns else {
        throw CSVError(line: first, column: column, reason: "more than \(mostColumns) columns")
      }
      column += 1
      guard position < bytes.count else { break }
      let end = bytes[position]
      position += 1
      if end == Self.newline {
        line += 1
        break
      }
    }
    return Record(line: first, fields: fields)
  }

  /// Reads a field up to the comma or newline after it. Blanks around it are left out, unless within quotes.
  private mutating func readField() throws(CSVError) -> [UInt8] {
    var end = position
    while end < bytes.count, bytes[end] == 0x20 || bytes[end] == 0x09 { end += 1 }
    if end < bytes.count, bytes[end] == Self.quote {
      position = end
      return try readQuotedField()
    }
    while end < bytes.count, bytes[end] != separator, bytes[end] != Self.newline { end += 1 }
    defer { position = end }
    return Array(bytes[position..<end].trimmingBlanks())
  }

  private mutating func readQuotedField() throws(CSVError) -> [UInt8] {
    let first = line
    var field: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == Self.quote {
        guard position < bytes.count, bytes[position] == Self.quote else {
          try skipToSeparator(first)
          return field
        }
        position += 1
      }
      if byte == Self.newline { line += 1 }
      field.append(byte)
    }
    throw CSVError(line: first, column: column, reason: "a quotation mark is opened and never closed")
  }

  /// After a closing quotation mark nothing but blanks may come before the comma or the end of the line.
  private mutating func skipToSeparator(_ first: Int) throws(CSVError) {
    while position < bytes.count, bytes[position] != separator, bytes[position] != Self.newline {
      guard [0x20, 0x09, Self.carriageReturn].contains(bytes[position]) else {
        throw CSVError(
          line: first, column: column, reason: "text after a closing quotation mark; write a quotation mark within quotes twice")
      }
      position += 1
    }
  }
}

extension ArraySlice<UInt8> {
  /// Without spaces, tabs and carriage returns at both ends.
  package func trimmingBlanks() -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
    var rest = drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
    return rest
  }

  /// The number written in decimal digits alone, `nil` if there is something else or it is above `limit`.
  package func decimal(atMost limit: Int) -> Int? {
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
