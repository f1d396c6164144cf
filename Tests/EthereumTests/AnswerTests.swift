import Curve25519
import StrictJSON
import Testing

@testable import Ethereum

extension JSONValue {
  /// The same object with another member, or without it.
  func with(_ name: String, _ value: JSONValue?) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { $0.name != name }).adding(name, value)
  }
}

/// Answers as nodes give them.
enum Answer {
  static let hash = "0x" + String(repeating: "22", count: 32)

  static func log(block: UInt64, index: UInt64, topic: String = hash, address: Address = address(HashTests.addresses[4]))
    -> JSONValue
  {
    [
      "address": .text(address.description), "topics": [.text(topic)], "data": "0x01",
      "blockNumber": .text(Hexadecimal.quantity(block)),
      "blockHash": .text(hash), "transactionIndex": "0x0", "transactionHash": .text(hash),
      "logIndex": .text(Hexadecimal.quantity(index)),
      "removed": false,
    ]
  }

  static let receipt: JSONValue = [
    "transactionHash": .text(hash), "blockNumber": "0x7", "blockHash": .text(hash), "transactionIndex": "0x0",
    "from": .text(HashTests.addresses[4]), "to": .text(HashTests.addresses[5]), "contractAddress": .null, "status": "0x1",
    "gasUsed": "0x5208",
    "effectiveGasPrice": "0x64", "logs": [log(block: 7, index: 0)], "type": "0x2", "logsBloom": "0x00",
  ]

  static func transaction(_ signed: SignedEthereumTransaction) -> JSONValue {
    let transaction = signed.transaction
    func quantity(_ value: UInt64) -> JSONValue { .text(Hexadecimal.quantity(value)) }
    func amount(_ bytes: Bytes32) -> JSONValue { .text(Hexadecimal.quantity(UInt256(bigEndian: bytes.bytes) ?? 0)) }
    return [
      "type": "0x2", "hash": .text(Hexadecimal.text(signed.hash.bytes)), "from": .text(signed.sender.description),
      "nonce": quantity(transaction.nonce),
      "chainId": quantity(transaction.chainID), "gas": quantity(transaction.gasLimit),
      "maxFeePerGas": .text(Hexadecimal.quantity(transaction.fees.maximum)),
      "maxPriorityFeePerGas": .text(Hexadecimal.quantity(transaction.fees.tip)),
      "to": transaction.receiver.map { .text($0.description) } ?? .null,
      "value": .text(Hexadecimal.quantity(transaction.value)), "input": .text(Hexadecimal.text(transaction.data)),
      "accessList": .list(
        transaction.accessList.map { access in
          [
            "address": .text(access.address.description),
            "storageKeys": .list(access.storageKeys.map { .text(Hexadecimal.text($0.bytes)) }),
          ]
        }), "v": signed.signature.isOdd ? "0x1" : "0x0", "r": amount(signed.signature.r), "s": amount(signed.signature.s),
      "blockHash": .null, "blockNumber": .null, "transactionIndex": .null, "gasPrice": "0x1",
    ]
  }
}

@Suite("Answers of nodes")
struct AnswerTests {
  @Test("a receipt is read whole; one that contradicts itself or is another's is refused")
  func receipts() async throws {
    let receipt = try TransactionReceipt(Answer.receipt)
    #expect(
      receipt.hasSucceeded && receipt.gasUsed == 21_000 && receipt.fee == 2_100_000 && receipt.logs.count == 1
        && receipt.contract == nil)
    let bad: [(String, JSONValue?)] = [
      ("status", "0x2"), ("status", nil), ("blockHash", .null), ("blockNumber", "0x8"), ("gasUsed", "21000"),
      ("logs", [Answer.log(block: 8, index: 0)]), ("logs", .null), ("from", "0x12"),
      ("transactionHash", .text("0x" + String(repeating: "33", count: 32))),
      ("logs", [Answer.log(block: 7, index: 0).with("removed", true)]),
    ]
    for (name, value) in bad {
      #expect(throws: MalformedData.self, "\(name)") { try TransactionReceipt(Answer.receipt.with(name, value)) }
    }
    // As Polygon has it, which logs the fee of what failed, too.
    #expect(try !TransactionReceipt(Answer.receipt.with("status", "0x0")).hasSucceeded)
    let node = ScriptedNode { _, parameters in parameters[0]?.text == Answer.hash ? .result(Answer.receipt) : .result(.null) }
    let liar = ScriptedNode { _, _ in .result(Answer.receipt) }
    defer { [node, liar].forEach { $0.stop() } }
    #expect(try await EthereumClient([node]).receipt(of: bytes32(Answer.hash)) == receipt)
    #expect(try await EthereumClient([node]).receipt(of: .zero) == nil)
    await #expect(throws: EthereumError.badAnswer("the receipt of another transaction")) {
      try await EthereumClient([liar]).receipt(of: .zero)
    }
  }

  @Test("a known transaction is the one whose hash was asked for, to the last field")
  func transactions() throws {
    let signed = TransactionTests.signed
    let good = Answer.transaction(signed)
    let known = try KnownTransaction(good)
    #expect(known.signed == signed && known.place == nil && known.nonce == 3)
    let placed = good.with("blockHash", .text(Answer.hash)).with("blockNumber", "0x7").with("transactionIndex", "0x1")
    #expect(try KnownTransaction(placed).place?.block == 7)
    let padded = good.with("r", .text(Hexadecimal.text(signed.signature.r.bytes))).with(
      "s", .text(Hexadecimal.text(signed.signature.s.bytes)))
    #expect(try KnownTransaction(padded).signed == signed)
    let changes: [(String, JSONValue?)] = [
      ("nonce", "0x4"), ("gas", "0x1"), ("to", .null), ("value", "0x6"), ("input", "0x"), ("chainId", "0x1"),
      ("maxFeePerGas", "0x65"), ("accessList", []),
      ("from", .text(HashTests.addresses[0])), ("r", "0x1"), ("v", "0x1b"), ("s", nil),
      ("v", signed.signature.isOdd ? "0x0" : "0x1"), ("hash", .text(Answer.hash)),
    ]
    for (name, value) in changes { #expect(throws: MalformedData.self, "\(name)") { try KnownTransaction(good.with(name, value)) } }
    // Of other kinds only what everybody says of them is known.
    #expect(try KnownTransaction(good.with("type", "0x0")).signed == nil)
  }

  @Test("blocks by number and hash are those that were asked for")
  func blocks() async throws {
    let block: JSONValue = [
      "number": "0x7", "hash": .text(Answer.hash), "parentHash": .text(Answer.hash), "timestamp": "0x65", "gasLimit": "0x10",
      "gasUsed": "0x8",
      "baseFeePerGas": "0x3b9aca00", "transactions": [],
    ]
    let node = ScriptedNode { _, parameters in parameters[0] == "0x9" ? .result(.null) : .result(block) }
    defer { node.stop() }
    let client = EthereumClient([node])
    #expect(try await client.block(.number(7))?.baseFee == 1_000_000_000)
    #expect(try await client.block(.finalized)?.time == 101)
    #expect(try await client.block(.number(9)) == nil)
    #expect(try await client.block(hash: bytes32(Answer.hash))?.number == 7)
    await #expect(throws: EthereumError.badAnswer("another block")) { try await client.block(.number(8)) }
    await #expect(throws: EthereumError.badAnswer("another block")) { try await client.block(hash: .zero) }
  }

  /// A node with one log in every block, that answers for a few blocks at a time.
  private func logNode(most: UInt64, refusal: ScriptedNode.Reply) -> ScriptedNode {
    ScriptedNode { _, parameters in
      guard let from = parameters[0]?["fromBlock"]?.text.flatMap({ Hexadecimal.quantity($0)?.uint64 }),
        let to = parameters[0]?["toBlock"]?.text.flatMap({ Hexadecimal.quantity($0)?.uint64 }), from <= to
      else { return .refusal(-32602, "invalid range") }
      return to - from >= most ? refusal : .result(.list((from...to).map { Answer.log(block: $0, index: 0) }))
    }
  }

  private let filter = LogFilter(addresses: [address(HashTests.addresses[4])], topics: [[bytes32(Answer.hash)]])

  @Test(
    "ranges that a node finds too long are halved, and no block is left out or asked for twice",
    arguments: [1, 3, 7, 100] as [UInt64], [0, 1, 2, 99] as [UInt64])
  func splitting(most: UInt64, last: UInt64) async throws {
    for refusal in [
      ScriptedNode.Reply.refusal(-32005, "query returned more than 10000 results"),
      .raw(200, String(repeating: " ", count: 100_000)),
    ] {
      let node = logNode(most: most, refusal: refusal)
      let client = EthereumClient([node], logBlocks: 64)
      let logs = try await client.logs(filter, blocks: 0...last)
      #expect(logs.map(\.place.block) == Array(0...last))
      node.stop()
    }
  }

  @Test("blocks at the end of all numbers")
  func lastBlocks() async throws {
    let node = logNode(most: 3, refusal: .refusal(-32000, "block range is too large"))
    defer { node.stop() }
    let logs = try await EthereumClient([node], logBlocks: 64).logs(filter, blocks: (.max - 9)...(.max))
    #expect(logs.count == 10)
  }

  @Test("one block that is too much is an error, as is any other refusal")
  func tooMuch() async throws {
    for (reply, error) in [
      (.raw(200, String(repeating: " ", count: 100_000)), .badAnswer("logs of one block longer than allowed")),
      (.refusal(-32005, "too many logs"), .refused(code: -32005, reason: "too many logs")),
      (.refusal(-32000, "no archive"), .refused(code: -32000, reason: "no archive")),
    ] as [(ScriptedNode.Reply, EthereumError)] {
      let node = ScriptedNode { _, _ in reply }
      await #expect(throws: error) { try await EthereumClient([node]).logs(filter, blocks: 1...9) }
      node.stop()
    }
  }

  @Test("logs that nobody asked for, out of order or there twice are refused")
  func strange() throws {
    let (first, second) = (Answer.log(block: 5, index: 0), Answer.log(block: 5, index: 1))
    #expect(try EthereumClient.read([first, second], filter, 5...5).count == 2)
    let bad: [JSONValue] = [
      [second, first], [first, first], [Answer.log(block: 6, index: 0)],
      [Answer.log(block: 5, index: 0, topic: "0x" + String(repeating: "00", count: 32))],
      [Answer.log(block: 5, index: 0, address: address(HashTests.addresses[5]))], [first.with("topics", [])],
      [first.with("removed", true)],
      [first.with("topics", .list(Array(repeating: .text(Answer.hash), count: 5)))], .null, [.null],
    ]
    for answer in bad { #expect(throws: MalformedData.self) { try EthereumClient.read(answer, filter, 5...5) } }
  }
}
