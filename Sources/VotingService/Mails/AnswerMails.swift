import Database

// Answers of the support desk, to those who left an address with their question.
extension MailNotices {
  /// The desk has answered: to be called within that transaction.
  ///
  /// - Parameter number: of the message that is the answer.
  func answered(_ ticket: Ticket, number: Int, in session: any SQLSession) async throws {
    guard isOffered, !ticket.address.isEmpty else { return }
    try await session.execute(
      """
      INSERT INTO mails (id, kind, ticket, position, language, state, due, created, changed)
      VALUES ($1, 'answer', $2, $3, $4, 'queued', $5, $5, $5)
      """,
      [
        .text("\(MailKind.answer.rawValue)_\(ticket.id)_\(number)"), .text(ticket.id), .integer(Int64(number)),
        .text(ticket.language.rawValue), .integer(Int64(queue.clock.now())),
      ])
    try await queue.wake(session)
  }
}

extension MailStore {
  /// Makes the mail with an answer of the support desk.
  func answerMail(_ row: MailRow, _ session: any SQLSession) async throws -> OutgoingMail {
    guard let id = row.ticket, let number = row.position, let language = row.language.flatMap({ MailLanguage(rawValue: $0) }),
      let answer = try await session.query(
        """
        SELECT tickets.address, ticket_messages.message FROM tickets JOIN ticket_messages ON ticket_messages.ticket = tickets.id
        WHERE tickets.id = $1 AND ticket_messages.number = $2 AND ticket_messages.account IS NOT NULL
        """, [.text(id), .integer(Int64(number))]
      ).first
    else { throw ObsoleteMail(reason: "the answer is gone") }
    let values: [MailPlace: String] = [
      .answer: try answer.text(1).replacing("\r\n", with: "\n"), .reference: id,
      .link: "\(service)/help/answer?reference=\(id)", .service: service,
    ]
    let rendered = try Self.rendered(language.preset(.answer), .answer, values, language)
    return outgoing(row, name: "", address: try answer.text(0), rendered)
  }
}
