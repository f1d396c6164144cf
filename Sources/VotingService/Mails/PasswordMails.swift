import Database
import StrictJSON

/// Mails by which people set a new password themselves. Who asks learns nothing: whatever address is named, one job is asked for and the answer is
/// the same; whether there is an account is looked up later, by the job.
public struct PasswordMails: Sendable {
  /// The kind of job that looks an address up.
  static let job = "password-mail"
  private static let label = "address of a password mail"
  /// Milliseconds in which one account gets one such mail.
  private static let pause: UInt64 = 600_000

  private let store: MailStore
  private let access: AccessService

  public init(store: MailStore, access: AccessService) {
    self.store = store
    self.access = access
  }

  /// Asks for a mail to an address, in a language.
  ///
  /// - Throws: `MailError.notOffered`.
  public func request(_ address: String, _ language: MailLanguage) async throws {
    try store.offered()
    let document: JSONValue = ["address": .text(address), "language": .text(language.rawValue)]
    // The address of somebody who has no account is nothing that is to stand readable in a table.
    let payload = store.sealing.seal(document.bytes, label: Self.label)
    try await store.database.transaction { session in
      try await store.queue.jobs.enqueue(kind: Self.job, payload: payload, in: session)
    }
  }

  /// Looks the address up and queues the mail, if there is an account that may sign in and had none in the last ten minutes.
  func perform(_ job: Job) async throws {
    guard let bytes = store.sealing.open(job.payload, label: Self.label), let document = try? JSONParser.parse(bytes),
      let address = document["address"]?.text.flatMap({ EmailAddress.normalised($0) }),
      let language = document["language"]?.text.flatMap({ MailLanguage(rawValue: $0) })
    else { return }
    let since = Int64(store.now) - Int64(Self.pause)
    try await store.database.transaction { session in
      let rows = try await session.query(
        "SELECT id FROM accounts WHERE login_email = $1 AND state = 'active'", [.text(address)])
      guard let account = try rows.first?.text(0) else { return }
      let mailed = try await session.query(
        "SELECT 1 FROM mails WHERE account = $1 AND created > $2 LIMIT 1", [.text(account), .integer(since)])
      guard mailed.isEmpty else { return }
      let code = try await access.issueCode(.password, account: account, in: session)
      let id = "\(MailKind.password.rawValue)_\(account)_\(store.rolls.environment.newID())"
      try await session.execute(
        """
        INSERT INTO mails (id, kind, account, language, sealed, state, due, created, changed)
        VALUES ($1, 'password', $2, $3, $4, 'queued', $5, $5, $5)
        """,
        [
          .text(id), .text(account), .text(language.rawValue), .bytes(store.sealing.seal(Array(code.code.utf8), label: id)),
          .integer(Int64(store.now)),
        ])
      try await access.audit.append(
        AuditEvent(.passwordCodeIssued, by: .service, on: AuditSubject("account", account)), in: session)
      try await store.queue.wake(session)
    }
  }
}

extension MailStore {
  /// Makes the mail with which an account sets a new password.
  func passwordMail(_ row: MailRow, _ session: any SQLSession) async throws -> OutgoingMail {
    guard let id = row.account, let language = row.language.flatMap({ MailLanguage(rawValue: $0) }), let sealed = row.sealed,
      let code = sealing.open(sealed, label: row.id).map({ String(decoding: $0, as: UTF8.self) })
    else { throw ObsoleteMail(reason: "the code is gone") }
    let account = try await AccessService.account(id, in: session)
    let codes = try await session.query(
      "SELECT expires FROM one_time_codes WHERE code_hash = $1 AND expires > $2", [AccessService.hash(code), .integer(Int64(now))])
    guard let expires = try codes.first?.integer(0), account.state == .active else {
      throw ObsoleteMail(reason: "the code was used or is too old")
    }
    let name = "\(account.name) \(account.surname)"
    let values: [MailPlace: String] = [
      .name: name, .link: "\(service)/password#\(code)", .expires: language.time(UInt64(expires)), .service: service,
    ]
    let rendered = try Self.rendered(language.preset(.password), .password, values, language)
    return outgoing(row, name: name, address: account.email, rendered)
  }
}
