import Curve25519
import Elections
import Sealing
import Synchronization
import TrusteeAgent
import Verification

/// Counts what a machine does, and stops it at one act, before or after it is done.
public final class PowerCut: Sendable {
  public struct Cut: Error, Equatable {}

  private let state: Mutex<(count: Int, at: Int?, after: Bool)>

  /// - Parameter at: the number of the act, from 0; `nil` for a machine that goes on.
  public init(at: Int? = nil, after: Bool = false) { state = Mutex((0, at, after)) }

  /// Acts so far.
  public var count: Int { state.withLock { $0.count } }

  /// An act; it happens once only that the power is cut.
  func around<Result, Failure: Error>(_ cut: Failure, _ act: () throws(Failure) -> Result) throws(Failure) -> Result {
    let (isNow, isAfter) = next()
    if isNow && !isAfter { throw cut }
    let result = try act()
    if isNow { throw cut }
    return result
  }

  func around<Result, Failure: Error>(_ cut: Failure, _ act: () async throws(Failure) -> Result) async throws(Failure) -> Result {
    let (isNow, isAfter) = next()
    if isNow && !isAfter { throw cut }
    let result = try await act()
    if isNow { throw cut }
    return result
  }

  private func next() -> (Bool, Bool) {
    state.withLock { state in
      defer { state.count += 1 }
      return (state.count == state.at, state.after)
    }
  }
}

/// A vault in memory, encoded as in a key file.
public final class MemoryVault: TrusteeVault {
  private let content: Mutex<[UInt8]>
  private let others: Mutex<Set<Bytes32>> = Mutex([])
  private let power: PowerCut
  /// Every partial decryption's board ever kept.
  public let decrypted = Mutex<Set<Bytes32>>([])

  public init(_ keyring: TrusteeKeyring, power: PowerCut = PowerCut()) {
    content = Mutex(keyring.encoded)
    self.power = power
  }

  /// What a process that starts now would read.
  public var keyring: TrusteeKeyring {
    guard let keyring = try? TrusteeKeyring(content.withLock { $0 }) else { preconditionFailure("a vault keeps what it was given") }
    return keyring
  }

  public func keep(_ election: TrusteeElection) throws {
    try power.around(PowerCut.Cut()) { () throws(PowerCut.Cut) in
      var keyring = keyring
      keyring.elections.removeAll { $0.reference == election.reference }
      keyring.elections.append(election)
      content.withLock { $0 = keyring.encoded }
      if let board = election.decrypted { decrypted.withLock { _ = $0.insert(board.root) } }
    }
  }

  /// Another election has this ceremony.
  public func addForeignCeremony(_ id: Bytes32) { others.withLock { _ = $0.insert(id) } }

  public func knowsCeremony(_ id: Bytes32, besides reference: ElectionReference) -> Bool { others.withLock { $0.contains(id) } }
}

/// A connection that is cut at one act.
public struct CutConnection: TrusteeConnection {
  let inner: TestConnection
  let power: PowerCut
  private let cut = TrusteeConnectionError.unavailable("power cut")

  public init(_ inner: TestConnection, _ power: PowerCut) {
    self.inner = inner
    self.power = power
  }

  public func state(after: UInt64, wait: Int) async throws(TrusteeConnectionError) -> TrusteeState {
    try await inner.state(after: after, wait: wait)
  }

  public func messages(ceremony: Bytes32, after: UInt32) async throws(TrusteeConnectionError) -> [UInt8] {
    try await inner.messages(ceremony: ceremony, after: after)
  }

  public func send(_ batch: [UInt8], ceremony: Bytes32) async throws(TrusteeConnectionError) {
    try await power.around(cut) { () async throws(TrusteeConnectionError) in try await inner.send(batch, ceremony: ceremony) }
  }

  public func sendDrill(_ part: [UInt8], ceremony: Bytes32) async throws(TrusteeConnectionError) {
    try await power.around(cut) { () async throws(TrusteeConnectionError) in try await inner.sendDrill(part, ceremony: ceremony) }
  }

  public func read(
    _ path: [UInt8], limit: Int, _ receive: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws(TrusteeConnectionError) {
    try await power.around(cut) { () async throws(TrusteeConnectionError) in try await inner.read(path, limit: limit, receive) }
  }

  public func witnessRequest(old: UInt64) async throws(TrusteeConnectionError) -> WitnessAnswer {
    try await inner.witnessRequest(old: old)
  }

  public func cosign(size: UInt64, _ lines: [UInt8]) async throws(TrusteeConnectionError) {
    try await power.around(cut) { () async throws(TrusteeConnectionError) in try await inner.cosign(size: size, lines) }
  }

  public func show(_ checkpoint: [UInt8]) async throws(TrusteeConnectionError) { try await inner.show(checkpoint) }

  public func sendPartial(_ partial: [UInt8]) async throws(TrusteeConnectionError) {
    try await power.around(cut) { () async throws(TrusteeConnectionError) in try await inner.sendPartial(partial) }
  }
}

/// A mirror in memory.
public final class MemoryMirror: BoardMirror {
  private struct File: BoardMirrorFile {
    let mirror: MemoryMirror
    let path: String
    let pieces = Pieces()

    func write(_ bytes: [UInt8]) { pieces.content.withLock { $0 += bytes } }
    func finish() { mirror.files.withLock { $0[path] = pieces.content.withLock { $0 } } }
  }

  private final class Pieces: Sendable {
    let content = Mutex<[UInt8]>([])
  }

  public let files = Mutex<[String: [UInt8]]>([:])
  public let timesSetAside = Mutex(0)

  public init() {}

  public func contains(_ path: [UInt8]) -> Bool { read(path) != nil }
  public func read(_ path: [UInt8]) -> [UInt8]? { files.withLock { $0[String(decoding: path, as: UTF8.self)] } }
  public func file(_ path: [UInt8]) -> any BoardMirrorFile { File(mirror: self, path: String(decoding: path, as: UTF8.self)) }
  public func setAside() {
    files.withLock { $0 = [:] }
    timesSetAside.withLock { $0 += 1 }
  }
}

/// What a machine in a test gives.
public struct TestPlatform: TrusteePlatform {
  public typealias Cipher = AES256GCM
  public let memory: MemoryMirror

  public init(memory: MemoryMirror = MemoryMirror()) { self.memory = memory }

  public var random: SystemRandom { SystemRandom() }
  public var runner: SequentialRunner { SequentialRunner() }
  public func now() -> UInt64 { 1_700_000_100_000 }
  public func mirror(of election: ElectionReference) -> MemoryMirror { memory }
}
