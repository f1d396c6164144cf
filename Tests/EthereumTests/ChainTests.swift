import Curve25519
import StrictJSON
import TestEthereum
import Testing

@testable import Ethereum
@testable import HTTPClient

@Suite("On a chain", .enabled(if: ChainProcess.isThere, "skipped: no Python environment"))
struct ChainTests {
  private let owner: AccountKey
  private let policy = FeePolicy(cap: UInt256(500 * FeePolicy.gwei))

  init() throws { owner = try ChainProcess.account(0) }

  /// A signed transaction of the owner with what the chain says of gas, fees and number.
  private func prepare(
    _ client: EthereumClient, to receiver: Address?, _ data: [UInt8], value: UInt256 = 0
  ) async throws -> SignedEthereumTransaction {
    let gas = try await client.estimateGas(ContractCall(from: owner.address, to: receiver, data: data, value: value))
    let transaction = EthereumTransaction(
      chainID: client.chainID, nonce: try await client.nonce(of: owner.address, at: .pending),
      fees: try policy.fees(await client.feeHistory()),
      gasLimit: gas, receiver: receiver, value: value, data: data)
    return try await KeySigner(owner).sign(transaction)
  }

  private func send(_ client: EthereumClient, to receiver: Address?, _ data: [UInt8]) async throws -> TransactionReceipt {
    let signed = try await prepare(client, to: receiver, data)
    try await client.send(signed)
    return try #require(try await client.receipt(of: signed.hash))
  }

  private func deploy(_ client: EthereumClient) async throws -> Address {
    let arguments = try ABIValue.encode([.address(owner.address), .address(owner.address)], as: [.address, .address])
    let receipt = try await send(client, to: nil, try ChainProcess.bytecode("VoteRegistry") + arguments)
    #expect(receipt.hasSucceeded)
    return try #require(receipt.contract)
  }

  @Test("the registry is deployed, keeps an anchor and votes, and its logs are read")
  func registry() async throws {
    let chain = try ChainProcess()
    defer { chain.stop() }
    let client = chain.client()
    try await client.checkChain()
    let registry = try await deploy(client)
    #expect(registry == owner.address.contract(nonce: 0))
    #expect(try await !client.code(of: registry).isEmpty)

    let root = Keccak256.hash([1])
    let receipt = try await send(client, to: registry, try ABIFunction("anchor(bytes32,uint64)").call(.bytes32(root), .uint64(7)))
    #expect(receipt.hasSucceeded && receipt.gasUsed <= 120_000)
    let anchored = try ABIEvent("Anchored(uint256 indexed, bytes32, uint64)")
    let logs = try await client.logs(
      LogFilter(addresses: [registry], topics: [[anchored.topic], [try ABIEvent.topic(.uint64(1), as: .uint(256))]]),
      blocks: 0...receipt.place.block)
    #expect(logs == receipt.logs && logs.count == 1)
    let log = try #require(logs.first)
    #expect(try anchored.fields(topics: log.topics, data: log.data) == [.uint64(1), .bytes32(root), .uint64(7)])
    let latest = try await client.call(
      ABIFunction("latestAnchor()", returns: "(uint256,bytes32,uint64,uint64,uint64)"), of: registry)
    #expect(Array(latest.prefix(3)) == [.uint64(1), .bytes32(root), .uint64(7)])
    #expect(latest.contains(.uint64(receipt.place.block)))
    let block = try #require(try await client.block(.number(receipt.place.block)))
    #expect(block.hash == receipt.place.blockHash && latest.contains(.uint64(block.time)))

    let batch = try ABIFunction("recordVoteBatch(bytes32,bytes32[])")
    let leaves = (0..<50).map { ABIValue.bytes32(Keccak256.hash([2, UInt8($0)])) }
    let votes = try await send(client, to: registry, try batch.call(.bytes32(root), .list(leaves)))
    #expect(votes.hasSucceeded && votes.gasUsed / 50 <= 26_000)
    let count = try ABIFunction("voteCount(bytes32)", returns: "(uint256)")
    #expect(try await client.call(count, of: registry, [.bytes32(root)]) == [.uint64(50)])
    do {
      _ = try await prepare(client, to: registry, try batch.call(.bytes32(root), .list([leaves[0]])))
      Issue.record("a vote twice")
    } catch EthereumError.reverted(.message(let reason)) { #expect(reason.hasPrefix("vote: ")) }
  }

  @Test("an answer that is lost after the work was done is an unknown outcome, which the hash settles")
  func lostAnswer() async throws {
    let chain = try ChainProcess()
    defer { chain.stop() }
    let client = chain.client()
    let signed = try await prepare(client, to: try ChainProcess.account(1).address, [], value: 5)
    try await chain.control("test_fault", ["kind": "cut", "method": "eth_sendRawTransaction", "executes": true])
    await #expect(throws: EthereumError.unknownOutcome(signed.hash)) { try await client.send(signed) }
    let known = try #require(try await client.transaction(signed.hash))
    #expect(known.signed == signed && known.place != nil)
    #expect(try await client.receipt(of: signed.hash)?.hasSucceeded == true)
    // Not executed: the chain does not know it, and sending it again is right.
    let second = try await prepare(client, to: try ChainProcess.account(1).address, [], value: 6)
    try await chain.control("test_fault", ["kind": "cut", "method": "eth_sendRawTransaction"])
    await #expect(throws: EthereumError.unknownOutcome(second.hash)) { try await client.send(second) }
    #expect(try await client.transaction(second.hash) == nil)
    try await client.send(second)
    #expect(try await client.receipt(of: second.hash)?.hasSucceeded == true)
  }

  @Test("another endpoint steps in, and a receipt that lies is refused")
  func endpoints() async throws {
    let chain = try ChainProcess(["--endpoints", "2"])
    defer { chain.stop() }
    let client = chain.client()
    for kind: JSONValue in ["http", "garbage", "cut"] {
      try await chain.control("test_fault", ["kind": kind, "method": "eth_getBalance"])
      #expect(try await client.balance(of: owner.address) == number("10000000000000000000000"))
    }
    let signed = try await prepare(client, to: try ChainProcess.account(1).address, [], value: 5)
    try await chain.control("test_fault", ["kind": "cut", "method": "eth_sendRawTransaction", "executes": true])
    // The second node is asked, too, and knows what the first has taken.
    do { try await client.send(signed) } catch { #expect(error == .unknownOutcome(signed.hash)) }
    #expect(try await client.receipt(of: signed.hash)?.hasSucceeded == true)
    let other = Hexadecimal.text(Keccak256.hash([9]).bytes)
    let single = EthereumClient(endpoints: [chain.addresses[1]], chainID: 31337, http: HTTPClient())
    try await chain.control(
      "test_fault", ["kind": "patch", "method": "eth_getTransactionReceipt", "result": ["transactionHash": .text(other)]],
      node: 1)
    await #expect(throws: EthereumError.badAnswer("the receipt of another transaction")) {
      try await single.receipt(of: signed.hash)
    }
  }

  @Test("what the chain refuses comes as its own error each, and a stuck transaction is replaced")
  func refusals() async throws {
    let chain = try ChainProcess(["--mining", "manual"])
    defer { chain.stop() }
    let client = chain.client()
    let first = try await prepare(client, to: try ChainProcess.account(1).address, [], value: 5)
    try await client.send(first)
    try await client.send(first)
    #expect(try await client.transaction(first.hash)?.place == nil)
    #expect(try await client.receipt(of: first.hash) == nil)
    #expect(try await client.nonce(of: owner.address, at: .pending) == 1)

    var same = first.transaction
    same.value = 6
    let tooLittle = SignedEthereumTransaction(same, key: owner)
    await #expect(throws: EthereumError.underpriced) { try await client.send(tooLittle) }
    same.fees = try policy.replacing(first.transaction.fees)
    let replacing = SignedEthereumTransaction(same, key: owner)
    try await client.send(replacing)
    try await chain.control("test_mine", 1)
    #expect(try await client.receipt(of: replacing.hash)?.hasSucceeded == true)
    #expect(try await client.receipt(of: first.hash) == nil)
    await #expect(throws: EthereumError.nonceTooLow) { try await client.send(first) }

    var dear = same
    dear.nonce = 1
    dear.value = number("20000000000000000000000")
    let tooDear = SignedEthereumTransaction(dear, key: owner)
    await #expect(throws: EthereumError.insufficientFunds) { try await client.send(tooDear) }
    await #expect(throws: EthereumError.wrongChain(expected: 137, found: 31337)) { try await chain.client(chain: 137).checkChain() }
    try await chain.control("test_congest", 1500)
    #expect(try #require(try await client.pendingTransactions()) >= 1500)
    try await chain.control("test_gasPrice", ["baseFee": .text(Hexadecimal.quantity(UInt64(900) * FeePolicy.gwei))])
    try await chain.control("test_mine", 1)
    let spike = try await client.feeHistory()
    #expect(throws: EthereumError.self) { try policy.fees(spike) }
  }

  @Test("the chain's own accounts sign as geth and web3signer do", arguments: ["geth", "web3signer"])
  func externalSigner(style: String) async throws {
    let chain = try ChainProcess(["--signer-style", style])
    defer { chain.stop() }
    let client = chain.client()
    let signer = ExternalSigner(owner.address, endpoint: chain.addresses[0], http: HTTPClient())
    let transaction = EthereumTransaction(
      chainID: 31337, nonce: 0, fees: try policy.fees(await client.feeHistory()), gasLimit: 21_000,
      receiver: try ChainProcess.account(1).address, value: 5)
    let signed = try await signer.sign(transaction)
    try await client.send(signed)
    #expect(try await client.receipt(of: signed.hash)?.sender == owner.address)
    let stranger = ExternalSigner(AccountKey().address, endpoint: chain.addresses[0], http: HTTPClient())
    await #expect(throws: EthereumError.self) { try await stranger.sign(transaction) }
  }
}
