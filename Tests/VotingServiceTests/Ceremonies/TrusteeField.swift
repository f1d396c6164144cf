import BallotCryptography
import Curve25519
import Database
import Elections
import Sealing
import Synchronization
import TestBoards
import TestDatabases
import TestSupport
import ThresholdCryptography
import TransparencyLog
import VotingService

/// One server's services on a database.
struct TrusteeServer: Sendable {
  let boards: Boards
  let ceremonies: Ceremonies
  /// What the transaction that publishes the result has set.
  let states: Announced
  let metrics: MetricsRegistry

  init(
    _ database: any Database, _ field: BoardField, metrics: MetricsRegistry = MetricsRegistry(), preferredTime: UInt64 = 0,
    ledger: (any ResultLedger)? = nil
  ) throws {
    var limits = BoardLimits()
    // The test's clock stands: what is told of a board would never grow old.
    limits.staleness = 0
    let boards = field.boards(database, limits: limits, metrics: metrics)
    let states = Announced()
    self.boards = boards
    self.states = states
    self.metrics = metrics
    let audit = try AuditLog(
      origin: "vote.example/audit-log", privateKey: Ed25519.PrivateKey(seed: field.master), clock: field.clock)
    ceremonies = Ceremonies(
      database: database, clock: field.clock, boards: boards, jobs: JobQueue(clock: field.clock), audit: audit,
      workers: Workers(width: 1) { work in Task { work() } }, metrics: metrics,
      preferredTime: preferredTime, ledger: ledger, tallied: { election, _ in states.add(election) })
  }
}

/// Collects what a closure was told.
final class Announced: Sendable {
  private let list = Mutex<[String]>([])
  var all: [String] { list.withLock { $0 } }
  func add(_ item: String) { list.withLock { $0.append(item) } }
}

/// A trustee's machine, as far as a test needs it: it believes the service.
struct TestTrustee: Sendable {
  let name: String
  let key: Ed25519.PrivateKey
  let seed: Bytes32
  var number = 0
  var part: KeyCeremony<AES256GCM>?
  /// What a hand-over gave.
  var renewed: SecretShares?
  var read: UInt32 = 0
  /// The size and root of the log that it has read.
  var root = CeremonyRoot()
  private var waiting: [[UInt8]] = []

  init(_ name: String, seed label: String = "trustee") {
    var random = seeded("\(label) \(name)")
    self.name = name
    key = Ed25519.PrivateKey(seed: random.b32())
    seed = random.b32()
  }

  /// What it would decrypt and sign with.
  var shares: SecretShares? { renewed ?? part?.result?.shares }

  /// What the trustee signs to join.
  func joining(_ token: String) throws -> TrusteeJoining {
    try need(TrusteeJoining(token: Array(token.utf8), name: text(name)), "joining")
  }

  mutating func join(_ token: String, _ server: TrusteeServer) async throws {
    let joining = try joining(token)
    number = try await server.ceremonies.join(joining, signingKey: key.publicKey, signature: key.sign(joining.text)).number
  }

  /// Begins the ceremony that the state names.
  mutating func begin(_ state: TrusteeState) throws {
    var part = try KeyCeremony<AES256GCM>(state.configuration(), trustee: number, signingKey: key, seed: seed)
    waiting = part.start()
    self.part = part
    read = 0
    root = CeremonyRoot()
  }

  /// Reads what is new; returns what there is to be sent.
  mutating func step(_ state: TrusteeState, _ election: String, _ server: TrusteeServer) async throws -> [[UInt8]] {
    let ceremony = try need(state.ceremony, "a ceremony")
    let page = try await server.ceremonies.messages(of: ceremony, election, after: read, for: key.publicKey)
    let decoded = try CeremonyPage(page.encoded, start: read)
    read += UInt32(decoded.entries.count)
    var part = try need(part, "a part")
    for entry in decoded.entries {
      switch entry {
      case .shareHash(let hash): root.append(hash)
      case .message(let bytes):
        root.append(SHA256.digest(bytes))
        waiting += part.receive(bytes).messages
      }
    }
    self.part = part
    defer { waiting = [] }
    return waiting
  }

  /// The part in the fire drill.
  func drill(_ ceremony: Bytes32) throws -> FireDrillPart {
    let result = try need(part?.result, "a result")
    var random = seeded("drill \(name)")
    let drawKeys = result.dealings.map { $0.drawKey }
    return FireDrill(ceremony: ceremony, size: root.size, root: root.root, keys: result.keys, drawKeys: drawKeys).part(
      with: result.shares, using: &random)
  }

  /// The signature line on a checkpoint.
  func cosign(_ checkpoint: Checkpoint, origin: Text, as number: Int? = nil, time: UInt64) throws -> [UInt8] {
    let signer = try NoteSigner(
      name: CosignerName.of(trustee: number ?? self.number, origin: origin), type: .cosignature, privateKey: key)
    return try signer.cosign(checkpoint, timestamp: time).line
  }
}

extension TrusteeState {
  /// What messages of its ceremony are signed for.
  func configuration() throws -> CeremonyConfiguration {
    try CeremonyConfiguration(
      ceremony: need(ceremony, "a ceremony"), threshold: threshold,
      signingKeys: trustees.map { try need($0.signingKey, "a key") })
  }
}

/// An election with its trustees, driven by a test.
struct TrusteeField {
  let field: BoardField
  let election: String
  let test: TestDatabase
  /// All servers there are; requests go to them in turn.
  var servers: [TrusteeServer]
  var trustees: [TestTrustee]
  /// How many decrypt and sign.
  let threshold: Int
  private let ledger: (any ResultLedger)?
  private let preferredTime: UInt64
  private var next = 0

  init(
    _ test: TestDatabase, servers count: Int = 1, names: [String] = ["Ada", "Bo", "Cy"], voters: Int = 12,
    preferredTime: UInt64 = 0,
    threshold: Int = 2, ledger: (any ResultLedger)? = nil
  ) throws {
    field = try BoardField(voters: voters)
    election = field.election
    self.test = test
    (self.threshold, self.ledger, self.preferredTime) = (threshold, ledger, preferredTime)
    let field = field
    servers = try (0..<count).map { _ in try TrusteeServer(test.database, field, preferredTime: preferredTime, ledger: ledger) }
    trustees = names.map { TestTrustee($0) }
  }

  /// The server that gets the next request.
  mutating func server() -> TrusteeServer {
    next += 1
    return servers[next % servers.count]
  }

  /// As if all servers had been started anew: nothing is in their memory.
  mutating func restart() throws {
    let (database, field, ledger, preferredTime) = (test.database, field, ledger, preferredTime)
    servers = try servers.map { _ in try TrusteeServer(database, field, preferredTime: preferredTime, ledger: ledger) }
  }

  func terms(threshold: Int? = nil, quorum: Int = 2) -> ElectionTerms {
    ElectionTerms(
      origin: "vote.example/\(election)", title: "A board under test", threshold: threshold ?? self.threshold, quorum: quorum)
  }

  mutating func state() async throws -> TrusteeState { try await server().ceremonies.state(of: election) }

  /// Everybody joins.
  mutating func gather(quorum: Int = 2) async throws {
    let (terms, election) = (terms(quorum: quorum), election)
    let ceremonies = server().ceremonies
    try await test.database.transaction { session in try await ceremonies.begin(election, terms, in: session) }
    for index in trustees.indices {
      let invitation = try await server().ceremonies.invite("Seat \(index + 1)", to: election)
      try await trustees[index].join(invitation.token, server())
    }
  }

  /// Starts a ceremony and has everyone begin it.
  mutating func start(restart: Bool = false) async throws {
    try await server().ceremonies.start(election, restart: restart)
    let state = try await state()
    for index in trustees.indices { try trustees[index].begin(state) }
  }

  /// Everybody reads and writes until nothing more comes.
  ///
  /// - Parameters:
  ///   - twice: every batch is sent twice, the second time in reverse and to another server.
  ///   - restarting: all servers are started anew before each request.
  ///   - alter: what becomes of a trustee's messages.
  mutating func converse(
    twice: Bool = false, restarting: Bool = false, alter: (TestTrustee, [[UInt8]]) throws -> [[UInt8]] = { $1 }
  ) async throws {
    var isQuiet = false
    while !isQuiet {
      isQuiet = true
      for index in trustees.indices {
        if restarting { try restart() }
        let state = try await state()
        let said = try await trustees[index].step(state, election, server())
        let messages = try alter(trustees[index], said)
        guard !messages.isEmpty else { continue }
        isQuiet = false
        let ceremony = try need(state.ceremony, "a ceremony")
        _ = try await server().ceremonies.append(CeremonyBatch(messages).encoded, to: ceremony, of: election)
        guard twice else { continue }
        let again = CeremonyBatch(messages.reversed()).encoded
        let repeated = try await server().ceremonies.append(again, to: ceremony, of: election)
        _ = try need(repeated == 0 ? repeated : nil, "an answer that nothing is new")
      }
    }
  }

  /// The fire drill of some trustees.
  mutating func drill(_ numbers: [Int]) async throws {
    let ceremony = try need(try await state().ceremony, "a ceremony")
    for number in numbers {
      let trustee = trustees[number - 1]
      try await server().ceremonies.addDrill(trustee.drill(ceremony).encoded, of: ceremony, election, by: trustee.key.publicKey)
    }
  }

  /// Opens the board as the ceremony came out.
  mutating func open() async throws -> BallotContext {
    let server = server()
    let (election, parts) = (election, field.parts)
    let opened = try await test.database.transaction { session in
      let result = try await server.ceremonies.outcome(of: election, in: session).get()
      var parts = parts
      parts.trustees = result.roster
      parts.absent = result.absent
      parts.quorum = result.quorum
      parts.draw = result.draw
      parts.openingDraw = result.opening
      let opened = try await server.boards.open(election, parts, in: session)
      return (opened.electionID, result.roster.jointKey(.election))
    }
    return BallotContext(election: opened.0, jointKey: opened.1, layout: field.parts.manifest.layout)
  }

  /// Up to an open board on which some have voted for option 1.
  mutating func vote(_ voters: Int = 3, quorum: Int = 2) async throws {
    try await gather(quorum: quorum)
    try await start()
    try await converse()
    try await drill(Array(1...trustees.count))
    let context = try await open()
    var random = seeded("votes")
    for voter in 0..<voters {
      _ = try await server().boards.cast(field.ballot(1, by: voter, context, random: &random), election: election)
    }
  }

  /// Closes the board, as the organiser's part of the service does.
  mutating func close() async throws {
    let server = server()
    let election = election
    try await server.boards.append(.closing, to: election) { session, _ in
      try await server.ceremonies.closing(election, in: session)
    }
  }

  /// Cosigns the newest checkpoint.
  mutating func cosign(_ numbers: [Int]) async throws {
    for number in numbers {
      let request = try await server().ceremonies.witnessRequest(election, old: 1)
      let checkpoint = request.checkpoint.checkpoint
      let line = try trustees[number - 1].cosign(
        checkpoint, origin: field.parts.origin, time: field.clock.now() / 1000)
      try await server().ceremonies.cosign(line, size: checkpoint.size, election)
    }
  }

  /// A trustee's part in the end, of what stands on the board.
  ///
  /// - Parameter old: shares from before a renewal, and who acted then.
  mutating func partial(of number: Int, with old: (shares: SecretShares, acting: ActingTrustees)? = nil) async throws -> ClosingPart
  {
    let (_, board) = try field.verify(try await field.mirror(server().boards))
    let verified = try need(board, "a board that can be read")
    let statement = DecryptionStatement(
      election: verified.electionID, size: verified.size, root: verified.root, totals: verified.tally.totals)
    let shares = try need(old?.shares ?? trustees[number - 1].shares, "shares")
    var random = seeded("partial \(number)")
    return ClosingPart(of: statement, with: shares, old?.acting ?? verified.acting, random: &random)
  }

  /// These trustees sign the result.
  mutating func sign(_ numbers: [Int]) async throws {
    let server = server()
    let signers = try numbers.map { number in
      let trustee = trustees[number - 1]
      return SigningTrustee(key: trustee.key, shares: try need(trustee.shares, "shares"))
    }
    try await server.ceremonies.sign(election, server.boards, by: signers)
  }

  mutating func decrypt(_ numbers: [Int]) async throws {
    for number in numbers {
      let partial = try await partial(of: number)
      try await server().ceremonies.addPartial(partial.encoded, election, by: trustees[number - 1].key.publicKey)
    }
  }
}
