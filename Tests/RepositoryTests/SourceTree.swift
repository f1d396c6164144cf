import Foundation

/// The text of the files that the rules are about.
struct SourceTree {
  struct File {
    /// Relative to the root of the repository.
    let path: String
    /// The folder of `Sources/` it lies in.
    let module: String
    let lines: [String]
    /// The modules it imports, with whatever attribute or access level: `@testable`, `public`, `struct Foundation.Data`.
    let imports: [String]

    var isSwift: Bool { path.hasSuffix(".swift") }

    init(path: String, module: String, lines: [String]) {
      self.path = path
      self.module = module
      self.lines = lines
      // Few lines have the word at all, and looking for it is much faster than the whole pattern.
      imports =
        !path.hasSuffix(".swift")
        ? []
        : lines.compactMap { line in
          guard line.contains("import "), let match = line.firstMatch(of: Self.importLine) else { return nil }
          return String(match.output.1)
        }
    }

    private static var importLine: Regex<(Substring, Substring)> {
      #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:typealias|struct|class|enum|protocol|let|var|func)\s+)?(\w+)/#
    }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Swift and C under `Sources/`.
  static let sources = SourceTree.files(in: "Sources", suffixes: [".swift", ".c", ".h"])

  /// The names of the folders in `Sources/`.
  static let modules = Set(sources.map(\.module)).sorted()

  static func sources(of module: String) -> [File] { sources.filter { $0.module == module } }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  private static func files(in folder: String, suffixes: [String]) -> [File] {
    let base = root.appending(path: folder)
    let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
    return names.sorted().compactMap { name in
      guard suffixes.contains(where: name.hasSuffix), let text = try? text("\(folder)/\(name)") else { return nil }
      let lines = text.hasSuffix("\n") ? text.dropLast() : text[...]
      let module = name.split(separator: "/").first.map(String.init) ?? name
      return File(path: "\(folder)/\(name)", module: module, lines: lines.components(separatedBy: "\n"))
    }
  }
}
