import Foundation
import TestSupport
import Testing

/// `Tests/Vectors/records.json`: small whole records, for the WebAssembly modules and other implementations. `COMITIA_WRITE_VECTORS=1` writes the
/// file anew.
@Suite("Record vectors")
struct RecordVectorTests {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/records.json")

  @Test("are what the same seeds make today, and pass")
  func published() throws {
    let records = [
      "paused, with a replaced credential": try GoodRecord.complete(), "aborted": try GoodRecord.completeAborted(),
      "aborted and decrypted": try Attack.abortedAndDecrypted(),
    ]
    let vectors = records.mapValues { $0.files.mapValues { Data($0).base64EncodedString() } }
    if ProcessInfo.processInfo.environment["COMITIA_WRITE_VECTORS"] == "1" {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try (encoder.encode(vectors) + Data("\n".utf8)).write(to: Self.file)
    }
    let published = try JSONDecoder().decode([String: [String: String]].self, from: Data(contentsOf: Self.file))
    // Whole records would fill pages.
    #expect(published.keys.sorted() == vectors.keys.sorted())
    for (name, files) in vectors where published[name] != files { Issue.record("\(name): other bytes") }
    for (name, record) in records { #expect(try verify(record).report.passed == (name != "aborted and decrypted")) }
  }
}
