import Curve25519
import SocketSupport
import StrictJSON
import Synchronization
import Testing

@testable import Ethereum
@testable import HTTPClient

@Suite("Asking nodes")
struct ClientTests {
  private let account = address(HashTests.addresses[4])

  @Test("a node that fails is followed by the next, left alone after three failures, and tried again after half a minute")
  func failover() async throws {
    let isBroken = Atomic(true)
    let first = ScriptedNode { _, _ in isBroken.load(ordering: .relaxed) ? .raw(503, "busy") : .result("0x1") }
    let second = ScriptedNode { _, _ in .result("0x2") }
    defer { [first, second].forEach { $0.stop() } }
    let clock = TestClock()
    let client = EthereumClient([first, second], clock: clock)
    for _ in 0..<5 { #expect(try await client.blockNumber() == 2) }
    #expect(first.methods.count == 3 && second.methods.count == 5)
    clock.pass(29_999)
    #expect(try await client.blockNumber() == 2)
    #expect(first.methods.count == 3)
    clock.pass(1)
    #expect(try await client.blockNumber() == 2)
    #expect(first.methods.count == 4)
    isBroken.store(false, ordering: .relaxed)
    clock.pass(30_000)
    #expect(try await client.blockNumber() == 1)
    #expect(try await client.blockNumber() == 1)
    // Its chain was asked for anew after every failure.
    #expect(first.all.count { $0 == "eth_chainId" } == 5)
    #expect(second.all.count { $0 == "eth_chainId" } == 1)
  }

  @Test("without a node that answers the connection is lost, and nobody is asked while all breakers are open")
  func allLost() async {
    let node = ScriptedNode { _, _ in .cut }
    defer { node.stop() }
    let client = EthereumClient([node])
    for _ in 0..<5 { await #expect(throws: EthereumError.connectionLost) { try await client.blockNumber() } }
    #expect(node.methods.count == 3)
  }

  @Test(
    "what is no answer is refused, and another node asked",
    arguments: [
      "garbage", "", "[]", #"{"jsonrpc":"2.0","id":ID}"#,
      #"{"jsonrpc":"2.0","id":ID,"result":"0x1","error":{"code":1,"message":"x"}}"#,
      #"{"jsonrpc":"2.0","id":0,"result":"0x1"}"#, #"{"id":ID,"result":"0x1"}"#, #"{"jsonrpc":"1.0","id":ID,"result":"0x1"}"#,
      #"{"jsonrpc":"2.0","id":ID,"error":{"message":"x"}}"#, #"{"jsonrpc":"2.0","id":ID,"result":"0x01"}"#,
      #"{"jsonrpc":"2.0","id":ID,"result":1}"#, #"{"jsonrpc":"2.0","id":ID,"result":null}"#,
      #"{"jsonrpc":"2.0","id":ID,"result":"0x1"}x"#,
      #"{"jsonrpc":"2.0","id":ID,"result":"0x1","result":"0x1"}"#, #"{"jsonrpc":"2.0","id":ID,"result":"0x10000000000000000"}"#,
    ])
  func garbage(answer: String) async throws {
    let liar = ScriptedNode { _, _ in .raw(200, answer) }
    let honest = ScriptedNode { _, _ in .result("0x7") }
    defer { [liar, honest].forEach { $0.stop() } }
    #expect(try await EthereumClient([liar, honest]).blockNumber() == 7)
    do {
      _ = try await EthereumClient([liar]).blockNumber()
      Issue.record("an answer of garbage")
    } catch { guard case .badAnswer = error else { throw error } }
  }

  @Test("an answer longer than allowed ends there")
  func tooLong() async {
    let node = ScriptedNode { _, _ in .result(.text("0x" + String(repeating: "00", count: 40_000))) }
    defer { node.stop() }
    let client = EthereumClient([node])
    await #expect(throws: EthereumError.badAnswer("an answer longer than allowed")) {
      try await client.code(of: address(HashTests.addresses[4]))
    }
  }

  @Test("nodes of another chain are not asked for anything")
  func otherChain() async throws {
    let other = ScriptedNode(chain: 1) { _, _ in .result("0x1") }
    let right = ScriptedNode { _, _ in .result("0x2") }
    defer { [other, right].forEach { $0.stop() } }
    let client = EthereumClient([other, right])
    #expect(try await client.blockNumber() == 2)
    #expect(other.methods.isEmpty)
    let wrong = EthereumError.wrongChain(expected: 31337, found: 1)
    await #expect(throws: wrong) { try await client.checkChain() }
    await #expect(throws: wrong) { try await EthereumClient([other]).blockNumber() }
    try await EthereumClient([right]).checkChain()
  }

  @Test("a refusal is the answer: nobody else is asked; one for load is not")
  func refusals() async throws {
    let busy = ScriptedNode { _, _ in .refusal(-32005, "rate limit exceeded") }
    let refusing = ScriptedNode { _, _ in .refusal(3, "execution reverted: paused") }
    let unasked = ScriptedNode { _, _ in .result("0x1") }
    defer { [busy, refusing, unasked].forEach { $0.stop() } }
    let client = EthereumClient([busy, refusing, unasked])
    await #expect(throws: EthereumError.reverted(.message("paused"))) {
      try await client.estimateGas(ContractCall(to: address(HashTests.addresses[4]), data: [1]))
    }
    #expect(busy.methods.count == 1 && refusing.methods.count == 1 && unasked.all.isEmpty)
  }

  @Test("a connection that is dropped never makes a question without its body, and none is sent twice unsaid")
  func dropped() async throws {
    let seen = Mutex<[(head: String, body: [UInt8])]>([])
    let server = RawServer { connection in
      // Answers on a connection that says it stays open, and drops every second question after reading it.
      while let request = connection.readBytes() {
        let count = seen.withLock { seen in
          seen.append(request)
          return seen.count
        }
        guard count.isMultiple(of: 2), let number = try? JSONParser.parse(request.body)["id"]?.integer else { return }
        let body = #"{"jsonrpc":"2.0","id":\#(number),"result":"0x1"}"#
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: keep-alive\r\n\r\n\(body)")
      }
    }
    defer { server.stop() }
    let endpoint = NodeEndpoint(address: server.address(), http: HTTPClient(), timeout: 10, answerLimit: 1000)
    for round in 0..<10 {
      if round.isMultiple(of: 2) {
        await #expect(throws: CallFailure.lost) { try await endpoint.call("eth_blockNumber", ["a"]) }
      } else {
        #expect(try await endpoint.call("eth_blockNumber", ["a"]) == "0x1")
      }
    }
    let requests = seen.withLock { $0 }
    #expect(requests.count == 10 && server.connections == 10)
    let numbers = requests.compactMap { try? JSONParser.parse($0.body)["id"]?.integer }
    #expect(Set(numbers).count == 10)
    #expect(requests.allSatisfy { $0.head.contains("Content-Length: \($0.body.count)") && !$0.body.isEmpty })
  }

  @Test("fees, balances and numbers")
  func quantities() async throws {
    let node = ScriptedNode { method, parameters in
      switch method {
      case "eth_getBalance": .result("0xde0b6b3a7640000")
      case "eth_getTransactionCount": parameters[1] == "pending" ? .result("0x5") : .result("0x4")
      case "txpool_status": .result(["pending": "0x3e9", "queued": "0x0"])
      case "eth_feeHistory":
        .result([
          "oldestBlock": "0x1", "baseFeePerGas": ["0x1", "0x2", "0x3"], "gasUsedRatio": [0, .number(0.5)],
          "reward": [["0x0"], ["0x9"]],
        ])
      default: .refusal(-32601, "the method does not exist")
      }
    }
    defer { node.stop() }
    let client = EthereumClient([node])
    #expect(try await client.balance(of: account) == 1_000_000_000_000_000_000)
    #expect(try await client.nonce(of: account, at: .latest) == 4)
    #expect(try await client.nonce(of: account, at: .pending) == 5)
    #expect(try await client.pendingTransactions() == 1001)
    let history = try await client.feeHistory(blocks: 2)
    #expect(history.baseFees == [1, 2, 3] && history.usedRatios == [0, 0.5])
    #expect(try FeePolicy(cap: 100, minimumTip: 1).fees(history) == TransactionFees(maximum: 15, tip: 9))
    let silent = ScriptedNode { _, _ in .refusal(-32601, "the method does not exist") }
    defer { silent.stop() }
    #expect(try await EthereumClient([silent]).pendingTransactions() == nil)
  }

  @Test("a function of a contract is asked, and what it returns read")
  func functions() async throws {
    let function = try ABIFunction("getVote(bytes32,bytes32)", returns: "(uint64,bool)")
    let expected = Hexadecimal.text(try function.call(.bytes32(.zero), .bytes32(.zero)))
    let node = ScriptedNode { _, parameters in
      guard parameters[0]?["data"]?.text == expected else { return .refusal(-1, "another call") }
      return .result(.text(Hexadecimal.text(UInt256(7).bytes + UInt256(1).bytes)))
    }
    defer { node.stop() }
    let client = EthereumClient([node])
    #expect(try await client.call(function, of: account, [.bytes32(.zero), .bytes32(.zero)]) == [.uint(7), .bool(true)])
    await #expect(throws: EthereumError.self) { try await client.call(function, of: account, [.bool(true)]) }
    let other = try ABIFunction("getVote(bytes32,bytes32)", returns: "(address)")
    await #expect(throws: EthereumError.self) { try await client.call(other, of: account, [.bytes32(.zero), .bytes32(.zero)]) }
  }
}
