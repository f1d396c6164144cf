import BallotCryptography
import Curve25519
import Database
import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing
import TransparencyLog
import VotingService

@Suite("Several servers on one board")
struct BoardServersTests {
  @Test("two take ballots at once: none is lost, none stands twice", arguments: DatabaseKind.all)
  func twoServers(kind: DatabaseKind) async throws {
    let field = try BoardField(voters: 120)
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let second = try await test.openAgain()
      let servers = [field.boards(test.database), field.boards(second)]
      let context = try await field.open(servers[0], in: test.database)
      var random = seeded("two servers")
      let ballots = try field.voters.indices.map { try field.ballot($0 % 4, by: $0, context, random: &random) }
      // Every ballot is sent twice: half of them to both servers at once.
      let receipts = try await withThrowingTaskGroup(of: (Int, CastReceipt).self) { group in
        for (voter, ballot) in ballots.enumerated() {
          for attempt in 0..<2 {
            let server = servers[(voter + (voter % 4 < 2 ? attempt : 0)) % 2]
            group.addTask { (voter, try await Self.cast(ballot, field.election, server)) }
          }
        }
        return try await group.reduce(into: [:]) { $0[$1.0, default: []].append($1.1) }
      }
      for (voter, both) in receipts {
        #expect(both.count == 2 && both[0].entry == both[1].entry, "voter \(voter) stands twice")
        #expect(both.count { $0.isNew } == 1)
      }
      #expect(receipts.count == ballots.count)
      #expect(Set(receipts.values.map { $0[0].entry }) == Set(1...UInt64(ballots.count)))
      let record = try await field.close(servers[1])
      field.clock.advance(1000)
      let other = try await field.mirror(servers[0])
      #expect(other == record)
      let (failure, board) = try field.verify(record)
      #expect(failure == nil, "\(failure?.detail ?? "")")
      #expect(board?.counts.cast == 120)
      await second.close()
    }
  }

  /// As a voter's device does: again while the service asks for it.
  static func cast(_ ballot: [UInt8], _ election: String, _ boards: Boards) async throws -> CastReceipt {
    for _ in 0..<200 {
      do {
        return try await boards.cast(ballot, election: election)
      } catch CastRefusal.unavailable, CastRefusal.busy {
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    throw CastRefusal.unavailable(seconds: 1)
  }

  @Test("accounts tied by one server are known to the other", arguments: DatabaseKind.all)
  func accounts(kind: DatabaseKind) async throws {
    let field = try BoardField(revoting: .lastCounts, issuer: .authority)
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let second = try await test.openAgain()
      let servers = [field.boards(test.database), field.boards(second)]
      let context = try await field.open(servers[0], in: test.database)
      var random = seeded("accounts of two servers")
      _ = try await servers[1].state(of: field.election)
      _ = try await servers[0].cast(field.ballot(1, by: 0, context, random: &random), election: field.election, login: "ada")
      let stolen = try field.ballot(1, by: 0, context, random: &random)
      await #expect(throws: CastRefusal.otherAccount) {
        try await servers[1].cast(stolen, election: field.election, login: "bob")
      }
      await second.close()
    }
  }

  @Test("when the queue is full, voters are asked to come again", arguments: DatabaseKind.all)
  func fullQueue(kind: DatabaseKind) async throws {
    let field = try BoardField(voters: 40)
    var limits = BoardLimits()
    limits.waiting = 2
    limits.batch = 1
    try await withDatabase(kind, Schema.migrations) { [limits] test async throws in
      let boards = field.boards(test.database, limits: limits)
      let context = try await field.open(boards, in: test.database)
      var random = seeded("full queue")
      let ballots = try field.voters.indices.map { try field.ballot(1, by: $0, context, random: &random) }
      let outcomes = await withTaskGroup(of: CastRefusal?.self) { group in
        for ballot in ballots {
          group.addTask {
            do throws(CastRefusal) {
              _ = try await boards.cast(ballot, election: field.election)
              return nil
            } catch let refusal {
              return refusal
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.allSatisfy { $0 == nil || $0 == .busy(seconds: 1) })
      #expect(outcomes.contains(.busy(seconds: 1)))
      let taken = UInt64(outcomes.count { $0 == nil })
      #expect(try await boards.state(of: field.election).cast == taken)
    }
  }
}
