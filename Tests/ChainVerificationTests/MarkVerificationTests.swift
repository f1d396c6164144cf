import ChainVerification
import Curve25519
import Foundation
import Solana
import SolanaTransactions
import StrictJSON
import TestChains
import Testing

/// The interpreter that `scripts/python-env` makes; `nil` where it has not been.
private enum Interpreter {
  static let path: String? = {
    let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
    let path =
      ProcessInfo.processInfo.environment["COMITIA_TEST_PYTHON"] ?? repository.appending(path: ".build/python/bin/python").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()
}

private struct NotMarked: Error {}

@Suite("Marks against Solana", .serialized, .enabled(if: Interpreter.path != nil, "run scripts/python-env"))
struct MarkVerificationTests {
  /// A mark that a chain has, finally.
  private func marked(_ chain: SolanaChain) async throws -> ResultAnchorProof {
    let (joint, payer) = (Ed25519.PrivateKey(seed: Bytes32(repeating: 1)), Ed25519.PrivateKey(seed: Bytes32(repeating: 2)))
    let client = SolanaClient(chain.rpc())
    _ = try await client.requestAirdrop(to: SolanaAddress(payer.publicKey), lamports: 1_000_000_000)
    let anchoring = try ResultAnchoring(
      client, election: Bytes32(repeating: 3), certificate: [1, 2, 3], jointKey: joint.publicKey,
      payer: SolanaAddress(payer.publicKey)
    ) { await Task.yield() }
    let nonce = try await anchoring.prepare(price: 1000) { message throws(SolanaError) in payer.sign(message) }
    let message = anchoring.mark.message(nonce: nonce, price: 1000)
    guard case .anchored(let place) = try await anchoring.submit(message, signature: joint.sign(message.encoded)) else {
      throw NotMarked()
    }
    return ResultAnchorProof(network: try await client.genesisHash(), slot: place.slot, transaction: place.transaction)
  }

  @Test("one that is there is found, and whatever the record says otherwise is named")
  func found() async throws {
    let chain = try SolanaChain(python: try #require(Interpreter.path))
    defer { chain.stop() }
    let mark = try await marked(chain)
    let client = SolanaClient(chain.rpc())
    #expect(await MarkVerification.fault(of: mark, client) == nil)
    let elsewhere = ResultAnchorProof(network: .zero, slot: mark.slot, transaction: mark.transaction)
    #expect(await MarkVerification.fault(of: elsewhere, client) == .otherNetwork)
    let later = ResultAnchorProof(network: mark.network, slot: mark.slot + 1, transaction: mark.transaction)
    #expect(await MarkVerification.fault(of: later, client) == .otherSlot(mark.slot))
    let signature = try #require(SolanaSignature([UInt8](repeating: 5, count: 64)))
    let never = ResultAnchorProof(
      network: mark.network, slot: mark.slot,
      transaction: try #require(SolanaTransaction(mark.transaction.message, signatures: [signature])))
    #expect(await MarkVerification.fault(of: never, client) == .missing)
  }

  @Test("nodes that lie or are silent")
  func nodes() async throws {
    let chain = try SolanaChain(python: try #require(Interpreter.path))
    defer { chain.stop() }
    let mark = try await marked(chain)
    let client = SolanaClient(chain.rpc())
    try await chain.lie("getTransaction", .null)
    #expect(await MarkVerification.fault(of: mark, client) == .missing)
    try await chain.lie("getGenesisHash", "nonsense")
    #expect(await MarkVerification.fault(of: mark, client) == .notAsked("a node's answer to getGenesisHash makes no sense"))
    try await chain.fault(.unavailable, "getGenesisHash", times: 5)
    #expect(await MarkVerification.fault(of: mark, client) == .notAsked("no node answers"))
  }
}
