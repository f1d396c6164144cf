import Curve25519
import Database
import Elections
import Sealing
import ThresholdCryptography

/// An election's trustees as its organiser sees them.
public struct TrusteeOverview: Sendable, Equatable {
  /// One trustee, or an invitation.
  public struct Trustee: Sendable, Equatable {
    public let number: Int
    public let name: String
    /// By which the organiser knows the trustee again.
    public let signingKey: Bytes32?
    /// Unix milliseconds.
    public let invited: UInt64
    public let joined: UInt64?
    /// When the service heard of it last, within ten seconds.
    public let seen: UInt64?
    /// Whether it has passed the fire drill.
    public let passed: Bool
    /// Whether the organiser has acknowledged that it is absent.
    public let isAbsent: Bool
    /// How long each phase took it, in milliseconds.
    public let latencies: [TrusteeLatency: UInt64]
  }

  public let state: TrusteeState
  public let trustees: [Trustee]
  /// What the key ceremony waits for; `nil` when none goes on.
  public let round: CeremonyRound?
  /// Trustees whose message is awaited: in the ceremony, in the fire drill, on the closing checkpoint, or for the decryption.
  public let missing: [Int]
  /// What ended ceremonies of this election.
  public let failures: [CeremonyFailureRecord]
}

extension Ceremonies {
  /// The trustees, how far they are, and who is waited for.
  ///
  /// - Throws: `unknownElection`.
  public func overview(of election: String) async throws -> TrusteeOverview {
    let state = try await state(of: election)
    let failures = try await failures(of: election)
    let store = TrusteeStore(election: election)
    return try await database.read { session in
      let members = try await store.members(session)
      var participants: [Int: CeremonyStore.Participant] = [:]
      var log: CeremonyLog<AES256GCM>?
      if let id = state.ceremony {
        let all = try await CeremonyStore(id: id).participants(session)
        participants = Dictionary(uniqueKeysWithValues: all.map { ($0.number, $0) })
        if state.phase == .ceremony { log = try await self.log(of: id, election, all, session) }
      }
      let trustees = members.map { member in
        let participant = participants[member.number].flatMap { $0.signingKey == member.signingKey ? $0 : nil }
        return TrusteeOverview.Trustee(member, participant)
      }
      let missing = try await self.missing(state, trustees, log, store, session)
      return TrusteeOverview(state: state, trustees: trustees, round: log?.round, missing: missing, failures: failures)
    }
  }

  /// How far each trustee has cosigned the board: the entries of the largest checkpoint with its signature.
  public func cosigned(_ election: String) async throws -> [Int: UInt64] {
    guard try await boardStatus(election) != nil else { return [:] }
    let roster = try await boards.roster(of: election)
    let cosigned = try await database.read { session in
      let rows = try await session.query(
        "SELECT trustee, MAX(size) FROM board_cosignatures WHERE election = $1 GROUP BY trustee", [.text(election)])
      return try Dictionary(uniqueKeysWithValues: rows.map { (Int(try $0.integer(0)), UInt64(try $0.integer(1))) })
    }
    // What a number has signed before is not by who has it now.
    return cosigned.filter { $1 >= roster.beginning(of: $0).size }
  }

  private func log(
    of id: Bytes32, _ election: String, _ participants: [CeremonyStore.Participant], _ session: any SQLSession
  ) async throws -> CeremonyLog<AES256GCM> {
    let store = CeremonyStore(id: id)
    let row = try await store.row(session, election: election)
    return try await judge(of: store, row, try Self.configuration(id, row, participants), session).log
  }

  private func missing(
    _ state: TrusteeState, _ trustees: [TrusteeOverview.Trustee], _ log: CeremonyLog<AES256GCM>?, _ store: TrusteeStore,
    _ session: any SQLSession
  ) async throws -> [Int] {
    let numbers = trustees.map { $0.number }
    switch state.phase {
    case .gathering, .failed: return trustees.filter { $0.joined == nil }.map { $0.number }
    case .ceremony: return log?.missing ?? []
    case .drill: return trustees.filter { !$0.passed }.map { $0.number }
    case .closing:
      let cosigners = try await store.cosigners(session, size: state.boardSize)
      return numbers.filter { !cosigners.contains($0) }
    case .decrypting: return trustees.filter { $0.latencies[.decryption] == nil }.map { $0.number }
    case .signing: return trustees.filter { $0.latencies[.signing] == nil }.map { $0.number }
    case .ready, .open, .paused, .marking, .tallied, .aborted: return []
    }
  }
}

extension TrusteeOverview.Trustee {
  fileprivate init(_ member: TrusteeStore.Member, _ participant: CeremonyStore.Participant?) {
    number = member.number
    name = member.name
    signingKey = member.signingKey
    invited = member.invited
    joined = member.joined
    seen = member.seen
    passed = participant?.drill != nil
    isAbsent = participant?.isAbsent ?? false
    let pairs = zip(TrusteeLatency.allCases, member.latencies).compactMap { latency, time in time.map { (latency, $0) } }
    latencies = Dictionary(uniqueKeysWithValues: pairs)
  }
}
