import StrictJSON
import Testing

@testable import Ethereum
@testable import HTTPClient

@Suite("Signers")
struct SignerTests {
  private func key(_ last: UInt8) throws -> AccountKey {
    var secret = [UInt8](repeating: 0, count: 31) + [last]
    return try #require(AccountKey(wiping: &secret))
  }

  private let transaction = TransactionTests.transaction

  /// What an external signer for the first key makes of an answer.
  private func outcome(_ reply: ScriptedNode.Reply) async throws -> SignedEthereumTransaction {
    let node = ScriptedNode { _, _ in reply }
    defer { node.stop() }
    let signer = ExternalSigner(try key(1).address, endpoint: node.address, http: HTTPClient())
    let signed = try await signer.sign(transaction)
    #expect(node.all == ["eth_signTransaction"])
    return signed
  }

  @Test("a key in memory signs")
  func keySigner() async throws {
    let signer = KeySigner(try key(1))
    let signed = try await signer.sign(transaction)
    #expect(signed.sender == signer.address && signed.transaction == transaction)
  }

  @Test("another program signs, and is asked for the very transaction")
  func external() async throws {
    let signed = SignedEthereumTransaction(transaction, key: try key(1))
    let raw = JSONValue.text(Hexadecimal.text(signed.encoded))
    #expect(try await outcome(.result(raw)) == signed)
    #expect(try await outcome(.result(["raw": raw, "tx": [:]])) == signed)
    let sender = signed.sender.description
    let node = ScriptedNode { _, parameters in
      let asked = parameters[0]
      let fields: [(String, JSONValue)] = [
        ("from", .text(sender)), ("to", .text(HashTests.addresses[4])), ("value", "0x5"), ("data", "0x010203"), ("chainId", "0x89"),
        ("nonce", "0x3"),
        ("gas", "0x5208"), ("maxFeePerGas", "0x64"), ("maxPriorityFeePerGas", "0x1e"),
      ]
      return fields.allSatisfy { asked?[$0.0] == $0.1 } && asked?["accessList"]?[0] != nil
        ? .result(raw) : .refusal(-1, "another request")
    }
    defer { node.stop() }
    #expect(try await ExternalSigner(signed.sender, endpoint: node.address, http: HTTPClient()).sign(transaction) == signed)
  }

  @Test("what it signs instead is refused")
  func betrayed() async throws {
    var other = transaction
    other.value = 6
    let otherTransaction = JSONValue.text(Hexadecimal.text(SignedEthereumTransaction(other, key: try key(1)).encoded))
    await #expect(throws: EthereumError.notSigned("another transaction was signed")) {
      try await outcome(.result(otherTransaction))
    }
    let otherAccount = JSONValue.text(Hexadecimal.text(SignedEthereumTransaction(transaction, key: try key(2)).encoded))
    await #expect(throws: EthereumError.notSigned("another account has signed")) { try await outcome(.result(otherAccount)) }
    await #expect(throws: EthereumError.notSigned("denied by the user")) {
      try await outcome(.refusal(-32000, "denied by the user"))
    }
    for reply in [ScriptedNode.Reply.result("0x02"), .result(.null), .result(["raw": 1]), .raw(200, "x")] {
      do {
        _ = try await outcome(reply)
        Issue.record("a transaction of garbage")
      } catch { guard case EthereumError.badAnswer = error else { throw error } }
    }
    await #expect(throws: EthereumError.connectionLost) { try await outcome(.cut) }
    await #expect(throws: EthereumError.connectionLost) { try await outcome(.raw(503, "")) }
  }
}
