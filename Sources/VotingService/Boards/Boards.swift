import Curve25519
import Database
import Elections
import Sealing
import Synchronization
import TransparencyLog

/// The bulletin boards of a service: opens them, takes ballots, shows them to everyone.
///
/// Any number of servers may work on one database. Elections are named by their reference. Every board that was made through this interface
/// passes checks 1 to 8 of `docs/spec/07-verification.md`.
public final class Boards: Sendable {
  private let environment: BoardEnvironment
  private let random: Mutex<any RandomSource & Sendable>
  private let loaded = Mutex<[String: Task<Board, any Error>]>([:])
  /// Bits of a ballot, of boards in memory.
  private let bits = Mutex<[String: Int]>([:])

  /// The boards in a database.
  ///
  /// - Parameters:
  ///   - random: for the keys of logs.
  ///   - sealing: seals them.
  ///   - workers: verify ballots.
  ///   - highWater: notices that the database was restored from an old backup; `nil`: nobody does.
  ///   - restored: whether all boards are read-only until `confirm(_:)`.
  ///   - report: takes what went wrong with a board, for the operator's log; voters are only asked to come again.
  public init(
    database: any Database, clock: any Clock, random: any RandomSource & Sendable = SystemRandom(), sealing: any SecretSealing,
    workers: Workers, highWater: (any HighWater)? = nil, events: EventHub = EventHub(),
    metrics: MetricsRegistry = MetricsRegistry(),
    limits: BoardLimits = BoardLimits(), restored: Bool = false,
    report: @escaping @Sendable (_ election: String, _ error: any Error) -> Void = { _, _ in }
  ) {
    environment = BoardEnvironment(
      database: database, clock: clock, sealing: sealing, workers: workers, highWater: highWater, events: events,
      metrics: BoardMetrics(metrics), limits: limits, report: report, restored: restored)
    self.random = Mutex(random)
  }

  /// Where events of all boards are published.
  public var events: EventHub { environment.events }

  // MARK: Life

  /// Opens a board within the caller's transaction: makes the log's key, stores manifest, trustees, roll and entry 0.
  ///
  /// - Returns: the election id, and the time of the opening entry.
  /// - Throws: `BoardError.parts` when the record could not be verified, `alreadyOpen`; what the database throws.
  @discardableResult
  public func open(
    _ election: String, _ parts: OpeningParts, in session: any SQLSession
  ) async throws -> (electionID: Bytes32, time: UInt64) {
    try parts.check()
    let store = BoardStore(election: election)
    if try await store.row(session) != nil { throw BoardError.alreadyOpen }
    let seed = random.withLock { $0.bytes(32) }
    guard let secret = Bytes32(seed) else { throw BoardError.parts("no randomness") }
    let entry = BoardEntry(
      .opening, time: environment.clock.now(),
      body: parts.opening(logKey: Ed25519.PrivateKey(seed: secret).publicKey).encoded)
    try await store.create(
      session, electionID: entry.leafHash, logKey: environment.sealing.seal(seed, label: BoardEnvironment.label(election)),
      files: [
        ("manifest", parts.manifest.encoded), ("trustees", parts.trustees.encoded), ("roll", parts.roll.encoded),
        ("draw-opening", parts.draw.encoded),
      ], entry: entry)
    return (entry.leafHash, entry.time)
  }

  /// Appends an entry of the election's life, in order with all ballots.
  ///
  /// - Parameter effect: what else is to be true when it is, in the same transaction; may run more than once.
  /// - Throws: `BoardError`; what `effect` and the database throw: then nothing was done.
  @discardableResult
  public func append(_ step: BoardStep, to election: String, also effect: BoardStepEffect? = nil) async throws -> AppendedEntry {
    try await board(election).append(step, effect)
  }

  /// Stores a file that comes after the closing within the caller's transaction.
  public func publish(_ file: RecordFile, _ bytes: [UInt8], of election: String, in session: any SQLSession) async throws {
    try await session.execute(
      "INSERT INTO board_files (election, name, bytes) VALUES ($1, $2, $3)",
      [.text(election), .text(file.rawValue), .bytes(bytes)])
  }

  /// Files of the record that come after the closing.
  public enum RecordFile: String, Sendable {
    case tally
    case result
    case closingDraw = "draw-closing"
    case certificate
    /// Where the certificate is marked on a public chain.
    case mark = "anchor-solana"
  }

  // MARK: Casting

  /// Casts a ballot.
  ///
  /// - Parameters:
  ///   - bytes: the cast ballot (`docs/spec/03-ballots.md`, 3.5).
  ///   - login: the id of the account that is logged in, if one is. Needed where a separate authority issued the credentials.
  /// - Returns: when the ballot is durably on the board.
  public func cast(_ bytes: [UInt8], election: String, login: String? = nil) async throws(CastRefusal) -> CastReceipt {
    try await submit(bytes, election, login, .cast)
  }

  /// Challenges a ballot (3.7).
  public func challenge(_ bytes: [UInt8], election: String) async throws(CastRefusal) -> CastReceipt {
    try await submit(bytes, election, nil, .challenge)
  }

  /// Publishes the opening of a challenged ballot (3.7).
  public func publishOpened(_ bytes: [UInt8], election: String) async throws(CastRefusal) -> CastReceipt {
    try await submit(bytes, election, nil, .opened)
  }

  private func submit(
    _ bytes: [UInt8], _ election: String, _ login: String?, _ kind: EntryKind
  ) async throws(CastRefusal) -> CastReceipt {
    do throws(CastRefusal) {
      let board = try await castingBoard(election)
      let submission = try Submission(bytes, kind, bits: board.frame.context.layout.bits)
      switch await board.submit(submission, account: login) {
      case .refused(let refusal): throw refusal
      case .entered(let parts):
        if !parts.isNew { environment.metrics.answeredAgain() }
        do throws(LogError) { return try parts.receipt() } catch { throw .unavailable(seconds: 1) }
      }
    } catch let refusal {
      environment.metrics.refused(refusal)
      throw refusal
    }
  }

  private func castingBoard(_ election: String) async throws(CastRefusal) -> Board {
    do {
      return try await board(election)
    } catch BoardError.unknownElection {
      throw .unknownElection
    } catch {
      environment.report(election, error)
      throw .unavailable(seconds: 2)
    }
  }

  /// How long what a voter sends to a board may be, `nil` where the board is not in memory.
  public func longest(_ kind: EntryKind, of election: String) -> Int? {
    bits.withLock { $0[election] }.map { Submission.longest(kind, bits: $0) }
  }

  // MARK: Reading

  /// The board now, at most half a second old where other servers append to it too.
  public func state(of election: String) async throws -> BoardStatus { try await fresh(election).status }

  /// What happened on the board, without its ballots.
  public func history(of election: String) async throws -> BoardHistory { try await fresh(election).memory.history }

  /// The last entries, newest first.
  public func newest(of election: String, _ count: Int) async throws -> [BoardEntrySummary] {
    try await fresh(election).newest(count)
  }

  /// What is known of a credential.
  public func status(of credential: Bytes32, election: String) async throws -> CredentialStatus {
    try await fresh(election).status(of: credential)
  }

  /// The election id and the opening entry.
  public func opening(of election: String) async throws -> (electionID: Bytes32, entry: OpeningEntry, manifest: Manifest) {
    let frame = try await board(election).frame
    return (frame.electionID, frame.opening, frame.manifest)
  }

  /// The trustees and what their key ceremony left.
  public func trustees(of election: String) async throws -> TrusteeRoster { try await board(election).frame.roster }

  /// Unix milliseconds of the last entry under each of these sizes, as far as the board has them.
  func times(of election: String, sizes: [UInt64]) async throws -> [UInt64: UInt64] {
    try await board(election).times(ofSizes: sizes)
  }

  /// What a booth needs of an election.
  public func booth(of election: String) async throws -> BoothFiles {
    let board = try await board(election)
    return BoothFiles(board.frame, time: environment.clock.now())
  }

  /// The newest checkpoint, with the trustees' signatures on it that have come.
  public func checkpoint(_ election: String) async throws -> SignedCheckpoint {
    try await fresh(election).cosignedCheckpoint()
  }

  /// The root over the first `size` entries.
  public func root(_ election: String, size: UInt64) async throws -> Bytes32 { try await fresh(election).root(at: size) }

  /// The consistency proof between two sizes of the board.
  public func consistency(_ election: String, from old: UInt64, to new: UInt64) async throws -> ConsistencyProof {
    try await fresh(election).consistency(old, new)
  }

  /// The receipt of a cast ballot, `nil` if no ballot has this tracker: under the newest witnessed checkpoint that contains it, with the cosignatures; while
  /// there is none, under the newest checkpoint.
  public func receipt(_ tracker: Bytes32, election: String) async throws -> CastReceipt? {
    try await fresh(election).receipt(tracker)
  }

  /// What a witness outside is asked to cosign: the newest checkpoint.
  ///
  /// - Throws: `BoardError.beyondEnd` when `old` is more than the board has; `behind` for a board that is read-only.
  func outsideRequest(_ election: String, old: UInt64) async throws -> WitnessRequest {
    try await fresh(election).outsideRequest(old: old)
  }

  /// Where the boards are kept.
  var database: any Database { environment.database }

  /// A file of the record (`docs/spec/06-record.md`), `nil` if there is none: `manifest`, `trustees`, `roll`, `draw-opening`, `checkpoint`, `tally`,
  /// `result`, `draw-closing`, `certificate`, `anchor-solana`, `anchors` as far as there are any, and the tiles of every width that exists by now; and beside the record `vkey`, the log's public key, `witnesses`, what
  /// witnesses outside cosigned, and `evidence`, a checkpoint that the log signed and the board cannot show.
  public func file(_ path: String, election: String) async throws -> BoardFile? {
    let board = try await fresh(election)
    if let bytes = board.frame.files[path] { return BoardFile(bytes: bytes, isFinal: true) }
    if path == "checkpoint" { return BoardFile(bytes: try await board.cosignedCheckpoint().bytes, isFinal: false) }
    // Beside the record.
    if path == "vkey" { return BoardFile(bytes: board.frame.signer.key.bytes + [0x0a], isFinal: true) }
    if path == "evidence" { return try await evidence(of: election).map { BoardFile(bytes: $0, isFinal: false) } }
    if path == "anchors" { return try await anchorList(of: election).map { BoardFile(bytes: $0.encoded, isFinal: false) } }
    if path == "witnesses" { return BoardFile(bytes: try await outsideNotes(of: election), isFinal: false) }
    if RecordFile(rawValue: path) != nil || path.hasPrefix("renewal-") {
      let rows = try await environment.database.read { session in
        try await session.query(
          "SELECT bytes FROM board_files WHERE election = $1 AND name = $2", [.text(election), .text(path)])
      }
      return try rows.first.map { BoardFile(bytes: try $0.bytes(0), isFinal: true) }
    }
    guard let tile = try? TilePath(parsing: Array(path.utf8)), let bytes = try await board.file(tile) else { return nil }
    return BoardFile(bytes: bytes, isFinal: true)
  }

  // MARK: Trustees

  /// What a trustee is asked to cosign, from the size that it cosigned last.
  ///
  /// - Parameters:
  ///   - trustee: its number. After a restore the board takes entries again once all trustees have asked.
  ///   - isFormer: whether another has its place: then it is asked for the checkpoint that shows it.
  /// - Throws: `BoardError.beyondEnd` when that is more than the board has: the trustee then shows its checkpoint (`reportCheckpoint`).
  public func witnessRequest(
    _ election: String, old: UInt64, by trustee: Int? = nil, isFormer: Bool = false
  ) async throws -> WitnessRequest {
    try await fresh(election).witnessRequest(old: old, by: trustee, isFormer: isFormer)
  }

  /// Keeps trustees' signatures on the checkpoint of a size.
  ///
  /// - Returns: the numbers of all trustees that have cosigned it.
  @discardableResult
  public func addCosignatures(_ lines: [UInt8], size: UInt64, election: String) async throws -> [Int] {
    try await fresh(election).addCosignatures(lines, size: size)
  }

  /// Takes a checkpoint that someone holds. If this log signed it and the board cannot show it, the board becomes read-only.
  ///
  /// - Returns: what it shows against the board, `nil` if nothing.
  @discardableResult
  public func reportCheckpoint(_ checkpoint: SignedCheckpoint, election: String) async throws -> BoardEvidence? {
    try await board(election).report(checkpoint)
  }

  /// Lets a board take entries again after a restore, once trustees have said what they saw.
  public func confirm(_ election: String) async throws { try await board(election).confirm() }

  // MARK: Boards in memory

  /// Reads what other servers have appended by now.
  func refresh(_ election: String) async throws { try await board(election).refresh() }

  /// Forgets a board that is no longer needed, or is to be read again.
  public func forget(_ election: String) {
    _ = loaded.withLock { $0.removeValue(forKey: election) }
    _ = bits.withLock { $0.removeValue(forKey: election) }
  }

  func fresh(_ election: String) async throws -> Board {
    let board = try await board(election)
    do {
      try await board.refresh(maximumAge: environment.limits.staleness)
    } catch let error as DatabaseError {
      // What is in memory was committed: it can be shown while the database is away.
      environment.report(election, error)
    }
    return board
  }

  /// The board, read from the database by the first who asks.
  func board(_ election: String) async throws -> Board {
    let (task, isOwn) = loading(election)
    do { return try await result(of: task, election) } catch BoardError.unknownElection where !isOwn {
      // Whoever began to look may have done so before the board was there.
      return try await result(of: loading(election).task, election)
    }
  }

  /// The task that loads a board, or has loaded it, and whether it begins now.
  private func loading(_ election: String) -> (task: Task<Board, any Error>, isOwn: Bool) {
    let environment = environment
    return loaded.withLock { boards in
      if let task = boards[election] { return (task, false) }
      let task = Task {
        let board = try await Board.load(election, environment)
        bits.withLock { $0[election] = board.frame.context.layout.bits }
        return board
      }
      boards[election] = task
      return (task, true)
    }
  }

  private func result(of task: Task<Board, any Error>, _ election: String) async throws -> Board {
    do {
      return try await task.value
    } catch {
      loaded.withLock { boards in if boards[election] == task { boards.removeValue(forKey: election) } }
      throw error
    }
  }
}

/// A file of the record.
public struct BoardFile: Sendable {
  /// Its content.
  public let bytes: [UInt8]
  /// Whether it will never change.
  public let isFinal: Bool
}

/// What a booth needs of an election: the files that the election id fixes.
public struct BoothFiles: Sendable {
  /// Entry 0 of the board.
  public let openingEntry: [UInt8]
  /// The files `manifest` and `trustees`.
  public let manifest: [UInt8]
  public let trustees: [UInt8]
  /// The manifest's times, Unix milliseconds; 0: by hand.
  public let opens: UInt64
  public let closes: UInt64
  /// Now, by the service's clock.
  public let time: UInt64

  init(_ frame: BoardFrame, time: UInt64) {
    openingEntry = frame.openingEntry
    manifest = frame.files["manifest"] ?? []
    trustees = frame.files["trustees"] ?? []
    opens = frame.manifest.opens
    closes = frame.manifest.closes
    self.time = time
  }
}
