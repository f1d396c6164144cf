import Curve25519
import Ethereum
import EthereumRegistry
import Foundation
import HTTPClient
import PipeSupport
import StrictJSON
import Synchronization

/// `Tests/Support/chains/evm.py` with the contract `VoteRegistry`: one for all tests here, which set it back before they use it.
final class TestChain: Sendable {
  struct Failure: Error { let what: String }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let python =
    ProcessInfo.processInfo.environment["COMITIA_TEST_PYTHON"] ?? root.appending(path: ".build/python/bin/python").path

  /// `scripts/python-env` makes what it needs.
  static var isThere: Bool { FileManager.default.isExecutableFile(atPath: python) }

  private static let started = Task { try await TestChain() }

  /// As it was when the contract had been made.
  static func fresh() async throws -> TestChain {
    let chain = try await started.value
    for address in chain.addresses { _ = try await chain.control("test_clearFaults", at: address) }
    _ = try await chain.control("test_mining", ["automatic"])
    _ = try await chain.control("test_restore", [.text(Hexadecimal.quantity(chain.beginning))])
    return chain
  }

  private let process: Process
  private let input: Pipe
  /// Two nodes of one chain.
  let addresses: [String]
  let contract: Address
  /// The account that records.
  let key: AccountKey
  /// One that has coins, and that the contract does not know.
  let stranger: AccountKey
  private let beginning: UInt64

  private init() async throws {
    process = Process()
    input = Pipe()
    let output = Pipe()
    process.executableURL = URL(filePath: Self.python)
    process.arguments = [Self.root.appending(path: "Tests/Support/chains/evm.py").path, "--endpoints", "2"]
    process.standardInput = input
    process.standardOutput = output
    process.keepNoProfile()
    try process.run()
    var line = Data()
    while line.last != 0x0a {
      let piece = try output.fileHandleForReading.nextPiece()
      guard !piece.isEmpty else { throw Failure(what: "the chain did not start") }
      line += piece
    }
    let addresses = String(decoding: line.dropLast(), as: UTF8.self).split(separator: " ").map { "http://127.0.0.1:\($0)" }
    self.addresses = addresses
    guard case .list(let accounts) = try await Self.call("test_accounts", [], at: addresses[0]) else {
      throw Failure(what: "accounts")
    }
    func account(_ index: Int) throws -> AccountKey {
      guard let text = accounts[index]["key"]?.text, var secret = Hexadecimal.bytes(text), let key = AccountKey(wiping: &secret)
      else {
        throw Failure(what: "account \(index)")
      }
      return key
    }
    key = try account(0)
    stranger = try account(1)
    contract = key.address.contract(nonce: 0)
    let client = EthereumClient(endpoints: addresses, chainID: 31337, http: HTTPClient())
    try await client.send(try Self.deployment(key))
    guard try await !client.code(of: contract).isEmpty else { throw Failure(what: "no contract") }
    guard let number = try await Self.call("test_snapshot", [], at: addresses[0]).text.flatMap({ Hexadecimal.quantity($0)?.uint64 })
    else { throw Failure(what: "snapshot") }
    beginning = number
  }

  private static func deployment(_ key: AccountKey) throws -> SignedEthereumTransaction {
    let artefact = try JSONParser.parse(Array(Data(contentsOf: root.appending(path: "contracts/artefacts/VoteRegistry.json"))))
    guard let code = artefact["bytecode"]?.text.flatMap({ Hexadecimal.bytes($0) }) else { throw Failure(what: "the artefact") }
    let roles = try ABIValue.encode([.address(key.address), .address(key.address)], as: [.address, .address])
    return SignedEthereumTransaction(
      EthereumTransaction(
        chainID: 31337, nonce: 0, fees: TransactionFees(maximum: UInt256(100 * FeePolicy.gwei), tip: UInt256(FeePolicy.gwei)),
        gasLimit: 2_000_000, receiver: nil, data: code + roles), key: key)
  }

  // MARK: - Controls

  private static func call(_ method: String, _ parameters: [JSONValue], at address: String) async throws -> JSONValue {
    let question: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .text(method), "params": .list(parameters)]
    let response = try await HTTPClient().send(
      HTTPClientRequest(
        "POST", address, fields: [HTTPClientField("Content-Type", "application/json")], body: question.bytes, answerLimit: 1 << 20,
        timeout: 20))
    guard let result = try JSONParser.parse(response.body)["result"] else {
      throw Failure(what: String(decoding: response.body, as: UTF8.self))
    }
    return result
  }

  @discardableResult
  func control(_ method: String, _ parameters: [JSONValue] = [], at address: String? = nil) async throws -> JSONValue {
    try await Self.call(method, parameters, at: address ?? addresses[0])
  }

  func mine(_ count: Int = 1) async throws { try await control("test_mine", [.text(Hexadecimal.quantity(UInt64(count)))]) }

  /// Every node has it.
  func fault(_ fault: JSONValue) async throws {
    for address in addresses { try await control("test_fault", [fault], at: address) }
  }

  func faultOfFirst(_ fault: JSONValue) async throws { try await control("test_fault", [fault]) }

  func clearFaults() async throws {
    for address in addresses { try await control("test_clearFaults", at: address) }
  }

  /// Those that were called, of a node.
  func calls(of method: String, node: Int = 0) async throws -> Int {
    Int(try await control("test_calls", at: addresses[node])[method]?.integer ?? 0)
  }

  // MARK: - As the product sees it

  func client(endpoints: [Int] = [0, 1], clock: TestClock) -> EthereumClient {
    var limits = EthereumClientLimits()
    limits.timeout = 5
    return EthereumClient(
      endpoints: endpoints.map { addresses[$0] }, chainID: 31337, http: HTTPClient(), limits: limits,
      clock: { UInt64(clamping: clock.now) })
  }

  func registry(clock: TestClock, endpoints: [Int] = [0, 1]) -> EthereumRegistry {
    EthereumRegistry(client: client(endpoints: endpoints, clock: clock), contract: contract, signer: KeySigner(key))
  }
}

/// Milliseconds that only a test moves.
final class TestClock: Sendable {
  private let time = Mutex<Int64>(1_800_000_000_000)
  var now: Int64 { time.withLock { $0 } }
  func pass(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
}
