import Curve25519
import Database
import Elections

/// What became of invitations that were asked for.
public struct InvitationReport: Sendable, Equatable {
  /// Voting links made and sealed (issuer *service*).
  public let links: Int
  /// Invitations that will be sent.
  public let queued: Int
  /// Voters who may vote and have no address.
  public let withoutAddress: Int
  /// Voters with an address whose link was handed out otherwise: the service does not have it.
  public let withoutLink: Int

  public init(links: Int, queued: Int, withoutAddress: Int, withoutLink: Int) {
    self.links = links
    self.queued = queued
    self.withoutAddress = withoutAddress
    self.withoutLink = withoutLink
  }
}

// What an organiser sends.
extension MailStore {
  static let inviting: [ElectionState] = [.draft, .active, .paused]

  /// Invites all who may vote, have an address, and have not been invited with their present credential. In a draft whose issuer is the service,
  /// links are made for those who have none.
  ///
  /// - Parameter sends: false: links are made, so that the election can be opened; the invitations are asked for later.
  /// - Throws: `ElectionError.otherVersion` when the draft was changed in the meantime; to be tried again.
  public func invite(_ reference: String, sends: Bool = true, by organiser: Organiser) async throws -> InvitationReport {
    try offered()
    let (lacking, version) = try await lacking(reference, organiser)
    let environment = rolls.environment
    let made = await environment.workers.run {
      var random = environment.randomSource()
      return lacking.map { (voter: $0, secret: VotingSecret(using: &random)) }
    }
    return try await database.transaction { session in
      let election = try await manage(reference, in: Self.inviting, organiser, session)
      if !made.isEmpty {
        _ = try await elections.edit(reference, version, organiser, session)
        try await session.executeMany(
          "UPDATE voters SET credential = $3, identity = $4 WHERE election = $1 AND id = $2",
          made.map { voter, secret in
            [
              .text(reference), .text(voter.id), .bytes(secret.publicKey.bytes),
              .bytes(secret.commitment(to: voter.details.voterID).bytes),
            ]
          })
        try await keep(made.map { ($0.id, $1) }, reference, session)
      }
      return try await queueInvitations(election, links: made.count, sends: sends, organiser, session)
    }
  }

  /// The voters of a draft for whom a link is to be made, and the draft's version.
  private func lacking(_ reference: String, _ organiser: Organiser) async throws -> ([Voter], Int64) {
    try await database.read { session in
      guard let election = try await ElectionRows.find(reference, session), organiser.reads(election.organiser) else {
        throw ElectionError.notFound
      }
      return (try await lacking(election, session), election.version)
    }
  }

  func lacking(_ election: Election, _ session: any SQLSession) async throws -> [Voter] {
    guard election.state == .draft, election.manifest.issuer == .service else { return [] }
    return try await rolls.eligible(election.reference, session).filter { $0.credential == nil && !$0.details.email.isEmpty }
  }

  private func queueInvitations(
    _ election: Election, links: Int, sends: Bool, _ organiser: Organiser, _ session: any SQLSession
  ) async throws -> InvitationReport {
    let (mails, left) = try await invitations(election, session)
    let queued = sends ? try await queue.add(mails, election.reference, session) : 0
    try await elections.note("mails.invite", election.reference, organiser, session, "\(links) links, \(queued) invitations")
    return InvitationReport(links: links, queued: queued, withoutAddress: left.withoutAddress, withoutLink: left.withoutLink)
  }

  /// The invitations of all who may vote and can be invited, sent or not, and how many cannot be.
  func invitations(
    _ election: Election, _ session: any SQLSession
  ) async throws -> (mails: [NewMail], left: (withoutAddress: Int, withoutLink: Int)) {
    let voters = try await rolls.eligible(election.reference, session)
    let reachable = voters.filter { !$0.details.email.isEmpty }
    let mails: [NewMail]
    if election.manifest.issuer == .service {
      let links = try await self.links(election.reference, session)
      mails = reachable.compactMap { voter in links[voter.id].map { Self.invitation(to: voter, link: $0) } }
    } else {
      mails = reachable.map { Self.invitation(to: $0, link: nil) }
    }
    return (mails, (voters.count - reachable.count, reachable.count - mails.count))
  }

  /// - Parameters:
  ///   - link: the tag of the link that it holds: who gets another link is invited anew.
  ///   - number: of the invitations with this link.
  private static func invitation(to voter: Voter, link: String?, number: Int = 1) -> NewMail {
    NewMail(.invitation, to: voter.id, which: "\(link ?? "all")-\(number)")
  }

  /// Sends a voter the invitation again, to the present address.
  ///
  /// - Returns: false when one is on its way already.
  /// - Throws: `MailError`, `ElectionError.noSuch`.
  public func resend(to id: String, in reference: String, by organiser: Organiser) async throws -> Bool {
    try offered()
    return try await database.transaction { session in
      let election = try await manage(reference, in: Self.inviting, organiser, session)
      let voter = try await rolls.find(id, reference, session)
      guard !voter.details.email.isEmpty else { throw MailError.noAddress }
      let tag = try await links(reference, session)[id]
      if election.manifest.issuer == .service, tag == nil { throw MailError.noLink }
      let rows = try await session.query(
        """
        SELECT COUNT(*), COALESCE(SUM(CASE WHEN state IN ('queued', 'retried') THEN 1 ELSE 0 END), 0) FROM mails
        WHERE voter = $1 AND kind = 'invitation'
        """, [.text(id)])
      guard try rows[0].integer(1) == 0 else { return false }
      let mail = Self.invitation(to: voter, link: tag, number: Int(try rows[0].integer(0)) + 1)
      let queued = try await queue.add([mail], reference, session)
      try await elections.note("mails.resend", "\(reference)/\(id)", organiser, session)
      return queued > 0
    }
  }

  /// Replaces a voter's lost link by a public entry on the board, and mails the new one. Refused when anything was cast with the old one.
  ///
  /// - Parameter reason: for the audit log: why the organiser believes that the link is lost.
  public func replace(_ id: String, reason: String, in reference: String, by organiser: Organiser) async throws {
    try offered()
    let voter = try await rolls.voter(id, in: reference, for: organiser)
    guard !voter.details.email.isEmpty else { throw MailError.noAddress }
    _ = try await rolls.replace(id, by: .link(service: service), reason: reason, in: reference, organiser: organiser) {
      voter, secret, session in
      try await keep([(voter.id, secret)], reference, session)
      let tag = try await links(reference, session)[voter.id]
      _ = try await queue.add([Self.invitation(to: voter, link: tag)], reference, session)
    }
  }

  /// Reminds all who have an address and have not voted, except those who were reminded lately. Whoever votes before his mail is sent gets none.
  ///
  /// - Parameter sparing: hours since the last reminder, at least 1.
  /// - Returns: how many are reminded.
  public func remind(_ reference: String, sparing hours: Int = 24, by organiser: Organiser) async throws -> Int {
    try offered()
    return try await database.transaction { session in
      let election = try await manage(reference, in: Self.reminding, organiser, session)
      let queued = try await queue.add(try await reminders(election, sparing: hours, session), reference, session)
      try await elections.note("mails.remind", reference, organiser, session, "\(queued) reminders")
      return queued
    }
  }

  static let reminding: [ElectionState] = [.active, .paused]

  /// The next reminders: to all who have an address, have not voted, and were not reminded within so many hours.
  func reminders(_ election: Election, sparing hours: Int, _ session: any SQLSession) async throws -> [NewMail] {
    let since = SQLValue.integer(Int64(now) - Int64(max(1, hours)) * 3_600_000)
    let voters = try await rolls.eligible(election.reference, session).filter { !$0.details.email.isEmpty }
    let voted = try await Participation.all(election, session)
    var rounds: [String: Int] = [:]
    var lately: Set<String> = []
    for row in try await session.query(
      """
      SELECT voter, COUNT(*), CASE WHEN MAX(created) > $2 THEN 1 ELSE 0 END FROM mails
      WHERE election = $1 AND kind = 'reminder' GROUP BY voter
      """, [.text(election.reference), since])
    {
      rounds[try row.text(0)] = Int(try row.integer(1))
      if try row.integer(2) == 1 { lately.insert(try row.text(0)) }
    }
    return voters.filter { !voted.contains($0) && !lately.contains($0.id) }.map {
      NewMail(.reminder, to: $0.id, which: String(rounds[$0.id, default: 0] + 1))
    }
  }

  /// Tells all who may vote that voting has begun, or that there is a result; everyone once, however often this is asked for.
  public func notify(_ kind: MailKind, of reference: String, by organiser: Organiser) async throws -> Int {
    try offered()
    return try await database.transaction { session in
      _ = try await manage(reference, in: Self.noticing(kind), organiser, session)
      let queued = try await queue.notify(kind, reference, session)
      try await elections.note("mails.notify", reference, organiser, session, "\(kind.rawValue), \(queued) mails")
      return queued
    }
  }

  /// In which states a notice makes sense.
  static func noticing(_ kind: MailKind) -> [ElectionState] {
    switch kind {
    case .opening: reminding
    case .result: [.tallied, .archived]
    case .invitation, .reminder, .confirmation, .password, .answer: []
    }
  }
}

/// Who has cast a ballot: never told to anybody, needed so that nobody is reminded who has.
struct Participation {
  private let credentials: Set<[UInt8]>
  private let accounts: Set<String>

  /// Whether this voter has.
  func contains(_ voter: Voter) -> Bool {
    voter.credential.map { credentials.contains($0.bytes) } == true || voter.account.map { accounts.contains($0) } == true
  }

  /// All of an election. A ballot's place among the votes begins with its credential.
  static func all(_ election: Election, _ session: any SQLSession) async throws -> Participation {
    let votes = try await session.query(
      "SELECT vote FROM board_ballots WHERE election = $1 AND vote IS NOT NULL", [.text(election.reference)])
    let accounts = try await session.query("SELECT account FROM board_accounts WHERE election = $1", [.text(election.reference)])
    return Participation(
      credentials: Set(try votes.map { Array(try $0.bytes(0).prefix(32)) }), accounts: Set(try accounts.map { try $0.text(0) }))
  }

  /// Whether one voter has.
  static func has(_ voter: Voter, _ election: String, _ session: any SQLSession) async throws -> Bool {
    if let credential = voter.credential?.bytes {
      let rows = try await session.query(
        "SELECT 1 FROM board_ballots WHERE election = $1 AND vote >= $2 AND vote <= $3 LIMIT 1",
        [.text(election), .bytes(credential), .bytes(credential + [UInt8](repeating: 255, count: 8))])
      if !rows.isEmpty { return true }
    }
    guard let account = voter.account else { return false }
    return try await !session.query(
      "SELECT 1 FROM board_accounts WHERE election = $1 AND account = $2", [.text(election), .text(account)]
    ).isEmpty
  }
}
