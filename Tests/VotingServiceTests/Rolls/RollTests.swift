import Curve25519
import Elections
import TestDatabases
import TestSupport
import Testing
import VotingService

@Suite("Rolls")
struct RollTests {
  @Test("voters are added, changed, excluded and removed; duplicates are named", arguments: DatabaseKind.all)
  func voters(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let reference = try await field.draft().reference
      let ada = try await field.rolls.add(
        VoterDetails(voterID: "1", name: "Ada", email: "ada@example.org", weight: 2), to: reference, by: field.organiser)
      _ = try await field.rolls.add(VoterDetails(voterID: "2"), to: reference, by: field.organiser)
      for (details, path) in [
        (VoterDetails(voterID: "1"), "voterId"), (VoterDetails(voterID: "3", email: "ada@example.org"), "email"),
        (VoterDetails(voterID: ""), "voterId"), (VoterDetails(voterID: "3", email: "nobody"), "email"),
        (VoterDetails(voterID: "3", weight: 0), "weight"), (VoterDetails(voterID: "3", name: "a\nb"), "name"),
      ] {
        do {
          _ = try await field.rolls.add(details, to: reference, by: field.organiser)
          Issue.record("\(details) was taken")
        } catch ElectionError.invalid(let found, _) { #expect(found == path) }
      }
      #expect(
        try await field.rolls.counts(of: reference, for: field.organiser)
          == RollCounts(voters: 2, eligible: 2, credentials: 0, weight: 3))
      _ = try await field.rolls.update(ada.id, to: ada.details, state: .excluded, in: reference, by: field.organiser)
      #expect(try await field.rolls.counts(of: reference, for: field.organiser).eligible == 1)
      try await field.rolls.remove(ada.id, from: reference, by: field.organiser)
      #expect(try await field.rolls.voters(of: reference, for: field.organiser, limit: 10).map(\.details.voterID) == ["2"])
    }
  }

  static let file = """
    \u{feff}voterId;name;email;weight\r
    1;"Lovelace; Ada";ada@example.org;2\r
    2;Bob;bob@example.org\r
    3;Cai;not an address;1\r
    1;Dan;;1\r
    4;Eve;ada@example.org;1\r
    5;Fay;;many\r
    6;"Gus;;1\r
    7;Hal;;\r

    """

  @Test("a file is reported line by line; nothing or the good lines are taken", arguments: DatabaseKind.all)
  func imports(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let reference = try await field.draft().reference
      let csv = Array(Self.file.utf8)
      let dry = try await field.rolls.importVoters(csv, to: reference, mode: .goodLines, dryRun: true, by: field.organiser)
      #expect(dry.faults.map { "\($0.line) \($0.column)" } == ["3 ", "4 email", "5 voterId", "6 email", "7 weight", "8 name"])
      #expect(dry.added == 2 && dry.faulty == 6 && dry.lines == 8 && !dry.isDone)
      let none = try await field.rolls.importVoters(csv, to: reference, by: field.organiser)
      #expect(none.added == 0 && !none.isDone && none.faulty == 6)
      #expect(try await field.rolls.counts(of: reference, for: field.organiser).voters == 0)
      let good = try await field.rolls.importVoters(csv, to: reference, mode: .goodLines, by: field.organiser)
      #expect(good.added == 2 && good.isDone)
      let voters = try await field.rolls.voters(of: reference, for: field.organiser, limit: 10)
      #expect(Set(voters.map(\.details.name)) == ["Lovelace; Ada", "Hal"])
      let again = try await field.rolls.importVoters(csv, to: reference, mode: .goodLines, by: field.organiser)
      #expect(again.added == 0 && again.faults.contains { $0.line == 2 && $0.reason.contains("already") })
    }
  }

  @Test("a header that is none is refused", arguments: ["", "name,email\n", "voterId,voterId\n", "voterId,phone\n", "1,Ada\n"])
  func headers(csv: String) async throws {
    try await withElections(.sqlite) { field in
      let reference = try await field.draft().reference
      await #expect(throws: ElectionError.self) {
        try await field.rolls.importVoters(Array(csv.utf8), to: reference, by: field.organiser)
      }
    }
  }

  @Test("a hundred thousand lines are imported, and searched", arguments: DatabaseKind.all)
  func largeFile(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let reference = try await field.draft().reference
      let csv = Array(
        ("voterId,name,email,weight\n" + (1...100_000).map { "m\($0),Name \($0),v\($0)@example.org,1\n" }.joined()).utf8)
      let report = try await field.rolls.importVoters(csv, to: reference, by: field.organiser)
      #expect(report.added == 100_000 && report.faulty == 0)
      #expect(try await field.rolls.counts(of: reference, for: field.organiser).eligible == 100_000)
      // Where the search has to look at all: one voter, and none. How long it takes is told, and judged by readers alone.
      for (text, found) in [("NAME 99999", ["m99999"]), ("nobody", [])] {
        let start = ContinuousClock.now
        let voters = try await field.rolls.search(text, in: reference, for: field.organiser, limit: 50)
        print("search for “\(text)” among 100 000 voters, \(kind): \((ContinuousClock.now - start) / .milliseconds(1)) ms")
        #expect(voters.map(\.details.voterID) == found)
      }
    }
  }

  @Test("exclude wins over allow, by id, address and domain, whatever the case")
  func rules() async throws {
    try await withElections(.sqlite) { field in
      let reference = try await field.draft().reference
      let csv = "voterId,email\n1,a@example.org\n2,b@EXAMPLE.org\n3,c@example.com\nvip,\n5,e@example.org\n"
      _ = try await field.rolls.importVoters(Array(csv.utf8), to: reference, by: field.organiser)
      try await field.rolls.setRules(
        RollRules(allow: ["@example.org", "VIP"], exclude: ["B@example.org", "5"]), of: reference, by: field.organiser)
      #expect(try await field.rolls.counts(of: reference, for: field.organiser).eligible == 2)
      let late = try await field.rolls.importVoters(
        Array("voterId,email\n6,f@example.com\n7,g@example.org\n".utf8), to: reference, mode: .goodLines, by: field.organiser)
      #expect(late.added == 1 && late.faults.map(\.line) == [2])
      #expect(try await field.rolls.rules(of: reference, for: field.organiser).exclude == ["5", "B@example.org"])
    }
  }

  @Test("approved accounts are tied by id or address, or added if the rules take them", arguments: DatabaseKind.all)
  func admissions(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let reference = try await field.draft().reference
      let csv = "voterId,email\n1,a@example.org\n2,b@example.org\n"
      _ = try await field.rolls.importVoters(Array(csv.utf8), to: reference, by: field.organiser)
      try await field.rolls.setRules(RollRules(allow: ["@example.org"]), of: reference, by: field.organiser)
      func account(_ id: String, _ voterID: String, _ email: String) -> ApprovedAccount {
        ApprovedAccount(id: id, details: VoterDetails(voterID: voterID, email: email))
      }
      let accounts = [
        account("x", "9", "a@example.org"), account("x", "9", "a@example.org"), account("y", "2", "b@example.org"),
        account("z", "7", "z@example.com"), account("w", "8", "w@example.org"), account("v", "1", "b@example.org"),
      ]
      let outcomes = try await field.rolls.admit(accounts, to: reference, by: field.organiser)
      let voters = try await field.rolls.voters(of: reference, for: field.organiser, limit: 10)
      func id(_ voterID: String) -> String { voters.first { $0.details.voterID == voterID }?.id ?? "" }
      #expect(
        outcomes == [
          .tied(voter: id("1")), .admittedBefore, .tied(voter: id("2")), .notAllowed, .added(voter: id("8")), .ambiguous,
        ])
      #expect(try await field.rolls.own("w", in: reference).details.voterID == "8")
    }
  }
}
