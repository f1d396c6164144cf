import Curve25519
import Synchronization
import TestEthereum
import VoteRegistry

/// The steps of the worker at which it asks something of the chain.
enum RegistryStep: String, CaseIterable, Sendable {
  case head, nonce, prepare, replace, send, isWaiting, inclusion, find, refusal, mayWrite
}

/// A registry that fails as a test wants.
struct FaultyRegistry: VoteRegistry {
  struct Fault: Sendable {
    let step: RegistryStep
    let error: RegistryError
    /// Calls that succeed before it.
    var skip = 0
    var times = 1
    /// Whether what was asked is done all the same.
    var executes = false
    /// What happens before it.
    var meanwhile: @Sendable () async -> Void = {}
  }

  final class Faults: Sendable {
    private let waiting = Mutex<[Fault]>([])
    let happened = Mutex(0)
    /// Open, unless a test wants to know who waits for the chain.
    let gate = CallGate(isOpen: true)

    func add(_ fault: Fault) { waiting.withLock { $0.append(fault) } }

    func take(_ step: RegistryStep) -> Fault? {
      waiting.withLock { faults in
        guard let index = faults.firstIndex(where: { $0.step == step }) else { return nil }
        guard faults[index].skip == 0 else {
          faults[index].skip -= 1
          return nil
        }
        faults[index].times -= 1
        defer { if faults[index].times == 0 { faults.remove(at: index) } }
        happened.withLock { $0 += 1 }
        return faults[index]
      }
    }
  }

  let inner: any VoteRegistry
  let faults: Faults

  private func pass<Result: Sendable>(
    _ step: RegistryStep, _ body: () async throws(RegistryError) -> Result
  ) async throws(RegistryError) -> Result {
    await faults.gate.pass()
    guard let fault = faults.take(step) else { return try await body() }
    if fault.executes { _ = try await body() }
    await fault.meanwhile()
    throw fault.error
  }

  var account: String { inner.account }
  var place: RegistryPlace { inner.place }
  func registry(of raw: [UInt8]) -> (any VoteRegistry)? {
    inner.registry(of: raw).map { FaultyRegistry(inner: $0, faults: faults) }
  }
  func refusal(of call: RegistryCall, at block: UInt64?) async throws(RegistryError) -> String? {
    try await pass(.refusal) { () async throws(RegistryError) in try await inner.refusal(of: call, at: block) }
  }
  func mayWrite(at block: UInt64) async throws(RegistryError) -> Bool {
    try await pass(.mayWrite) { () async throws(RegistryError) in try await inner.mayWrite(at: block) }
  }
  func head() async throws(RegistryError) -> UInt64 {
    try await pass(.head) { () async throws(RegistryError) in try await inner.head() }
  }
  func nonce(at moment: RegistryMoment) async throws(RegistryError) -> UInt64 {
    try await pass(.nonce) { () async throws(RegistryError) in try await inner.nonce(at: moment) }
  }
  func prepare(_ call: RegistryCall, nonce: UInt64) async throws(RegistryError) -> PreparedTransaction {
    try await pass(.prepare) { () async throws(RegistryError) in try await inner.prepare(call, nonce: nonce) }
  }
  func replace(_ raw: [UInt8]) async throws(RegistryError) -> PreparedTransaction {
    try await pass(.replace) { () async throws(RegistryError) in try await inner.replace(raw) }
  }
  func send(_ raw: [UInt8]) async throws(RegistryError) {
    try await pass(.send) { () async throws(RegistryError) in try await inner.send(raw) }
  }
  func isWaiting(_ hash: Bytes32) async throws(RegistryError) -> Bool {
    try await pass(.isWaiting) { () async throws(RegistryError) in try await inner.isWaiting(hash) }
  }
  func inclusion(of hash: Bytes32) async throws(RegistryError) -> Inclusion? {
    try await pass(.inclusion) { () async throws(RegistryError) in try await inner.inclusion(of: hash) }
  }
  func find(_ entry: RegistryEntry, since earliest: UInt64) async throws(RegistryError) -> UInt64? {
    try await pass(.find) { () async throws(RegistryError) in try await inner.find(entry, since: earliest) }
  }
  func anchors(since earliest: UInt64) async throws(RegistryError) -> [RegistryEntry: UInt64] {
    try await inner.anchors(since: earliest)
  }
  func written(in blocks: ClosedRange<UInt64>) async throws(RegistryError) -> [WrittenEntry] { try await inner.written(in: blocks) }
}
