import BallotCryptography
import Curve25519
import Database
import Elections

/// An election as a voter sees it.
public struct OwnElection: Sendable {
  /// A ballot of the voter's that is on the board.
  public struct Vote: Sendable, Equatable {
    public let tracker: Bytes32
    /// The entry.
    public let position: UInt64
    /// Unix milliseconds.
    public let time: UInt64
  }

  /// Where it stands for this voter.
  public enum Standing: Int, Sendable, Comparable {
    /// Voting is open, and no ballot of the voter's is known.
    case needsVote
    /// The own device has to make its credential before voting opens.
    case needsCredential
    /// Voting is open, and the voter has voted.
    case voted
    case paused
    /// Voting has not begun.
    case ahead
    /// Voting is over, the result is not there yet.
    case counting
    case result
    case aborted

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  public let election: Election
  public let voter: Voter
  public let standing: Standing
  /// What the board holds by the voter's credential, oldest first; of several the last counts. Empty where the service does not know whose credential is whose.
  public let votes: [Vote]
  /// Whether the service knows which credential is the voter's, so that no ballot means that none was cast.
  public let isKnown: Bool
}

/// The elections on whose rolls somebody stands: that they voted, never what.
public struct OwnElections: Sendable {
  private let database: any Database
  private let clock: any Clock

  /// Shown at most.
  private static let most = 500

  public init(database: any Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// The elections of an account: those that need its vote first, then by when they close.
  public func list(of account: String) async throws -> [OwnElection] {
    let now = clock.now()
    let elections = try await database.read { session in
      let rows = try await session.query(
        "SELECT election, \(Voter.columns) FROM voters WHERE account = $1 AND state = 'admitted' ORDER BY added DESC, id LIMIT $2",
        [.text(account), .integer(Int64(Self.most))])
      var elections: [OwnElection] = []
      for row in rows {
        let reference = try row.text(0)
        guard let election = try await ElectionRows.find(reference, session) else { continue }
        elections.append(try await Self.own(election, try Voter(row, from: 1), account, now, session))
      }
      return elections
    }
    return elections.sorted { a, b in
      if a.standing != b.standing { return a.standing < b.standing }
      return (a.election.manifest.closes, a.election.created) < (b.election.manifest.closes, b.election.created)
    }
  }

  private static func own(
    _ election: Election, _ voter: Voter, _ account: String, _ now: UInt64, _ session: any SQLSession
  ) async throws -> OwnElection {
    var credential = voter.credential
    if credential == nil {
      // With a separate authority it becomes known when the voter casts.
      credential = try await session.query(
        "SELECT credential FROM board_accounts WHERE election = $1 AND account = $2", [.text(election.reference), .text(account)]
      ).first.flatMap { Bytes32(try $0.bytes(0)) }
    }
    let votes = try await credential.asyncMap { try await Self.votes(by: $0, election.reference, session) } ?? []
    let isKnown = credential != nil || election.manifest.issuer == .authority
    return OwnElection(
      election: election, voter: voter, standing: standing(election, voter, hasVoted: !votes.isEmpty, now), votes: votes,
      isKnown: isKnown)
  }

  private static func standing(_ election: Election, _ voter: Voter, hasVoted: Bool, _ now: UInt64) -> OwnElection.Standing {
    let manifest = election.manifest
    switch election.state {
    case .draft:
      return manifest.issuer == .voter && voter.credential == nil ? .needsCredential : .ahead
    case .active:
      if now < manifest.opens { return .ahead }
      if manifest.closes > 0, now >= manifest.closes { return .counting }
      return hasVoted ? .voted : .needsVote
    case .paused: return .paused
    case .closed: return .counting
    case .tallied, .archived: return .result
    case .aborted: return .aborted
    }
  }

  /// The ballots on the board by a credential: what identifies a vote begins with it.
  private static func votes(by credential: Bytes32, _ reference: String, _ session: any SQLSession) async throws -> [OwnElection
    .Vote]
  {
    let rows = try await session.query(
      """
      SELECT position FROM board_ballots WHERE election = $1 AND vote >= $2 AND vote <= $3 ORDER BY position
      """, [.text(reference), .bytes(credential.bytes), .bytes(credential.bytes + [UInt8](repeating: 0xff, count: 9))])
    var votes: [OwnElection.Vote] = []
    for row in rows {
      let position = UInt64(try row.integer(0))
      guard let entry = try await BoardStore(election: reference).entry(session, position) else { continue }
      votes.append(OwnElection.Vote(tracker: try CastBallot(entry.body).tracker, position: position, time: entry.time))
    }
    return votes
  }
}

extension Optional where Wrapped: Sendable {
  fileprivate func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
    guard let self else { return nil }
    return try await transform(self)
  }
}
