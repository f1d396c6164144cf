import Curve25519
import Elections
import Synchronization
import Testing
import TrusteeAgent
import TrusteeSupport

/// What the trustees reported, in order.
final class EventLog: Sendable {
  private let events = Mutex<[(number: Int, event: TrusteeEvent)]>([])

  func add(_ number: Int, _ event: TrusteeEvent) { events.withLock { $0.append((number, event)) } }

  func of(_ number: Int) -> [TrusteeEvent] { events.withLock { $0.filter { $0.number == number }.map { $0.event } } }
}

/// Whether somebody has made a copy.
final class CopyFlag: Sendable {
  private let state = Mutex(true)
  var value: Bool { state.withLock { $0 } }
  func set(_ value: Bool) { state.withLock { $0 = value } }
}

/// The trustees of a test election, each on a machine of its own.
final class Trustees {
  let service: TestService
  private(set) var vaults: [MemoryVault] = []
  private(set) var mirrors: [MemoryFiles]
  private(set) var agents: [TrusteeAgent<TestPlatform>] = []
  let events = EventLog()
  /// By which each is known to the service: its number, or 100 more for who comes later.
  private var identities: [Int]
  /// Whether the first one's share is copied.
  let hasCopy = CopyFlag()

  init(_ count: Int, threshold: Int, quorum: Int? = nil, power: PowerCut? = nil) throws {
    var keyrings: [TrusteeKeyring] = []
    for number in 0..<count {
      var random = SeededRandom(seed: [UInt8(number), 77])
      keyrings.append(TrusteeKeyring(using: &random))
    }
    service = TestService(
      keys: keyrings.map { $0.signingKey.publicKey }, threshold: threshold, quorum: quorum ?? threshold)
    mirrors = (0..<count).map { _ in MemoryFiles() }
    identities = Array(1...count)
    for number in 0..<count {
      let election = TrusteeElection(
        service: try #require(Text("https://vote.example")), reference: service.reference, origin: service.origin,
        title: service.title, name: try #require(Text("Trustee \(number + 1)")))
      keyrings[number].elections = [election]
      vaults.append(MemoryVault(keyrings[number], power: number == 0 ? power ?? PowerCut() : PowerCut()))
      agents.append(agent(number, power: number == 0 ? power : nil))
    }
  }

  private func agent(_ number: Int, power: PowerCut?) -> TrusteeAgent<TestPlatform> {
    let keyring = vaults[number].keyring
    let connection = CutConnection(service.connection(of: identities[number]), power ?? PowerCut())
    return TrusteeAgent(
      keyring.elections[0], signingKey: keyring.signingKey, connection: connection, vault: vaults[number],
      platform: TestPlatform(connection, memory: mirrors[number]) { [hasCopy] in number > 0 || hasCopy.value }
    ) { [events] event in events.add(number + 1, event) }
  }

  /// Somebody new joins, for a number that another has.
  ///
  /// - Returns: the place in `agents`.
  func join(for number: Int, name: String, power: PowerCut? = nil) throws -> (place: Int, name: Text, key: Bytes32) {
    var random = SeededRandom(seed: [UInt8(agents.count), 78])
    var keyring = TrusteeKeyring(using: &random)
    let name = try #require(Text(name))
    keyring.elections = [
      TrusteeElection(
        service: try #require(Text("https://vote.example")), reference: service.reference, origin: service.origin,
        title: service.title, name: name)
    ]
    mirrors.append(MemoryFiles())
    identities.append(100 + number)
    vaults.append(MemoryVault(keyring, power: power ?? PowerCut()))
    agents.append(agent(agents.count, power: power))
    return (agents.count - 1, name, keyring.signingKey.publicKey)
  }

  /// The person behind a machine looks at the list, and approves it.
  func approve(_ number: Int) throws {
    let list = try #require(service.with { $0.handOverList })
    try agents[number - 1].approveHandOver(list.digest)
  }

  /// The machine starts again, from what its vault has kept.
  func restart(_ number: Int) { agents[number] = agent(number, power: nil) }

  /// The machine is lost: another one goes on from what was kept at some time.
  func replace(_ number: Int, by keyring: TrusteeKeyring) {
    vaults[number] = MemoryVault(keyring)
    restart(number)
  }

  /// All present trustees step until nobody has anything to do. Whoever loses power starts again.
  func settle(absent: Set<Int> = []) throws {
    var last: UInt64 = 0
    for _ in 0..<100 {
      var isRestarted = false
      for number in agents.indices where !absent.contains(number + 1) {
        do {
          _ = try agents[number].step()
        } catch TrusteeConnectionError.unavailable("power cut") {
          restart(number)
          isRestarted = true
        } catch TrusteeAgentError.notKept {
          restart(number)
          isRestarted = true
        }
      }
      let version = service.version
      if version == last && !isRestarted { return }
      last = version
    }
    Issue.record("the trustees never come to rest")
  }

  func phase() -> TrusteePhase { service.with { $0.phase } }

  /// From the ceremony to the open board.
  func open() throws {
    try service.beginCeremony(Bytes32([UInt8](repeating: 5, count: 32).span))
    try settle()
    try #require(phase() == .ready)
    try service.open()
    try settle()
  }

  /// The whole election.
  func hold(absentAtTally: Set<Int> = []) throws {
    try open()
    try service.cast(0..<3)
    try settle()
    try service.cast(3..<5)
    try service.close()
    try settle(absent: absentAtTally)
    try #require(phase() == .decrypting)
    try settle(absent: absentAtTally)
    try service.finish()
    try settle(absent: absentAtTally)
  }
}
