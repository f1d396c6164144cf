import Database
import TestDatabases
import Testing
import VotingService

@Suite("Support desk")
struct SupportDeskTests {
  private static let question = Question(category: .link, severity: .high, text: "My link\nis gone", address: "Ada@Example.org")

  @Test("a question is answered, and whoever asked sees it by the code alone", arguments: DatabaseKind.all)
  func answered(kind: DatabaseKind) async throws {
    try await DeskField.run(kind) { field in
      let (id, code) = try await field.desk.ask(Self.question)
      for (reference, wrong) in [(id, code + "x"), (id, ""), ("x", code)] {
        await #expect(throws: TicketError.notFound) { try await field.desk.thread(reference, code: wrong) }
        await #expect(throws: TicketError.notFound) { try await field.desk.add("more", to: reference, code: wrong) }
      }
      field.clock.advance(60_000)
      try await field.desk.answer(id, "Here is how", closing: false, by: DeskField.agent)
      let thread = try await field.desk.thread(id, code: code)
      #expect(thread.messages.map(\.text) == ["My link\nis gone", "Here is how"])
      #expect(thread.messages.map(\.isAnswer) == [false, true])
      #expect(thread.ticket.state == .answered && thread.ticket.address == "ada@example.org")
      #expect(thread.ticket.answered == thread.ticket.asked + 60_000)
      // A further message waits for the desk again, and the time of the first answer stays.
      try await field.desk.add("It does not work", to: id, code: code)
      field.clock.advance(60_000)
      try await field.desk.answer(id, "Then this", closing: true, by: DeskField.agent)
      let done = try await field.desk.thread(id).ticket
      #expect(done.state == .closed && done.closed == done.asked + 120_000 && done.answered == done.asked + 60_000)
      try await field.desk.setClosed(false, id, by: DeskField.agent)
      #expect(try await field.desk.thread(id).ticket.state == .open)
      #expect(try await field.actions() == ["ticket.answered", "ticket.answered", "ticket.reopened"])
    }
  }

  @Test("the most urgent and oldest come first; late is what waits longer than it should", arguments: DatabaseKind.all)
  func order(kind: DatabaseKind) async throws {
    try await DeskField.run(kind) { field in
      var ids: [TicketSeverity: String] = [:]
      for severity in TicketSeverity.allCases.reversed() {
        ids[severity] = try await field.desk.ask(Question(category: .other, severity: severity, text: "?")).id
        field.clock.advance(1000)
      }
      #expect(try await field.desk.list(.open, limit: 10).tickets.map(\.severity) == TicketSeverity.allCases)
      #expect(try await field.desk.list(.open, offset: 3, limit: 10).tickets.count == 1)
      field.clock.advance(5 * 3_600_000)
      let now = field.clock.now()
      #expect(
        try await field.desk.list(.open, limit: 10).tickets.filter { $0.isLate(at: now) }.map(\.severity) == [.critical, .high])
      let low = ids[.low] ?? ""
      try await field.desk.setSeverity(.critical, low, by: DeskField.agent)
      try await field.desk.setSeverity(.critical, low, by: DeskField.agent)
      #expect(try await field.desk.times().late == 3)
      try await field.desk.answer(low, "Sorry", closing: true, by: DeskField.agent)
      let times = try await field.desk.times()
      #expect(times.asked == 4 && times.firstAnswer == times.resolution && times.firstAnswer ?? 0 > 5 * 3_600_000)
      #expect(try await field.desk.counts() == [.open: 3, .closed: 1])
      #expect(try await field.actions() == ["ticket.severity-changed", "ticket.answered"])
    }
  }

  @Test("nothing is too long, and nobody fills the disk", arguments: DatabaseKind.all)
  func bounds(kind: DatabaseKind) async throws {
    try await DeskField.run(kind) { field in
      let ask = { (text: String, address: String) in
        try await field.desk.ask(Question(category: .other, severity: .low, text: text, address: address))
      }
      await #expect(throws: TicketError.invalid(member: "text", reason: .missing)) { try await ask(" \n", "") }
      let long = String(repeating: "x", count: SupportDesk.longest + 1)
      await #expect(throws: TicketError.invalid(member: "text", reason: .tooLong)) { try await ask(long, "") }
      await #expect(throws: TicketError.invalid(member: "address", reason: .notAnAddress)) { try await ask("?", "nobody") }
      let (id, code) = try await ask("?", "")
      for _ in 1..<SupportDesk.mostMessages { try await field.desk.add("!", to: id, code: code) }
      await #expect(throws: TicketError.tooMany) { try await field.desk.add("!", to: id, code: code) }
      #expect(try await field.desk.thread(id).messages.count == SupportDesk.mostMessages)
    }
  }
}
