import Database
import TestDatabases
import Testing
import VotingService

@Suite("Numbers of voting")
struct FiguresTests {
  @Test("turnout and ballots an hour come from the board", arguments: DatabaseKind.all)
  func board(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      var prepared = try await PreparedElection(Service(field))
      let figures = BoardFigures(database: field.environment.database, boards: field.environment.boards)
      #expect(try await figures.turnout(limit: 10).isEmpty)
      try await prepared.makeReady()
      _ = try await prepared.service.lives.open(prepared.reference, by: field.organiser)
      #expect(try await figures.votesByHour(of: prepared.reference).isEmpty)
      for secret in prepared.secrets.prefix(2) { try await prepared.cast(1, by: secret) }
      field.clock.advance(2 * 3_600_000)
      try await prepared.cast(2, by: prepared.secrets[2])
      #expect(try await figures.votesByHour(of: prepared.reference).map(\.count) == [2, 0, 1])
      let turnout = try await figures.turnout(limit: 10)
      #expect(turnout.map(\.voters) == [3] && turnout.map(\.eligible) == [12])
    }
  }

  @Test("steps are counted by election and class of minutes, for open elections alone", arguments: DatabaseKind.all)
  func steps(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let database = field.environment.database
      let (open, draft) = (try await field.draft().reference, try await field.draft().reference)
      try await database.transaction { session in
        try await session.execute("UPDATE elections SET state = 'active' WHERE reference = $1", [.text(open)])
      }
      let counter = StepCounter(database: database, clock: field.clock, isOn: true)
      for election in [open, draft, "none"] {
        for _ in 0..<3 { counter.count(.opened, minutes: 9, in: election) }
        for minutes in [1, 4, 200] { counter.count(.cast, minutes: minutes, in: election) }
        counter.count(.cast, minutes: nil, in: election)
      }
      try await counter.flush()
      counter.count(.opened, minutes: nil, in: open)
      #expect(try await counter.figures(of: open) == StepFigures(counts: [.opened: 4, .cast: 4], medianMinutes: 5))
      #expect(try await counter.figures(of: draft) == StepFigures(counts: [:], medianMinutes: nil))
      let off = StepCounter(database: database, clock: field.clock, isOn: false)
      off.count(.opened, minutes: nil, in: open)
      #expect(try await off.figures(of: open).counts[.opened] == 4)
    }
  }
}
