import Foundation
import Testing

@Suite("Documentation")
struct LinkTests {
  static let pages: [String] = {
    let names = FileManager.default.enumerator(atPath: SourceTree.root.appending(path: "docs").path)?.compactMap { $0 as? String }
    let pages = (names ?? []).filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }
    return ["README.md", "CONTRIBUTING.md", "SECURITY.md"] + pages.sorted()
  }()

  @Test("a page's links to the repository lead somewhere", arguments: pages)
  func linksLeadSomewhere(page: String) throws {
    let folder = SourceTree.root.appending(path: page).deletingLastPathComponent()
    for match in try SourceTree.text(page).matches(of: #/\]\(([^)#:\s]+)(?:#[^)]*)?\)/#) {
      let target = String(match.output.1)
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: target).path), "\(page) links to \(target)")
    }
  }
}
