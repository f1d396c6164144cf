import Curve25519
import Database
import Elections
import TransparencyLog

/// Elections as everybody sees them: what public pages show, from tables and from what boards keep in memory. Nothing here reads a board again.
public struct PublicElections: Sendable {
  let environment: ElectionEnvironment
  private let elections: ElectionStore

  public init(_ elections: ElectionStore) {
    self.elections = elections
    environment = elections.environment
  }

  private var database: any Database { environment.database }

  /// The files of the booth that are served now.
  public var software: [SoftwareFile] { environment.software }

  /// Elections that are public: first those in which voting goes on, then those that come to their result or have it, newest first in each.
  ///
  /// - Parameters:
  ///   - page: from 0.
  ///   - size: elections of a page.
  /// - Returns: those of the page, and how many there are in all.
  public func list(page: Int, size: Int) async throws -> (elections: [PublicElectionSummary], total: Int) {
    try await database.read { session in
      let total = try await session.query("SELECT COUNT(*) FROM elections WHERE state <> 'draft'")
      let rows = try await session.query(
        """
        SELECT reference, title, state, created, opened, closed, tallied FROM elections WHERE state <> 'draft'
        ORDER BY CASE WHEN state IN ('active', 'paused') THEN 0 WHEN state = 'aborted' THEN 2 ELSE 1 END,
          COALESCE(closed, opened, created) DESC, reference LIMIT $1 OFFSET $2
        """, [.integer(Int64(size)), .integer(Int64(page) * Int64(size))])
      return (try rows.map(PublicElectionSummary.init), Int(try total[0].integer(0)))
    }
  }

  /// An election with its board.
  ///
  /// - Parameter reader: who asks; drafts are shown to those alone who may read them.
  /// - Throws: `ElectionError.notFound`; what the boards throw.
  public func election(_ reference: String, for reader: Organiser?) async throws -> PublicElection {
    let election = try await elections.election(reference, for: reader)
    guard election.opened != nil else { return PublicElection(election: election, board: nil, now: environment.clock.now()) }
    let boards = environment.boards
    let opening = try await boards.opening(of: reference)
    let board = PublicBoard(
      opening: opening.entry, manifest: opening.manifest, roster: try await boards.trustees(of: reference),
      acting: try await boards.roster(of: reference).current.acting, status: try await boards.state(of: reference),
      history: try await boards.history(of: reference))
    return PublicElection(election: election, board: board, now: environment.clock.now())
  }

  /// The result, `nil` while there is none.
  public func result(of reference: String) async throws -> ElectionResult? {
    guard let file = try await environment.boards.file("result", election: reference) else { return nil }
    let options = try await environment.boards.opening(of: reference).manifest.layout.optionCount
    return try ElectionResult(file.bytes, options: options)
  }

  /// What the trustees drew when they decrypted; `nil` while there is no result.
  public func closingDraw(of reference: String) async throws -> Bytes32? { try await environment.boards.closingDraw(of: reference) }

  /// How far the trustees are with an election that is closed: who has cosigned the closing checkpoint, and who has sent a part of the decryption.
  ///
  /// - Throws: `CeremonyError.unknownElection`.
  public func progress(of reference: String) async throws -> TallyProgress {
    let size = try await environment.boards.state(of: reference).size
    let store = TrusteeStore(election: reference)
    return try await database.read { session in
      let group = try await store.group(session)
      return TallyProgress(
        threshold: group.threshold, quorum: group.quorum, cosigned: try await store.cosigners(session, size: size),
        decrypted: try await store.decrypters(session))
    }
  }
}

/// What the public list shows of an election.
public struct PublicElectionSummary: Sendable, Equatable {
  public let reference: String
  public let title: String
  public let state: ElectionState
  public let created: UInt64
  public let opened: UInt64?
  public let closed: UInt64?
  public let tallied: UInt64?

  init(_ row: SQLRow) throws {
    guard let state = ElectionState(rawValue: try row.text(2)) else { throw DatabaseError.schema("an unknown state") }
    reference = try row.text(0)
    title = try row.text(1)
    self.state = state
    created = UInt64(try row.integer(3))
    opened = try row.time(4)
    closed = try row.time(5)
    tallied = try row.time(6)
  }
}

/// An election as everybody sees it.
public struct PublicElection: Sendable {
  public let election: Election
  /// `nil` before it is opened.
  public let board: PublicBoard?
  /// By the service's clock, Unix milliseconds.
  public let now: UInt64

  /// The options of a contest, positions in the manifest, in the order in which voters see them.
  ///
  /// - Parameter contest: counted from 0.
  public func shownOptions(of contest: Int) -> [Int] {
    (board?.manifest ?? election.manifest).shownOptions(of: contest, draw: board?.opening.draw.output)
  }

  public init(election: Election, board: PublicBoard?, now: UInt64) {
    self.election = election
    self.board = board
    self.now = now
  }
}

/// What a board shows without its ballots.
public struct PublicBoard: Sendable {
  public let opening: OpeningEntry
  public let manifest: Manifest
  public let roster: TrusteeRoster
  /// Names of the trustees that act now, that of number *j* at *j* − 1: hand-overs give numbers to others.
  public let names: [String]
  public let status: BoardStatus
  public let history: BoardHistory

  /// - Parameter acting: who acts now; `nil`: those of the roster.
  public init(
    opening: OpeningEntry, manifest: Manifest, roster: TrusteeRoster, acting: ActingTrustees? = nil, status: BoardStatus,
    history: BoardHistory
  ) {
    names = (acting?.trustees.map { $0.name } ?? roster.trustees.map { $0.name }).map { $0.description }
    self.opening = opening
    self.manifest = manifest
    self.roster = roster
    self.status = status
    self.history = history
  }
}

/// Between closing and result. Trustees are named by their numbers, ascending.
public struct TallyProgress: Sendable, Equatable {
  public let threshold: Int
  public let quorum: Int
  public let cosigned: [Int]
  public let decrypted: [Int]
}
