import Database
import TransparencyLog

/// How far witnesses outside have come with each board.
struct WitnessStore: Sendable {
  /// A board that a witness is to be asked about.
  struct Turn: Sendable, Equatable {
    let election: String
    /// What it cosigned last, as far as is known here.
    let size: UInt64
    /// How often in succession it did not cosign.
    let failures: Int
  }

  let witness: OutsideWitness
  private var name: SQLValue { .text(witness.name) }

  /// The board that has waited longest for this witness.
  ///
  /// - Parameter youngest: boards whose last entry is older are left alone: a witness added today is not asked about all that ever was.
  func next(_ session: any SQLSession, now: UInt64, youngest: UInt64) async throws -> Turn? {
    try await session.query(
      """
      SELECT b.election, COALESCE(w.size, 0), COALESCE(w.failures, 0)
      FROM boards b LEFT JOIN board_witnesses w ON w.election = b.election AND w.witness = $1
      WHERE COALESCE(w.cosigned, 0) < b.size AND COALESCE(w.due, 0) <= $2 AND b.last_time >= $3 AND b.evidence_size IS NULL
      ORDER BY COALESCE(w.due, 0), b.election LIMIT 1
      """, [name, .integer(Int64(now)), .integer(Int64(youngest))]
    ).first.map {
      Turn(election: try $0.text(0), size: UInt64(try $0.integer(1)), failures: Int(try $0.integer(2)))
    }
  }

  /// Takes a board, so that no other server asks about it until then.
  func take(_ session: any SQLSession, _ turn: Turn, until: UInt64) async throws {
    try await session.execute(
      """
      INSERT INTO board_witnesses (election, witness, size, cosigned, due, failures) VALUES ($1, $2, 0, 0, $3, 0)
      ON CONFLICT (election, witness) DO UPDATE SET due = $3
      """, [.text(turn.election), name, .integer(Int64(until))])
  }

  /// It cosigned: keeps the checkpoint with its signature, unless a larger one is kept.
  func keep(_ session: any SQLSession, _ election: String, _ note: SignedCheckpoint, due: UInt64) async throws {
    try await session.execute(
      """
      UPDATE board_witnesses SET size = $3, cosigned = $3, note = $4, due = $5, failures = 0
      WHERE election = $1 AND witness = $2 AND cosigned <= $3
      """,
      [.text(election), name, .integer(Int64(note.checkpoint.size)), .bytes(note.bytes), .integer(Int64(due))])
  }

  /// It did not: keeps when it is asked again, and from which size.
  func postpone(_ session: any SQLSession, _ turn: Turn, size: UInt64, due: UInt64) async throws {
    try await session.execute(
      "UPDATE board_witnesses SET size = $3, due = $4, failures = $5 WHERE election = $1 AND witness = $2",
      [
        .text(turn.election), name, .integer(Int64(size)), .integer(Int64(due)), .integer(Int64(min(turn.failures + 1, 1000))),
      ])
  }

  /// The newest checkpoint that each witness cosigned, by witness.
  static func notes(_ session: any SQLSession, of election: String) async throws -> [(witness: String, note: [UInt8])] {
    try await session.query(
      "SELECT witness, note FROM board_witnesses WHERE election = $1 AND note IS NOT NULL ORDER BY witness", [.text(election)]
    ).map { (try $0.text(0), try $0.bytes(1)) }
  }
}
