import BallotCryptography
import Curve25519
import Database
import Elections

/// The rows of one board.
struct BoardStore: Sendable {
  let election: String

  /// What the board's row says.
  struct Row: Sendable {
    let size: UInt64
    let root: Bytes32
    let evidence: BoardEvidence?
  }

  /// A leaf with what the tables hold of the entry that it ends; of a piece they hold nothing else.
  struct NewLeaf: Sendable {
    let position: UInt64
    let bytes: [UInt8]
    /// Of a cast or challenge.
    let ballotHash: Bytes32?
    /// Of a cast ballot: unlike that of any other ballot that may be cast.
    let vote: [UInt8]?
    /// Account and credential to be tied to each other.
    let binding: (account: String, credential: Bytes32)?

    init(
      position: UInt64, bytes: [UInt8], ballotHash: Bytes32? = nil, vote: [UInt8]? = nil,
      binding: (account: String, credential: Bytes32)? = nil
    ) {
      self.position = position
      self.bytes = bytes
      self.ballotHash = ballotHash
      self.vote = vote
      self.binding = binding
    }
  }

  private var name: SQLValue { .text(election) }
  private static let columns = "size, root, evidence_size, evidence_forked"

  private func row(_ values: SQLRow?) throws -> Row? {
    guard let values else { return nil }
    guard let root = Bytes32(try values.bytes(1)) else { throw BoardError.damaged("the root is not 32 bytes") }
    var evidence: BoardEvidence?
    if !values.isNull(2) {
      let size = UInt64(try values.integer(2))
      evidence = try values.integer(3) == 1 ? .forked(size: size) : .truncated(signed: size)
    }
    return Row(size: UInt64(try values.integer(0)), root: root, evidence: evidence)
  }

  /// Becomes the sequencer until the transaction ends: others wait here.
  func lock(_ session: any SQLSession) async throws -> Row? {
    try row(
      await session.query(
        "UPDATE boards SET appends = appends + 1 WHERE election = $1 RETURNING \(Self.columns)", [name]
      ).first)
  }

  /// The row as it is.
  func row(_ session: any SQLSession) async throws -> Row? {
    try row(await session.query("SELECT \(Self.columns) FROM boards WHERE election = $1", [name]).first)
  }

  /// The sealed key and the files.
  func parts(_ session: any SQLSession) async throws -> (logKey: [UInt8], files: [String: [UInt8]])? {
    guard let row = try await session.query("SELECT log_key FROM boards WHERE election = $1", [name]).first else { return nil }
    var files: [String: [UInt8]] = [:]
    for file in try await session.query("SELECT name, bytes FROM board_files WHERE election = $1", [name]) {
      files[try file.text(0)] = try file.bytes(1)
    }
    return (try row.bytes(0), files)
  }

  /// Stores a new board with its entry 0.
  func create(
    _ session: any SQLSession, electionID: Bytes32, logKey: [UInt8], files: [(String, [UInt8])], entry: BoardEntry
  ) async throws {
    try await session.execute(
      "INSERT INTO boards (election, election_id, log_key, size, root, last_time, appends) VALUES ($1, $2, $3, 1, $4, $5, 0)",
      [name, .bytes(electionID.bytes), .bytes(logKey), .bytes(electionID.bytes), .integer(Int64(entry.time))])
    try await session.executeMany(
      "INSERT INTO board_files (election, name, bytes) VALUES ($1, $2, $3)", files.map { [name, .text($0.0), .bytes($0.1)] })
    try await session.execute(
      "INSERT INTO board_entries (election, position, entry) VALUES ($1, 0, $2)", [name, .bytes(entry.encoded)])
  }

  /// Leaves from a position on, at most `limit`, in order and without gaps.
  func leaves(_ session: any SQLSession, from first: UInt64, limit: Int) async throws -> [[UInt8]] {
    let rows = try await session.query(
      "SELECT position, entry FROM board_entries WHERE election = $1 AND position >= $2 AND position < $3 ORDER BY position",
      [name, .integer(Int64(first)), .integer(Int64(first) + Int64(limit))])
    var leaves: [[UInt8]] = []
    leaves.reserveCapacity(rows.count)
    for (offset, row) in rows.enumerated() {
      guard try row.integer(0) == Int64(first) + Int64(offset) else {
        throw BoardError.damaged("entry \(Int64(first) + Int64(offset)) is missing")
      }
      leaves.append(try row.bytes(1))
    }
    return leaves
  }

  /// The entry with a number, the index of its last leaf; `nil` if there is none.
  ///
  /// - Throws: `damaged`, and what the database throws.
  func entry(_ session: any SQLSession, _ number: UInt64) async throws -> BoardEntry? {
    guard let last = try await leaves(session, from: number, limit: 1).first else { return nil }
    var own = [last]
    while own.count <= LongEntry.mostPieces(bits: BallotLayout.mostBits), number >= own.count,
      let before = try await leaves(session, from: number - UInt64(own.count), limit: 1).first, before.first == LongEntry.pieceKind
    {
      own.insert(before, at: 0)
    }
    var joiner = EntryJoiner(bits: BallotLayout.mostBits)
    var entry: BoardEntry?
    do throws(EntryFormError) {
      for leaf in own { entry = try joiner.read(leaf) }
    } catch {
      throw BoardError.damaged("entry \(number) is malformed")
    }
    return entry
  }

  /// Which accounts were tied to which credentials by ballots from a position on.
  func bindings(_ session: any SQLSession, from first: UInt64) async throws -> [(account: String, credential: Bytes32)] {
    try await session.query(
      "SELECT account, credential FROM board_accounts WHERE election = $1 AND position >= $2", [name, .integer(Int64(first))]
    ).map { row in
      guard let credential = Bytes32(try row.bytes(1)) else { throw BoardError.damaged("a credential is not 32 bytes") }
      return (try row.text(0), credential)
    }
  }

  /// Appends leaves; the transaction holds the lock.
  func append(_ session: any SQLSession, _ leaves: [NewLeaf], root: Bytes32, time: UInt64) async throws {
    guard let last = leaves.last else { return }
    try await session.executeMany(
      "INSERT INTO board_entries (election, position, entry) VALUES ($1, $2, $3)",
      leaves.map { [name, .integer(Int64($0.position)), .bytes($0.bytes)] })
    let ballots: [[SQLValue]] = leaves.compactMap { entry in
      guard let hash = entry.ballotHash else { return nil }
      return [name, .bytes(hash.bytes), entry.vote.map { .bytes($0) } ?? .null, .integer(Int64(entry.position))]
    }
    if !ballots.isEmpty {
      try await session.executeMany(
        "INSERT INTO board_ballots (election, ballot_hash, vote, position) VALUES ($1, $2, $3, $4)", ballots)
    }
    let bindings: [[SQLValue]] = leaves.compactMap { entry in
      guard let binding = entry.binding else { return nil }
      return [name, .text(binding.account), .bytes(binding.credential.bytes), .integer(Int64(entry.position))]
    }
    if !bindings.isEmpty {
      try await session.executeMany(
        "INSERT INTO board_accounts (election, account, credential, position) VALUES ($1, $2, $3, $4)", bindings)
    }
    try await session.execute(
      "UPDATE boards SET size = $2, root = $3, last_time = $4 WHERE election = $1",
      [name, .integer(Int64(last.position) + 1), .bytes(root.bytes), .integer(Int64(time))])
  }

  /// Keeps what shows that entries are missing.
  func store(_ session: any SQLSession, evidence: [UInt8], size: UInt64, forked: Bool) async throws {
    try await session.execute(
      """
      UPDATE boards SET evidence_size = $2, evidence_forked = $3, evidence = $4
      WHERE election = $1 AND (evidence_size IS NULL OR evidence_forked < $3 OR (evidence_forked = $3 AND evidence_size < $2))
      """, [name, .integer(Int64(size)), .integer(forked ? 1 : 0), .bytes(evidence)])
  }

  /// Keeps signature lines of trustees.
  ///
  /// - Returns: how many were new.
  func add(_ session: any SQLSession, cosignatures: [(trustee: Int, line: [UInt8])], size: UInt64) async throws -> Int {
    var added = 0
    for (trustee, line) in cosignatures {
      added += try await session.execute(
        "INSERT INTO board_cosignatures (election, size, trustee, line) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        [name, .integer(Int64(size)), .integer(Int64(trustee)), .bytes(line)])
    }
    return added
  }

  /// Signature lines on the checkpoint of a size, in ascending order of trustees.
  func cosignatures(_ session: any SQLSession, size: UInt64) async throws -> [[UInt8]] {
    try await session.query(
      "SELECT line FROM board_cosignatures WHERE election = $1 AND size = $2 ORDER BY trustee", [name, .integer(Int64(size))]
    ).map { try $0.bytes(0) }
  }
}
