import Curve25519
import Database
import Elections
import StrictJSON
import TrackerWords

/// A mail's words.
public struct RenderedMail: Sendable, Equatable {
  public let subject: String
  public let text: String
  public let html: String

  public init(subject: String, text: String, html: String) {
    self.subject = subject
    self.text = text
    self.html = html
  }
}

/// Why a mail is not sent any more. Shown to the organiser.
struct ObsoleteMail: Error {
  let reason: String
}

// Mails are made when they are sent, of what stands in the database then.
extension MailStore {
  /// Makes a mail.
  ///
  /// - Throws: `ObsoleteMail` when it is of no use any more.
  func render(_ row: MailRow, _ session: any SQLSession) async throws -> OutgoingMail {
    switch row.kind {
    case .password: return try await passwordMail(row, session)
    case .answer: return try await answerMail(row, session)
    default: break
    }
    guard let reference = row.election, let id = row.voter, let election = try await ElectionRows.find(reference, session) else {
      throw ObsoleteMail(reason: "the election or the voter is gone")
    }
    let voter = try await rolls.find(id, reference, session)
    guard voter.state == .admitted, !voter.details.email.isEmpty else {
      throw ObsoleteMail(reason: "the voter is off the roll, or has no address")
    }
    try await checkUse(row, election, voter, session)
    let settings = try await MailSettings.of(reference, session)
    var values = Self.values(election, settings.language, service: service)
    values[.name] = voter.details.name.isEmpty ? voter.details.voterID : voter.details.name
    values[.link] = try await votingLink(row.kind, election, voter, session)
    values[.anchor] = try await anchor(row.kind, election, settings.language, session)
    if let position = row.position { values[.tracker] = try await tracker(at: position, reference, session) }
    let text = try await text(row.kind, reference, settings.language, session)
    let rendered = try Self.rendered(text, row.kind, values, settings.language)
    return outgoing(row, name: voter.details.name, address: voter.details.email, rendered)
  }

  /// Refuses what came too late.
  private func checkUse(_ row: MailRow, _ election: Election, _ voter: Voter, _ session: any SQLSession) async throws {
    let states: [ElectionState] =
      switch row.kind {
      case .invitation: [.draft, .active, .paused]
      case .reminder, .opening: [.active, .paused]
      default: ElectionState.allCases
      }
    guard states.contains(election.state) else { throw ObsoleteMail(reason: "the election is \(election.state.rawValue)") }
    if row.kind == .reminder, try await Participation.has(voter, election.reference, session) {
      throw ObsoleteMail(reason: "the voter has voted")
    }
  }

  private func votingLink(
    _ kind: MailKind, _ election: Election, _ voter: Voter, _ session: any SQLSession
  ) async throws -> String {
    let plain = "\(service)/vote/\(election.reference)"
    guard election.manifest.issuer == .service else { return plain }
    if let link = try await link(voter, election.reference, session) { return link }
    guard kind != .invitation else { throw ObsoleteMail(reason: "the voter's link was replaced, or handed out otherwise") }
    // Whoever has a link from elsewhere is reminded of it.
    return plain
  }

  /// Of a ballot on the board.
  private func tracker(at position: UInt64, _ reference: String, _ session: any SQLSession) async throws -> String {
    guard let entry = try await BoardStore(election: reference).entry(session, position) else {
      throw ObsoleteMail(reason: "the ballot is not on the board")
    }
    return Self.shown(try Submission(ballot: entry.body).key.bytes)
  }

  /// Where board or ballot is anchored; nothing where it is not.
  private func anchor(
    _ kind: MailKind, _ election: Election, _ language: MailLanguage, _ session: any SQLSession
  ) async throws -> String {
    guard kind.places.contains(.anchor), let anchoring = election.manifest.anchoring else { return "" }
    let place = ChainPlace(anchoring, of: elections.chain)
    guard kind == .result else { return language.anchored(kind, place, nil, audit: Self.audit(election, service)) }
    let sizes = try await session.query("SELECT size FROM boards WHERE election = $1", [.text(election.reference)])
    let size = UInt64(clamping: try sizes.first?.integer(0) ?? Int64.max)
    let newest = try await AnchorStore(session).newest(of: election.reference, limit: 1).first
    return language.anchored(kind, place, newest.flatMap { $0.size >= size ? $0 : nil }, audit: Self.audit(election, service))
  }

  private static func audit(_ election: Election, _ service: String) -> String {
    "\(service)/elections/\(election.reference)/audit#anchors"
  }

  /// A tracker as people compare it.
  private static func shown(_ tracker: [UInt8]) -> String { TrackerWords.words(of: tracker).joined(separator: " ") }

  func outgoing(_ row: MailRow, name: String, address: String, _ mail: RenderedMail) -> OutgoingMail {
    let hash = SHA256.hash(Array("comitia mail \(row.id)".utf8))
    return OutgoingMail(
      kind: row.kind, name: name, address: address, subject: mail.subject, text: mail.text, html: mail.html,
      messageID: Hexadecimal.text(hash.prefix(16)), date: row.created)
  }

  /// What all mails of an election say.
  static func values(_ election: Election, _ language: MailLanguage, service: String) -> [MailPlace: String] {
    let manifest = election.manifest
    return [
      .election: manifest.title.description, .service: service, .page: "\(service)/elections/\(election.reference)",
      .check: "\(service)/verify/\(election.reference)", .access: language.text("access.\(manifest.issuer.word)"),
      .opens: manifest.opens > 0 ? language.time(manifest.opens) : language.text("opens.by-hand"),
      .closes: manifest.closes > 0 ? language.time(manifest.closes) : language.text("closes.by-hand"),
    ]
  }

  static func rendered(
    _ text: MailText, _ kind: MailKind, _ values: [MailPlace: String], _ language: MailLanguage
  ) throws(ElectionError) -> RenderedMail {
    let (subject, body) = try text.filled(values, for: kind)
    return RenderedMail(
      subject: subject, text: body, html: MailHTML.document(subject: subject, text: body, language: language.rawValue))
  }

  /// A mail of a kind as an invented voter would get it.
  ///
  /// - Parameter text: one that is being written; `nil`: the election's.
  public func preview(
    _ kind: MailKind, _ text: MailText? = nil, of reference: String, for reader: Organiser
  ) async throws -> RenderedMail {
    let election = try await elections.election(reference, for: reader)
    let (language, own) = try await database.read { session in
      let language = try await MailSettings.of(reference, session).language
      return (language, try await self.text(kind, reference, language, session))
    }
    var values = Self.values(election, language, service: service)
    values[.name] = language.text("sample.name")
    values[.link] = "\(service)/vote/\(reference)" + (election.manifest.issuer == .service ? "#…" : "")
    values[.anchor] = election.manifest.anchoring.map {
      language.anchored(kind, ChainPlace($0, of: elections.chain), nil, audit: Self.audit(election, service))
    }
    values[.tracker] = Self.shown(SHA256.hash(Array("an invented ballot".utf8)))
    return try Self.rendered(text ?? own, kind, values, language)
  }
}

extension CredentialIssuer {
  /// As catalogues call it.
  fileprivate var word: String {
    switch self {
    case .service: "service"
    case .authority: "authority"
    case .voter: "voter"
    }
  }
}

extension Hexadecimal {
  fileprivate static func text(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
