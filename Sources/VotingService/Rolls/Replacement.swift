import Curve25519
import Database
import Elections

/// By what a lost credential is replaced.
public enum ReplacementCredential: Sendable {
  /// The service makes a new link (issuer *service*).
  case link(service: String)
  /// The authority names the lost credential, and made a new one with its commitment (issuer *authority*).
  case made(revoked: Bytes32, credential: Bytes32, identity: Bytes32)
  /// The credential that the voter's new device has registered (issuer *voter*).
  case registered
}

extension RollStore {
  /// Replaces a voter's lost credential after the freeze, by a public entry on the board. Refused when anything was cast with it.
  ///
  /// - Parameters:
  ///   - id: the voter. With the issuer authority, whose voter it is stays unknown to the service: `nil`.
  ///   - reason: for the audit log: why the organiser believes that the credential is lost.
  ///   - keeping: keeps the new secret for a mail, within the transaction; `nil`: it is only returned.
  /// - Returns: the new link, with the issuer service; shown once.
  public func replace(
    _ id: String?, by replacement: ReplacementCredential, reason: String, in reference: String, organiser: Organiser,
    keeping: (@Sendable (Voter, VotingSecret, any SQLSession) async throws -> Void)? = nil
  ) async throws -> IssuedLink? {
    guard let text = Text(reason), text.isName else {
      throw ElectionError.invalid(path: "reason", reason: "1 to 200 bytes in one line are needed")
    }
    let election = try await elections.election(reference, for: organiser)
    guard organiser.manages(election.organiser) else { throw ElectionError.notOrganiser }
    guard ElectionAction.replaceCredential.next(from: election.state) != nil else {
      throw ElectionError.wrongState(.replaceCredential, election.state)
    }
    let plan = try await plan(id, replacement, election)
    do {
      try await environment.boards.append(.replacement(plan.entry), to: reference) { session, _ in
        try await elections.allow(.replaceCredential, reference, nil, organiser, session)
        if let voter = plan.voter {
          try await session.execute(
            "UPDATE voters SET credential = $3, identity = $4, pending = NULL WHERE election = $1 AND id = $2",
            [.text(reference), .text(voter.id), .bytes(plan.entry.voter.credential.bytes), .bytes(plan.entry.voter.identity.bytes)])
        }
        if let keeping, let voter = plan.voter, let secret = plan.secret { try await keeping(voter, secret, session) }
        if case .made = replacement {
          let voter = plan.entry.voter
          try await session.execute(
            "INSERT INTO roll_credentials (election, credential, weight, identity) VALUES ($1, $2, $3, $4)",
            [.text(reference), .bytes(voter.credential.bytes), .integer(Int64(voter.weight)), .bytes(voter.identity.bytes)])
        }
        try await elections.note(
          "credential.replace", plan.voter.map { "\(reference)/\($0.id)" } ?? reference, organiser, session, reason)
      }
    } catch BoardError.replacement(let why) {
      throw ElectionError.replacement(why)
    } catch BoardError.wrongPhase {
      throw ElectionError.wrongState(.replaceCredential, .closed)
    }
    guard let voter = plan.voter, let secret = plan.secret, case .link(let service) = replacement else { return nil }
    return IssuedLink(voter: voter.id, details: voter.details, link: secret.link(service: service, election: reference))
  }

  private struct Plan: Sendable {
    let entry: CredentialReplacement
    let voter: Voter?
    let secret: VotingSecret?
  }

  private func plan(_ id: String?, _ replacement: ReplacementCredential, _ election: Election) async throws -> Plan {
    let reference = election.reference
    if case .made(let revoked, let credential, let identity) = replacement {
      try Self.require(.authority, election)
      let weight = try await environment.database.read { session in
        try await session.query(
          "SELECT weight FROM roll_credentials WHERE election = $1 AND credential = $2", [.text(reference), .bytes(revoked.bytes)]
        ).first?.integer(0)
      }
      guard let weight else { throw ElectionError.replacement("the credential to be revoked is not on the roll") }
      return Plan(
        entry: CredentialReplacement(
          revoked: revoked, voter: RollEntry(credential: credential, weight: UInt32(weight), identity: identity)), voter: nil,
        secret: nil)
    }
    let (voter, identity, pending) = try await environment.database.read { session in
      guard let id else { throw ElectionError.noSuch("voter") }
      let voter = try await find(id, reference, session)
      let rows = try await session.query(
        "SELECT identity, pending FROM voters WHERE election = $1 AND id = $2", [.text(reference), .text(id)])
      let identity = rows[0].isNull(0) ? nil : Bytes32(try rows[0].bytes(0))
      return (voter, identity, rows[0].isNull(1) ? nil : Bytes32(try rows[0].bytes(1)))
    }
    guard let lost = voter.credential, let identity else {
      throw ElectionError.replacement("this voter had no credential when the roll was frozen")
    }
    switch replacement {
    case .link:
      try Self.require(.service, election)
      var random = environment.randomSource()
      let secret = VotingSecret(using: &random)
      return Plan(
        entry: CredentialReplacement(revoked: lost, voter: secret.rollEntry(voter.details)), voter: voter,
        secret: secret)
    case .registered:
      try Self.require(.voter, election)
      guard let pending else { throw ElectionError.replacement("the voter's new device has registered no credential yet") }
      let entry = RollEntry(credential: pending, weight: voter.details.weight, identity: identity)
      return Plan(entry: CredentialReplacement(revoked: lost, voter: entry), voter: voter, secret: nil)
    case .made: throw ElectionError.noSuch("voter")
    }
  }
}
