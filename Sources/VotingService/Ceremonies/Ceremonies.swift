import Curve25519
import Database
import Elections
import StrictJSON
import Synchronization
import ThresholdCryptography
import TrusteeCoordination
import Verification

/// What trustees are told of an election before anything is signed.
public struct ElectionTerms: Sendable, Equatable {
  /// The name that the log will have: `<host>/<reference>`.
  public var origin: String
  /// For people.
  public var title: String
  /// Trustees that decrypt.
  public var threshold: Int
  /// Cosignatures that the closing checkpoint needs: threshold … number of trustees.
  public var quorum: Int

  public init(origin: String, title: String, threshold: Int, quorum: Int) {
    self.origin = origin
    self.title = title
    self.threshold = threshold
    self.quorum = quorum
  }
}

/// The service's side of the trustees: invitations, key ceremony, fire drill, cosignatures and tally (`docs/spec/08-trustee-network.md`).
///
/// Any number of servers may work on one database. Nothing secret is kept: shares pass through sealed, and are deleted when the ceremony is over.
public final class Ceremonies: Sendable {
  /// What the result's publication brings about in the same transaction; may run more than once.
  public typealias Tallied = @Sendable (_ election: String, any SQLSession) async throws -> Void

  /// The kind of the jobs that `perform` does.
  public static let tallyJob = "tally"

  let database: any Database
  let clock: any Clock
  let random: Randomness
  let boards: Boards
  let events: EventHub
  let jobs: JobQueue
  let audit: AuditLog
  let workers: Workers
  let runner: any WorkRunner & Sendable
  let metrics: CeremonyMetrics
  let tallied: Tallied
  /// How long the joint signature waits for the trustees that come first in the order of duty, and the tally for those who have cosigned the closing
  /// checkpoint, milliseconds.
  let preferredTime: UInt64
  /// Where results are marked; `nil`: nowhere.
  let ledger: (any ResultLedger)?
  /// For how long trustees are asked to sign a mark, milliseconds.
  let markingTime: UInt64
  /// Never ahead of the database.
  let judges = Mutex<[Bytes32: CeremonyJudge]>([:])
  let drills = Mutex<[Bytes32: FireDrill]>([:])
  let handOvers = Mutex<[Bytes32: HandOverJudge]>([:])
  let closings = Mutex<[String: Task<ClosedBoard, any Error>]>([:])
  let signings = Mutex<[SigningRound: SigningProgress]>([:])
  let seen = Mutex<[Bytes32: UInt64]>([:])

  /// - Parameters:
  ///   - random: for tokens and ceremony ids.
  ///   - jobs: where the tally is asked for.
  ///   - audit: remembers what organisers did.
  ///   - workers: verify what trustees send.
  ///   - runner: adds up the ballots of closed boards, side by side.
  ///   - preferredTime: how long the joint signature waits for the trustees that come first in the order of duty, and the tally, when enough have
  ///     decrypted, for the others that are there, milliseconds; 0: whoever is first decrypts and signs.
  ///   - ledger: a public chain on which results are marked; `nil`: none.
  ///   - markingTime: for how long trustees are asked to sign a mark, milliseconds: so long they keep a share.
  ///   - tallied: sets the election's state in the transaction that publishes the result.
  public init(
    database: any Database, clock: any Clock, random: Randomness = Randomness(), boards: Boards, jobs: JobQueue, audit: AuditLog,
    workers: Workers, runner: any WorkRunner & Sendable = SequentialRunner(), metrics: MetricsRegistry,
    preferredTime: UInt64 = 0, ledger: (any ResultLedger)? = nil, markingTime: UInt64 = 7 * 86_400_000,
    tallied: @escaping Tallied = { _, _ in }
  ) {
    self.database = database
    self.clock = clock
    self.random = random
    self.boards = boards
    events = boards.events
    self.jobs = jobs
    self.audit = audit
    self.workers = workers
    self.runner = runner
    self.metrics = CeremonyMetrics(metrics)
    self.preferredTime = preferredTime
    self.ledger = ledger
    self.markingTime = markingTime
    self.tallied = tallied
  }

  // MARK: Life

  /// Begins the election's trustees within the caller's transaction; or changes its terms, as long as no key ceremony has begun.
  ///
  /// - Throws: `CeremonyError.parameters`, `begun`.
  public func begin(_ election: String, _ terms: ElectionTerms, in session: any SQLSession) async throws {
    guard (1...CeremonyParameters.maximumTrustees).contains(terms.threshold),
      (terms.threshold...CeremonyParameters.maximumTrustees).contains(terms.quorum)
    else { throw CeremonyError.parameters("1 ≤ threshold ≤ quorum ≤ \(CeremonyParameters.maximumTrustees)") }
    let store = TrusteeStore(election: election)
    do {
      let group = try await store.lock(session)
      let present = ElectionTerms(origin: group.origin, title: group.title, threshold: group.threshold, quorum: group.quorum)
      if present == terms { return }
      try await requireEditable(store, group, session)
    } catch CeremonyError.unknownElection {}
    try await store.create(session, terms)
  }

  /// Gives the election up within the caller's transaction, whether or not its board says so: nothing of it is decrypted from now on.
  ///
  /// - Returns: false when the totals are published already, signed or not: nobody gives an election up because of its result.
  public func abort(_ election: String, in session: any SQLSession) async throws -> Bool {
    try await HandOverStore.end(election, .cancelled, time: clock.now(), session)
    return try await session.execute(
      """
      UPDATE trustee_groups SET aborted = $2, version = version + 1
      WHERE election = $1 AND certificate IS NULL AND tallied IS NULL AND aborted IS NULL
      """,
      [.text(election), .integer(Int64(clock.now()))]) > 0
      ? true : try await TrusteeStore(election: election).group(session).isAborted
  }

  /// To be called in the transaction that appends the closing entry (`Boards.append(.closing, also:)`).
  ///
  /// - Throws: `renewalAwaited`: then it must not be appended.
  public func closing(_ election: String, in session: any SQLSession) async throws {
    if try await boards.awaitsRenewal(election, in: session) { throw CeremonyError.renewalAwaited }
    // Noted at once, so that no server goes on with the board as it was half a second ago.
    try await TrusteeStore(election: election).note(session, phase: .closing, time: clock.now())
    try await HandOverStore.end(election, .cancelled, time: clock.now(), session)
    try await requestTally(election, session)
  }

  /// Asks for the tally within a transaction.
  func requestTally(_ election: String, _ session: any SQLSession) async throws {
    try await jobs.enqueue(kind: Self.tallyJob, payload: Array(election.utf8), key: "tally \(election)", in: session)
  }

  /// Remembers what somebody did, within the transaction that does it.
  func remember(
    _ word: String, _ election: String, _ caller: Caller, trustee: Int? = nil, _ session: any SQLSession
  ) async throws {
    let details = trustee.map { [JSONValue.Member("trustee", .integer(Int64($0)))] } ?? []
    try await audit.append(
      AuditEvent(AuditAction(word), by: AuditActor(caller), on: AuditSubject("election", election), details: details), in: session)
  }

  /// Trustees and their numbers can be changed until a ceremony has begun, and again when one has failed or was given up.
  func requireEditable(_ store: TrusteeStore, _ group: TrusteeStore.Group, _ session: any SQLSession) async throws {
    if try await store.isOpened(session) { throw CeremonyError.opened }
    if group.isAborted { throw CeremonyError.wrongPhase(.aborted) }
    guard let id = group.ceremony else { return }
    switch try await CeremonyStore(id: id).row(session, election: store.election).state {
    case .failed, .abandoned: return
    case .running, .complete: throw CeremonyError.begun
    }
  }

  /// The number of the trustee with this key.
  ///
  /// - Throws: `notTrustee`, also where there is no such election.
  public func number(of signingKey: Bytes32, election: String) async throws -> Int {
    let rows = try await database.read { session in
      try await session.query(
        "SELECT number FROM trustees WHERE election = $1 AND signing_key = $2", [.text(election), .bytes(signingKey.bytes)])
    }
    guard let row = rows.first else { throw CeremonyError.notTrustee }
    return Int(try row.integer(0))
  }

  /// The number of whoever may see what trustees see: one of them, one who is to become one, or one whose place another has (8.13).
  ///
  /// - Throws: `notTrustee`, also where there is no such election.
  public func numberOfReader(_ signingKey: Bytes32, election: String) async throws -> Int {
    do { return try await number(of: signingKey, election: election) } catch CeremonyError.notTrustee {}
    let rows = try await database.read { session in
      try await session.query(
        """
        SELECT m.number FROM handover_members m JOIN handovers h ON h.id = m.handover
        WHERE h.election = $1 AND h.state = 'running' AND m.signing_key = $2
        UNION ALL SELECT number FROM former_trustees WHERE election = $1 AND signing_key = $2
        """, [.text(election), .bytes(signingKey.bytes)])
    }
    guard let row = rows.first else { throw CeremonyError.notTrustee }
    return Int(try row.integer(0))
  }

  /// Notes that a trustee was heard of, at most every ten seconds.
  public func heard(of signingKey: Bytes32, election: String) async throws {
    let now = clock.now()
    let isDue = seen.withLock { seen in
      if let last = seen[signingKey], now >= last, now - last < 10_000 { return false }
      if seen.count > 10_000 { seen.removeAll() }
      seen[signingKey] = now
      return true
    }
    guard isDue else { return }
    try await database.transaction { session in
      try await session.execute(
        "UPDATE trustees SET seen = $3 WHERE election = $1 AND signing_key = $2",
        [.text(election), .bytes(signingKey.bytes), .integer(Int64(now))])
    }
  }
}
