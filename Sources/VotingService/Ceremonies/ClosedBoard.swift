import BallotCryptography
import Curve25519
import Dispatch
import Elections
import Synchronization
import ThresholdCryptography
import TransparencyLog
import Verification

/// A closed board that was verified: what its trustees decrypt, and the counts of the result. All of it is public.
struct ClosedBoard: Sendable {
  /// The encrypted totals of the counted ballots, bound to the closing checkpoint.
  let statement: DecryptionStatement
  let keys: PerKey<ThresholdKey>
  /// Of all trustees.
  let drawKeys: [Bytes32]
  /// No total exceeds it.
  let largestTotal: UInt64
  /// All of the result but its totals.
  private let counts: ElectionResult

  /// - Throws: `CeremonyError.boardNotVerified`.
  private init(_ board: VerifiedBoard) throws {
    statement = DecryptionStatement(
      election: board.electionID, size: board.size, root: board.root, totals: board.tally.totals)
    keys = try board.roster.keys
    drawKeys = board.roster.drawKeys
    largestTotal = board.largestTotal
    counts = ElectionResult(
      cast: UInt32(board.counts.cast), counted: UInt32(board.tally.ballots), countedWeight: board.tally.weight,
      challenged: UInt32(board.counts.challenged), replaced: UInt32(board.counts.replaced), totals: [])
  }

  /// Reads and verifies a board, by checks 1 to 8, and 14 for the opening draw: the service adds up what every trustee will add up for itself.
  ///
  /// - Throws: `CeremonyError.boardNotVerified`; what the boards throw.
  static func read(_ election: String, _ boards: Boards, _ runner: any WorkRunner & Sendable) async throws -> ClosedBoard {
    let source = BoardSource(election: election, boards: boards)
    // Not on one of the service's workers: reading waits for the boards, which may wait for workers.
    return try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "comitia.closed-board").async {
        continuation.resume(with: Result { try verify(source, runner) })
      }
    }
  }

  private static func verify(_ source: BoardSource, _ runner: some WorkRunner) throws -> ClosedBoard {
    let (report, board): (VerificationReport, VerifiedBoard?)
    do {
      (report, board) = try RecordVerifier(source: source, runner: runner).verifyBoard()
    } catch {
      if let failure = source.failure.withLock({ $0 }) { throw failure }
      throw error
    }
    if let failure = report.firstFailure { throw CeremonyError.boardNotVerified(check: failure.check.rawValue, failure.detail) }
    guard let board else { throw CeremonyError.damaged("the closed board cannot be read") }
    return try ClosedBoard(board)
  }

  /// The files of the record that follow from a decryption.
  struct Outcome: Sendable {
    let tally: [UInt8]
    let result: [UInt8]
    let draw: [UInt8]
  }

  /// Decrypts the totals with any *t* of these parts.
  ///
  /// - Parameter parts: by trustees that cosigned the closing checkpoint, ascending; their decryptions are verified here once more.
  /// - Returns: `nil` when there are too few.
  func decrypt(_ parts: [ClosingPart]) throws(CeremonyError) -> Outcome? {
    var session = DecryptionSession(statement: statement, key: keys.election)
    for part in parts {
      if case .refused = session.receive(part.decryption) {
        throw .damaged("a partial decryption that was verified no longer is valid")
      }
    }
    guard let plaintexts = session.plaintexts else { return nil }
    let logarithm = DiscreteLogarithm(bound: largestTotal, targets: plaintexts.count)
    var totals: [UInt64] = []
    for total in logarithm.logarithms(of: plaintexts) {
      guard let total else { throw .damaged("a decrypted total is larger than the roll allows") }
      totals.append(total)
    }
    let tally = TallyRecord(
      size: statement.size, root: statement.root, totals: statement.totals, partials: session.partials)
    let result = ElectionResult(
      cast: counts.cast, counted: counts.counted, countedWeight: counts.countedWeight, challenged: counts.challenged,
      replaced: counts.replaced, totals: totals)
    let draw = DrawRecord(size: statement.size, root: statement.root, parts: parts.map { $0.draw })
    return Outcome(tally: tally.encoded, result: result.encoded, draw: draw.encoded)
  }
}

/// The files of a board for the verifier, which reads one after the other.
private final class BoardSource: RecordSource, Sendable {
  private let election: String
  private let boards: Boards
  /// Why a file could not be read, where it is there.
  let failure = Mutex<(any Error)?>(nil)

  init(election: String, boards: Boards) {
    self.election = election
    self.boards = boards
  }

  func read(_ path: [UInt8]) -> [UInt8]? {
    let path = String(decoding: path, as: UTF8.self)
    do {
      return try Awaited.wait { [boards, election] in try await boards.file(path, election: election)?.bytes }
    } catch {
      failure.withLock { $0 = error }
      return nil
    }
  }
}

/// What a task gives to a thread that waits for it and belongs to nobody else.
private final class Awaited<Output: Sendable>: Sendable {
  private let done = DispatchSemaphore(value: 0)
  private let outcome = Mutex<Result<Output, any Error>?>(nil)

  static func wait(_ body: @escaping @Sendable () async throws -> Output) throws -> Output {
    let awaited = Awaited()
    Task {
      do { awaited.finish(.success(try await body())) } catch { awaited.finish(.failure(error)) }
    }
    awaited.done.wait()
    guard let outcome = awaited.outcome.withLock({ $0 }) else { preconditionFailure("woken before the task was done") }
    return try outcome.get()
  }

  private func finish(_ result: Result<Output, any Error>) {
    outcome.withLock { $0 = result }
    done.signal()
  }
}
