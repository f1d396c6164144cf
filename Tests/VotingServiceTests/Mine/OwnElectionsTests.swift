import Database
import TestDatabases
import Testing
import VotingService

@Suite("A voter's own elections")
struct OwnElectionsTests {
  @Test("those that need a vote come first; that one voted is known, never what", arguments: DatabaseKind.all)
  func standings(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let own = OwnElections(database: field.environment.database, clock: field.clock)
      var prepared = try await PreparedElection(Service(field))
      // A voter of the list belongs to the account; so does a place in a draft where the own device makes the credential.
      let me = ApprovedAccount(id: "me", details: VoterDetails(voterID: "v2", name: "Me"))
      _ = try await field.rolls.admit([me], to: prepared.reference, by: field.organiser)
      let draft = try await field.draft(ElectionField.manifest("Later", issuer: .voter))
      _ = try await field.rolls.admit([me], to: draft.reference, by: field.organiser)
      _ = try await field.draft(ElectionField.manifest("Not mine"))
      try await prepared.makeReady()
      _ = try await prepared.service.lives.open(prepared.reference, by: field.organiser)
      let before = try await own.list(of: "me")
      #expect(before.map(\.standing) == [.needsVote, .needsCredential])
      #expect(before[0].votes.isEmpty && before[0].isKnown && !before[1].isKnown)

      let credential = try #require(before[0].voter.credential)
      let secret = try #require(prepared.secrets.first { $0.publicKey == credential })
      let other = try #require(prepared.secrets.first { $0.publicKey != credential })
      try await prepared.cast(2, by: other)
      #expect(try await own.list(of: "me")[0].votes.isEmpty)
      try await prepared.cast(1, by: secret)
      let after = try await own.list(of: "me")
      #expect(after.map(\.standing) == [.needsCredential, .voted])
      let vote = try #require(after[1].votes.first)
      #expect(after[1].votes.count == 1)
      let receipt = try await field.environment.boards.receipt(vote.tracker, election: prepared.reference)
      #expect(receipt != nil)
      #expect(try await own.list(of: "somebody else").isEmpty)
    }
  }
}
