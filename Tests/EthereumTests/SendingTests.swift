import Curve25519
import StrictJSON
import Testing

@testable import Ethereum

@Suite("Sending transactions")
struct SendingTests {
  private let signed: SignedEthereumTransaction = {
    var transaction = TransactionTests.transaction
    transaction.chainID = 31337
    var secret = [UInt8](repeating: 5, count: 32)
    guard let key = AccountKey(wiping: &secret) else { preconditionFailure("a key") }
    return SignedEthereumTransaction(transaction, key: key)
  }()

  private var accepted: ScriptedNode.Reply { .result(.text(Hexadecimal.text(signed.hash.bytes))) }

  /// What comes of two nodes that answer so.
  private func outcome(_ first: ScriptedNode.Reply, _ second: ScriptedNode.Reply) async -> (error: EthereumError?, asked: [Int]) {
    let nodes = [first, second].map { reply in ScriptedNode { _, _ in reply } }
    defer { nodes.forEach { $0.stop() } }
    do {
      try await EthereumClient(nodes).send(signed)
      return (nil, nodes.map(\.methods.count))
    } catch { return (error, nodes.map(\.methods.count)) }
  }

  @Test("a node that takes it is enough, and so is one that has it")
  func taken() async {
    #expect(await outcome(accepted, .cut) == (nil, [1, 0]))
    #expect(await outcome(.refusal(-32000, "already known"), .cut) == (nil, [1, 0]))
    #expect(await outcome(.cut, accepted) == (nil, [1, 1]))
    #expect(await outcome(.raw(503, ""), .refusal(-32000, "already known")) == (nil, [1, 1]))
  }

  @Test("what one node refuses is refused, unless another may have taken it")
  func refused() async {
    #expect(await outcome(.refusal(-32000, "nonce too low"), accepted) == (.nonceTooLow, [1, 0]))
    #expect(await outcome(.refusal(-32000, "transaction underpriced"), accepted) == (.underpriced, [1, 0]))
    let unknown = EthereumError.unknownOutcome(signed.hash)
    for lost in [
      ScriptedNode.Reply.cut, .raw(503, ""), .raw(200, "garbage"), .result("0x12"),
      .result(.text("0x" + String(repeating: "11", count: 32))),
    ] {
      #expect(await outcome(lost, .refusal(-32000, "nonce too low")) == (unknown, [1, 1]))
      #expect(await outcome(lost, .cut) == (unknown, [1, 1]))
    }
    // A node without time has not taken it.
    #expect(await outcome(.refusal(429, "too many requests"), .refusal(-32000, "nonce too low")) == (.nonceTooLow, [1, 1]))
  }

  @Test("where no node could be reached before it was sent, nothing is unknown")
  func unreached() async {
    let node = ScriptedNode(chain: 5) { _, _ in .cut }
    defer { node.stop() }
    await #expect(throws: EthereumError.wrongChain(expected: 31337, found: 5)) { try await EthereumClient([node]).send(signed) }
    #expect(node.methods.isEmpty)
    let gone = ScriptedNode { _, _ in .cut }
    gone.stop()
    await #expect(throws: EthereumError.connectionLost) { try await EthereumClient([gone]).send(signed) }
  }

  @Test("a transaction for another chain is not sent")
  func otherChain() async {
    let node = ScriptedNode { _, _ in .cut }
    defer { node.stop() }
    await #expect(throws: EthereumError.wrongChain(expected: 31337, found: 137)) {
      try await EthereumClient([node]).send(TransactionTests.signed)
    }
    #expect(node.all.isEmpty)
  }
}

private func == (a: (error: EthereumError?, asked: [Int]), b: (EthereumError?, [Int])) -> Bool { a.error == b.0 && a.asked == b.1 }
