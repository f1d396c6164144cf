import Curve25519
import Database
import Elections
import Sealing
import Synchronization

/// What the use cases around elections work with.
public struct ElectionEnvironment: Sendable {
  public var database: any Database
  public var clock: any Clock
  public var boards: Boards
  public var workers: Workers
  public var ceremonies: Ceremonies
  public var jobs: JobQueue
  public var audit: any ElectionAudit
  /// What stands before the reference in the name of every log, such as `vote.example.org`.
  public var host: String
  /// The booth's files, fixed in opening entries.
  public var software: [SoftwareFile]
  /// Who is told when voting begins and ends; `nil`: nobody.
  public var notices: (any ElectionNotices)?
  /// Where this service writes to a public chain; `nil`: nowhere.
  public var chain: ChainPlace?
  private let random: SharedRandom

  public init(
    database: any Database, clock: any Clock, ceremonies: Ceremonies, boards: Boards, jobs: JobQueue, workers: Workers,
    audit: any ElectionAudit, host: String, software: [SoftwareFile] = [], notices: (any ElectionNotices)? = nil,
    chain: ChainPlace? = nil, random: any RandomSource & Sendable = SystemRandom()
  ) {
    self.database = database
    self.clock = clock
    self.boards = boards
    self.workers = workers
    self.ceremonies = ceremonies
    self.jobs = jobs
    self.audit = audit
    self.host = host
    self.software = software
    self.notices = notices
    self.chain = chain
    self.random = SharedRandom(random)
  }

  var events: EventHub { boards.events }

  /// Random bytes.
  func randomBytes(_ count: Int) -> [UInt8] { random.bytes(count) }

  /// A fresh random source, seeded from that of the service.
  func randomSource() -> SeededRandom { SeededRandom(seed: random.bytes(64)) }

  /// An id that nobody can guess: 26 characters.
  func newID() -> String {
    let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
    return String(decoding: randomBytes(26).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
  }
}

/// A random source that several tasks use.
private final class SharedRandom: Sendable {
  private let source: Mutex<any RandomSource & Sendable>

  init(_ source: any RandomSource & Sendable) { self.source = Mutex(source) }

  func bytes(_ count: Int) -> [UInt8] { source.withLock { $0.bytes(count) } }
}

/// Elections from draft to archive: what organisers do with them before voting opens, and what everyone may read.
public struct ElectionStore: Sendable {
  let environment: ElectionEnvironment

  public init(_ environment: ElectionEnvironment) { self.environment = environment }

  private var database: any Database { environment.database }

  /// Where this service writes to a public chain; `nil`: nowhere.
  public var chain: ChainPlace? { environment.chain }

  // MARK: Reading

  /// An election.
  ///
  /// - Parameter reader: who asks; drafts are shown to those alone who may read them. `nil`: everybody.
  public func election(_ reference: String, for reader: Organiser?) async throws -> Election {
    let found = try await database.read { session in try await ElectionRows.find(reference, session) }
    guard let found, found.state != .draft || reader.map({ $0.reads(found.organiser) }) == true else {
      throw ElectionError.notFound
    }
    return found
  }

  /// Elections in the order of their references.
  ///
  /// - Parameters:
  ///   - reader: who asks; others' drafts are left out unless it reads all. `nil`: no drafts.
  ///   - after: the last reference of the page before.
  public func list(for reader: Organiser?, after: String = "", limit: Int) async throws -> [ElectionSummary] {
    let mine = reader?.account ?? ""
    return try await database.read { session in
      try await session.query(
        """
        SELECT reference, title, organiser, state, version, created FROM elections
        WHERE reference > $1 AND (state <> 'draft' OR organiser = $2 OR $3 = 1) ORDER BY reference LIMIT $4
        """, [.text(after), .text(mine), .integer(reader?.readsAll == true ? 1 : 0), .integer(Int64(limit))]
      ).map(Self.summary)
    }
  }

  /// Elections that somebody organises, the newest first.
  ///
  /// - Parameters:
  ///   - others: instead those of others that it may read.
  ///   - before: only what was made before this time; Unix milliseconds.
  public func organised(
    by reader: Organiser, others: Bool = false, before: UInt64? = nil, limit: Int
  ) async throws -> [ElectionSummary] {
    guard !others || reader.readsAll else { return [] }
    let before = before.map { Int64(clamping: $0) } ?? Int64.max
    return try await database.read { session in
      try await session.query(
        """
        SELECT reference, title, organiser, state, version, created FROM elections
        WHERE organiser \(others ? "<>" : "=") $1 AND created < $2 ORDER BY created DESC, reference LIMIT $3
        """, [.text(reader.account), .integer(before), .integer(Int64(limit))]
      ).map(Self.summary)
    }
  }

  private static func summary(_ row: SQLRow) throws -> ElectionSummary {
    guard let state = ElectionState(rawValue: try row.text(3)) else { throw DatabaseError.schema("an unknown state") }
    return ElectionSummary(
      reference: try row.text(0), title: try row.text(1), organiser: try row.text(2), state: state,
      version: try row.integer(4), created: UInt64(try row.integer(5)))
  }

  // MARK: Drafts

  /// Makes a draft.
  public func create(_ definition: ElectionDefinition, by organiser: Organiser) async throws -> Election {
    try definition.check()
    return try await database.transaction { session in
      let reference = try await insert(definition, organiser, session)
      try await checkPictures(definition.manifest, reference, session)
      try await note("election.create", reference, organiser, session)
      return try await require(reference, session)
    }
  }

  /// Makes a draft with the definition, pictures and rules of another election: without roll, trustees and times.
  public func clone(_ reference: String, by organiser: Organiser) async throws -> Election {
    try await database.transaction { session in
      guard let original = try await ElectionRows.find(reference, session), organiser.reads(original.organiser) else {
        throw ElectionError.notFound
      }
      var definition = original.definition
      definition.manifest = original.manifest.withoutTimes
      let copy = try await insert(definition, organiser, session)
      try await session.execute(
        """
        INSERT INTO election_pictures (election, sha256, media_type, bytes)
        SELECT CAST($2 AS TEXT), sha256, media_type, bytes FROM election_pictures WHERE election = $1
        """, [.text(reference), .text(copy)])
      try await session.execute(
        "INSERT INTO roll_rules (election, kind, pattern) SELECT CAST($2 AS TEXT), kind, pattern FROM roll_rules WHERE election = $1",
        [.text(reference), .text(copy)])
      try await note("election.clone", copy, organiser, session, "of \(reference)")
      return try await require(copy, session)
    }
  }

  private func insert(_ definition: ElectionDefinition, _ organiser: Organiser, _ session: any SQLSession) async throws -> String {
    var random = environment.randomSource()
    let reference = ElectionReference(using: &random).description
    guard Text("\(environment.host)/\(reference)")?.isName == true else {
      throw ElectionError.invalid(path: "host", reason: "the service's public address cannot name a log")
    }
    try await session.execute(
      """
      INSERT INTO elections (reference, organiser, state, version, title, manifest, origin, threshold, quorum, created)
      VALUES ($1, $2, 'draft', 1, $3, $4, $5, $6, $7, $8)
      """,
      [
        .text(reference), .text(organiser.account), .text(definition.manifest.title.description),
        .bytes(definition.manifest.encoded), .text("\(environment.host)/\(reference)"), .integer(Int64(definition.threshold)),
        .integer(definition.quorum), .integer(Int64(environment.clock.now())),
      ])
    try await prepare(reference, definition, session)
    return reference
  }

  /// Tells trustees and jobs of a new definition.
  private func prepare(_ reference: String, _ definition: ElectionDefinition, _ session: any SQLSession) async throws {
    let terms = ElectionTerms(
      origin: "\(environment.host)/\(reference)", title: definition.manifest.title.description, threshold: definition.threshold,
      quorum: definition.quorum ?? definition.threshold)
    do {
      try await environment.ceremonies.begin(reference, terms, in: session)
    } catch CeremonyError.begun {
      throw ElectionError.invalid(
        path: "title", reason: "title, threshold and quorum are fixed by the key ceremony; they change only when it has failed")
    }
    if definition.manifest.opens > 0 { try await wake(reference, at: definition.manifest.opens, session) }
  }

  /// Has `LifeCycle.advance` called for an election at a time. A job too many does nothing.
  func wake(_ reference: String, at time: UInt64, _ session: any SQLSession) async throws {
    try await environment.jobs.enqueue(
      kind: ElectionJobs.times, payload: Array(reference.utf8), key: "election \(reference)", due: time, in: session)
  }

  /// Changes the definition of a draft.
  ///
  /// - Parameter version: which one was seen; `otherVersion` if it is not the present one. `nil`: whatever it is.
  public func update(
    _ reference: String, to definition: ElectionDefinition, version: Int64?, by organiser: Organiser
  ) async throws -> Election {
    try definition.check()
    return try await database.transaction { session in
      try await edit(reference, version, organiser, session)
      try await checkPictures(definition.manifest, reference, session)
      let before = try await require(reference, session)
      if before.manifest.issuer != definition.manifest.issuer {
        // Credentials of one issuer mean something else with another.
        try await session.execute(
          "UPDATE voters SET credential = NULL, identity = NULL, salt = NULL WHERE election = $1", [.text(reference)])
        try await session.execute("DELETE FROM roll_credentials WHERE election = $1", [.text(reference)])
      }
      try await session.execute(
        "UPDATE elections SET title = $2, manifest = $3, threshold = $4, quorum = $5, overdue = NULL WHERE reference = $1",
        [
          .text(reference), .text(definition.manifest.title.description), .bytes(definition.manifest.encoded),
          .integer(Int64(definition.threshold)), .integer(definition.quorum),
        ])
      try await prepare(reference, definition, session)
      try await note("election.update", reference, organiser, session)
      return try await require(reference, session)
    }
  }

  /// Removes a draft and all that belongs to it.
  public func delete(_ reference: String, version: Int64?, by organiser: Organiser) async throws {
    try await database.transaction { session in
      _ = try await allow(.delete, reference, version, organiser, session)
      let ceremonies = "SELECT id FROM ceremonies WHERE election = $1"
      for table in ["ceremony_messages", "ceremony_failures", "ceremony_trustees"] {
        try await session.execute("DELETE FROM \(table) WHERE ceremony IN (\(ceremonies))", [.text(reference)])
      }
      let tables = [
        "ceremonies", "trustees", "trustee_groups", "trustee_refusals", "election_pictures", "voters", "roll_credentials",
        "roll_rules",
        "mail_settings", "mail_texts",
      ]
      for table in tables {
        try await session.execute("DELETE FROM \(table) WHERE election = $1", [.text(reference)])
      }
      try await session.execute("DELETE FROM elections WHERE reference = $1", [.text(reference)])
      try await note("election.delete", reference, organiser, session)
    }
  }

  // MARK: Within a transaction

  /// Holds an election and looks whether who asks may do this with it now.
  @discardableResult
  func allow(
    _ action: ElectionAction, _ reference: String, _ version: Int64?, _ organiser: Organiser?, _ session: any SQLSession
  ) async throws -> Election {
    let election = try await ElectionRows.lock(reference, session)
    if let organiser {
      guard organiser.reads(election.organiser) else { throw ElectionError.notFound }
      guard organiser.manages(election.organiser) else { throw ElectionError.notOrganiser }
    }
    guard action.next(from: election.state) != nil else { throw ElectionError.wrongState(action, election.state) }
    if let version, version != election.version { throw ElectionError.otherVersion(election.version) }
    return election
  }

  /// Begins a change of a draft: its version grows.
  @discardableResult
  func edit(_ reference: String, _ version: Int64? = nil, _ organiser: Organiser, _ session: any SQLSession) async throws
    -> Election
  {
    let election = try await allow(.edit, reference, version, organiser, session)
    try await session.execute("UPDATE elections SET version = version + 1 WHERE reference = $1", [.text(reference)])
    return election
  }

  /// - Parameter subject: an election's reference, and where it applies `/` and the id of a voter.
  func note(
    _ action: String, _ subject: String, _ organiser: Organiser?, _ session: any SQLSession, _ detail: String = ""
  ) async throws {
    let parts = subject.split(separator: "/", maxSplits: 1).map { String($0) }
    try await environment.audit.record(
      action, election: parts[0], part: parts.count > 1 ? parts[1] : nil, by: organiser?.actor ?? .service, detail: detail,
      in: session)
  }

  private func require(_ reference: String, _ session: any SQLSession) async throws -> Election {
    guard let election = try await ElectionRows.find(reference, session) else { throw ElectionError.notFound }
    return election
  }
}

extension Organiser {
  func manages(_ organiser: String) -> Bool { managesAll || account == organiser }
  func reads(_ organiser: String) -> Bool { readsAll || account == organiser }
}

extension SQLValue {
  static func integer(_ value: Int?) -> SQLValue { value.map { .integer(Int64($0)) } ?? .null }
  static func text(optional value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
  static func bytes(optional value: [UInt8]?) -> SQLValue { value.map { .bytes($0) } ?? .null }
}

extension Manifest {
  /// The same, opened and closed by hand.
  fileprivate var withoutTimes: Manifest {
    Manifest(
      title: title, description: description, revoting: revoting, issuer: issuer, smallAcknowledged: smallAcknowledged,
      anchoring: anchoring, contests: contests) ?? self
  }
}
