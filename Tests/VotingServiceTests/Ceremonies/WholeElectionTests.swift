import BallotCryptography
import Curve25519
import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing
import Verification
import VotingService

@Suite("Elections with trustees")
struct WholeElectionTests {
  /// How requests reach the service.
  struct Manner: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var servers = 1
    var twice = false
    var restarting = false

    static let all = [
      Manner(testDescription: "one server"),
      Manner(testDescription: "two servers, everything twice", servers: 2, twice: true),
      Manner(testDescription: "started anew between requests", restarting: true),
    ]
  }

  @Test("an election with one trustee missing at the end verifies", arguments: DatabaseKind.all, Manner.all)
  func wholeElection(kind: DatabaseKind, manner: Manner) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test, servers: manner.servers)
      try await field.gather()
      #expect(try await field.state().phase == .gathering)
      try await field.start()
      #expect(try await field.state().phase == .ceremony)
      try await field.converse(twice: manner.twice, restarting: manner.restarting)
      let drill = try await field.state()
      #expect(drill.phase == .drill)
      #expect(drill.messages == 15)
      #expect(field.trustees.allSatisfy { $0.root.size == 15 && $0.root == field.trustees[0].root })
      try await field.drill([1, 3, 2])
      #expect(try await field.state().phase == .ready)
      let context = try await field.open()
      let open = try await field.state()
      #expect(open.phase == .open && open.electionID == context.election)
      try await finish(&field, context, manner)
    }
  }

  private func finish(_ field: inout TrusteeField, _ context: BallotContext, _ manner: Manner) async throws {
    var random = seeded("votes")
    for (voter, choice) in [1, 1, 2, 0, 3].enumerated() {
      let ballot = try field.field.ballot(choice, by: voter, context, random: &random)
      _ = try await field.server().boards.cast(ballot, election: field.election)
    }
    try await field.cosign([1, 2, 3])
    try await field.close()
    #expect(try await field.state().phase == .closing)
    #expect(try await field.server().ceremonies.tally(field.election) == .waiting)
    try await field.cosign([3])
    if manner.restarting { try field.restart() }
    #expect(try await field.state().phase == .closing)
    try await field.cosign([2])
    #expect(try await field.state().phase == .decrypting)
    try await field.decrypt([2])
    #expect(try await field.server().ceremonies.tally(field.election) == .waiting)
    if manner.restarting { try field.restart() }
    try await field.decrypt([2, 3])
    if manner.restarting { try field.restart() }
    #expect(try await field.server().ceremonies.tally(field.election) == .waiting)
    #expect(try await field.state().phase == .signing)
    if manner.restarting { try field.restart() }
    let server = field.servers[0]
    try await server.ceremonies.sign(
      field.election, server.boards,
      by: try [2, 1].map { number in
        let trustee = field.trustees[number - 1]
        return SigningTrustee(key: trustee.key, shares: try need(trustee.part?.result?.shares, "shares"))
      })
    #expect(server.states.all == [field.election])
    #expect(try await field.server().ceremonies.tally(field.election) == .tallied)
    #expect(try await field.state().phase == .tallied)
    try await verify(field)
  }

  private func verify(_ field: TrusteeField) async throws {
    let boards = field.servers[0].boards
    var record = try await field.field.mirror(boards)
    for path in ["tally", "result", "draw-closing", "certificate"] {
      record[path] = try need(try await boards.file(path, election: field.election), path).bytes
    }
    let (report, facts) = try RecordVerifier(source: record, runner: SequentialRunner()).verify()
    #expect(report.passed, "\(report.firstFailure?.detail ?? "")")
    #expect(facts?.result.totals == [2, 1, 1])
    #expect(facts?.result.cast == 5)
    #expect(facts?.trustees.number == 3 && facts?.cosigners == 2)
  }
}
