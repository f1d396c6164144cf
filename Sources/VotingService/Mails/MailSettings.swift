import Database

/// What an election mails by itself, and in which language.
public struct MailSettings: Sendable, Equatable {
  public var language: MailLanguage
  /// Whether all voters are told when voting begins.
  public var opening: Bool
  /// Whether all voters are told when the result is there.
  public var result: Bool
  /// Whether everyone who casts a ballot gets its tracker by mail. The mail then ties the ballot to the voter's name for whoever reads the mail.
  public var confirmation: Bool

  public init(language: MailLanguage = .english, opening: Bool = false, result: Bool = false, confirmation: Bool = false) {
    self.language = language
    self.opening = opening
    self.result = result
    self.confirmation = confirmation
  }

  /// What the confirmation means, in words for everyone.
  public static let confirmationMeaning =
    "Whoever can read a voter's mail, and every mail server on the way, learns that the voter has cast a ballot, when, and which one on the board it is; never "
    + "how it was filled in. With links by mail the service knows this anyway."

  /// Those of an election; the usual ones where nobody has set any.
  static func of(_ election: String, _ session: any SQLSession) async throws -> MailSettings {
    let rows = try await session.query(
      "SELECT language, opening, result, confirmation FROM mail_settings WHERE election = $1", [.text(election)])
    guard let row = rows.first else { return MailSettings() }
    guard let language = MailLanguage(rawValue: try row.text(0)) else {
      throw DatabaseError.schema("mails have an unknown language")
    }
    return MailSettings(
      language: language, opening: try row.integer(1) == 1, result: try row.integer(2) == 1, confirmation: try row.integer(3) == 1)
  }
}
