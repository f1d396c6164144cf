import Curve25519
import Elections
import Sealing
import Synchronization
import ThresholdCryptography
import TrusteeAgent
import TrusteeSupport
import Verification

/// The disk of a machine: what outlasts its fall.
final class Disk {
  var keyring: [UInt8]
  /// The copy of the board.
  var files: [String: [UInt8]] = [:]

  init(_ keyring: [UInt8]) { self.keyring = keyring }
}

/// What a trustee reported last, from whichever thread.
final class Reports: Sendable {
  private let events = Mutex<[TrusteeEvent]>([])

  func add(_ event: TrusteeEvent) { events.withLock { $0.append(event) } }

  /// What was reported since.
  func take() -> [TrusteeEvent] {
    events.withLock { events in
      defer { events = [] }
      return events
    }
  }
}

/// A trustee's machine: the product's agent on a disk, a clock, a generator and a network that all may fail.
final class Machine {
  let number: Int
  let isLiar: Bool
  /// The machine's place in the world.
  let index: Int
  unowned let world: World
  let disk: Disk
  let random: MachineRandom
  let reports = Reports()
  var agent: TrusteeAgent<SimulatedPlatform>?
  /// Which face of the service it sees.
  var face: Int
  var isBusy = false
  var isDown = true
  /// No longer cut off after this step.
  var cutUntil = 0
  /// Milliseconds that its clock is wrong.
  var clock: Int64 = 0
  var lies: Lies
  /// Whether what it keeps says that the election was aborted.
  var knowsAbort = false
  /// Times that it was started.
  private(set) var lives = 0
  /// A step after which nothing was left to be done.
  private struct Idle {
    let face: Int
    let version: UInt64
    var times = 0
  }
  private var idle: Idle?
  /// Whether its process has nothing left to do, as it thinks.
  private var hasEnded = false
  /// The list of the session it was asked to answer last.
  var asked: [SigningCommitment] = []

  /// Of its holder: whoever has the number may change.
  let key: Bytes32
  let signingKey: Ed25519.PrivateKey
  /// The list that its person has to look at.
  var due: HandOverList?
  /// Those that its person has approved.
  private(set) var approved: [[HandOverList.Member]] = []

  init(number: Int, index: Int, world: World, disk: Disk, face: Int = 0, isLiar: Bool? = nil) {
    self.number = number
    self.index = index
    self.world = world
    self.disk = disk
    self.face = face
    self.isLiar = isLiar ?? world.plan.liars.contains(number)
    guard let keyring = try? TrusteeKeyring(disk.keyring) else { preconditionFailure("a disk keeps what it was given") }
    signingKey = keyring.signingKey
    key = signingKey.publicKey
    lies = Lies(number)
    random = MachineRandom(seed: world.plan.seed, machine: index)
  }

  var keyring: TrusteeKeyring {
    guard let keyring = try? TrusteeKeyring(disk.keyring) else { preconditionFailure("a disk keeps what it was given") }
    return keyring
  }

  var service: TestService { world.faces[face] }

  /// The power is back.
  func start() {
    let keyring = keyring
    isDown = false
    hasEnded = false
    lives += 1
    agent = TrusteeAgent(
      keyring.elections[0], signingKey: keyring.signingKey, connection: SimulatedConnection(machine: self),
      vault: SimulatedVault(machine: self), platform: SimulatedPlatform(machine: self)
    ) { [reports] event in reports.add(event) }
  }

  /// The power goes.
  func fall() {
    world.note("machine \(index) falls")
    isDown = true
    idle = nil
  }

  /// One step of the agent.
  func advance() {
    guard !isBusy else { return }
    if isDown || agent == nil { start() }
    if hasEnded || waits() { return }
    isBusy = true
    defer {
      isBusy = false
      if isDown { agent = nil }
    }
    do throws(TrusteeFault) {
      try lookAtList()
      hasEnded = try agent?.advance() == .ended
      idle = Idle(face: face, version: service.version)
    } catch {
      guard !isDown else { return }
      if case .alarm(let alarm) = error { world.watcher.alarm(alarm, of: self) }
    }
    world.watcher.look(at: reports.take(), of: self)
    if world.mutation == .cosignsAnything { BrokenTrustee.cosign(self) }
  }

  /// The person approves what the organiser has told of otherwise. Liars approve everything.
  private func lookAtList() throws(TrusteeFault) {
    guard let list = due, world.isCalm || world.happens(400) else { return }
    if !isLiar, world.mutation != .approvesAnything {
      guard world.wanted.contains(WantedList(list.members)) else { return }
      approved.append(list.members)
    }
    due = nil
    try agent?.approveHandOver(list.digest)
  }

  /// Where there is nothing new the service lets a trustee wait, though not for ever.
  private func waits() -> Bool {
    guard due == nil, var idle, idle.face == face, idle.version == service.version, idle.times < 3 else {
      self.idle = nil
      return false
    }
    idle.times += 1
    self.idle = idle
    return true
  }

  var election: TrusteeElection { keyring.elections[0] }
}

/// The machine's disk as the agent's vault.
struct SimulatedVault: TrusteeVault {
  let machine: Machine

  func keep(_ election: TrusteeElection) throws(TrusteeNotKept) {
    guard !machine.isDown else { throw TrusteeNotKept("no power") }
    if machine.world.happens(machine.world.plan.crashing) {
      machine.fall()
      throw TrusteeNotKept("the power went before it was kept")
    }
    var keyring = machine.keyring
    let old = machine.election
    let kept = machine.world.mutation?.forgetting(election, on: old) ?? election
    machine.world.watcher.kept(kept, after: old, by: machine)
    keyring.keep(kept)
    machine.disk.keyring = keyring.encoded
    if election.ending == .aborted { machine.knowsAbort = true }
    if machine.world.happens(machine.world.plan.crashing) {
      machine.fall()
      throw TrusteeNotKept("the power went after it was kept")
    }
  }

  func knowsCeremony(_ id: Bytes32, besides reference: ElectionReference) -> Bool { false }
}

/// The copy of the board on the machine's disk.
struct SimulatedMirror: BoardMirror {
  let machine: Machine

  func contains(_ path: [UInt8]) -> Bool { read(path) != nil }
  func read(_ path: [UInt8]) -> [UInt8]? { machine.disk.files[String(decoding: path, as: UTF8.self)] }
  func fetch(_ path: [UInt8], limit: Int) throws(TrusteeConnectionError) {
    let bytes = try SimulatedConnection(machine: machine).file(path, limit: limit)
    machine.disk.files[String(decoding: path, as: UTF8.self)] = bytes
  }
  func setAside() { machine.disk.files = [:] }
}

/// What a machine gives its agent.
struct SimulatedPlatform: TrusteePlatform {
  typealias Cipher = AES256GCM
  let machine: Machine

  var random: SharedRandom {
    if machine.world.mutation == .repeatsRandomness { machine.random.setBack() }
    return SharedRandom(source: machine.random)
  }
  var runner: SequentialRunner { SequentialRunner() }
  func now() -> UInt64 { UInt64(max(0, 1_700_000_100_000 + Int64(machine.world.time) * 1000 + machine.clock)) }
  func mirror(of election: ElectionReference) -> SimulatedMirror { SimulatedMirror(machine: machine) }

  func verifyBoard(
    _ verifier: RecordVerifier<SimulatedMirror, SequentialRunner>
  ) throws(UnreadableRecord) -> (report: VerificationReport, board: VerifiedBoard?) { try machine.world.verified.board(verifier) }

  func verifyRecord(_ verifier: RecordVerifier<SimulatedMirror, SequentialRunner>) throws(UnreadableRecord) -> VerificationReport {
    try machine.world.verified.record(verifier)
  }
}

extension SimulatedPlatform {
  typealias Connection = SimulatedConnection
  typealias Vault = SimulatedVault
}
