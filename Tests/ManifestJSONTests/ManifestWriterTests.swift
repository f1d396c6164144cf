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

  static let contract = "0x00112233445566778899AABBCCDDEEFF00112233"

  static func read(_ anchoring: String?, registry: (chain: UInt64, contract: [UInt8])? = nil) throws -> Manifest {
    let member = anchoring.map { "\"anchoring\":\($0)," } ?? ""
    let json = "{\"title\":\"T\",\(member)\"contests\":[{\"title\":\"C\",\"kind\":\"yes-no\"}]}"
    return try ManifestFile(json: Array(json.utf8)).manifest(registry: registry)
  }

  @Test("anchoring is read and written", arguments: ["checkpoint", "batch", "each"])
  func anchoring(mode: String) throws {
    let manifest = try Self.read("{\"mode\":\"\(mode)\",\"chain\":137,\"contract\":\"\(Self.contract)\"}")
    let anchoring = try #require(manifest.anchoring)
    #expect(anchoring.chain == 137 && anchoring.contract.prefix(3) == [0, 0x11, 0x22] && anchoring.contract[10] == 0xaa)
    #expect(try ManifestFile(json: manifest.json).manifest().encoded == manifest.encoded)
    let registry = (chain: UInt64(80002), contract: [UInt8](repeating: 7, count: 20))
    // What the file names is not overruled, what it leaves out is filled in.
    #expect(try ManifestFile(json: manifest.json).manifest(registry: registry).encoded == manifest.encoded)
    let filled = try #require(try Self.read("{\"mode\":\"\(mode)\"}", registry: registry).anchoring)
    #expect(filled == ElectionAnchoring(mode: anchoring.mode, chain: 80002, contract: registry.contract))
  }

  @Test("nothing said of anchoring means none, and the mode checkpoint where there is a chain")
  func usualAnchoring() throws {
    let registry = (chain: UInt64(80002), contract: [UInt8](repeating: 7, count: 20))
    #expect(try Self.read(nil).anchoring == nil)
    #expect(try Self.read("null").anchoring == nil)
    #expect(try Self.read(nil, registry: registry).anchoring?.mode == .checkpoint)
    let none = try Self.read("{\"mode\":\"none\"}", registry: registry)
    #expect(none.anchoring == nil)
    // Written so that it stays none wherever it is read.
    #expect(try ManifestFile(json: none.json).manifest(registry: registry).anchoring == nil)
  }

  @Test(
    "faults of anchoring name the key",
    arguments: [
      ("{}", "anchoring: “mode” is missing"),
      ("{\"mode\":\"all\"}", "anchoring.mode: “all” is not possible; there are none, checkpoint"),
      ("{\"mode\":\"batch\"}", "anchoring: mode batch needs a chain"), ("\"batch\"", "anchoring: an object in braces"),
      ("{\"mode\":\"none\",\"chain\":1}", "anchoring: mode none has neither"),
      ("{\"mode\":\"each\",\"chain\":1}", "anchoring: “contract” is missing"),
      ("{\"mode\":\"each\",\"contract\":\"\(contract)\"}", "anchoring: “chain” is missing"),
      ("{\"mode\":\"each\",\"chain\":0,\"contract\":\"\(contract)\"}", "anchoring.chain: a whole number"),
      ("{\"mode\":\"each\",\"chain\":1.5,\"contract\":\"\(contract)\"}", "anchoring.chain: a whole number"),
      ("{\"mode\":\"each\",\"chain\":9007199254740992,\"contract\":\"\(contract)\"}", "anchoring.chain: a whole number"),
      ("{\"mode\":\"each\",\"chain\":1,\"contract\":\"0x12\"}", "anchoring.contract: “0x12” is not the address"),
      ("{\"mode\":\"each\",\"chain\":1,\"contract\":\"0x\(String(repeating: "0", count: 40))\"}", "is not the address"),
      ("{\"mode\":\"each\",\"chain\":1,\"contract\":\"1x\(String(repeating: "1", count: 40))\"}", "is not the address"),
      ("{\"mode\":\"each\",\"network\":\"polygon\"}", "unknown key “network”"),
    ])
  func anchoringFaults(json: String, expected: String) {
    let fault = #expect(throws: ManifestFault.self) { try Self.read(json) }
    #expect(fault?.text.contains(expected) == true, "\(fault?.text ?? "")")
  }

  @Test("a picture is the hash of a file", arguments: ["", "ab", String(repeating: "AB", count: 32)])
  func pictures(picture: String) {
    let json =
      "{\"title\":\"T\",\"contests\":[{\"title\":\"C\",\"kind\":\"approval\",\"options\":[{\"name\":\"a\",\"picture\":\"\(picture)\"}]}]}"
    #expect(throws: ManifestFault.self) { try ManifestFile(json: Array(json.utf8)) }
  }
}
