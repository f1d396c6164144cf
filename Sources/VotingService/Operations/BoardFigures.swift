import Database
import Elections

/// What can be counted of voting without knowing who voted what: from the public board and the length of the roll.
public struct BoardFigures: Sendable {
  /// Turnout of an election.
  public struct Turnout: Sendable, Equatable {
    public let election: String
    public let title: String
    public let state: ElectionState
    /// Voters that have cast.
    public let voters: UInt64
    /// Voters on the roll.
    public let eligible: UInt64
  }

  private let database: any Database
  private let boards: Boards

  public init(database: any Database, boards: Boards) {
    self.database = database
    self.boards = boards
  }

  /// Turnout of the elections that were opened, newest first.
  public func turnout(limit: Int) async throws -> [Turnout] {
    let rows = try await database.read { session in
      try await session.query(
        """
        SELECT e.reference, e.title, e.state, (SELECT COUNT(*) FROM voters v WHERE v.election = e.reference AND v.state = 'admitted')
        FROM elections e WHERE e.opened IS NOT NULL ORDER BY e.opened DESC, e.reference LIMIT $1
        """, [.integer(Int64(limit))])
    }
    var turnout: [Turnout] = []
    for row in rows {
      guard let state = ElectionState(rawValue: try row.text(2)) else { continue }
      let election = try row.text(0)
      let voters = try await boards.state(of: election).voters
      turnout.append(
        Turnout(
          election: election, title: try row.text(1), state: state, voters: voters,
          eligible: max(UInt64(try row.integer(3)), voters)))
    }
    return turnout
  }

  /// Ballots cast in each hour, by the times of the board's entries: from the first hour with one to the last, hours without any among them.
  public func votesByHour(of election: String) async throws -> [(hour: UInt64, count: Int)] {
    // Kind and time stand before an entry's body.
    let rows = try await database.read { session in
      try await session.query("SELECT SUBSTR(entry, 1, 9) FROM board_entries WHERE election = $1", [.text(election)])
    }
    var counts: [UInt64: Int] = [:]
    for row in rows {
      let head = try row.bytes(0)
      guard head.count == 9, head[0] == EntryKind.cast.rawValue else { continue }
      let time = head[1...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      counts[time / 3_600_000, default: 0] += 1
    }
    guard let first = counts.keys.min(), let last = counts.keys.max() else { return [] }
    // A board that was open for years is not drawn by the hour to its beginning.
    let start = max(first, last - min(last, 24 * 92))
    return (start...last).map { (hour: $0 * 3_600_000, count: counts[$0] ?? 0) }
  }
}
