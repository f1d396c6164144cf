import Database
import TestDatabases
import TestSupport
import Testing

@testable import VotingService

@Suite("Answers of the support desk by mail")
struct AnswerMailTests {
  private static let agent = Caller(proof: .session(id: "s", antiForgery: "a"), account: "agent", role: .support)

  private static func desk(_ mails: MailField, isOffered: Bool = true) -> SupportDesk {
    let environment = mails.field.environment
    return SupportDesk(
      database: environment.database, clock: environment.clock, audit: mails.access.audit,
      mails: MailNotices(jobs: environment.jobs, clock: environment.clock, isOffered: isOffered))
  }

  private static func question(_ address: String, _ language: MailLanguage = .english) -> Question {
    Question(category: .link, severity: .high, text: "My link is gone", address: address, language: language)
  }

  @Test("every answer goes once to the address that was left, in the language of the question", arguments: DatabaseKind.all)
  func whole(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let desk = Self.desk(mails)
      let (id, code) = try await desk.ask(Self.question("Ada@Example.org", .german))
      try await desk.answer(id, "First line\r\n{link} <b>", closing: false, by: Self.agent)
      try await mails.work()
      try await mails.work()
      let mail = try need(mails.transport.taken.first, "mail")
      #expect(mails.transport.taken.count == 1 && mail.address == "ada@example.org" && mail.kind == .answer)
      #expect(mail.subject == "Antwort auf Ihre Frage")
      // What the desk wrote is text, whatever it looks like.
      #expect(mail.text.contains("First line\n{link} <b>") && mail.html.contains("{link} &lt;b&gt;"))
      #expect(mail.text.contains(id) && mail.text.contains("https://vote.example/help/answer?reference=\(id)"))
      #expect(!mail.text.contains(code))
      try await desk.add("And now?", to: id, code: code)
      try await mails.work()
      #expect(mails.transport.taken.count == 1)
      try await desk.answer(id, "Second", closing: true, by: Self.agent)
      try await mails.work()
      #expect(mails.transport.taken.map(\.text).last?.contains("Second") == true && mails.transport.taken.count == 2)
      #expect(Set(mails.transport.taken.map(\.messageID)).count == 2)
    }
  }

  @Test("without an address, or where the service sends no mails, nothing is sent", arguments: DatabaseKind.all)
  func none(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      for (desk, address) in [(Self.desk(mails), ""), (Self.desk(mails, isOffered: false), "ada@example.org")] {
        let (id, _) = try await desk.ask(Self.question(address))
        try await desk.answer(id, "Here is how", closing: true, by: Self.agent)
        #expect(try await desk.thread(id).messages.count == 2)
      }
      try await mails.work()
      #expect(mails.transport.tried.isEmpty)
    }
  }

  @Test("a question that is gone is not answered any more", arguments: DatabaseKind.all)
  func gone(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let desk = Self.desk(mails)
      let (id, _) = try await desk.ask(Self.question("ada@example.org"))
      try await desk.answer(id, "Here is how", closing: true, by: Self.agent)
      try await mails.field.environment.database.transaction { session in
        try await session.execute("DELETE FROM tickets WHERE id = $1", [.text(id)])
      }
      try await mails.work()
      #expect(mails.transport.tried.isEmpty)
    }
  }
}
