import Database
import TestDatabases
import TestSupport
import Testing
import VotingService

@Suite("New passwords by mail")
struct PasswordMailTests {
  @Test(
    "an account gets a link that works once; an address without one leaves the same traces and gets nothing",
    arguments: DatabaseKind.all)
  func whole(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let code = try need(try await mails.access.setupCode(), "code")
      let owner = Registration(
        name: "Ada", surname: "Owner", email: "ada@example.org", voterID: nil, password: "correct horse battery")
      _ = try await mails.access.setUp(code: code.code, owner: owner)
      func jobs() async throws -> [Int] {
        try await mails.field.environment.database.read { session in
          try await session.query("SELECT LENGTH(payload) FROM jobs WHERE kind = 'password-mail' ORDER BY created, id").map {
            Int(try $0.integer(0))
          }
        }
      }
      try await mails.passwords.request("ADA@example.org", .german)
      try await mails.passwords.request("bob@example.org", .german)
      let lengths = try await jobs()
      #expect(lengths.count == 2 && Set(lengths).count == 1)
      try await mails.work()
      try await mails.work()
      #expect(mails.transport.taken.map(\.address) == ["ada@example.org"])
      let mail = try need(mails.transport.taken.first, "mail")
      #expect(mail.subject == "Neues Passwort setzen" && mail.text.contains("Guten Tag Ada Owner"))
      let link = try need(mail.text.split(whereSeparator: \.isWhitespace).first { $0.contains("/password#") }, "link")
      let fresh = String(try need(link.split(separator: "#").last, "code"))
      #expect(try await !mails.everythingStored().contains(fresh))
      // A second one within ten minutes is not sent, and does not make the first void.
      try await mails.passwords.request("ada@example.org", .english)
      try await mails.work()
      #expect(mails.transport.taken.count == 1)
      try await mails.access.resetPassword(code: fresh, password: "another long password")
      await #expect(throws: AccessError.invalidCode) {
        try await mails.access.resetPassword(code: fresh, password: "a third password")
      }
      mails.field.clock.advance(600_001)
      try await mails.passwords.request("ada@example.org", .english)
      try await mails.work()
      try await mails.work()
      #expect(mails.transport.taken.count == 2)
    }
  }

  @Test("a code that is too old is not mailed any more", arguments: DatabaseKind.all)
  func old(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let code = try need(try await mails.access.setupCode(), "code")
      let owner = Registration(
        name: "Ada", surname: "Owner", email: "ada@example.org", voterID: nil, password: "correct horse battery")
      _ = try await mails.access.setUp(code: code.code, owner: owner)
      mails.transport.answerAll(.away("no connection"))
      try await mails.passwords.request("ada@example.org", .english)
      try await mails.work()
      try await mails.work()
      let tried = mails.transport.tried.count
      #expect(tried > 0)
      mails.field.clock.advance(86_400_001)
      mails.transport.answerAll(nil)
      try await mails.work()
      #expect(mails.transport.taken.isEmpty && mails.transport.tried.count == tried)
    }
  }
}
