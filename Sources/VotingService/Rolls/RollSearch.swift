import Database
import Elections

// What lists of voters show, also of a hundred thousand.
extension RollStore {
  /// Voters in the order of their voter ids, those alone that have a text in voter id, name or address.
  ///
  /// - Parameters:
  ///   - text: in any case; empty: all.
  ///   - after: the last voter id of the page before.
  public func search(
    _ text: String, in reference: String, for reader: Organiser, after: String = "", limit: Int
  ) async throws -> [Voter] {
    _ = try await elections.election(reference, for: reader)
    return try await environment.database.read { session in
      // The inner query needs the index alone.
      try await session.query(
        """
        SELECT \(Voter.columns) FROM voters WHERE election = $1 AND voter_id IN (
          SELECT voter_id FROM voters WHERE election = $1 AND voter_id > $2 AND search LIKE $3 ESCAPE '!' ORDER BY voter_id LIMIT $4
        ) ORDER BY voter_id
        """, [.text(reference), .text(after), .text(Self.pattern(text)), .integer(Int64(limit))]
      ).map { try Voter($0) }
    }
  }

  private static func pattern(_ text: String) -> String {
    var pattern = "%"
    for character in text.lowercased() {
      if "!%_".contains(character) { pattern.append("!") }
      pattern.append(character)
    }
    return pattern + "%"
  }

  func counts(_ election: Election, _ session: any SQLSession) async throws -> RollCounts {
    let reference = SQLValue.text(election.reference)
    let total = Int(try await session.query("SELECT COUNT(*) FROM voters WHERE election = $1", [reference])[0].integer(0))
    let rules = try await rules(election.reference, session)
    var counts: RollCounts
    if rules.allow.isEmpty, rules.exclude.isEmpty {
      // The database counts faster than voters are read.
      let row = try await session.query(
        """
        SELECT COUNT(*), COUNT(credential), CAST(COALESCE(SUM(weight), 0) AS BIGINT) FROM voters
        WHERE election = $1 AND state = 'admitted'
        """, [reference])[0]
      counts = RollCounts(
        voters: total, eligible: Int(try row.integer(0)), credentials: Int(try row.integer(1)), weight: UInt64(try row.integer(2)))
    } else {
      let eligible = try await eligible(election.reference, session)
      counts = RollCounts(
        voters: total, eligible: eligible.count, credentials: eligible.count { $0.credential != nil },
        weight: eligible.reduce(0) { $0 + UInt64($1.details.weight) })
    }
    guard election.manifest.issuer == .authority else { return counts }
    let rows = try await session.query("SELECT COUNT(*) FROM roll_credentials WHERE election = $1", [reference])
    return RollCounts(
      voters: counts.voters, eligible: counts.eligible, credentials: Int(try rows[0].integer(0)), weight: counts.weight)
  }

  /// Approved registrations that are not on the roll of an election, in the order of their ids.
  public func approved(missingOn reference: String, for reader: Organiser, limit: Int) async throws -> [ApprovedAccount] {
    _ = try await elections.election(reference, for: reader)
    return try await environment.database.read { session in
      try await session.query(
        """
        SELECT id, name, surname, email, voter_id FROM accounts WHERE state = 'active' AND role = 'voter' AND id NOT IN (
          SELECT account FROM voters WHERE election = $1 AND account IS NOT NULL
        ) ORDER BY id LIMIT $2
        """, [.text(reference), .integer(Int64(limit))]
      ).map { row in
        let email = try row.text(3)
        let details = VoterDetails(
          voterID: row.isNull(4) ? email : try row.text(4), name: "\(try row.text(1)) \(try row.text(2))", email: email)
        return ApprovedAccount(id: try row.text(0), details: details)
      }
    }
  }
}
