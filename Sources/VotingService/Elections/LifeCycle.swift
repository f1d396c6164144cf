import Curve25519
import Database
import Elections
import TransparencyLog

/// The life of an election from its opening on, by hand or by the clock.
public struct LifeCycle: Sendable {
  public let rolls: RollStore

  public init(_ rolls: RollStore) { self.rolls = rolls }

  /// The trustees' side.
  public var ceremonies: Ceremonies { environment.ceremonies }

  private var elections: ElectionStore { rolls.elections }
  private var environment: ElectionEnvironment { rolls.environment }

  // MARK: Opening

  /// What still stands against opening; empty: nothing.
  public func obstacles(_ reference: String, for reader: Organiser) async throws -> [OpeningProblem] {
    let election = try await elections.election(reference, for: reader)
    guard election.state == .draft else { return [] }
    return try await environment.database.read { session in
      do {
        _ = try await parts(election, session)
        return []
      } catch ElectionError.notReady(let obstacles) { return obstacles }
    }
  }

  /// Opens an election: freezes manifest, roll and trustees in the first entry of its board.
  ///
  /// - Parameter organiser: `nil`: the clock.
  /// - Throws: `ElectionError.notReady` with all that is missing.
  public func open(_ reference: String, version: Int64? = nil, by organiser: Organiser?) async throws -> Election {
    try await environment.database.transaction { session in
      let election = try await elections.allow(.open, reference, version, organiser, session)
      let parts = try await parts(election, session)
      let opened = try await environment.boards.open(reference, parts, in: session)
      try await session.execute(
        "UPDATE elections SET state = 'active', opened = $2, overdue = NULL, version = version + 1 WHERE reference = $1",
        [.text(reference), .integer(Int64(opened.time))])
      if election.manifest.closes > 0 { try await elections.wake(reference, at: election.manifest.closes, session) }
      try await environment.notices?.opened(reference, in: session)
      try await elections.note("election.open", reference, organiser, session, "election id \(opened.electionID.lowercaseHex)")
    }
    environment.events.publish(.status(election: reference, status: ElectionState.active.rawValue))
    return try await found(reference)
  }

  /// All that the opening entry fixes.
  private func parts(_ election: Election, _ session: any SQLSession) async throws -> OpeningParts {
    var obstacles: [OpeningProblem] = []
    func collect<Value>(_ part: () async throws -> Value) async throws -> Value? {
      do { return try await part() } catch ElectionError.notReady(let found) {
        obstacles += found
        return nil
      }
    }
    let roll = try await collect { try await rolls.frozen(election, session) }
    var ceremony: CeremonyResult?
    switch try await ceremonies.outcome(of: election.reference, in: session) {
    case .success(let result): ceremony = result
    case .failure(let obstacle): obstacles.append(OpeningProblem(.trustees, obstacle.text))
    }
    do { try await elections.checkPictures(election.manifest, election.reference, session) } catch ElectionError.invalid(
      let path, let reason)
    { obstacles.append(OpeningProblem(.pictures, "\(path): \(reason)")) }
    let now = environment.clock.now()
    if election.manifest.closes > 0, election.manifest.closes <= now {
      obstacles.append(OpeningProblem(.tooLate, "the time at which voting closes has passed; set a later one"))
    }
    if let anchoring = election.manifest.anchoring, environment.chain?.isPlace(of: anchoring) != true {
      let ours = environment.chain.map { "writes to \($0.contract) on chain \($0.chain)" } ?? "writes to no chain"
      obstacles.append(
        OpeningProblem(
          .otherChain,
          "it is to be anchored by \(anchoring.contractText) on chain \(anchoring.chain), and this service \(ours); choose again how it is anchored"
        ))
    }
    if let ceremony, Int(ceremony.quorum) > ceremony.roster.trustees.count - ceremony.absent.count {
      obstacles.append(
        OpeningProblem(
          .quorum, "\(ceremony.quorum) cosignatures are needed, and fewer trustees are there; they could never be collected"))
    }
    guard obstacles.isEmpty, let roll, let ceremony else { throw ElectionError.notReady(obstacles) }
    return OpeningParts(
      origin: election.origin, manifest: election.manifest, trustees: ceremony.roster, roll: roll, quorum: ceremony.quorum,
      absent: ceremony.absent, draw: ceremony.draw, openingDraw: ceremony.opening, software: environment.software)
  }

  // MARK: While it is open

  /// Interrupts voting, for a reason that everybody can read.
  public func pause(_ reference: String, reason: PublicReason, version: Int64? = nil, by organiser: Organiser) async throws
    -> Election
  {
    try await step(.pause, .pause(reason), reference, reason: reason.text.description, version, organiser)
  }

  /// Goes on with voting.
  public func resume(_ reference: String, version: Int64? = nil, by organiser: Organiser) async throws -> Election {
    try await step(.resume, .resume, reference, reason: nil, version, organiser)
  }

  /// Gives an election up, for a reason that everybody can read; nothing of it is ever decrypted.
  public func abort(_ reference: String, reason: PublicReason, version: Int64? = nil, by organiser: Organiser) async throws
    -> Election
  {
    if try await found(reference).state == .draft {
      try await environment.database.transaction { session in
        let election = try await elections.allow(.abort, reference, version, organiser, session)
        guard election.state == .draft else { throw ElectionError.otherVersion(election.version) }
        try await enter(.aborted, reference, reason: reason.text.description, session)
        _ = try await ceremonies.abort(reference, in: session)
        try await environment.notices?.ended(reference, in: session)
        try await elections.note("election.abort", reference, organiser, session)
      }
      environment.events.publish(.status(election: reference, status: ElectionState.aborted.rawValue))
      return try await found(reference)
    }
    return try await step(.abort, .abort(reason), reference, reason: reason.text.description, version, organiser)
  }

  /// Ends voting. The trustees then cosign the board and decrypt.
  ///
  /// - Parameter organiser: `nil`: the clock.
  public func close(_ reference: String, version: Int64? = nil, by organiser: Organiser?) async throws -> Election {
    try await step(.close, .closing, reference, reason: nil, version, organiser)
  }

  /// Puts a tallied election away. Its record stays public.
  public func archive(_ reference: String, version: Int64? = nil, by organiser: Organiser) async throws -> Election {
    try await environment.database.transaction { session in
      _ = try await elections.allow(.archive, reference, version, organiser, session)
      try await enter(.archived, reference, reason: nil, session)
      try await elections.note("election.archive", reference, organiser, session)
    }
    environment.events.publish(.status(election: reference, status: ElectionState.archived.rawValue))
    return try await found(reference)
  }

  /// Appends an entry to the board, and changes the election in the same transaction.
  private func step(
    _ action: ElectionAction, _ step: BoardStep, _ reference: String, reason: String?, _ version: Int64?, _ organiser: Organiser?
  ) async throws -> Election {
    // Asked before the board is: a draft has none.
    let seen = try await found(reference)
    if let organiser, !organiser.reads(seen.organiser) { throw ElectionError.notFound }
    guard seen.opened != nil else { throw ElectionError.wrongState(action, seen.state) }
    do {
      try await environment.boards.append(step, to: reference) { session, entry in
        let election = try await elections.allow(action, reference, version, organiser, session)
        guard let next = action.next(from: election.state) else { throw ElectionError.wrongState(action, election.state) }
        try await enter(next, reference, reason: reason, session)
        if next == .aborted, try await !ceremonies.abort(reference, in: session) {
          throw ElectionError.wrongState(action, .tallied)
        }
        if next == .closed {
          try await session.execute(
            "UPDATE elections SET closed = $2 WHERE reference = $1", [.text(reference), .integer(Int64(entry.time))])
          try await ceremonies.closing(reference, in: session)
        }
        if next == .closed || next == .aborted { try await environment.notices?.ended(reference, in: session) }
        try await elections.note("election.\(action.rawValue)", reference, organiser, session)
      }
    } catch CeremonyError.renewalAwaited {
      let awaited = try await environment.boards.renewalsAwaited(of: reference)
      throw ElectionError.renewalAwaited(awaited.first?.missing ?? [])
    } catch BoardError.wrongPhase {
      throw ElectionError.wrongState(action, try await found(reference).state)
    }
    return try await found(reference)
  }

  private func enter(_ state: ElectionState, _ reference: String, reason: String?, _ session: any SQLSession) async throws {
    try await session.execute(
      "UPDATE elections SET state = $2, reason = $3, version = version + 1, overdue = NULL WHERE reference = $1",
      [.text(reference), .text(state.rawValue), .text(optional: reason)])
  }

  private func found(_ reference: String) async throws -> Election {
    let election = try await environment.database.read { session in try await ElectionRows.find(reference, session) }
    guard let election else { throw ElectionError.notFound }
    return election
  }

  // MARK: By the clock

  /// Opens or closes an election if that is due by now: what the jobs do, after a restart at once. Nothing, if it was done. Several servers may do so.
  public func advance(_ reference: String) async throws {
    guard let election = try await environment.database.read({ session in try await ElectionRows.find(reference, session) }) else {
      return
    }
    let now = environment.clock.now()
    let manifest = election.manifest
    do {
      switch election.state {
      case .draft where manifest.opens > 0 && manifest.opens <= now: _ = try await open(reference, by: nil)
      case .active where manifest.closes > 0 && manifest.closes <= now, .paused where manifest.closes > 0 && manifest.closes <= now:
        _ = try await close(reference, by: nil)
      default: break
      }
    } catch ElectionError.notReady(let problems) {
      try await putOff(reference, problems.map(\.text).joined(separator: "; "))
    } catch ElectionError.renewalAwaited {
      try await environment.database.transaction { session in
        try await elections.wake(reference, at: environment.clock.now() + 10_000, session)
      }
    } catch ElectionError.wrongState {
      // Somebody was faster.
    }
  }

  /// Says why an election is not open yet, and tries again in ten seconds.
  private func putOff(_ reference: String, _ reason: String) async throws {
    try await environment.database.transaction { session in
      let changed = try await session.execute(
        "UPDATE elections SET overdue = $2 WHERE reference = $1 AND state = 'draft'", [.text(reference), .text(reason)])
      if changed > 0 { try await elections.wake(reference, at: environment.clock.now() + 10_000, session) }
    }
  }
}

extension OpeningObstacle {
  /// What is missing on the trustees' side, and what to do.
  var text: String {
    switch self {
    case .noTrustees: "no trustee has been invited"
    case .notJoined(let numbers): "trustees \(Self.list(numbers)) have not joined yet"
    case .notStarted: "the key ceremony is to be started"
    case .ceremony: "the key ceremony goes on"
    case .failed(let culprits):
      "the key ceremony has failed\(culprits.isEmpty ? "" : " through trustees \(Self.list(culprits))"); start it again"
    case .drill(let missing):
      "trustees \(Self.list(missing)) have not passed the fire drill; wait for them, or acknowledge that they are absent"
    case .tooManyAbsent(let most): "more than \(most) trustees are absent: the result could not be decrypted"
    case .aborted: "the election was given up"
    }
  }

  private static func list(_ numbers: [Int]) -> String { numbers.map { String($0) }.joined(separator: ", ") }
}
