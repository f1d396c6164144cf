import BallotCryptography
import Curve25519
import Database
import DelimitedText
import Elections

/// A link to be given to a voter, once.
public struct IssuedLink: Sendable, Equatable {
  public let voter: String
  public let details: VoterDetails
  /// Holds the secret.
  public let link: String

  public init(voter: String, details: VoterDetails, link: String) {
    self.voter = voter
    self.details = details
    self.link = link
  }
}

/// What the honest meaning of an issuer is, in words for everyone.
extension CredentialIssuer {
  public var meaning: String {
    switch self {
    case .service:
      "The service makes the voting links and hands them out. It keeps only those that it mails, sealed until voting ends, but whoever runs it could keep "
        + "all: it could then vote for those who do not vote."
    case .authority:
      "A separate authority makes the voting links, away from the service, and sends them to the voters; casting also needs a login at the service. "
        + "Neither of the two can vote for anybody without the other's help. The service does not learn whose credential is whose."
    case .voter:
      "Each voter's own device makes the credential. Neither the service nor the organiser can vote for anybody; who loses the device needs a replacement."
    }
  }
}

// Credentials, by who issues them.
extension RollStore {
  /// Makes voting links for the voters that have none (issuer *service*). The list is shown once: only the public parts are kept.
  ///
  /// - Parameters:
  ///   - service: the address that voters reach the service by, without slash at its end.
  ///   - renewing: whether voters that have a link get another one, which makes the old one void.
  public func issueLinks(
    for reference: String, service: String, renewing: Bool = false, by organiser: Organiser
  ) async throws -> [IssuedLink] {
    let (voters, version) = try await environment.database.read { session in
      guard let election = try await ElectionRows.find(reference, session) else { throw ElectionError.notFound }
      try Self.require(.service, election)
      return (try await eligible(reference, session).filter { renewing || $0.credential == nil }, election.version)
    }
    let environment = environment
    let made = await environment.workers.run {
      var random = environment.randomSource()
      return voters.map { (voter: $0, secret: VotingSecret(using: &random)) }
    }
    try await environment.database.transaction { session in
      let election = try await elections.allow(.edit, reference, version, organiser, session)
      try Self.require(.service, election)
      try await edit(reference, organiser, session)
      try await session.executeMany(
        "UPDATE voters SET credential = $3, identity = $4 WHERE election = $1 AND id = $2",
        made.map { voter, secret in
          [
            .text(reference), .text(voter.id), .bytes(secret.publicKey.bytes),
            .bytes(secret.commitment(to: voter.details.voterID).bytes),
          ]
        })
      try await elections.note("credentials.issue", reference, organiser, session, "\(made.count) links")
    }
    return made.map { voter, secret in
      IssuedLink(voter: voter.id, details: voter.details, link: secret.link(service: service, election: reference))
    }
  }

  /// The eligible voters as CSV for the authority: `voterId,name,email,weight`.
  public func votersForAuthority(_ reference: String, by organiser: Organiser) async throws -> [UInt8] {
    try await environment.database.transaction { session in
      let election = try await elections.allow(.edit, reference, nil, organiser, session)
      try Self.require(.authority, election)
      try await elections.note("credentials.export", reference, organiser, session)
      return VoterTable.csv(try await eligible(reference, session).map(\.details))
    }
  }

  /// Takes the public credentials that the authority made: `credential,weight,identity` in hexadecimal, in an order that says nothing. Replaces what was uploaded before.
  ///
  /// - Returns: how many.
  public func uploadCredentials(_ csv: [UInt8], for reference: String, by organiser: Organiser) async throws -> Int {
    let parsed = await environment.workers.run { () -> Result<[RollEntry], ElectionError> in
      do throws(ElectionError) { return .success(try CredentialTable.read(csv)) } catch let error { return .failure(error) }
    }
    let entries = try parsed.get()
    return try await environment.database.transaction { session in
      let election = try await elections.allow(.edit, reference, nil, organiser, session)
      try Self.require(.authority, election)
      try await edit(reference, organiser, session)
      try await session.execute("DELETE FROM roll_credentials WHERE election = $1", [.text(reference)])
      try await session.executeMany(
        "INSERT INTO roll_credentials (election, credential, weight, identity) VALUES ($1, $2, $3, $4)",
        entries.map { [.text(reference), .bytes($0.credential.bytes), .integer(Int64($0.weight)), .bytes($0.identity.bytes)] })
      try await elections.note("credentials.upload", reference, organiser, session, "\(entries.count) credentials")
      return entries.count
    }
  }

  /// Registers the credential of a voter's device (issuer *voter*). Before the freeze it takes the place of an earlier one; afterwards it waits for
  /// the organiser to replace the other.
  ///
  /// - Returns: the salt of the identity commitment, which the voter keeps, and whether the credential waits.
  public func register(
    _ registration: CredentialRegistration, for account: String, in reference: String
  ) async throws -> (salt: Bytes32, waits: Bool) {
    guard registration.isValid(election: reference, account: account) else {
      throw ElectionError.invalid(path: "proof", reason: "does not show that the sender has the credential's secret")
    }
    let fresh = environment.randomBytes(32)
    return try await environment.database.transaction { session in
      let election = try await ElectionRows.lock(reference, session)
      try Self.require(.voter, election)
      guard [.draft, .active, .paused].contains(election.state) else {
        throw ElectionError.wrongState(.replaceCredential, election.state)
      }
      let voter = try await ownVoter(account, reference, session)
      let taken = try await session.query(
        "SELECT 1 FROM voters WHERE election = $1 AND id <> $2 AND (credential = $3 OR pending = $3)",
        [.text(reference), .text(voter.id), .bytes(registration.credential.bytes)])
      guard taken.isEmpty else { throw ElectionError.invalid(path: "credential", reason: "is another voter's") }
      guard election.state == .draft else {
        guard voter.credential != registration.credential else { return (try await salt(voter, reference, session), false) }
        try await session.execute(
          "UPDATE voters SET pending = $3 WHERE election = $1 AND id = $2",
          [.text(reference), .text(voter.id), .bytes(registration.credential.bytes)])
        return (try await salt(voter, reference, session), true)
      }
      guard let salt = Bytes32(fresh) else { preconditionFailure("32 random bytes") }
      try await session.execute(
        "UPDATE voters SET credential = $3, identity = $4, salt = $5 WHERE election = $1 AND id = $2",
        [
          .text(reference), .text(voter.id), .bytes(registration.credential.bytes),
          .bytes(IdentityCommitment.of(voter.details.voterID, salt: salt).bytes), .bytes(salt.bytes),
        ])
      return (salt, false)
    }
  }

  /// What the service knows of the account's own place on a roll.
  public func own(_ account: String, in reference: String) async throws -> Voter {
    try await environment.database.read { session in try await ownVoter(account, reference, session) }
  }

  private func ownVoter(_ account: String, _ reference: String, _ session: any SQLSession) async throws -> Voter {
    let rows = try await session.query(
      "SELECT \(Voter.columns) FROM voters WHERE election = $1 AND account = $2", [.text(reference), .text(account)])
    guard let row = rows.first else { throw ElectionError.noSuch("voter") }
    return try Voter(row)
  }

  private func salt(_ voter: Voter, _ reference: String, _ session: any SQLSession) async throws -> Bytes32 {
    let rows = try await session.query(
      "SELECT salt FROM voters WHERE election = $1 AND id = $2 AND salt IS NOT NULL", [.text(reference), .text(voter.id)])
    guard let row = rows.first, let salt = Bytes32(try row.bytes(0)) else {
      throw ElectionError.replacement("this voter had no credential when the roll was frozen")
    }
    return salt
  }

  static func require(_ issuer: CredentialIssuer, _ election: Election) throws(ElectionError) {
    guard election.manifest.issuer == issuer else {
      throw .invalid(path: "credentials", reason: "in this election credentials are issued by another: \(election.manifest.issuer)")
    }
  }

  // MARK: Freezing

  /// The roll of an election as it would be frozen now.
  ///
  /// - Throws: `ElectionError.notReady` with all that stands against it.
  func frozen(_ election: Election, _ session: any SQLSession) async throws -> Roll {
    let voters = try await eligible(election.reference, session)
    guard !voters.isEmpty else { throw Self.obstacle(.rollEmpty, "nobody is on the roll; add or import voters") }
    let entries =
      election.manifest.issuer == .authority
      ? try await uploaded(election.reference, voters, session) : try await registered(election.reference, voters, session)
    let manifest = election.manifest
    let made = await environment.workers.run { () -> Result<Roll, RollError> in
      do throws(RollError) {
        let roll = try Roll(entries)
        try roll.checkSizes(manifest)
        return .success(roll)
      } catch let error { return .failure(error) }
    }
    switch made {
    case .success(let roll): return roll
    case .failure(.smallGroup(let weight, let count)):
      throw Self.obstacle(
        .smallGroup,
        "only \(count) voters\(weight == 0 ? "" : " of weight \(weight)"): totals of fewer than ten may reveal votes; set smallAcknowledged if they know that"
      )
    case .failure(.tooHeavy):
      throw Self.obstacle(.rollTooHeavy, "total weight times the largest range exceeds 2^40; lower the weights or the range")
    case .failure(let error): throw Self.obstacle(.credentialsMissing, "the credentials do not make a roll: \(error)")
    }
  }

  private func registered(_ reference: String, _ voters: [Voter], _ session: any SQLSession) async throws -> [RollEntry] {
    let missing = voters.count { $0.credential == nil }
    guard missing == 0 else {
      throw Self.obstacle(
        .credentialsMissing, "\(missing) of \(voters.count) voters have no credential yet; issue them, or exclude these voters")
    }
    var identities: [String: [UInt8]] = [:]
    for row in try await session.query(
      "SELECT id, identity FROM voters WHERE election = $1 AND identity IS NOT NULL", [.text(reference)])
    { identities[try row.text(0)] = try row.bytes(1) }
    return voters.compactMap { voter in
      guard let credential = voter.credential, let identity = identities[voter.id].flatMap({ Bytes32($0) }) else { return nil }
      return RollEntry(credential: credential, weight: voter.details.weight, identity: identity)
    }
  }

  /// The uploaded credentials must be as many of each weight as there are voters.
  private func uploaded(_ reference: String, _ voters: [Voter], _ session: any SQLSession) async throws -> [RollEntry] {
    let rows = try await session.query(
      "SELECT credential, weight, identity FROM roll_credentials WHERE election = $1", [.text(reference)])
    let entries = try rows.compactMap { row -> RollEntry? in
      guard let credential = Bytes32(try row.bytes(0)), let identity = Bytes32(try row.bytes(2)) else { return nil }
      return RollEntry(credential: credential, weight: UInt32(try row.integer(1)), identity: identity)
    }
    guard entries.map(\.weight).sorted() == voters.map(\.details.weight).sorted() else {
      throw Self.obstacle(
        .credentialsMissing,
        "\(entries.count) public credentials for \(voters.count) voters, or of other weights; have the authority make them from the present list"
      )
    }
    return entries
  }

  static func obstacle(_ kind: OpeningProblem.Kind, _ text: String) -> ElectionError { .notReady([OpeningProblem(kind, text)]) }
}

/// Voters as CSV.
public enum VoterTable {
  /// `voterId,name,email,weight`, a line each; what a spreadsheet would calculate begins with an apostrophe.
  public static func csv(_ voters: [VoterDetails]) -> [UInt8] {
    var text = "voterId,name,email,weight\n"
    for voter in voters {
      text += "\(cell(voter.voterID)),\(cell(voter.name)),\(cell(voter.email)),\(voter.weight)\n"
    }
    return Array(text.utf8)
  }

  /// Reads what `csv` writes.
  ///
  /// - Throws: `ElectionError.invalid` with the first faulty line.
  public static func read(_ csv: [UInt8]) throws(ElectionError) -> [VoterDetails] {
    let file = try VoterFile(csv, isGuarded: true)
    if let fault = file.faults.first { throw .invalid(path: "line \(fault.line)", reason: "\(fault.column) \(fault.reason)") }
    return file.voters.map(\.details)
  }

  /// A cell as `csv` writes it, in quotes where it needs them.
  public static func cell(_ text: String) -> String {
    let field = SpreadsheetText.guarded(text)
    guard field.utf8.contains(where: { [0x22, 0x2c, 0x3b, 0x0a, 0x0d].contains($0) }) || field.first == " " || field.last == " "
    else {
      return field
    }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

/// Public credentials as CSV: `credential,weight,identity`.
public enum CredentialTable {
  /// A line each, in ascending order of credentials: an order that says nothing of the voters, for credentials are random.
  public static func csv(_ entries: [RollEntry]) -> [UInt8] {
    var text = "credential,weight,identity\n"
    for entry in entries.sorted(by: { $0.credential < $1.credential }) {
      text += "\(entry.credential.lowercaseHex),\(entry.weight),\(entry.identity.lowercaseHex)\n"
    }
    return Array(text.utf8)
  }

  /// Reads them; credentials are points, and distinct.
  public static func read(_ csv: [UInt8]) throws(ElectionError) -> [RollEntry] {
    var reader = CSVReader(csv, mostColumns: 3)
    var entries: [RollEntry] = []
    var seen: Set<Bytes32> = []
    do throws(CSVError) {
      guard let header = try reader.next(), header.fields == ["credential", "weight", "identity"].map({ Array($0.utf8) }) else {
        throw CSVError(line: 1, column: 1, reason: "the first line must be credential,weight,identity")
      }
      while let record = try reader.next() {
        guard record.fields.count == 3, let credential = Hexadecimal.decode(record.fields[0][...]),
          let weight = record.fields[1][...].decimal(atMost: Int(UInt32.max)), weight > 0,
          let identity = Hexadecimal.decode(record.fields[2][...])
        else { throw CSVError(line: record.line, column: 1, reason: "64 digits, a weight from 1 and 64 digits are needed") }
        guard let point = RistrettoPoint(credential), point != .identity else {
          throw CSVError(line: record.line, column: 1, reason: "not a public credential")
        }
        guard seen.insert(credential).inserted else {
          throw CSVError(line: record.line, column: 1, reason: "the credential stands there twice")
        }
        entries.append(RollEntry(credential: credential, weight: UInt32(weight), identity: identity))
      }
    } catch let error {
      throw .invalid(path: "line \(error.line)", reason: error.reason)
    }
    return entries
  }
}
