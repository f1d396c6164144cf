import Curve25519
import Database
import Sealing
import Synchronization
import TestDatabases
import TestSupport
@testable import VotingService

/// A mail server that does what a test says, and keeps what it took.
final class ScriptedTransport: MailTransport {
  private struct State {
    var taken: [OutgoingMail] = []
    var tried: [OutgoingMail] = []
    var answers: [String: [MailDelivery]] = [:]
    var always: MailDelivery?
  }

  private let state = Mutex(State())

  let timeout: UInt64 = 35_000

  /// What was taken over.
  var taken: [OutgoingMail] { state.withLock { $0.taken } }
  /// What was offered, taken over or not.
  var tried: [OutgoingMail] { state.withLock { $0.tried } }

  /// The next answers for an address; then it is taken.
  func answer(_ address: String, _ answers: MailDelivery...) { state.withLock { $0.answers[address] = answers } }

  /// The answer for everything; `nil`: taken.
  func answerAll(_ answer: MailDelivery?) { state.withLock { $0.always = answer } }

  func forget() { state.withLock { ($0.taken, $0.tried) = ([], []) } }

  func send(_ mail: OutgoingMail) async -> MailDelivery {
    state.withLock { state in
      state.tried.append(mail)
      if let always = state.always { return always }
      if let answer = state.answers[mail.address]?.first {
        state.answers[mail.address]?.removeFirst()
        if answer != .sent { return answer }
      }
      state.taken.append(mail)
      return .sent
    }
  }
}

/// The mails of a service on one database.
struct MailField {
  let field: ElectionField
  let store: MailStore
  let transport = ScriptedTransport()
  let access: AccessService
  let passwords: PasswordMails
  let metrics = MetricsRegistry()
  let sender: MailSender

  init(_ field: ElectionField, mode: MailMode = .server) throws {
    self.field = field
    let environment = field.environment
    let key = try need(Bytes32([UInt8](repeating: 7, count: 32)), "key")
    store = MailStore(rolls: field.rolls, sealing: MasterKey(key), service: "https://vote.example", mode: mode)
    let audit = try AuditLog(
      origin: "vote.example/audit-log", privateKey: Ed25519.PrivateKey(seed: key), clock: environment.clock)
    access = AccessService(
      database: environment.database, clock: environment.clock, hasher: PasswordHasher(cost: .least), audit: audit, metrics: metrics
    )
    passwords = PasswordMails(store: store, access: access)
    sender = MailSender(store: store, passwords: passwords, transport: transport, perMinute: 60_000, metrics: metrics)
  }

  /// Has everything done that is due.
  func work() async throws {
    let environment = field.environment
    let runner = JobRunner(database: environment.database, queue: environment.jobs, clock: environment.clock)
    await sender.register(with: runner)
    await runner.start()
    while true {
      let now = SQLValue.integer(Int64(environment.clock.now()))
      let open = try await environment.database.read { session in
        try await session.query(
          """
          SELECT 1 FROM jobs WHERE state IN ('waiting', 'running') AND due <= $1 AND kind IN ('mails', 'password-mail') LIMIT 1
          """, [now])
      }
      if open.isEmpty { break }
      await runner.wake()
      try await Task.sleep(for: .milliseconds(5))
    }
    await runner.stop()
  }

  /// A draft with voters; a number in the list of `silent` has no address.
  func draft(
    _ manifest: CredentialIssuerName = .service, voters: Int = 3, silent: Set<Int> = []
  ) async throws -> String {
    let reference = try await field.draft(ElectionField.manifest("Board & chair", issuer: manifest.issuer)).reference
    for number in 1...voters {
      let email = silent.contains(number) ? "" : "v\(number)@example.org"
      _ = try await field.rolls.add(
        VoterDetails(voterID: "v\(number)", name: "Voter \(number)", email: email), to: reference, by: field.organiser)
    }
    return reference
  }

  /// The states of the mails of a kind, by voter id.
  func states(_ kind: MailKind, _ reference: String) async throws -> [String: MailState] {
    let mails = try await store.mails(of: reference, MailFilter(kind: kind), for: field.organiser, limit: 100)
    return Dictionary(mails.map { ($0.details.voterID, $0.state) }) { first, _ in first }
  }

  func count(_ kind: MailKind, _ state: MailState, _ reference: String) async throws -> Int {
    try await store.counts(of: reference, for: field.organiser).first { $0.kind == kind && $0.state == state }?.count ?? 0
  }

  /// Every text that stands in the tables of mails and jobs.
  func everythingStored() async throws -> String {
    try await field.environment.database.read { session in
      var text = ""
      for (table, columns) in [
        ("mails", ["id", "answer"]), ("jobs", ["id", "error"]), ("mail_outbox", ["body"]), ("mail_texts", ["body"]),
      ] {
        for column in columns {
          for row in try await session.query("SELECT \(column) FROM \(table) WHERE \(column) IS NOT NULL") {
            text += try row.text(0) + "\n"
          }
        }
      }
      for (table, column) in [("mails", "sealed"), ("jobs", "payload"), ("voting_links", "sealed")] {
        for row in try await session.query("SELECT \(column) FROM \(table) WHERE \(column) IS NOT NULL") {
          text += String(decoding: try row.bytes(0), as: UTF8.self) + "\n"
        }
      }
      return text
    }
  }
}

/// Issuers by name, so that a test need not import where they are declared.
enum CredentialIssuerName {
  case service, authority, voter
}

func withMails(
  _ kind: DatabaseKind, mode: MailMode = .server, chain: ChainPlace? = nil, _ body: (MailField) async throws -> Void
) async throws {
  try await withElections(kind, chain: chain) { field in try await body(MailField(field, mode: mode)) }
}

extension OutgoingMail {
  /// The secret in its voting link.
  var fragment: String? {
    text.split(whereSeparator: \.isWhitespace).first { $0.contains("/vote/") && $0.contains("#") }?.split(separator: "#").last.map {
      String($0)
    }
  }
}

extension MailField {
  /// Looks as a server does after its start; whether there was something to do.
  func nudge() async throws -> Bool { try await sender.nudge() }

  /// Sends what is due, without the table of jobs.
  func drain() async throws { try await sender.perform() }
}
