import Curve25519
import Ethereum
import EthereumRegistry
import Foundation
import HTTPClient
import PipeSupport
import StrictJSON
import Synchronization

/// `Tests/Support/chains/evm.py` with the contract `VoteRegistry`: one for all tests of a target, which come one after the other and set it back before they use it.
public final class TestChain: Sendable {
  public typealias Failure = ChainProcess.Failure

  /// Whether `scripts/python-env` has made what it needs.
  public static var isThere: Bool { ChainProcess.isThere }

  /// By test target: their tests run at the same time.
  private static let started = Mutex<[Substring: Task<TestChain, any Error>]>([:])

  /// The target's chain as it was when the contract had been made.
  ///
  /// - Parameter file: the target and file of the caller.
  public static func fresh(_ file: String = #fileID) async throws -> TestChain {
    let target = file.prefix { $0 != "/" }
    let starting = started.withLock { started in
      let task = started[target] ?? Task { try await TestChain() }
      started[target] = task
      return task
    }
    let chain = try await starting.value
    for address in chain.addresses { _ = try await chain.control("test_clearFaults", at: address) }
    _ = try await chain.control("test_mining", ["automatic"])
    _ = try await chain.control("test_restore", [.text(Hexadecimal.quantity(chain.beginning))])
    return chain
  }

  private let process: ChainProcess
  /// Two nodes of one chain.
  public var addresses: [String] { process.addresses }
  public let contract: Address
  /// The account that records.
  public let key: AccountKey
  /// All that have coins; the contract knows the first only, its owner and recorder.
  public let accounts: [AccountKey]
  /// One that has coins, and that the contract does not know.
  public let stranger: AccountKey
  private let beginning: UInt64

  private init() async throws {
    process = try ChainProcess(["--endpoints", "2"])
    guard case .list(let accounts) = try await process.control("test_accounts") else {
      throw Failure(what: "accounts")
    }
    func account(_ index: Int) throws -> AccountKey {
      guard let text = accounts[index]["key"]?.text, var secret = Hexadecimal.bytes(text), let key = AccountKey(wiping: &secret)
      else {
        throw Failure(what: "account \(index)")
      }
      return key
    }
    self.accounts = try accounts.indices.map(account)
    key = self.accounts[0]
    stranger = self.accounts[1]
    contract = key.address.contract(nonce: 0)
    let client = EthereumClient(endpoints: process.addresses, chainID: 31337, http: HTTPClient())
    try await client.send(try Self.deployment(key))
    guard try await !client.code(of: contract).isEmpty else { throw Failure(what: "no contract") }
    guard let number = try await process.control("test_snapshot").text.flatMap({ Hexadecimal.quantity($0)?.uint64 })
    else { throw Failure(what: "snapshot") }
    beginning = number
  }

  private static func deployment(_ key: AccountKey, nonce: UInt64 = 0) throws -> SignedEthereumTransaction {
    let roles = try ABIValue.encode([.address(key.address), .address(key.address)], as: [.address, .address])
    return SignedEthereumTransaction(
      EthereumTransaction(
        chainID: 31337, nonce: nonce, fees: TransactionFees(maximum: UInt256(100 * FeePolicy.gwei), tip: UInt256(FeePolicy.gwei)),
        gasLimit: 2_000_000, receiver: nil, data: try ChainProcess.bytecode("VoteRegistry") + roles), key: key)
  }

  // MARK: - Controls

  @discardableResult
  public func control(_ method: String, _ parameters: [JSONValue] = [], at address: String? = nil) async throws -> JSONValue {
    try await process.ask(method, parameters, at: address ?? addresses[0])
  }

  public func mine(_ count: Int = 1) async throws { try await control("test_mine", [.text(Hexadecimal.quantity(UInt64(count)))]) }

  /// Every node has it.
  public func fault(_ fault: JSONValue) async throws {
    for address in addresses { try await control("test_fault", [fault], at: address) }
  }

  public func faultOfFirst(_ fault: JSONValue) async throws { try await control("test_fault", [fault]) }

  public func clearFaults() async throws {
    for address in addresses { try await control("test_clearFaults", at: address) }
  }

  /// How often those of a node that happen so often only have still to happen.
  public func faultsLeft(node: Int = 0) async throws -> Int64 {
    guard case .list(let faults) = try await control("test_faults", at: addresses[node]) else { throw Failure(what: "faults") }
    return faults.reduce(0) { $0 + ($1["times"]?.integer ?? 0) }
  }

  /// Those that were called, of a node.
  public func calls(of method: String, node: Int = 0) async throws -> Int { try await process.calls(of: method, node: node) }

  // MARK: - As the product sees it

  /// - Parameter now: Unix milliseconds.
  public func client(endpoints: [Int] = [0, 1], now: @escaping @Sendable () -> Int64) -> EthereumClient {
    var limits = EthereumClientLimits()
    limits.timeout = 5
    return EthereumClient(
      endpoints: endpoints.map { addresses[$0] }, chainID: 31337, http: HTTPClient(), limits: limits,
      clock: { UInt64(clamping: now()) })
  }

  /// A second contract, with the same owner and recorder. It is mined at once.
  public func deployAgain() async throws -> Address {
    let client = client { 0 }
    let nonce = try await client.nonce(of: key.address, at: .latest)
    try await client.send(try Self.deployment(key, nonce: nonce))
    return key.address.contract(nonce: nonce)
  }

  /// The owner calls a function of the contract, such as `pause()`.
  public func administer(_ function: String, _ arguments: [ABIValue] = []) async throws {
    let function = try ABIFunction(function)
    let client = client { 0 }
    let call = EthereumTransaction(
      chainID: 31337, nonce: try await client.nonce(of: key.address, at: .pending),
      fees: TransactionFees(maximum: UInt256(100 * FeePolicy.gwei), tip: UInt256(FeePolicy.gwei)), gasLimit: 200_000,
      receiver: contract, data: function.selector + (try ABIValue.encode(arguments, as: function.parameters)))
    try await client.send(SignedEthereumTransaction(call, key: key))
  }

  /// The contract, written to by an account; without one, by that which records.
  ///
  /// - Parameter contract: another than the first.
  public func registry(
    endpoints: [Int] = [0, 1], of account: AccountKey? = nil, at contract: Address? = nil, now: @escaping @Sendable () -> Int64
  ) -> EthereumRegistry {
    EthereumRegistry(
      client: client(endpoints: endpoints, now: now), contract: contract ?? self.contract, signer: KeySigner(account ?? key))
  }

  /// Prices and times, and what that account has.
  public func market(now: @escaping @Sendable () -> Int64) -> EthereumMarket {
    EthereumMarket(client: client(now: now), account: key.address, minimumTip: UInt256(FeePolicy.gwei))
  }
}
