import DelimitedText

/// Files of voters: reading ends whatever they hold, lines go up, and cells that were written well are read as they were.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  let bytes = Array(input.all.dropFirst())
  if input[0] & 1 == 0 { readAnything(bytes) } else { readWritten(bytes) }
  return 0
}

private let mostColumns = 8

private func readAnything(_ bytes: [UInt8]) {
  var reader = CSVReader(bytes, separator: CSVReader.separator(of: bytes), mostColumns: mostColumns)
  var line = 0
  // Each record or fault takes a line at least.
  for _ in 0...bytes.count {
    do throws(CSVError) {
      guard let record = try reader.next() else { return }
      precondition(record.line > line, "a record on the line of another")
      precondition((1...mostColumns).contains(record.fields.count), "more cells than allowed")
      line = record.line
    } catch {
      precondition(error.line > line, "a fault on the line of a record that was read")
      precondition((1...mostColumns + 1).contains(error.column), "a fault in a column that is not there")
    }
  }
  fatalError("more records than bytes")
}

/// Zero ends a cell, one a record; all cells are quoted.
private func readWritten(_ bytes: [UInt8]) {
  let records = bytes.split(separator: 1).map { record in
    Array(record.split(separator: 0, omittingEmptySubsequences: false).prefix(mostColumns))
  }
  var written: [UInt8] = []
  for record in records {
    for (number, cell) in record.enumerated() {
      written += number == 0 ? [0x22] : [0x2c, 0x22]
      for byte in cell { written += byte == 0x22 ? [0x22, 0x22] : [byte] }
      written.append(0x22)
    }
    written += [0x0d, 0x0a]
  }
  var reader = CSVReader(written, mostColumns: mostColumns)
  for record in records {
    guard let read = try? reader.next() else { fatalError("a good record is refused") }
    precondition(read.fields == record.map { Array($0) }, "another record")
  }
  precondition((try? reader.next()) == .some(nil), "one record more")
}
