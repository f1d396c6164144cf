import StrictJSON
import Testing

@testable import Ethereum

@Suite("What nodes say when they refuse")
struct NodeRefusalTests {
  /// Words of geth and bor, erigon, Nethermind, and Parity's heirs, by whom they are said.
  static let table: [(String, String, EthereumError?)] = [
    ("geth", "nonce too low", .nonceTooLow), ("geth", "nonce too low: next nonce 12, tx nonce 3", .nonceTooLow),
    ("geth", "nonce too high", .nonceTooHigh), ("geth", "future transaction tries to replace pending", .nonceTooHigh),
    ("geth", "gapped-nonce tx from delegated accounts", .nonceTooHigh),
    ("geth", "insufficient funds for gas * price + value: balance 0, tx cost 21000, overshot 21000", .insufficientFunds),
    ("geth", "insufficient funds for transfer", .insufficientFunds),
    ("geth", "gas required exceeds allowance (0)", .insufficientFunds),
    ("geth", "replacement transaction underpriced", .underpriced), ("geth", "transaction underpriced", .underpriced),
    ("geth", "transaction underpriced: gas tip cap 1, minimum needed 25000000000", .underpriced),
    ("geth", "max fee per gas less than block base fee: address 0x0, maxFeePerGas: 1, baseFee: 7", .underpriced),
    ("geth", "txpool is full", .congested), ("geth", "in-flight transaction limit reached for delegated accounts", .congested),
    ("geth", "intrinsic gas too low", .refused(code: -32000, reason: "intrinsic gas too low")),
    ("geth", "exceeds block gas limit", .refused(code: -32000, reason: "exceeds block gas limit")),
    (
      "geth", "tx fee (1.20 ether) exceeds the configured cap (1.00 ether)",
      .refused(code: -32000, reason: "tx fee (1.20 ether) exceeds the configured cap (1.00 ether)")
    ),
    ("geth", "already known", nil),
    ("bor", "transaction underpriced: gas tip cap 1000000000, minimum needed 25000000000", .underpriced),
    ("geth of old", "known transaction: 0123", nil), ("erigon", "INTERNAL_ERROR: could not replace existing tx", .underpriced),
    ("erigon", "INTERNAL_ERROR: replacement transaction underpriced", .underpriced), ("erigon", "fee too low", .underpriced),
    ("erigon", "underpriced", .underpriced), ("erigon", "ALREADY_EXISTS: already known", nil),
    ("erigon", "existing txn with same hash", nil),
    ("erigon", "INTERNAL_ERROR: nonce too low", .nonceTooLow), ("erigon", "insufficient funds", .insufficientFunds),
    ("erigon", "pending sub-pool is full", .congested), ("erigon", "baseFee sub-pool is full", .congested),
    ("erigon", "queued sub-pool is full", .congested), ("nethermind", "AlreadyKnown", nil),
    ("nethermind", "OldNonce", .nonceTooLow),
    ("nethermind", "OldNonce, Current nonce: 5, nonce of rejected tx: 3", .nonceTooLow),
    ("nethermind", "NonceGap, Future nonce. Expected nonce: 5", .nonceTooHigh),
    ("nethermind", "NonceTooFarInFuture", .nonceTooHigh),
    ("nethermind", "FeeTooLow, MaxFeePerGas too low.", .underpriced), ("nethermind", "FeeTooLowToCompete", .underpriced),
    ("nethermind", "ReplacementNotAllowed", .underpriced),
    ("nethermind", "InsufficientFunds, Account balance: 0", .insufficientFunds),
    ("openethereum", "Transaction with the same hash was already imported.", nil),
    ("openethereum", "Transaction nonce is too low. Try incrementing the nonce.", .nonceTooLow),
    (
      "openethereum",
      "Transaction gas price 1wei is too low. There is another transaction with same nonce in the queue with gas price: 2wei",
      .underpriced
    ), ("openethereum", "There are too many transactions in the queue. Your transaction was dropped due to limit.", .congested),
    (
      "openethereum", "Insufficient funds. The account you tried to send transaction from does not have enough funds.",
      .insufficientFunds
    ),
  ]

  @Test("every node's words become the same errors; a transaction that is known is no error", arguments: table)
  func words(node: String, message: String, expected: EthereumError?) {
    let refusal = NodeRefusal(code: -32000, message: message)
    #expect(refusal.isAlreadyKnown == (expected == nil), "\(node)")
    if let expected { #expect(refusal.error == expected, "\(node)") }
    #expect(!refusal.isOfLoad && !refusal.asksForLess)
  }

  @Test("refusals of contracts, as nodes pass them on")
  func reverts() throws {
    let data = "0x08c379a0" + Hexadecimal.digits(try ABIValue.encode([.string("paused")], as: [.string]))
    let forms: [(JSONValue, RevertReason)] = [
      (["code": 3, "message": "execution reverted: paused", "data": .text(data)], .message("paused")),
      (["code": 3, "message": "execution reverted", "data": "0x"], .none),
      (["code": -32000, "message": "execution reverted"], .none),
      (["code": -32000, "message": "execution reverted: paused"], .message("paused")),
      (["code": -32015, "message": "VM execution error.", "data": .text("Reverted " + data)], .message("paused")),
      (["code": -32603, "message": "reverted with reason", "data": ["message": "x", "data": .text(data)]], .message("paused")),
    ]
    for (json, reason) in forms { #expect(try NodeRefusal(json).error == .reverted(reason)) }
    for json: JSONValue in [["code": 3], ["message": "x"], "x", ["code": "3", "message": "x"]] {
      #expect(throws: MalformedData.self) { try NodeRefusal(json) }
    }
  }

  @Test("load and questions that are too large are told from the rest")
  func load() {
    for (code, message) in [
      (429, "x"), (-32005, "daily request count exceeded, request rate limited"), (-32000, "Too Many Requests"),
    ] as [(Int64, String)] {
      #expect(NodeRefusal(code: code, message: message).isOfLoad)
      #expect(NodeRefusal(code: code, message: message).error == .congested)
    }
    for message in [
      "query returned more than 10000 results", "exceed maximum block range: 5000", "Block range is too large",
      "block range greater than 1000 max",
      "Log response size exceeded.",
    ] {
      let refusal = NodeRefusal(code: -32005, message: message)
      #expect(refusal.asksForLess && !refusal.isOfLoad, "\(message)")
    }
  }

  @Test("what a node says is shortened and freed of control characters")
  func printable() {
    let refusal = NodeRefusal(code: -1, message: "a\u{1b}[31mb\n" + String(repeating: "x", count: 500))
    guard case .refused(_, let reason) = refusal.error else {
      Issue.record("another error")
      return
    }
    #expect(reason.hasPrefix("a [31mb x") && reason.count == 200)
  }
}
