import Curve25519
import Database
import Elections
import TransparencyLog
import TrusteeCoordination

/// A renewal that the trustees before it have not brought into force (`docs/spec/06-record.md`, 6.12). The election cannot be closed before.
public struct PendingRenewal: Sendable, Equatable {
  /// 1, 2, …
  public let number: Int
  /// How many of those before must cosign.
  public let needed: Int
  /// Names of those who have.
  public let cosigned: [String]
  /// Names of those who have not.
  public let missing: [String]
}

// Renewals come into force: the first checkpoint that contains one is cosigned by those who acted before it.
extension Board {
  /// What those before a renewal are to cosign: the checkpoint that ends with its entry.
  func inForce(_ renewal: Int) async throws -> RenewalInForce {
    let (size, roster) = (memory.renewals[renewal - 1] + 1, try await roster())
    let checkpoint = try frame.sign(size: size, root: memory.tree.root(at: size))
    return try RenewalInForce(opening: frame.opening, before: roster.terms[renewal - 1].acting, checkpoint: checkpoint)
  }

  /// The renewals on the board that are not in force, ascending.
  func pendingRenewals() async throws -> [Int] {
    guard memory.renewals.count > inForce.count else { return [] }
    let store = store
    let numbers = try await environment.database.read { session in try await store.renewalsInForce(session) }
    inForce.formUnion(numbers)
    return memory.renewals.indices.map { $0 + 1 }.filter { !inForce.contains($0) }
  }

  /// The size that somebody is to cosign before any other, who has cosigned `old`: that of the first renewal there that is not in force; for one whose place
  /// another has, the one that shows it.
  func renewalSize(after old: UInt64, isFormer: Bool) async throws -> UInt64? {
    let pending = isFormer ? Array(1..<memory.renewals.count + 1) : try await pendingRenewals()
    return pending.map { memory.renewals[$0 - 1] }.first { $0 >= old }.map { $0 + 1 }
  }

  /// Keeps the lines of those before a renewal on the checkpoint that shows it, as far as these are such lines.
  ///
  /// - Returns: the lines that are.
  func addToRenewal(_ lines: [NoteSignature], size: UInt64) async throws -> [NoteSignature] {
    guard let renewal = memory.renewals.firstIndex(of: size - 1).map({ $0 + 1 }) else { return [] }
    let (asked, store) = (try await inForce(renewal), store)
    let given = lines.compactMap { line in asked.cosigner(line).map { (trustee: $0, line: line) } }
    guard !given.isEmpty, try await pendingRenewals().contains(renewal) else { return given.map { $0.line } }
    let isThere = try await environment.database.transaction { session in
      for (trustee, line) in given { try await store.add(session, line.line, of: trustee, renewal: renewal) }
      let kept = try await store.renewalCosignatures(session, renewal)
      let all = try kept.compactMap { trustee, line in try WitnessRequest.parseAnswer(line).first.map { (trustee, $0) } }
      guard let file = try asked.file(Dictionary(all) { first, _ in first }) else { return false }
      try await store.publish(session, inForce: renewal, file)
      return true
    }
    if isThere {
      inForce.insert(renewal)
      environment.events.publish(.status(election: frame.reference, status: memory.phase.code))
    }
    return given.map { $0.line }
  }

  /// The renewals that are not in force, and for whom they wait.
  func renewalsAwaited() async throws -> [PendingRenewal] {
    let (store, roster) = (store, try await roster())
    var awaited: [PendingRenewal] = []
    for number in try await pendingRenewals() {
      let before = roster.terms[number - 1].acting
      let cosigned = try await environment.database.read { session in
        Set(try await store.renewalCosignatures(session, number).map { $0.trustee })
      }
      let names = before.trustees.enumerated().map {
        (isThere: cosigned.contains($0.offset + 1), name: $0.element.name.description)
      }
      awaited.append(
        PendingRenewal(
          number: number, needed: before.threshold, cosigned: names.filter { $0.isThere }.map { $0.name },
          missing: names.filter { !$0.isThere }.map { $0.name }))
    }
    return awaited
  }
}

extension Boards {
  /// The file of the checkpoint that brought a renewal into force.
  static func renewalCheckpointPath(_ number: Int) -> String {
    String(decoding: RenewalEntry.checkpointPath(number), as: UTF8.self)
  }

  /// The renewals that are not in force, and for whom they wait; none in nearly all elections.
  ///
  /// - Throws: `unknownElection`.
  public func renewalsAwaited(of election: String) async throws -> [PendingRenewal] { try await fresh(election).renewalsAwaited() }

  /// Whether a renewal on the board is not in force, within the transaction that is about to close it.
  func awaitsRenewal(_ election: String, in session: any SQLSession) async throws -> Bool {
    let rows = try await session.query(
      "SELECT name FROM board_files WHERE election = $1 AND name LIKE 'renewal-%'", [.text(election)])
    let names = Set(try rows.map { try $0.text(0) })
    return (1...RenewalEntry.most).contains {
      names.contains(Self.renewalPath($0)) && !names.contains(Self.renewalCheckpointPath($0))
    }
  }
}

extension BoardStore {
  func renewalsInForce(_ session: any SQLSession) async throws -> [Int] {
    let rows = try await session.query(
      "SELECT name FROM board_files WHERE election = $1 AND name LIKE 'renewal-%-checkpoint'", [.text(election)])
    let names = Set(try rows.map { try $0.text(0) })
    return (1...RenewalEntry.most).filter { names.contains(Boards.renewalCheckpointPath($0)) }
  }

  func add(_ session: any SQLSession, _ line: [UInt8], of trustee: Int, renewal: Int) async throws {
    try await session.execute(
      "INSERT INTO renewal_cosignatures (election, renewal, trustee, line) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
      [.text(election), .integer(Int64(renewal)), .integer(Int64(trustee)), .bytes(line)])
  }

  func renewalCosignatures(_ session: any SQLSession, _ renewal: Int) async throws -> [(trustee: Int, line: [UInt8])] {
    try await session.query(
      "SELECT trustee, line FROM renewal_cosignatures WHERE election = $1 AND renewal = $2 ORDER BY trustee",
      [.text(election), .integer(Int64(renewal))]
    ).map { (Int(try $0.integer(0)), try $0.bytes(1)) }
  }

  /// The first one stays.
  func publish(_ session: any SQLSession, inForce renewal: Int, _ file: [UInt8]) async throws {
    try await session.execute(
      "INSERT INTO board_files (election, name, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
      [.text(election), .text(Boards.renewalCheckpointPath(renewal)), .bytes(file)])
  }
}
