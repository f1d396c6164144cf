import Curve25519
import Elections
import Foundation
import ManifestJSON
import Testing

@Suite("Manifests as JSON")
struct ManifestWriterTests {
  static let json = """
    {"title": "Board", "description": "Two\\nlines / \u{e9}", "opens": "2026-12-01T08:00:00.250Z", "closes": "2026-12-02T08:00:00Z",
     "revoting": "last-counts", "credentials": "voter", "smallAcknowledged": true,
     "contests": [
       {"title": "A", "description": "d", "kind": "approval", "minimum": 1, "maximum": 2, "blank": false,
        "options": ["x", {"name": "y", "description": "why", "picture": "\(String(repeating: "ab", count: 32))"}, "z"]},
       {"title": "B", "kind": "score", "range": 5, "options": ["p", "q"]},
       {"title": "C", "kind": "single", "options": ["r", "s"], "blank": false, "order": "drawn"}, {"title": "D", "kind": "yes-no"}]}
    """

  @Test("what is written is read back as the same manifest")
  func roundTrip() throws {
    let manifest = try ManifestFile(json: Array(Self.json.utf8)).manifest()
    #expect(manifest.opens == 1_796_112_000_250)
    #expect(manifest.contests[0].options[1].picture == Bytes32([UInt8](repeating: 0xab, count: 32)))
    #expect(manifest.contests.map { $0.order } == [.listed, .listed, .drawn, .listed])
    let again = try ManifestFile(json: manifest.json).manifest()
    #expect(again.encoded == manifest.encoded)
  }

  @Test("a picture is the hash of a file", arguments: ["", "ab", String(repeating: "AB", count: 32)])
  func pictures(picture: String) {
    let json =
      "{\"title\":\"T\",\"contests\":[{\"title\":\"C\",\"kind\":\"approval\",\"options\":[{\"name\":\"a\",\"picture\":\"\(picture)\"}]}]}"
    #expect(throws: ManifestFault.self) { try ManifestFile(json: Array(json.utf8)) }
  }
}
