import Curve25519
import Database
import Elections

/// The rolls of elections: who is to vote, and by which credentials. Changes end when the election opens.
public struct RollStore: Sendable {
  let elections: ElectionStore

  public init(_ elections: ElectionStore) { self.elections = elections }

  var environment: ElectionEnvironment { elections.environment }

  /// Most voters of an election.
  public static let mostVoters = 10_000_000

  // MARK: Voters

  /// Voters in the order of their ids.
  public func voters(
    of reference: String, for reader: Organiser, after: String = "", limit: Int
  ) async throws -> [Voter] {
    _ = try await elections.election(reference, for: reader)
    return try await environment.database.read { session in
      try await session.query(
        "SELECT \(Voter.columns) FROM voters WHERE election = $1 AND id > $2 ORDER BY id LIMIT $3",
        [.text(reference), .text(after), .integer(Int64(limit))]
      ).map { try Voter($0) }
    }
  }

  /// How many voters there are, how many of them may vote by state and rules, and how many of these have a credential.
  public func counts(of reference: String, for reader: Organiser) async throws -> RollCounts {
    let election = try await elections.election(reference, for: reader)
    return try await environment.database.read { session in try await counts(election, session) }
  }

  /// The election.
  public func election(_ reference: String, for reader: Organiser) async throws -> Election {
    try await elections.election(reference, for: reader)
  }

  /// A voter.
  public func voter(_ id: String, in reference: String, for reader: Organiser) async throws -> Voter {
    _ = try await elections.election(reference, for: reader)
    return try await environment.database.read { session in try await find(id, reference, session) }
  }

  /// Adds a voter.
  public func add(_ details: VoterDetails, to reference: String, by organiser: Organiser) async throws -> Voter {
    try check(details)
    return try await environment.database.transaction { session in
      try await edit(reference, organiser, session)
      try await refuseDuplicate(details, except: nil, reference, session)
      let id = environment.newID()
      try await insert([(id, details, nil)], reference, session)
      try await elections.note("voter.add", "\(reference)/\(id)", organiser, session)
      return try await find(id, reference, session)
    }
  }

  /// Changes a voter; a change of weight or voter id takes the credential away, for the roll commits to them.
  public func update(
    _ id: String, to details: VoterDetails, state: Voter.State, in reference: String, by organiser: Organiser
  ) async throws -> Voter {
    try check(details)
    return try await environment.database.transaction { session in
      try await edit(reference, organiser, session)
      let before = try await find(id, reference, session)
      try await refuseDuplicate(details, except: id, reference, session)
      try await session.execute(
        """
        UPDATE voters SET voter_id = $3, name = $4, email = $5, weight = $6, state = $7, search = $8 WHERE election = $1 AND id = $2
        """,
        [
          .text(reference), .text(id), .text(details.voterID), .text(details.name), .text(details.email),
          .integer(Int64(details.weight)), .text(state.rawValue), .text(details.searched),
        ])
      if before.details.voterID != details.voterID || before.details.weight != details.weight {
        try await session.execute(
          "UPDATE voters SET credential = NULL, identity = NULL, salt = NULL WHERE election = $1 AND id = $2",
          [.text(reference), .text(id)])
      }
      try await elections.note("voter.update", "\(reference)/\(id)", organiser, session, "state \(state.rawValue)")
      return try await find(id, reference, session)
    }
  }

  /// Removes a voter.
  public func remove(_ id: String, from reference: String, by organiser: Organiser) async throws {
    try await environment.database.transaction { session in
      try await edit(reference, organiser, session)
      _ = try await find(id, reference, session)
      try await session.execute("DELETE FROM voters WHERE election = $1 AND id = $2", [.text(reference), .text(id)])
      try await elections.note("voter.remove", "\(reference)/\(id)", organiser, session)
    }
  }

  // MARK: Rules

  /// Whom the roll takes.
  public func rules(of reference: String, for reader: Organiser) async throws -> RollRules {
    _ = try await elections.election(reference, for: reader)
    return try await environment.database.read { session in try await rules(reference, session) }
  }

  /// Sets whom the roll takes. Voters that are excluded by it stay in the list, and off the frozen roll.
  public func setRules(_ rules: RollRules, of reference: String, by organiser: Organiser) async throws {
    try rules.check()
    try await environment.database.transaction { session in
      try await edit(reference, organiser, session)
      try await session.execute("DELETE FROM roll_rules WHERE election = $1", [.text(reference)])
      let rows = [("allow", rules.allow), ("exclude", rules.exclude)].flatMap { kind, patterns in
        patterns.map { [SQLValue.text(reference), .text(kind), .text($0)] }
      }
      try await session.executeMany(
        "INSERT INTO roll_rules (election, kind, pattern) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", rows)
      try await elections.note("roll.rules", reference, organiser, session)
    }
  }

  // MARK: Approved accounts

  /// Admits accounts that an administrator approved: whoever stands on the roll by voter id or address is tied to the account; others are added
  /// if the rules take them.
  ///
  /// - Returns: of each account, in order, what became of it.
  public func admit(
    _ accounts: [ApprovedAccount], to reference: String, by organiser: Organiser
  ) async throws -> [Admission] {
    try await environment.database.transaction { session in
      try await edit(reference, organiser, session)
      let matcher = try await rules(reference, session).matcher
      var admissions: [Admission] = []
      for account in accounts { admissions.append(try await admit(account, matcher, reference, session)) }
      try await elections.note("roll.admit", reference, organiser, session, "\(accounts.count) accounts")
      return admissions
    }
  }

  private func admit(
    _ account: ApprovedAccount, _ matcher: RollRules.Matcher, _ reference: String, _ session: any SQLSession
  ) async throws -> Admission {
    let rows = try await session.query(
      """
      SELECT \(Voter.columns) FROM voters WHERE election = $1 AND (account = $2 OR voter_id = $3 OR (email <> '' AND email = $4))
      """, [.text(reference), .text(account.id), .text(account.details.voterID), .text(account.details.email)])
    let found = try rows.map { try Voter($0) }
    if found.contains(where: { $0.account == account.id }) { return .admittedBefore }
    guard found.count <= 1, found.allSatisfy({ $0.account == nil }) else { return .ambiguous }
    if let voter = found.first {
      try await session.execute(
        "UPDATE voters SET account = $3 WHERE election = $1 AND id = $2",
        [.text(reference), .text(voter.id), .text(account.id)])
      return .tied(voter: voter.id)
    }
    guard account.details.fault == nil, matcher.admits(account.details) else { return .notAllowed }
    let id = environment.newID()
    try await insert([(id, account.details, account.id)], reference, session)
    return .added(voter: id)
  }

  // MARK: Within a transaction

  /// Begins a change of the roll of a draft.
  func edit(_ reference: String, _ organiser: Organiser, _ session: any SQLSession) async throws {
    try await elections.edit(reference, nil, organiser, session)
  }

  func find(_ id: String, _ reference: String, _ session: any SQLSession) async throws -> Voter {
    let rows = try await session.query(
      "SELECT \(Voter.columns) FROM voters WHERE election = $1 AND id = $2", [.text(reference), .text(id)])
    guard let row = rows.first else { throw ElectionError.noSuch("voter") }
    return try Voter(row)
  }

  func rules(_ reference: String, _ session: any SQLSession) async throws -> RollRules {
    try await Self.rules(reference, session)
  }

  private static func rules(_ reference: String, _ session: any SQLSession) async throws -> RollRules {
    var rules = RollRules()
    for row in try await session.query(
      "SELECT kind, pattern FROM roll_rules WHERE election = $1 ORDER BY pattern", [.text(reference)])
    {
      if try row.text(0) == "allow" { rules.allow.append(try row.text(1)) } else { rules.exclude.append(try row.text(1)) }
    }
    return rules
  }

  /// The voters that may vote.
  func eligible(_ reference: String, _ session: any SQLSession) async throws -> [Voter] {
    try await Self.eligible(reference, session)
  }

  /// The voters that may vote.
  static func eligible(_ reference: String, _ session: any SQLSession) async throws -> [Voter] {
    let matcher = try await rules(reference, session).matcher
    return try await session.query(
      "SELECT \(Voter.columns) FROM voters WHERE election = $1 AND state = 'admitted' ORDER BY voter_id", [.text(reference)]
    ).map { try Voter($0) }.filter { matcher.admits($0.details) }
  }

  /// Adds voters without asking further.
  func insert(
    _ voters: [(id: String, details: VoterDetails, account: String?)], _ reference: String, _ session: any SQLSession
  ) async throws {
    let now = SQLValue.integer(Int64(environment.clock.now()))
    try await session.executeMany(
      """
      INSERT INTO voters (id, election, voter_id, name, email, weight, state, account, added, search)
      VALUES ($1, $2, $3, $4, $5, $6, 'admitted', $7, $8, $9)
      """,
      voters.map { voter in
        [
          .text(voter.id), .text(reference), .text(voter.details.voterID), .text(voter.details.name), .text(voter.details.email),
          .integer(Int64(voter.details.weight)), .text(optional: voter.account), now, .text(voter.details.searched),
        ]
      })
  }

  private func check(_ details: VoterDetails) throws(ElectionError) {
    if let fault = details.fault { throw .invalid(path: fault.member, reason: fault.reason) }
  }

  private func refuseDuplicate(
    _ details: VoterDetails, except id: String?, _ reference: String, _ session: any SQLSession
  ) async throws {
    let rows = try await session.query(
      "SELECT voter_id FROM voters WHERE election = $1 AND id <> $4 AND (voter_id = $2 OR (email <> '' AND email = $3))",
      [.text(reference), .text(details.voterID), .text(details.email), .text(id ?? "")])
    guard let row = rows.first else { return }
    let isID = try row.text(0) == details.voterID
    throw ElectionError.invalid(path: isID ? "voterId" : "email", reason: "another voter of this election has it")
  }
}

/// How many voters a roll has.
public struct RollCounts: Sendable, Equatable {
  /// All in the list.
  public let voters: Int
  /// Of these, those that would stand on the frozen roll.
  public let eligible: Int
  /// Credentials there are for them.
  public let credentials: Int
  /// The weight of the eligible.
  public let weight: UInt64

  public init(voters: Int, eligible: Int, credentials: Int, weight: UInt64) {
    self.voters = voters
    self.eligible = eligible
    self.credentials = credentials
    self.weight = weight
  }
}

/// An account that an administrator has approved.
public struct ApprovedAccount: Sendable, Equatable {
  public let id: String
  public let details: VoterDetails

  public init(id: String, details: VoterDetails) {
    self.id = id
    self.details = details
  }
}

/// What became of an account that was to be admitted.
public enum Admission: Sendable, Equatable {
  /// It now belongs to a voter of the list.
  case tied(voter: String)
  /// A voter was added for it.
  case added(voter: String)
  /// It was on the roll already.
  case admittedBefore
  /// The rules do not take it.
  case notAllowed
  /// Voter id and address are those of different voters, or of one that another account belongs to.
  case ambiguous
}
