import Database
import StrictJSON
import TestDatabases
import Testing
import VotingService

@testable import API

@Suite("Finding accounts and entries of the audit log")
struct FindingTests {
  private func found(_ text: String, _ fixture: AccessFixture, withContact: Bool = true) async throws -> [String] {
    let page = try await fixture.access.search(AccountSearch(text: text, withContact: withContact), offset: 0, limit: 100)
    #expect(page.total == page.accounts.count)
    return page.accounts.map(\.account.email)
  }

  private func register(_ name: String, _ surname: String, _ email: String, _ fixture: AccessFixture) async throws {
    try await fixture.access.register(
      Registration(name: name, surname: surname, email: email, voterID: nil, password: AccessFixture.password))
  }

  @Test(arguments: DatabaseKind.all) func accountsByTextAndPage(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      _ = try await fixture.account(.auditor, "auditor@example.org", voterID: "M-17", by: owner)
      try await register("Zoë", "Öz_n", "z100%@example.org", fixture)
      try await register("Adam", "Aal", "adam@example.org", fixture)
      // Who waits comes first, then by surname.
      let all = try await found("", fixture)
      #expect(all.prefix(2) == ["adam@example.org", "z100%@example.org"])
      #expect(Set(all.dropFirst(2)) == ["auditor@example.org", "owner@example.org"] && all.count == 4)
      #expect(try await found("AAL", fixture) == ["adam@example.org"])
      #expect(try await found("adam aal", fixture) == ["adam@example.org"])
      #expect(try await found("m-17", fixture) == ["auditor@example.org"])
      #expect(try await found("Öz", fixture) == ["z100%@example.org"])
      // Signs with a meaning of their own are taken as they are.
      for (text, count) in [("100%", 1), ("0%@", 1), ("%", 1), ("_", 1), ("!", 0), ("' OR 1=1 --", 0)] {
        #expect(try await found(text, fixture).count == count, "\(text)")
      }
      // Whoever may not see names finds nothing out by them.
      #expect(try await found("Aal", fixture, withContact: false).count == 4)
      let waiting = AccountSearch(filter: AccountFilter(state: .pending), withContact: true)
      let second = try await fixture.access.search(waiting, offset: 1, limit: 1)
      #expect(second.total == 2 && second.accounts.map(\.account.email) == ["z100%@example.org"])
      #expect(try await fixture.access.accountCounts() == [.active: 2, .pending: 2])
      #expect(try await fixture.access.names(of: [owner.id, "nobody"]) == [owner.id: "Ada Lovelace"])
    }
  }

  @Test(arguments: DatabaseKind.all) func auditEntriesByActionAndPerson(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      let first = try await fixture.account(.support, "a@example.org", by: owner)
      let entries = { (filter: AuditFilter, before: UInt64?) in
        try await fixture.access.auditEntries(filter, before: before, limit: 2).map(\.position)
      }
      // 0 owner set up, 1 registered, 2 approved, 3 changed
      #expect(
        try await fixture.access.auditActions() == [
          "account.approved", "account.changed", "account.owner-set-up", "account.registered",
        ])
      #expect(try await entries(AuditFilter(action: "account.approved"), nil) == [2])
      #expect(try await entries(AuditFilter(account: first.id), nil) == [3, 2])
      #expect(try await entries(AuditFilter(account: first.id), 2) == [1])
      #expect(try await entries(AuditFilter(action: "account.approved", account: owner.id), nil) == [2])
      #expect(try await entries(AuditFilter(action: "account.registered", account: owner.id), nil).isEmpty)
      #expect(try await entries(AuditFilter(action: "' OR 1=1 --"), nil).isEmpty)
      // What is added later is found too.
      _ = try await fixture.account(.voter, "b@example.org", by: owner)
      #expect(try await entries(AuditFilter(action: "account.approved"), nil) == [5, 2])
      #expect(try await entries(AuditFilter(), nil) == [5, 4])
    }
  }
}
