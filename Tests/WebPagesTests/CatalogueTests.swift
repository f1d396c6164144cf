import Foundation
import Testing

@testable import WebPages

@Suite("Texts of pages")
struct CatalogueTests {
  /// The sources of the module.
  private static let source: String = {
    let folder = URL(filePath: #filePath).appending(path: "../../../Sources/WebPages").standardized
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
    return files.filter { $0.pathExtension == "swift" }.compactMap { try? String(contentsOf: $0, encoding: .utf8) }.joined(
      separator: "\n")
  }()

  private static let english = Catalogue.builtIn.entries[.english] ?? [:]

  @Test("every text that a page says exists")
  func used() {
    let said = Self.source.matches(of: /\bt(?:\.html)?\(\s*"([^"\\]+)"/).map { String($0.output.1) }
    #expect(said.count > 20)
    for key in Set(said) { #expect(Self.english[key] != nil, "\(key) is in no catalogue") }
  }

  @Test("every text is said by a page")
  func unused() {
    // What follows a quotation mark, up to the next one: all literals, and what stands between them.
    let pieces = Self.source.split(separator: "\"", omittingEmptySubsequences: false)
    let literals = Set(pieces)
    let beginnings = Set(pieces.compactMap { piece in piece.firstRange(of: "\\(").map { piece[..<$0.lowerBound] } })
    let endings = Set(pieces.compactMap { $0.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last })
    let isKeyJoined = Self.source.contains("\\(key)")
    for key in Self.english.keys {
      let parts = key.split(separator: ".")
      let isMade =
        beginnings.contains(parts.dropLast().joined(separator: ".") + ".") || isKeyJoined && endings.contains(parts.last ?? "")
      #expect(literals.contains(key[...]) || isMade, "nobody says \(key)")
    }
  }

  @Test("a text has the same places in every language", arguments: Language.allCases)
  func places(language: Language) {
    for (key, entry) in Catalogue.builtIn.entries[language] ?? [:] {
      guard let original = Self.english[key] else {
        Issue.record("\(key) is not in English")
        continue
      }
      #expect(Self.places(in: entry) == Self.places(in: original), "\(key)")
    }
  }

  private static func places(in entry: Catalogue.Entry) -> Set<String> {
    Set(entry.texts.flatMap { $0.matches(of: /\{([a-z]+)\}/).map { String($0.output.1) } })
  }

  @Test("places are filled once, numbers choose the form")
  func filling() {
    let catalogue = Catalogue([
      .english: [Array(#"{"a": "{x} and {y}", "b": {"one": "one vote", "other": "{count} votes"}, "c": "<{x}>"}"#.utf8)]
    ])
    let t = Texts(.english, catalogue)
    #expect(t("a", ["x": "{y}", "y": "2"]) == "{y} and 2")
    #expect(t("b", ["count": 1]) == "one vote")
    #expect(t("b", ["count": 1234]) == "1,234 votes")
    #expect(t.html("c", ["x": strong { "&" }]).markup == "&lt;<strong>&amp;</strong>&gt;")
  }

  @Test(
    "the browser's wish",
    arguments: [
      ("de-AT,de;q=0.9,en;q=0.8", Language.german), ("it, fr;q=0.5", .french), ("", .english), ("es;q=0, de;q=0.1", .german),
      ("zz;q=x", .english),
    ])
  func wishes(field: String, language: Language) { #expect(Language.preferred(field) == language) }

  @Test("numbers as languages write them")
  func numbers() {
    #expect(Language.allCases.map { NumberText.grouped(12345, $0) } == ["12,345", "12.345", "12\u{202f}345", "12\u{202f}345"])
    #expect(NumberText.grouped(-1234, .spanish) == "−1234")
    #expect(NumberText.percent(1087, of: 1912, .english) == "56.9%")
    #expect(NumberText.percent(2, of: 3, .german) == "66,7\u{a0}%")
    #expect(NumberText.percent(0, of: 0, .english) == nil)
  }
}
