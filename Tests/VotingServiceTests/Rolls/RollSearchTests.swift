import Elections
import Foundation
import TestDatabases
import Testing
import VotingService

@Suite("Search in rolls")
struct RollSearchTests {
  @Test("voters are found by id, name and address in any case, page by page", arguments: DatabaseKind.all)
  func search(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let reference = try await field.draft().reference
      let csv =
        "voterId,name,email\n"
        + (100..<160).map { "m\($0),Member \($0),M\($0)@Example.org\n" }.joined() + "x1,Änne Öz,\nx2,50% off_!,x2@example.org\n"
      let report = try await field.rolls.importVoters(Array(csv.utf8), to: reference, by: field.organiser)
      #expect(report.isDone && report.added == 62)
      func found(_ text: String, after: String = "", limit: Int = 100) async throws -> [String] {
        try await field.rolls.search(text, in: reference, for: field.organiser, after: after, limit: limit).map(\.details.voterID)
      }
      #expect(try await found("MEMBER 12") == (120..<130).map { "m\($0)" })
      #expect(try await found("m15", limit: 3) == ["m150", "m151", "m152"])
      #expect(try await found("m15", after: "m152", limit: 3) == ["m153", "m154", "m155"])
      for name in ["änne", "ÖZ"] { #expect(try await found(name) == ["x1"]) }
      // What means something to the database is text like all else.
      for text in ["50%", "f_!", "%", "_"] { #expect(try await found(text) == ["x2"]) }
      #expect(try await found("' OR 1=1 --").isEmpty)
      #expect(try await found("").count == 62)
      let voter = try await field.rolls.search("x1", in: reference, for: field.organiser, limit: 1)[0]
      _ = try await field.rolls.update(
        voter.id, to: VoterDetails(voterID: "x1", name: "Zoé"), state: .admitted, in: reference, by: field.organiser)
      #expect(try await found("zoé") == ["x1"])
      #expect(try await found("änne").isEmpty)
      #expect(try await found("@example.org").count == 61)
    }
  }

  @Test("counts are the same with and without rules", arguments: DatabaseKind.all)
  func counts(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let reference = try await field.draft().reference
      let csv = "voterId,weight\na,2\nb,3\nc,4\n"
      _ = try await field.rolls.importVoters(Array(csv.utf8), to: reference, by: field.organiser)
      #expect(
        try await field.rolls.counts(of: reference, for: field.organiser)
          == RollCounts(voters: 3, eligible: 3, credentials: 0, weight: 9))
      try await field.rolls.setRules(RollRules(exclude: ["B"]), of: reference, by: field.organiser)
      #expect(
        try await field.rolls.counts(of: reference, for: field.organiser)
          == RollCounts(voters: 3, eligible: 2, credentials: 0, weight: 6))
    }
  }

  @Test("an organiser's elections come newest first; others' are for those who read all", arguments: DatabaseKind.all)
  func organised(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let old = try await field.draft(ElectionField.manifest("Old"))
      field.clock.advance(1000)
      let new = try await field.draft(ElectionField.manifest("New"))
      let store = field.elections
      #expect(try await store.organised(by: field.organiser, limit: 10).map(\.reference) == [new.reference, old.reference])
      #expect(try await store.organised(by: field.organiser, limit: 1).map(\.title) == ["New"])
      #expect(try await store.organised(by: field.organiser, before: new.created, limit: 9).map(\.title) == ["Old"])
      let other = Organiser(account: "bob")
      let auditor = Organiser(account: "cai", readsAll: true)
      #expect(try await store.organised(by: other, limit: 9).isEmpty)
      #expect(try await store.organised(by: other, others: true, limit: 9).isEmpty)
      #expect(try await store.organised(by: auditor, others: true, limit: 9).count == 2)
    }
  }

  /// One hundred thousand voters take their time to be made: to be asked for.
  @Test(
    "one hundred thousand voters are searched", .enabled(if: ProcessInfo.processInfo.environment["COMITIA_LONG"] == "1"),
    arguments: DatabaseKind.all)
  func many(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let reference = try await field.draft().reference
      let csv = "voterId,name,email\n" + (100_000..<200_000).map { "m\($0),Member \($0),m\($0)@example.org\n" }.joined()
      _ = try await field.rolls.importVoters(Array(csv.utf8), to: reference, by: field.organiser)
      for text in ["", "member", "m199999", "nobody at all"] {
        let time = try await ContinuousClock().measure {
          _ = try await field.rolls.search(text, in: reference, for: field.organiser, limit: 51)
        }
        print("search for “\(text)” among 100 000 voters on \(kind): \(time)")
      }
      let time = try await ContinuousClock().measure { _ = try await field.rolls.counts(of: reference, for: field.organiser) }
      print("counts of 100 000 voters on \(kind): \(time)")
      #expect(try await field.rolls.search("m199999", in: reference, for: field.organiser, limit: 51).count == 1)
    }
  }
}
