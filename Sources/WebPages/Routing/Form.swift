import API
import Foundation

/// What a form or a query says: `application/x-www-form-urlencoded` (URL standard, 5.1).
public struct Form: Sendable, Equatable {
  private var pairs: [(name: String, value: String)] = []
  /// What was chosen as files, by the names of their fields.
  private var files: [String: [UInt8]] = [:]

  /// More is refused: no page of ours has so many.
  static let mostFields = 20_000

  /// - Returns: `nil` when an escape is not whole, a text not UTF-8 or with a zero character, which no database takes, or there are too many fields.
  init?(encoded text: some StringProtocol) {
    for part in text.split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pairs.count < Self.mostFields, let name = PercentEncoding.decode(sides[0], plusIsSpace: true),
        let value = PercentEncoding.decode(sides.count > 1 ? sides[1] : "", plusIsSpace: true), !value.utf8.contains(0)
      else { return nil }
      // As browsers send lines of a text area.
      pairs.append((name, value.replacingOccurrences(of: "\r\n", with: "\n")))
    }
  }

  /// A form with these values.
  init(_ values: KeyValuePairs<String, String> = [:]) { pairs = values.map { ($0.key, $0.value) } }

  /// The fields of a form with files.
  init(pairs: [(String, String)], files: [String: [UInt8]] = [:]) {
    self.pairs = pairs.map { ($0.0, $0.1.replacingOccurrences(of: "\r\n", with: "\n")) }
    self.files = files
  }

  /// The bytes of a file; `nil` where none was chosen, or an empty one.
  func file(_ name: String) -> [UInt8]? { files[name] }

  /// The first value of a name; empty where there is none.
  subscript(name: String) -> String { pairs.first { $0.name == name }?.value ?? "" }

  /// All values of a name.
  func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map { $0.value } }

  /// Whether a name is there.
  func has(_ name: String) -> Bool { pairs.contains { $0.name == name } }

  /// Without blanks at both ends.
  func trimmed(_ name: String) -> String { self[name].trimmingCharacters(in: .whitespacesAndNewlines) }

  public static func == (a: Form, b: Form) -> Bool {
    a.pairs.count == b.pairs.count && zip(a.pairs, b.pairs).allSatisfy { $0.name == $1.name && $0.value == $1.value }
  }
}
