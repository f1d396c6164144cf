import Curve25519
import Database
import Elections

/// What a trustee is told of its election (8.3).
public struct TrusteeState: Sendable, Equatable {
  /// One of the trustees.
  public struct Trustee: Sendable, Equatable {
    public let number: Int
    public let name: String
    /// `nil`: has not joined.
    public let signingKey: Bytes32?
  }

  public let version: UInt64
  public let phase: TrusteePhase
  public let origin: String
  public let title: String
  public let electionID: Bytes32?
  public let threshold: Int
  public let quorum: Int
  public let trustees: [Trustee]
  /// The present key ceremony.
  public let ceremony: Bytes32?
  /// Messages on its log.
  public let messages: UInt64
  /// Who has passed the fire drill.
  public let passed: [Int]
  public let boardSize: UInt64
  /// Who made the ceremony fail, in words.
  public let reason: String?
  /// Where the renewal entries are on the board.
  public let renewals: [UInt64]
  /// The hand-over that is wanted or under way.
  public let handOver: HandOverState?

  /// The `reason` where the organiser has given the key ceremony up.
  static let givenUp = "given up by the organiser"
  /// Whether the organiser has given the key ceremony up, and begun no other.
  public var isGivenUp: Bool { phase == .failed && reason == Self.givenUp }
}

// Phases, and waiting for them (8.3).
extension Ceremonies {
  /// Where the election stands for its trustees.
  ///
  /// - Throws: `unknownElection`.
  public func state(of election: String) async throws -> TrusteeState {
    let store = TrusteeStore(election: election)
    var board = try await boardStatus(election)
    var (state, noted) = try await read(store, board)
    if let seen = board, Self.isBehind(seen.phase, noted) {
      try await boards.refresh(election)
      board = try await boardStatus(election)
      (state, noted) = try await read(store, board)
    }
    guard state.phase != noted, !Self.isBehind(state.phase, noted) else { return state }
    let (now, phase) = (clock.now(), state.phase)
    try await database.transaction { session in
      let present = try await store.lock(session).phase
      if !Self.isBehind(phase, present) { try await store.note(session, phase: phase, time: now) }
    }
    return try await read(store, board).state
  }

  /// The state as soon as its version is greater than `version`, or after so many seconds as it is.
  ///
  /// What happens on this server wakes whoever waits; what happens on others is seen within a second. Nobody waits for a server that is being stopped.
  ///
  /// - Parameter seconds: at most 30.
  public func state(of election: String, after version: UInt64, wait seconds: Int) async throws -> TrusteeState {
    let end = ContinuousClock.now + .seconds(min(max(seconds, 0), 30))
    while true {
      // Before looking, so that nothing is missed in between.
      let events = events.subscribe()
      let state = try await state(of: election)
      if state.phase == .signing { try await endPreference(election) }
      if state.phase == .marking { try await endMarking(election) }
      let left = end - ContinuousClock.now
      if state.version > version || left <= .zero || self.events.isClosed { return state }
      await Self.wait(for: events, about: election, atMost: min(left, .seconds(1)))
    }
  }

  private static func wait(for events: AsyncStream<ServiceEvent>, about election: String, atMost duration: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for await event in events where event.election == election {
          // Ballots are not what a trustee waits for.
          if case .voteCast = event { continue }
          return
        }
        // Too many events: look again.
      }
      group.addTask { try? await Task.sleep(for: duration) }
      await group.next()
      group.cancelAll()
    }
  }

  /// What another server has seen already is not taken back: a board in memory may be half a second old.
  static func isBehind(_ phase: TrusteePhase, _ noted: TrusteePhase) -> Bool {
    phase.rawValue < noted.rawValue && noted.rawValue >= TrusteePhase.closing.rawValue
      || phase.rawValue < TrusteePhase.open.rawValue && noted.rawValue >= TrusteePhase.open.rawValue && noted != .aborted
  }

  private static func isBehind(_ board: BoardPhase, _ noted: TrusteePhase) -> Bool {
    (board == .voting || board == .paused) && noted.rawValue >= TrusteePhase.closing.rawValue
  }

  /// The board, `nil` before it is opened.
  func boardStatus(_ election: String) async throws -> BoardStatus? {
    do { return try await boards.state(of: election) } catch BoardError.unknownElection { return nil }
  }

  private func read(_ store: TrusteeStore, _ board: BoardStatus?) async throws -> (state: TrusteeState, noted: TrusteePhase) {
    try await database.read { session in
      let group = try await store.group(session)
      let members = try await store.members(session)
      var messages: UInt64 = 0
      var participants: [CeremonyStore.Participant] = []
      var reason: String?
      var phase = TrusteePhase.gathering
      if let id = group.ceremony {
        let ceremony = CeremonyStore(id: id)
        let row = try await ceremony.row(session, election: store.election)
        messages = row.size
        participants = try await ceremony.participants(session)
        phase = Self.phase(row.state, participants)
        if row.state == .abandoned { reason = TrusteeState.givenUp }
        if row.state == .failed { reason = Self.reason(try await ceremony.failures(session), participants) }
      }
      if let board { phase = try await Self.phase(board, store, group, session) }
      if group.isAborted { phase = .aborted }
      let isHandable = phase == .open || phase == .paused
      let handOver = isHandable ? try await HandOverStore.state(of: store.election, session) : nil
      let state = TrusteeState(
        version: group.version, phase: Self.isBehind(phase, group.phase) ? group.phase : phase, origin: group.origin,
        title: group.title, electionID: board?.electionID,
        threshold: group.threshold, quorum: group.quorum,
        trustees: members.map { .init(number: $0.number, name: $0.name, signingKey: $0.signingKey) },
        ceremony: group.ceremony, messages: messages,
        passed: participants.filter { $0.drill != nil }.map { $0.number }, boardSize: board?.size ?? 0, reason: reason,
        renewals: board?.renewals ?? [], handOver: handOver)
      return (state, group.phase)
    }
  }

  private static func phase(_ state: CeremonyStore.State, _ participants: [CeremonyStore.Participant]) -> TrusteePhase {
    switch state {
    case .running: .ceremony
    case .failed, .abandoned: .failed
    case .complete: participants.allSatisfy { $0.drill != nil || $0.isAbsent } ? .ready : .drill
    }
  }

  /// The phase of an election whose board is open.
  static func phase(
    _ board: BoardStatus, _ store: TrusteeStore, _ group: TrusteeStore.Group, _ session: any SQLSession
  ) async throws -> TrusteePhase {
    switch board.phase {
    case .voting: return .open
    case .paused: return .paused
    case .aborted: return .aborted
    case .closed: break
    }
    if group.isTallied { return group.marking == nil ? .tallied : .marking }
    if group.certificate != nil { return .signing }
    return try await store.cosigners(session, size: board.size).count >= group.quorum ? .decrypting : .closing
  }

  private static func reason(_ failures: [CeremonyFailureRecord], _ participants: [CeremonyStore.Participant]) -> String {
    failures.map { failure in
      guard let culprit = failure.culprit, let participant = participants.first(where: { $0.number == culprit }) else {
        return failure.fault
      }
      return "trustee \(culprit), \(participant.name): \(failure.fault)"
    }.joined(separator: "; ")
  }
}

extension TrusteeStore {
  /// Who has cosigned the checkpoint of a size, ascending.
  func cosigners(_ session: any SQLSession, size: UInt64) async throws -> [Int] {
    try await session.query(
      "SELECT trustee FROM board_cosignatures WHERE election = $1 AND size = $2 ORDER BY trustee", [name, .integer(Int64(size))]
    ).map { Int(try $0.integer(0)) }
  }
}
