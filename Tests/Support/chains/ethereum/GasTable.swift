import Foundation

/// Chapter 12 of the specification as far as it has numbers of gas (12.8): what tests measure is compared with what everybody reads.
public struct GasTable: Sendable {
  public struct Missing: Error { public let line: String }

  /// The whole chapter.
  public let text: String
  private let lines: [String: UInt64]

  public init() throws {
    let root = (0..<5).reduce(URL(filePath: #filePath)) { place, _ in place.deletingLastPathComponent() }
    text = try String(contentsOf: root.appending(path: "docs/spec/12-anchors.md"), encoding: .utf8)
    lines = Dictionary(
      text.matches(of: /(?m)^\| ([^|]+) \| ([0-9 ]+) \|$/).compactMap { line in
        UInt64(line.2.filter { $0 != " " }).map { (String(line.1), $0) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// What a line says.
  public subscript(_ line: String) -> UInt64 {
    get throws {
      guard let gas = lines[line] else { throw Missing(line: line) }
      return gas
    }
  }

  /// The numbers that end in `% less` in the row of the table of savings that begins with some words.
  public func savings(against name: String) throws -> [Int] {
    guard let row = text.split(separator: "\n").first(where: { $0.hasPrefix("| \(name) |") && $0.contains("% less") }) else {
      throw Missing(line: name)
    }
    return row.matches(of: /([0-9]+) % less/).compactMap { Int($0.1) }
  }
}
