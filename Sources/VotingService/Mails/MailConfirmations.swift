import BallotCryptography
import Curve25519
import Database
import Elections

// Confirmations follow from the board itself: a ballot that is committed gets one, whatever happens to the server that took it.
extension MailStore {
  private static let pageSize = 200

  /// Whether ballots wait for their confirmations.
  func hasUnconfirmed(_ session: any SQLSession) async throws -> Bool {
    try await !session.query(
      """
      SELECT 1 FROM mail_settings s JOIN boards b ON b.election = s.election
      WHERE s.confirmation = 1 AND s.confirmed < b.size LIMIT 1
      """
    ).isEmpty
  }

  /// Queues the confirmations of all ballots that have none.
  func confirm() async throws {
    guard mode != .none else { return }
    while !Task.isCancelled {
      let isOver = try await database.transaction { session in
        let rows = try await session.query(
          """
          SELECT s.election, s.confirmed FROM mail_settings s JOIN boards b ON b.election = s.election
          WHERE s.confirmation = 1 AND s.confirmed < b.size ORDER BY s.election LIMIT 1
          """)
        guard let row = rows.first else { return true }
        try await confirm(row.text(0), from: row.integer(1), session)
        return false
      }
      if isOver { return }
    }
  }

  private func confirm(_ reference: String, from first: Int64, _ session: any SQLSession) async throws {
    let leaves = try await BoardStore(election: reference).leaves(session, from: UInt64(first), limit: Self.pageSize)
    var mails: [NewMail] = []
    var joiner = EntryJoiner(bits: BallotLayout.mostBits)
    var next = first
    for (offset, leaf) in leaves.enumerated() {
      guard let entry = try joiner.read(leaf) else { continue }
      let position = UInt64(first) + UInt64(offset)
      next = Int64(position) + 1
      guard entry.kind == .cast else { continue }
      let credential = try Submission(ballot: entry.body).credential
      let voters = try await session.query(
        "SELECT id FROM voters WHERE election = $1 AND credential = $2 AND email <> ''",
        [.text(reference), .bytes(credential.bytes)])
      if let voter = voters.first {
        mails.append(NewMail(.confirmation, to: try voter.text(0), which: String(position), position: position))
      }
    }
    _ = try await queue.add(mails, reference, session)
    try await session.execute(
      "UPDATE mail_settings SET confirmed = $2 WHERE election = $1 AND confirmed = $3",
      [.text(reference), .integer(max(next, first + 1)), .integer(first)])
  }
}
