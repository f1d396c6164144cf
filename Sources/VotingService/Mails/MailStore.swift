import Database
import Elections

/// Whether and how mails leave this service.
public enum MailMode: Sendable, Equatable {
  /// There is no mail server: no mails are offered.
  case none
  /// Demonstration: mails are kept so that a page can show them, and sent to nobody.
  case outbox
  /// By a mail server.
  case server
}

/// Why a mail is not made.
public enum MailError: Error, Equatable, Sendable {
  /// The service has no mail server.
  case notOffered
  /// The voter has no address.
  case noAddress
  /// The voter's link was handed out otherwise, so that the service does not have it.
  case noLink
}

/// Mails of elections: what they say, who gets them, how they fare.
public struct MailStore: Sendable {
  let rolls: RollStore
  let sealing: any SecretSealing
  let queue: MailQueue
  /// The service's address, without slash at its end.
  let service: String
  public let mode: MailMode

  public init(rolls: RollStore, sealing: any SecretSealing, service: String, mode: MailMode) {
    self.rolls = rolls
    self.sealing = sealing
    queue = MailQueue(jobs: rolls.environment.jobs, clock: rolls.environment.clock)
    self.service = service
    self.mode = mode
  }

  var elections: ElectionStore { rolls.elections }
  var database: any Database { rolls.environment.database }
  var now: UInt64 { rolls.environment.clock.now() }

  /// Holds an election and looks whether who asks may send mails for it.
  func manage(
    _ reference: String, in states: [ElectionState], _ organiser: Organiser, _ session: any SQLSession
  ) async throws -> Election {
    let election = try await ElectionRows.lock(reference, session)
    try Self.check(election, in: states, organiser)
    return election
  }

  /// - Throws: `ElectionError`: who asks may not send mails for this election, or none such in its state.
  static func check(_ election: Election, in states: [ElectionState], _ organiser: Organiser) throws(ElectionError) {
    guard organiser.reads(election.organiser) else { throw .notFound }
    guard organiser.manages(election.organiser) else { throw .notOrganiser }
    guard states.contains(election.state) else {
      throw .invalid(path: "election", reason: "it is \(election.state.rawValue): such mails make no sense now")
    }
  }

  func offered() throws(MailError) {
    if mode == .none { throw .notOffered }
  }

  // MARK: Settings

  /// What an election mails by itself.
  public func settings(of reference: String, for reader: Organiser) async throws -> MailSettings {
    _ = try await elections.election(reference, for: reader)
    return try await database.read { session in try await MailSettings.of(reference, session) }
  }

  /// Sets what an election mails by itself. Confirmations go to those who cast from now on.
  ///
  /// - Throws: `ElectionError.invalid` for confirmations where the service does not know whose credential is whose.
  public func set(_ settings: MailSettings, of reference: String, by organiser: Organiser) async throws {
    try await database.transaction { session in
      let election = try await manage(reference, in: [.draft, .active, .paused, .closed], organiser, session)
      if settings.confirmation, election.manifest.issuer == .authority {
        throw ElectionError.invalid(
          path: "confirmation", reason: "with a separate authority the service does not know whose ballot is whose, and is not to")
      }
      let wasOn = try await MailSettings.of(reference, session).confirmation
      let size = try await session.query("SELECT size FROM boards WHERE election = $1", [.text(reference)]).first?.integer(0) ?? 0
      try await session.execute(
        """
        INSERT INTO mail_settings (election, language, opening, result, confirmation, confirmed) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (election) DO UPDATE SET language = $2, opening = $3, result = $4, confirmation = $5,
          confirmed = CASE WHEN $7 = 1 THEN mail_settings.confirmed ELSE $6 END
        """,
        [
          .text(reference), .text(settings.language.rawValue), Self.flag(settings.opening), Self.flag(settings.result),
          Self.flag(settings.confirmation), .integer(size), Self.flag(wasOn),
        ])
      try await elections.note(
        "mails.settings", reference, organiser, session,
        "language \(settings.language.rawValue), opening \(settings.opening), result \(settings.result), confirmation \(settings.confirmation)"
      )
    }
  }

  private static func flag(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }

  // MARK: Texts

  /// The text of a kind, and whether it is the preset of the election's language.
  public func text(
    _ kind: MailKind, of reference: String, for reader: Organiser
  ) async throws -> (text: MailText, isPreset: Bool) {
    _ = try await elections.election(reference, for: reader)
    return try await database.read { session in
      if let own = try await ownText(kind, reference, session) { return (own, false) }
      return (try await MailSettings.of(reference, session).language.preset(kind), true)
    }
  }

  private func ownText(_ kind: MailKind, _ reference: String, _ session: any SQLSession) async throws -> MailText? {
    let rows = try await session.query(
      "SELECT subject, body FROM mail_texts WHERE election = $1 AND kind = $2", [.text(reference), .text(kind.rawValue)])
    return try rows.first.map { try MailText(subject: $0.text(0), body: $0.text(1), for: kind) }
  }

  /// The text that a mail of an election is made of.
  func text(_ kind: MailKind, _ reference: String, _ language: MailLanguage, _ session: any SQLSession) async throws -> MailText {
    try await ownText(kind, reference, session) ?? language.preset(kind)
  }

  /// Sets the text of a kind; `nil`: the preset again.
  public func set(_ text: MailText?, for kind: MailKind, of reference: String, by organiser: Organiser) async throws {
    try await database.transaction { session in
      _ = try await manage(reference, in: ElectionState.allCases, organiser, session)
      try await session.execute(
        "DELETE FROM mail_texts WHERE election = $1 AND kind = $2", [.text(reference), .text(kind.rawValue)])
      if let text {
        try await session.execute(
          "INSERT INTO mail_texts (election, kind, subject, body) VALUES ($1, $2, $3, $4)",
          [.text(reference), .text(kind.rawValue), .text(text.subject), .text(text.body)])
      }
      try await elections.note("mails.text", reference, organiser, session, "\(kind.rawValue)\(text == nil ? ", preset" : "")")
    }
  }
}
