/// The field `Range` (RFC 9110, 14.2).
enum ByteRange: Equatable {
  /// No range, several, or one that is not understood: the whole file is a right answer to all of them.
  case whole
  case part(Range<UInt64>)
  /// Well-formed, and nothing of the file lies in it.
  case unsatisfiable

  static func parse(_ field: String, size: UInt64) -> ByteRange {
    guard field.lowercased().hasPrefix("bytes="), !field.contains(",") else { return .whole }
    let ends = field.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard ends.count == 2 else { return .whole }
    switch (number(ends[0]), number(ends[1])) {
    case (let first?, let last?) where first <= last:
      return first < size ? .part(first..<min(last.addingReportingOverflow(1).partialValue, size)) : .unsatisfiable
    case (let first?, nil) where ends[1].isEmpty: return first < size ? .part(first..<size) : .unsatisfiable
    case (nil, let count?) where ends[0].isEmpty:
      return count > 0 && size > 0 ? .part(size - min(count, size)..<size) : .unsatisfiable
    default: return .whole
    }
  }

  /// Digits only, at most as many as any file can have bytes.
  private static func number(_ text: Substring) -> UInt64? {
    guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return UInt64(text)
  }
}
