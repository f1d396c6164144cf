import Curve25519
import Elections
import Sealing
import Synchronization
import TrusteeAgent
import Verification

/// Counts what a machine does, and stops it at one act, before or after it is done.
public final class PowerCut: Sendable {
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

  private func next() -> (Bool, Bool) {
    state.withLock { state in
      defer { state.count += 1 }
      return (state.count == state.at, state.after)
    }
  }
}

/// A vault in memory, encoded as in a key file.
public final class MemoryVault: TrusteeVault, Sendable {
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

  public func keep(_ election: TrusteeElection) throws(TrusteeNotKept) {
    try power.around(TrusteeNotKept("power cut")) { () throws(TrusteeNotKept) in
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

  public init(_ inner: TestConnection, _ power: PowerCut = PowerCut()) {
    self.inner = inner
    self.power = power
  }

  public func state(after: UInt64, wait: Int) throws(TrusteeConnectionError) -> TrusteeState {
    try inner.state(after: after, wait: wait)
  }

  public func messages(ceremony: Bytes32, after: UInt32) throws(TrusteeConnectionError) -> [UInt8] {
    try inner.messages(ceremony: ceremony, after: after)
  }

  public func send(_ batch: [UInt8], ceremony: Bytes32) throws(TrusteeConnectionError) {
    try power.around(cut) { () throws(TrusteeConnectionError) in try inner.send(batch, ceremony: ceremony) }
  }

  public func sendDrill(_ part: [UInt8], ceremony: Bytes32) throws(TrusteeConnectionError) {
    try power.around(cut) { () throws(TrusteeConnectionError) in try inner.sendDrill(part, ceremony: ceremony) }
  }

  public func file(_ path: [UInt8], limit: Int) throws(TrusteeConnectionError) -> [UInt8] {
    try power.around(cut) { () throws(TrusteeConnectionError) in try inner.file(path, limit: limit) }
  }

  public func witnessRequest(old: UInt64) throws(TrusteeConnectionError) -> WitnessAnswer {
    try inner.witnessRequest(old: old)
  }

  public func cosign(size: UInt64, _ lines: [UInt8]) throws(TrusteeConnectionError) {
    try power.around(cut) { () throws(TrusteeConnectionError) in try inner.cosign(size: size, lines) }
  }

  public func show(_ checkpoint: [UInt8]) throws(TrusteeConnectionError) { try inner.show(checkpoint) }

  public func approve(_ list: Bytes32) throws(TrusteeConnectionError) {
    try power.around(cut) { () throws(TrusteeConnectionError) in try inner.approve(list) }
  }

  public func messages(handOver: Bytes32, after: UInt32) throws(TrusteeConnectionError) -> [UInt8] {
    try inner.messages(handOver: handOver, after: after)
  }

  public func send(_ message: [UInt8], handOver: Bytes32) throws(TrusteeConnectionError) {
    try power.around(cut) { () throws(TrusteeConnectionError) in try inner.send(message, handOver: handOver) }
  }

  public func sendPartial(_ partial: [UInt8]) throws(TrusteeConnectionError) {
    try power.around(cut) { () throws(TrusteeConnectionError) in try inner.sendPartial(partial) }
  }

  public func signingRequest() throws(TrusteeConnectionError) -> [UInt8] { try inner.signingRequest() }

  public func sendSigning(_ message: [UInt8]) throws(TrusteeConnectionError) {
    try power.around(cut) { () throws(TrusteeConnectionError) in try inner.sendSigning(message) }
  }

  public func markingRequest() throws(TrusteeConnectionError) -> [UInt8] { try inner.markingRequest() }

  public func sendMarking(_ message: [UInt8]) throws(TrusteeConnectionError) {
    try power.around(cut) { () throws(TrusteeConnectionError) in try inner.sendMarking(message) }
  }
}

/// Copies of boards in memory, as a disk keeps them when its machine starts again.
public final class MemoryFiles: Sendable {
  public let files = Mutex<[String: [UInt8]]>([:])
  public let timesSetAside = Mutex(0)

  public init() {}
}

/// A mirror in memory.
public struct MemoryMirror: BoardMirror {
  let memory: MemoryFiles
  let connection: CutConnection

  public func contains(_ path: [UInt8]) -> Bool { read(path) != nil }
  public func read(_ path: [UInt8]) -> [UInt8]? { memory.files.withLock { $0[String(decoding: path, as: UTF8.self)] } }
  public func fetch(_ path: [UInt8], limit: Int) throws(TrusteeConnectionError) {
    let bytes = try connection.file(path, limit: limit)
    memory.files.withLock { $0[String(decoding: path, as: UTF8.self)] = bytes }
  }
  public func setAside() {
    memory.files.withLock { $0 = [:] }
    memory.timesSetAside.withLock { $0 += 1 }
  }
}

/// Random bytes of the system, or those that follow from a seed.
public final class TestRandom: RandomSource, Sendable {
  private let seeded: Mutex<SeededRandom?>

  public init(seed: [UInt8]? = nil) { seeded = Mutex(seed.map { SeededRandom(seed: $0) }) }

  public func bytes(_ count: Int) -> [UInt8] { seeded.withLock { $0?.bytes(count) } ?? SystemRandom().bytes(count) }
}

/// What a machine in a test gives.
public struct TestPlatform: TrusteePlatform {
  public typealias Connection = CutConnection
  public typealias Cipher = AES256GCM
  public typealias Vault = MemoryVault
  let memory: MemoryFiles
  let connection: CutConnection
  public let random: TestRandom
  /// Whether the share is copied.
  let isBackedUp: @Sendable () -> Bool

  public init(
    _ connection: CutConnection, memory: MemoryFiles = MemoryFiles(), random: TestRandom = TestRandom(),
    isBackedUp: @escaping @Sendable () -> Bool = { true }
  ) {
    self.connection = connection
    self.memory = memory
    self.random = random
    self.isBackedUp = isBackedUp
  }

  public var runner: SequentialRunner { SequentialRunner() }
  public func now() -> UInt64 { 1_700_000_100_000 }
  public func mirror(of election: ElectionReference) -> MemoryMirror { MemoryMirror(memory: memory, connection: connection) }
  public func mayShowShare(of election: ElectionReference) -> Bool { isBackedUp() }
}
