import Curve25519
import Elections
import ThresholdCryptography
import Verification

/// A closed board that was verified: what its trustees decrypt, and the counts of the result. All of it is public.
public struct ClosedBoard: Sendable {
  /// The encrypted totals of the counted ballots, bound to the closing checkpoint.
  public let statement: DecryptionStatement
  /// Of the trustees that act at the closing checkpoint.
  public let keys: PerKey<ThresholdKey>
  /// Of the same trustees.
  public let drawKeys: [Bytes32]
  /// No total exceeds it.
  public let largestTotal: UInt64
  /// All of the result but its totals.
  private let counts: ElectionResult

  /// Takes over a board that has been verified.
  private init(_ board: VerifiedBoard) {
    statement = DecryptionStatement(
      election: board.electionID, size: board.size, root: board.root, totals: board.tally.totals)
    keys = board.acting.keys
    drawKeys = board.acting.drawKeys
    largestTotal = board.largestTotal
    counts = ElectionResult(
      cast: UInt32(board.counts.cast), counted: UInt32(board.tally.ballots), countedWeight: board.tally.weight,
      challenged: UInt32(board.counts.challenged), replaced: UInt32(board.counts.replaced), totals: [])
  }

  /// Reads and verifies a board, by checks 1 to 8, and 14 for the opening draw: the service adds up what every trustee will add up for itself.
  ///
  /// - Throws: `boardNotVerified`, `damaged`.
  public init(verifying source: some RecordSource, runner: some WorkRunner) throws(CoordinationError) {
    let (report, board): (VerificationReport, VerifiedBoard?)
    do throws(UnreadableRecord) {
      (report, board) = try RecordVerifier(source: source, runner: runner).verifyBoard()
    } catch {
      switch error {
      case .missing(let path): throw .damaged("the closed board has no file \(String(decoding: path, as: UTF8.self))")
      }
    }
    if let failure = report.firstFailure { throw .boardNotVerified(check: failure.check.rawValue, failure.detail) }
    guard let board else { throw .damaged("the closed board cannot be read") }
    self = ClosedBoard(board)
  }

  /// The files of the record that follow from a decryption.
  public struct Outcome: Sendable {
    /// 6.7
    public let tally: [UInt8]
    /// 6.8
    public let result: [UInt8]
    /// 6.10
    public let draw: [UInt8]
    /// What trustees are to sign (6.11).
    public let certificate: ResultCertificate
  }

  /// Reads a trustee's part and checks it.
  ///
  /// - Returns: `nil` where it is no good part of this trustee.
  public func part(_ encoded: [UInt8], of trustee: Int) -> ClosingPart? {
    guard let part = try? ClosingPart(encoded, count: statement.totals.count), part.trustee == trustee,
      part.isGood(statement, keys: keys, drawKeys: drawKeys)
    else { return nil }
    return part
  }

  /// Decrypts the totals with any *t* of these parts.
  ///
  /// - Parameter parts: by trustees that cosigned the closing checkpoint, ascending; their decryptions are verified here once more.
  /// - Returns: `nil` when there are too few.
  public func decrypt(_ parts: [ClosingPart]) throws(CoordinationError) -> Outcome? {
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
    let files = (tally: tally.encoded, result: result.encoded, draw: draw.encoded)
    let certificate = ResultCertificate(
      election: statement.election, size: statement.size, root: statement.root, tally: files.tally, result: files.result,
      draw: files.draw)
    return Outcome(tally: files.tally, result: files.result, draw: files.draw, certificate: certificate)
  }
}
