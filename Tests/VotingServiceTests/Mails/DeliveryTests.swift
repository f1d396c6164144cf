import Curve25519
import TestDatabases
import TestSupport
import Testing
import VotingService

@Suite("Delivery of mails")
struct DeliveryTests {
  @Test("refused for good is not tried again; put off is, with the same message id", arguments: DatabaseKind.all)
  func answers(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let reference = try await mails.draft()
      mails.transport.answer("v1@example.org", .refused("550 unknown"))
      mails.transport.answer("v2@example.org", .later("450 busy"), .later("450 busy"))
      _ = try await mails.store.invite(reference, by: mails.field.organiser)
      try await mails.work()
      #expect(try await mails.states(.invitation, reference) == ["v1": .refused, "v2": .retried, "v3": .sent])
      let refused = try await mails.store.mails(of: reference, MailFilter(state: .refused), for: mails.field.organiser, limit: 5)
      #expect(refused.map(\.answer) == ["550 unknown"] && refused.map(\.tries) == [1])
      for _ in 0..<3 {
        mails.field.clock.advance(60_000)
        try await mails.work()
      }
      #expect(try await mails.states(.invitation, reference) == ["v1": .refused, "v2": .sent, "v3": .sent])
      let second = mails.transport.tried.filter { $0.address == "v2@example.org" }
      #expect(second.count == 3 && Set(second.map(\.messageID)).count == 1)
      #expect(mails.transport.tried.filter { $0.address == "v1@example.org" }.count == 1)
    }
  }

  @Test("while the mail server is away one mail at a time asks, and none is lost or given up", arguments: DatabaseKind.all)
  func away(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let reference = try await mails.draft(voters: 5)
      mails.transport.answerAll(.away("no connection"))
      _ = try await mails.store.invite(reference, by: mails.field.organiser)
      for round in 1...60 {
        try await mails.work()
        #expect(mails.transport.tried.count == round)
        mails.field.clock.advance(60_000)
      }
      #expect(try await mails.count(.invitation, .sent, reference) == 0)
      mails.transport.answerAll(nil)
      try await mails.work()
      #expect(try await mails.count(.invitation, .sent, reference) == 5)
      #expect(mails.transport.taken.count == 5)
    }
  }

  @Test("what is put off for ever is given up", arguments: DatabaseKind.all)
  func givenUp(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let reference = try await mails.draft(voters: 1)
      mails.transport.answerAll(.later("451 later"))
      _ = try await mails.store.invite(reference, by: mails.field.organiser)
      for _ in 0..<40 {
        try await mails.work()
        mails.field.clock.advance(3_700_000)
      }
      #expect(try await mails.states(.invitation, reference) == ["v1": .givenUp])
      #expect(mails.transport.tried.count == 30)
    }
  }

  @Test("a mail that was being sent when the server died is sent once more, as the same message", arguments: DatabaseKind.all)
  func crash(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      let reference = try await mails.draft()
      _ = try await mails.store.invite(reference, by: mails.field.organiser)
      try await mails.work()
      // The server died after the mail server had taken one, before it was written down; the runner's job died with it.
      let now = mails.field.clock.now()
      try await mails.field.environment.database.transaction { session in
        try await session.execute(
          "UPDATE mails SET state = 'queued', due = $1 WHERE id = (SELECT MIN(id) FROM mails)", [.integer(Int64(now) + 45_000)])
        try await session.execute("DELETE FROM jobs")
      }
      let restarted = try MailField(mails.field)
      #expect(try await !restarted.nudge())
      mails.field.clock.advance(45_000)
      #expect(try await restarted.nudge())
      try await restarted.work()
      #expect(restarted.transport.taken.count == 1)
      let again = try need(restarted.transport.taken.first, "mail")
      #expect(mails.transport.taken.filter { $0.messageID == again.messageID } == [again])
      #expect(try await mails.count(.invitation, .sent, reference) == 3)
    }
  }

  @Test("two servers send each mail once", arguments: DatabaseKind.all)
  func servers(kind: DatabaseKind) async throws {
    try await withMails(kind) { first in
      let second = try MailField(ElectionField(first.field.environment.database, clock: first.field.clock))
      let reference = try await first.draft(voters: 30)
      _ = try await first.store.invite(reference, by: first.field.organiser)
      async let one: Void = first.drain()
      async let two: Void = second.drain()
      _ = try await (one, two)
      let sent = first.transport.taken + second.transport.taken
      #expect(sent.count == 30 && Set(sent.map(\.address)).count == 30)
    }
  }

  @Test("an outbox keeps what would have been sent, newest first", arguments: DatabaseKind.all)
  func outbox(kind: DatabaseKind) async throws {
    try await withMails(kind, mode: .outbox) { mails in
      let environment = mails.field.environment
      let outbox = OutboxTransport(database: environment.database, clock: environment.clock)
      let reference = try await mails.draft()
      _ = try await mails.store.invite(reference, by: mails.field.organiser)
      try await mails.work()
      for mail in mails.transport.taken {
        #expect(await outbox.send(mail) == .sent)
        #expect(await outbox.send(mail) == .sent)
        mails.field.clock.advance(1)
      }
      let kept = try await mails.store.outbox(limit: 10)
      #expect(kept.map(\.recipient) == mails.transport.taken.map(\.address).reversed())
      #expect(kept.first?.mail.text == mails.transport.taken.last?.text)
      #expect(try await mails.store.outbox(offset: 2, limit: 10).map(\.id) == [kept[2].id])
    }
  }
}
