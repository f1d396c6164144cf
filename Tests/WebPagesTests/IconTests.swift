import Foundation
import Testing

@Suite("Icons")
struct IconTests {
  @Test("every icon that pages use is in the sprite")
  func known() throws {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    let sprite = try String(contentsOf: root.appending(path: "web/icons.svg"), encoding: .utf8)
    let folder = root.appending(path: "Sources/WebPages")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
    var count = 0
    for file in files where file.pathExtension == "swift" {
      for match in try String(contentsOf: file, encoding: .utf8).matches(of: /Icon\.named\("([^"]+)"\)/) {
        #expect(sprite.contains("<symbol id=\"\(match.output.1)\""), "\(match.output.1), used in \(file.lastPathComponent)")
        count += 1
      }
    }
    #expect(count > 3)
  }
}
