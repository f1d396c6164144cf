import Curve25519
import Database
import Elections
import TransparencyLog
import Verification

// Who the trustees are at which size of the board: the roster with the renewals on it.
extension Board {
  /// The roster as amended by the entries that this process has seen. Files of renewals are read once.
  func roster() async throws -> AmendedRoster {
    if let amended, amended.terms.count == memory.renewals.count + 1 { return amended }
    let (positions, election) = (memory.renewals, frame.reference)
    let files = try await environment.database.read { session in
      var files: [[UInt8]] = []
      for number in positions.indices {
        let rows = try await session.query(
          "SELECT bytes FROM board_files WHERE election = $1 AND name = $2",
          [.text(election), .text(Boards.renewalPath(number + 1))])
        guard let row = rows.first else { throw BoardError.damaged("a renewal's file is missing") }
        files.append(try row.bytes(0))
      }
      return files
    }
    let made = try Self.roster(frame, Array(zip(positions, files)))
    amended = made
    return made
  }

  private static func roster(_ frame: BoardFrame, _ renewals: [(position: UInt64, file: [UInt8])]) throws -> AmendedRoster {
    do {
      var roster = try AmendedRoster(frame.roster)
      for (position, file) in renewals {
        try roster.renew(Renewal(file), at: position, election: frame.electionID, logKey: frame.opening.logKey)
      }
      return roster
    } catch {
      throw BoardError.damaged("the stored renewals do not hold")
    }
  }

  /// Whose signatures a checkpoint of a size carries.
  func policy(at size: UInt64) async throws -> LogPolicy {
    try LogPolicy(opening: frame.opening, acting: try await roster().acting(at: size))
  }
}

extension Boards {
  /// The file of a renewal.
  static func renewalPath(_ number: Int) -> String { String(decoding: RenewalEntry.path(number), as: UTF8.self) }

  /// The roster of an election with the renewals so far.
  ///
  /// - Throws: `unknownElection`.
  public func roster(of election: String) async throws -> AmendedRoster { try await board(election).roster() }

  /// Brings a renewal into force: publishes its file, and appends its entry.
  ///
  /// - Parameter effect: what else is to be true when it is, in the same transaction; may run more than once.
  /// - Throws: `BoardError.parts` where it does not hold; `wrongPhase`; what `effect` throws.
  @discardableResult
  public func renew(_ renewal: Renewal, of election: String, also effect: @escaping BoardStepEffect) async throws -> AppendedEntry {
    let board = try await board(election)
    var roster = try await board.roster()
    let frame = board.frame
    do throws(RenewalError) {
      try roster.renew(renewal, at: .max - 1, election: frame.electionID, logKey: frame.opening.logKey)
    } catch { throw BoardError.parts(error.text) }
    let file = renewal.encoded
    return try await board.append(.renewal(RenewalEntry(renewal))) { session, entry in
      try await session.execute(
        "INSERT INTO board_files (election, name, bytes) VALUES ($1, $2, $3)",
        [.text(election), .text(Self.renewalPath(Int(renewal.number))), .bytes(file)])
      try await effect(session, entry)
    }
  }
}
