import Curve25519
import HTTPClient
import StrictJSON
import Synchronization

/// How nodes are asked.
public struct EthereumClientLimits: Sendable {
  /// Seconds until an answer must be there.
  public var timeout: Double = 15
  /// Bytes of the longest answer.
  public var answerLimit = 8 << 20
  /// Blocks that are asked for logs at once; halved where a node finds it too much.
  public var logBlocks: UInt64 = 1000

  /// What does for most nodes.
  public init() {}
}

/// Asks nodes of one chain. The first in order that works answers; others step in where it fails (`CircuitBreaker`). Each is asked for its chain before
/// anything else, and again after a failure.
///
/// Throws what `EthereumError` says: `connectionLost` where no node answers, `badAnswer` where the last that did makes no sense.
public final class EthereumClient: Sendable {
  private struct Node {
    var breaker = CircuitBreaker()
    var isOfThisChain = false
  }

  /// Identifies the chain: 137 is Polygon, 80002 its test network Amoy.
  public let chainID: UInt64
  let limits: EthereumClientLimits
  private let endpoints: [NodeEndpoint]
  private let nodes: Mutex<[Node]>
  private let clock: @Sendable () -> UInt64

  /// A client that has asked nothing yet.
  ///
  /// - Parameters:
  ///   - endpoints: addresses of at least one node, the preferred first.
  ///   - clock: milliseconds that never go back.
  public init(
    endpoints: [String], chainID: UInt64, http: HTTPClient, limits: EthereumClientLimits = EthereumClientLimits(),
    clock: @escaping @Sendable () -> UInt64 = EthereumClient.milliseconds
  ) {
    precondition(!endpoints.isEmpty, "at least one node is needed")
    self.chainID = chainID
    self.limits = limits
    self.clock = clock
    self.endpoints = endpoints.map {
      NodeEndpoint(address: $0, http: http, timeout: limits.timeout, answerLimit: limits.answerLimit)
    }
    nodes = Mutex(Array(repeating: Node(), count: endpoints.count))
  }

  private static let start = ContinuousClock.now

  /// Milliseconds since this was first asked.
  public static let milliseconds: @Sendable () -> UInt64 = {
    let passed = start.duration(to: .now).components
    return UInt64(passed.seconds) * 1000 + UInt64(passed.attoseconds / 1_000_000_000_000_000)
  }

  /// Asks every node for its chain, whatever the others say.
  ///
  /// - Throws: `wrongChain` where one is of another; `connectionLost` or `badAnswer` where none says.
  public func checkChain() async throws(EthereumError) {
    var last: EthereumError?
    var isKnown = false
    for endpoint in endpoints {
      do {
        try await checkChain(of: endpoint)
        isKnown = true
      } catch { last = Self.error(error, last) }
    }
    if case .wrongChain? = last { throw last ?? .connectionLost }
    if !isKnown { throw last ?? .connectionLost }
  }

  private enum Failure: Error {
    case call(CallFailure)
    case chain(expected: UInt64, found: UInt64)
  }

  private func checkChain(of endpoint: NodeEndpoint) async throws(Failure) {
    let answer: JSONValue
    do { answer = try await endpoint.call("eth_chainId", []) } catch { throw .call(error) }
    guard let found = try? answer.quantity("chain id") else { throw .call(.bad("no chain id")) }
    guard found == chainID else { throw .chain(expected: chainID, found: found) }
  }

  /// The graver of two errors.
  private static func error(_ failure: Failure, _ earlier: EthereumError?) -> EthereumError {
    switch (failure, earlier) {
    case (_, .wrongChain?): earlier ?? .connectionLost
    case (.chain(let expected, let found), _): .wrongChain(expected: expected, found: found)
    case (.call(.bad(let reason)), _): .badAnswer(reason)
    case (.call(.refused(let refusal)), _): refusal.error
    default: earlier ?? .connectionLost
    }
  }

  // MARK: - One question

  /// Asks until a node answers.
  ///
  /// - Parameter read: makes the answer of the result; what it throws counts as a failure of the node.
  func ask<Answer: Sendable>(
    _ method: String, _ parameters: [JSONValue], _ read: (JSONValue) throws(MalformedData) -> Answer
  ) async throws(EthereumError) -> Answer {
    do { return try await attempt(method, parameters, read) } catch {
      switch error {
      case .refused(let refusal): throw refusal.error
      case .tooMuch: throw .badAnswer("an answer longer than allowed")
      case .failed(let error): throw error
      }
    }
  }

  /// Why no node gave an answer.
  enum Refused: Error {
    case refused(NodeRefusal)
    /// The answer is longer than allowed.
    case tooMuch
    case failed(EthereumError)
  }

  /// The same, with the node's own words.
  func attempt<Answer: Sendable>(
    _ method: String, _ parameters: [JSONValue], _ read: (JSONValue) throws(MalformedData) -> Answer
  ) async throws(Refused) -> Answer {
    var last: EthereumError?
    for index in endpoints.indices where admits(index) {
      do {
        let answer = try await ask(index, method, parameters)
        do {
          let value = try read(answer)
          succeeded(index)
          return value
        } catch { throw Failure.call(.bad(error.reason)) }
      } catch {
        guard let failure = error as? Failure else { preconditionFailure("nothing else is thrown") }
        switch failure {
        case .call(.refused(let refusal)) where !refusal.isOfLoad:
          succeeded(index)
          throw .refused(refusal)
        case .call(.cancelled):
          // Says nothing about the node.
          throw .failed(.connectionLost)
        case .call(.tooMuch):
          succeeded(index)
          throw .tooMuch
        default: break
        }
        last = Self.error(failure, last)
        failed(index, failure)
      }
    }
    throw .failed(last ?? .connectionLost)
  }

  private func ask(_ index: Int, _ method: String, _ parameters: [JSONValue]) async throws(Failure) -> JSONValue {
    try await requireChain(index)
    do { return try await endpoints[index].call(method, parameters) } catch { throw .call(error) }
  }

  private func requireChain(_ index: Int) async throws(Failure) {
    if nodes.withLock({ $0[index].isOfThisChain }) { return }
    try await checkChain(of: endpoints[index])
    nodes.withLock { $0[index].isOfThisChain = true }
  }

  private func admits(_ index: Int) -> Bool {
    let now = clock()
    return nodes.withLock { $0[index].breaker.admits(now: now) }
  }

  private func succeeded(_ index: Int) { nodes.withLock { $0[index].breaker.succeeded() } }

  private func failed(_ index: Int, _ failure: Failure) {
    let now = clock()
    nodes.withLock { nodes in
      nodes[index].isOfThisChain = false
      if case .chain = failure { nodes[index].breaker.open(now: now) } else { nodes[index].breaker.failed(now: now) }
    }
  }

  // MARK: - Sending

  /// Sends a transaction to nodes until one has it. Sending the same again does no harm.
  ///
  /// - Throws: `unknownOutcome` where a node may have it although none has said so, whatever others say; else what the node says.
  public func send(_ transaction: SignedEthereumTransaction) async throws(EthereumError) {
    guard transaction.transaction.chainID == chainID else {
      throw .wrongChain(expected: chainID, found: transaction.transaction.chainID)
    }
    let (hash, raw) = (transaction.hash, Hexadecimal.text(transaction.encoded))
    var mayHaveArrived = false
    var last: EthereumError?
    for index in endpoints.indices where admits(index) {
      // Before the transaction itself goes out, nothing is unknown.
      do { try await requireChain(index) } catch {
        last = Self.error(error, last)
        failed(index, error)
        continue
      }
      do {
        let answer = try await endpoints[index].call("eth_sendRawTransaction", [.text(raw)])
        guard (try? answer.hash("hash")) == hash else { throw CallFailure.bad("the hash of another transaction") }
        succeeded(index)
        return
      } catch {
        guard let failure = error as? CallFailure else { preconditionFailure("nothing else is thrown") }
        if case .refused(let refusal) = failure, !refusal.isOfLoad {
          succeeded(index)
          if refusal.isAlreadyKnown { return }
          // Another node may have it, and its number be taken for that reason.
          throw mayHaveArrived ? .unknownOutcome(hash) : refusal.error
        }
        if case .refused(let refusal) = failure { last = refusal.error } else { mayHaveArrived = true }
        failed(index, .call(failure))
        if failure == .cancelled { break }
      }
    }
    throw mayHaveArrived ? .unknownOutcome(hash) : last ?? .connectionLost
  }
}
