import CPostgreSQL
import Database

/// Types of the server, by their numbers in its catalogue.
enum PostgreSQLType {
  static let boolean: Oid = 16
  static let bytes: Oid = 17
  static let name: Oid = 19
  static let integer8: Oid = 20
  static let integer2: Oid = 21
  static let integer4: Oid = 23
  static let text: Oid = 25
  static let unknown: Oid = 705
  static let character: Oid = 1042
  static let varchar: Oid = 1043
  static let numeric: Oid = 1700
}

/// Values as the binary format has them, one after the other.
struct PostgreSQLParameters {
  private var buffer: [UInt8] = []
  /// Where each value ends; nil: null.
  private var ranges: [Range<Int>?] = []
  /// The type of each; 0: the server finds out.
  private(set) var types: [Oid] = []

  init(_ values: [SQLValue]) throws(DatabaseError) {
    for value in values {
      let start = buffer.count
      switch value {
      case .null: types.append(0)
      case .integer(let integer):
        types.append(PostgreSQLType.integer8)
        let pattern = UInt64(bitPattern: integer)
        for shift in stride(from: UInt64(56), through: 0, by: -8) { buffer.append(UInt8(truncatingIfNeeded: pattern >> shift)) }
      case .text(let text):
        guard !text.utf8.contains(0) else { throw .statement("text with the character NUL") }
        types.append(PostgreSQLType.text)
        buffer += text.utf8
      case .bytes(let bytes):
        types.append(PostgreSQLType.bytes)
        buffer += bytes
      }
      ranges.append(value == .null ? nil : start..<buffer.count)
    }
    guard buffer.count < 1 << 30 else { throw .statement("values of more than a gigabyte") }
    // No address is null to the server, and an empty buffer may have none.
    buffer.append(0)
  }

  var count: Int { ranges.count }
  var byteCount: Int { buffer.count }

  /// Hands over what libpq wants: addresses, lengths, formats (all binary).
  func withPointers<Result>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
  ) -> Result {
    buffer.withUnsafeBytes { bytes in
      let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      let addresses = ranges.map { range in range.flatMap { base?.advanced(by: $0.lowerBound) } }
      return body(addresses, ranges.map { Int32($0?.count ?? 0) }, ranges.map { _ in 1 })
    }
  }
}

extension PostgreSQLResult {
  /// The rows of an answer in binary format.
  func rows() throws(DatabaseError) -> [SQLRow] {
    let columns = PQnfields(pointer)
    let types = (0..<columns).map { PQftype(pointer, $0) }
    var rows: [SQLRow] = []
    rows.reserveCapacity(Int(PQntuples(pointer)))
    for row in 0..<PQntuples(pointer) {
      var values: [SQLValue] = []
      values.reserveCapacity(Int(columns))
      for column in 0..<columns { values.append(try value(row, column, types[Int(column)])) }
      rows.append(SQLRow(values))
    }
    return rows
  }

  private func value(_ row: Int32, _ column: Int32, _ type: Oid) throws(DatabaseError) -> SQLValue {
    guard PQgetisnull(pointer, row, column) == 0 else { return .null }
    let bytes = UnsafeRawBufferPointer(start: PQgetvalue(pointer, row, column), count: Int(PQgetlength(pointer, row, column)))
    switch type {
    case PostgreSQLType.integer8, PostgreSQLType.integer4, PostgreSQLType.integer2, PostgreSQLType.boolean:
      // A truth value is one byte, 0 or 1.
      let negative = type != PostgreSQLType.boolean && (bytes.first ?? 0) & 0x80 != 0
      return .integer(bytes.reduce(negative ? -1 : 0) { $0 << 8 | Int64($1) })
    case PostgreSQLType.text, PostgreSQLType.varchar, PostgreSQLType.character, PostgreSQLType.name, PostgreSQLType.unknown:
      return .text(String(decoding: bytes, as: UTF8.self))
    case PostgreSQLType.bytes: return .bytes([UInt8](bytes))
    case PostgreSQLType.numeric:
      guard let integer = Self.integer(numeric: bytes) else { throw .unexpectedColumn(Int(column)) }
      return .integer(integer)
    default: throw .unexpectedColumn(Int(column))
    }
  }

  /// The integer that a decimal number is: a sum of integers has this type. Nil when it has a fraction, or 64 bits do not hold it.
  ///
  /// Format: `count i16 ‖ weight i16 ‖ sign u16 ‖ scale i16 ‖ count × digit u16`, digits to the base 10 000, the first one's weight given.
  static func integer(numeric bytes: UnsafeRawBufferPointer) -> Int64? {
    guard bytes.count >= 8, bytes.count.isMultiple(of: 2) else { return nil }
    let words = stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    let digits = words.dropFirst(4)
    let weight = Int(Int16(bitPattern: words[1]))
    guard digits.count == Int(words[0]), words[2] == 0 || words[2] == 0x4000 else { return nil }
    var value: Int64 = 0
    // Downwards, for the least integer has no positive counterpart.
    for place in 0...max(weight, 0) {
      let digit = place < digits.count && weight >= 0 ? Int64(digits[digits.startIndex + place]) : 0
      let (product, over) = value.multipliedReportingOverflow(by: 10_000)
      let (difference, under) = product.subtractingReportingOverflow(digit)
      if over || under { return nil }
      value = difference
    }
    guard digits.dropFirst(max(weight + 1, 0)).allSatisfy({ $0 == 0 }) else { return nil }
    if words[2] == 0x4000 { return value }
    return value == .min ? nil : -value
  }
}
