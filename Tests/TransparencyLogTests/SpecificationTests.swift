import Curve25519
import Foundation
import Testing

@testable import TransparencyLog

/// The example of `docs/spec/05-log.md` is what the code does.
struct SpecificationTests {
  @Test func theExampleIsTrue() throws {
    let log = try signer("vote.example/a1b2", .ed25519, seed: 0..<32)
    let trustee = try signer("vote.example/a1b2/trustee/1", .cosignature, seed: 32..<64)
    var content = TestLog()
    for entry in ["one", "two", "three"] { try content.append(ascii(entry)) }
    content.publish()
    let checkpoint = try Checkpoint(origin: log.key.name, size: 3, root: content.builder.root)
    let signed = try log.sign(checkpoint).adding(trustee.cosign(checkpoint, timestamp: 1_700_000_000))
    let proof = try InclusionProof(index: 2, size: 3) { content.files[$0] }
    let receipt = try Receipt(extra: ascii("tracker"), index: 2, hashes: proof.hashes, checkpoint: signed)
    _ = try receipt.verify(
      leafHash: MerkleTree.leafHash(ascii("three")), policy: LogPolicy(logKey: log.key, witnesses: [trustee.key], quorum: 1)
    ).requireQuorum()

    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "docs/spec/05-log.md"), encoding: .utf8)
    for text in [log.key.bytes, trustee.key.bytes, receipt.bytes] { #expect(page.contains(String(decoding: text, as: UTF8.self))) }
    for file in content.files.values { #expect(page.contains("\n" + file.map { String(format: "%02x", $0) }.joined() + "\n")) }
    #expect(content.files.count == 2)
  }

  private func signer(_ name: String, _ type: VerifierKey.SignatureType, seed: Range<UInt8>) throws -> NoteSigner {
    try NoteSigner(name: ascii(name), type: type, privateKey: Ed25519.PrivateKey(seed: #require(Bytes32(Array(seed)))))
  }
}
