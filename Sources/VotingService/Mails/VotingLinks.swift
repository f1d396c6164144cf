import Curve25519
import Database
import Elections

/// Voting links that the service mails (issuer *service*): sealed under the master key until voting ends, so that a mail can be made again after a
/// crash, be sent again, and a reminder can hold the link.
extension MailStore {
  private static func label(_ voter: String) -> String { "voting link of \(voter)" }

  /// Keeps links for voters whose credentials are these.
  func keep(
    _ links: [(voter: String, secret: VotingSecret)], _ reference: String, _ session: any SQLSession
  ) async throws {
    try await session.executeMany(
      """
      INSERT INTO voting_links (voter, election, credential, sealed, tag) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (voter) DO UPDATE SET credential = $3, sealed = $4, tag = $5
      """,
      links.map { voter, secret in
        [
          .text(voter), .text(reference), .bytes(secret.publicKey.bytes),
          .bytes(sealing.seal(secret.credential.secretBytes.bytes, label: Self.label(voter))),
          .text(rolls.environment.newID()),
        ]
      })
  }

  /// The links of an election that the service has and that can still be voted with: voter, tag of the link.
  func links(_ reference: String, _ session: any SQLSession) async throws -> [String: String] {
    let rows = try await session.query(
      "SELECT v.id, l.tag FROM voters v JOIN voting_links l ON l.voter = v.id AND l.credential = v.credential WHERE v.election = $1",
      [.text(reference)])
    return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.text(0), try $0.text(1)) })
  }

  /// A voter's link; `nil` when the service does not have it, or it is void.
  func link(_ voter: Voter, _ reference: String, _ session: any SQLSession) async throws -> String? {
    let rows = try await session.query("SELECT sealed FROM voting_links WHERE voter = $1", [.text(voter.id)])
    guard let row = rows.first, let bytes = sealing.open(try row.bytes(0), label: Self.label(voter.id)),
      let secret = Bytes32(bytes).flatMap({ VotingSecret(secret: $0) }), secret.publicKey == voter.credential
    else { return nil }
    return secret.link(service: service, election: reference)
  }
}
