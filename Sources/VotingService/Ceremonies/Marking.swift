import Curve25519
import Database
import Elections
import SolanaTransactions
import ThresholdCryptography

/// How far the mark of a result is.
public enum MarkOutcome: Equatable, Sendable {
  /// Nothing is to be marked.
  case none
  /// The trustees are to sign.
  case waiting
  /// It is on the chain for good, and in the record.
  case marked
  /// Too few trustees have signed in the time that there is.
  case givenUp
}

// The mark of a certificate on a public chain (8.14). The election is over without it: nothing waits for it but the trustees' last share.
extension Ceremonies {
  /// The kind of the jobs that `performMark` does.
  public static let markJob = "solana"

  /// A network may be away for days.
  static let markPolicy = RetryPolicy(attempts: 2000, base: 2_000, cap: 600_000)

  /// Asks for a step of the mark within a transaction.
  func requestMark(_ election: String, _ session: any SQLSession) async throws {
    try await jobs.enqueue(kind: Self.markJob, payload: Array(election.utf8), key: "solana \(election)", in: session)
  }

  /// Begins to mark a result in the transaction that publishes its certificate.
  func beginMarking(_ store: TrusteeStore, _ now: UInt64, _ session: any SQLSession) async throws {
    try await session.execute(
      "INSERT INTO result_marks (election, attempt, begun) VALUES ($1, 1, $2)", [store.name, .integer(Int64(now))])
    try await session.execute(
      "UPDATE trustee_groups SET marking = $2, phase = 'marking' WHERE election = $1", [store.name, .integer(Int64(now))])
    try await requestMark(store.election, session)
  }

  /// Does a job of kind `markJob`.
  ///
  /// - Throws: `JobFailure.temporary` with what the network's nodes say.
  public func performMark(_ job: Job) async throws {
    let election = String(decoding: job.payload, as: UTF8.self)
    do { _ = try await mark(election) } catch let trouble as LedgerTrouble {
      let store = TrusteeStore(election: election)
      try await database.transaction { session in try await store.keepMarkError(session, trouble.reason) }
      metrics.mark(.troubled)
      throw JobFailure.temporary(trouble.reason)
    }
  }

  /// Goes as far as can be gone now: to what trustees are to sign, or with their signature to the published file. To be called again and again, by any server: what was
  /// done is not done twice, and a process that dies leaves nothing half done.
  ///
  /// - Throws: `LedgerTrouble`: to be tried again; `damaged`; what boards and database throw.
  @discardableResult
  public func mark(_ election: String) async throws -> MarkOutcome {
    let store = TrusteeStore(election: election)
    guard let ledger, let row = try await database.read({ try await store.mark($0) }) else { return .none }
    if row.isFinished {
      return try await boards.file(Boards.RecordFile.mark.rawValue, election: election) == nil ? .givenUp : .marked
    }
    let file = try await certifiedFile(election)
    guard let bytes = row.message else {
      // A database may have been restored, or set back: what is there is not made twice.
      if let proof = try await ledger.find(file) { return try await publish(proof, file, store) }
      return try await ask(for: try await ledger.prepare(file), file, row, store)
    }
    guard let signature = row.signature else { return .waiting }
    guard let message = try? SolanaMessage(bytes) else { throw CeremonyError.damaged("the mark that was signed") }
    switch try await ledger.send(message, signature: signature, of: file) {
    case .marked(let proof): return try await publish(proof, file, store)
    case .pending: throw LedgerTrouble("the mark was sent and is not there for good yet")
    case .failed:
      try await endAttempt(row.attempt, store)
      return try await mark(election)
    }
  }

  /// After an attempt that can never come to anything: the trustees sign once more; where nobody is asked any more, the mark is given up.
  private func endAttempt(_ attempt: Int, _ store: TrusteeStore) async throws {
    let now = clock.now()
    let events: [MarkEvent] = try await database.transaction { session in
      let group = try await store.lock(session)
      guard let row = try await store.mark(session), !row.isFinished, row.attempt == attempt else { return [] }
      try await remember(.failed, store, session, detail: "attempt \(attempt)")
      if group.marking != nil {
        try await store.beginMarkAnew(session)
        return [.failed]
      }
      try await store.finishMark(session, time: now)
      try await remember(.givenUp, store, session)
      return [.failed, .givenUp]
    }
    for event in events { metrics.mark(event) }
  }

  /// Notes in the audit log what happens to a mark, within the transaction in which it does.
  func remember(_ event: MarkEvent, _ store: TrusteeStore, _ session: any SQLSession, detail: String = "") async throws {
    try await audit.record(event.action, election: store.election, part: nil, by: .service, detail: detail, in: session)
  }

  /// What is marked, from what was published.
  private func certifiedFile(_ election: String) async throws -> CertifiedFile {
    guard let certificate = try await boards.file(Boards.RecordFile.certificate.rawValue, election: election)?.bytes,
      let asked = try await askedSigners(election)
    else { throw CeremonyError.damaged("a mark without a certificate") }
    return CertifiedFile(
      election: try await boards.opening(of: election).electionID, certificate: certificate,
      jointKey: JointSigningKey(asked.key).publicKey)
  }

  /// Has the trustees sign, unless another server has asked them already.
  private func ask(
    for message: SolanaMessage, _ file: CertifiedFile, _ row: MarkRow, _ store: TrusteeStore
  ) async throws -> MarkOutcome {
    do throws(ResultAnchorFault) {
      try ResultAnchor.check(
        message.encoded, election: file.election, certificate: file.certificate, jointKey: file.jointKey)
    } catch { throw CeremonyError.damaged("a mark that trustees would not sign: \(error)") }
    let isFirst = try await database.transaction { session in
      _ = try await store.lock(session)
      guard try await store.keepMarkMessage(session, message.encoded, attempt: row.attempt) else { return false }
      try await store.bump(session)
      try await remember(.asked, store, session, detail: "attempt \(row.attempt)")
      return true
    }
    if isFirst { metrics.mark(.asked) }
    events.publish(.ceremony(election: store.election, phase: "marking"))
    return .waiting
  }

  /// Publishes where the mark is, and lets the trustees go.
  private func publish(_ proof: ResultAnchorProof, _ file: CertifiedFile, _ store: TrusteeStore) async throws -> MarkOutcome {
    guard proof.shows(election: file.election, certificate: file.certificate, jointKey: file.jointKey) else {
      throw CeremonyError.damaged("a mark of something else")
    }
    let now = clock.now()
    let isFirst = try await database.transaction { session in
      _ = try await store.lock(session)
      guard try await store.mark(session)?.isFinished == false else { return false }
      try await boards.publish(.mark, proof.encoded, of: store.election, in: session)
      try await store.finishMark(session, time: now)
      try await store.endMarking(session)
      let mark = SolanaMark(proof)
      let detail = "transaction \(mark.transaction) in slot \(mark.slot) of \(mark.network)"
      try await remember(.confirmed, store, session, detail: detail)
      return true
    }
    if isFirst { metrics.mark(.confirmed) }
    events.publish(.ceremony(election: store.election, phase: "tallied"))
    return .marked
  }

  /// Lets the trustees go once they have had their time. Whoever polls the election's state brings it about, so that it needs neither job nor network.
  func endMarking(_ election: String) async throws {
    let store = TrusteeStore(election: election)
    let now = clock.now()
    guard let start = try await database.read({ try await store.group($0).marking }), now >= start + markingTime else { return }
    let isGivenUp = try await database.transaction { session in
      guard try await store.lock(session).marking != nil else { return false }
      try await store.endMarking(session)
      // What they have signed is still sent.
      guard try await store.mark(session)?.signature == nil else { return false }
      try await store.finishMark(session, time: now)
      try await remember(.givenUp, store, session)
      return true
    }
    if isGivenUp { metrics.mark(.givenUp) }
    events.publish(.ceremony(election: election, phase: "tallied"))
  }
}

/// How far a mark is.
struct MarkRow: Sendable {
  let attempt: Int
  let message: [UInt8]?
  let signature: [UInt8]?
  let isFinished: Bool
}

extension TrusteeStore {
  /// The mark of the result; `nil` where none was begun.
  func mark(_ session: any SQLSession) async throws -> MarkRow? {
    try await session.query(
      "SELECT attempt, message, signature, finished FROM result_marks WHERE election = $1", [name]
    ).first.map { row in
      MarkRow(
        attempt: Int(try row.integer(0)), message: row.isNull(1) ? nil : try row.bytes(1),
        signature: row.isNull(2) ? nil : try row.bytes(2), isFinished: !row.isNull(3))
    }
  }

  /// - Returns: whether there was none.
  fileprivate func keepMarkMessage(_ session: any SQLSession, _ message: [UInt8], attempt: Int) async throws -> Bool {
    try await session.execute(
      """
      UPDATE result_marks SET message = $3, error = NULL
      WHERE election = $1 AND attempt = $2 AND message IS NULL AND finished IS NULL
      """, [name, .integer(Int64(attempt)), .bytes(message)]) > 0
  }

  func keepMarkSignature(_ session: any SQLSession, _ signature: [UInt8]) async throws {
    try await session.execute(
      "UPDATE result_marks SET signature = $2, error = NULL WHERE election = $1", [name, .bytes(signature)])
  }

  fileprivate func keepMarkError(_ session: any SQLSession, _ reason: String) async throws {
    try await session.execute(
      "UPDATE result_marks SET error = $2 WHERE election = $1 AND finished IS NULL", [name, .text(String(reason.prefix(500)))])
  }

  /// The trustees are to sign another message.
  fileprivate func beginMarkAnew(_ session: any SQLSession) async throws {
    try await session.execute(
      "UPDATE result_marks SET attempt = attempt + 1, message = NULL, signature = NULL WHERE election = $1", [name])
  }

  fileprivate func finishMark(_ session: any SQLSession, time: UInt64) async throws {
    try await session.execute(
      "UPDATE result_marks SET finished = $2, error = NULL WHERE election = $1", [name, .integer(Int64(time))])
  }

  /// The trustees are asked no more.
  fileprivate func endMarking(_ session: any SQLSession) async throws {
    try await session.execute(
      "UPDATE trustee_groups SET marking = NULL, phase = 'tallied', version = version + 1 WHERE election = $1", [name])
  }
}
