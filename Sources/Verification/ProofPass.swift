import BallotCryptography
import Curve25519
import Elections
import TransparencyLog

/// The second reading of the board: it cuts the cast ballots into batches, whoever verifies them, and adds up what counts.
struct ProofPass<Source: RecordSource> {
  let survey: BoardSurvey
  private let context: BallotContext
  private let challenged: [Bytes32]
  /// Ballots in a batch, but for those that come with the last bundle.
  private let size: Int
  var reader: BoardReader<Source>
  private var joiner: EntryJoiner
  /// Whether the board could not be read on.
  var isBroken = false
  private var waiting: [BallotWork.Item] = []
  /// The counted ballots of the batches that are done.
  private(set) var tally: EncryptedTally

  init(_ reader: BoardReader<Source>, _ frame: BoardFrame, _ survey: BoardSurvey, size: Int) {
    self.reader = reader
    self.survey = survey
    context = frame.context
    let bits = context.layout.bits
    // Of long ballots fewer, so that a batch needs no more memory.
    self.size = bits <= Self.bits ? size : max(1, size * Self.bits / bits)
    joiner = EntryJoiner(bits: bits)
    challenged = survey.challenges.keys.sorted()
    tally = EncryptedTally(frame.context.layout)
  }

  /// Of ballots with so many bits, or fewer, a batch has as many as were asked for. A bit takes three kilobytes while it is verified.
  private static var bits: Int { 32 }

  /// Whether there are bundles left.
  var canRead: Bool { !isBroken && reader.replay.nextBundle != nil }
  /// Whether every ballot that could be read was given away.
  var isHandedOut: Bool { !canRead && waiting.isEmpty }
  /// Whether there are enough ballots for a batch.
  var isFull: Bool { waiting.count >= size }

  /// Takes the cast ballots of a bundle, malformed ones left out: the survey has reported them.
  mutating func take(_ step: LogReplay.Step) {
    for (offset, leaf) in step.entries.enumerated() {
      guard let entry = try? joiner.read(leaf), entry.kind == .cast, let ballot = try? CastBallot(entry.body) else { continue }
      let index = step.firstIndex + UInt64(offset)
      // A credential is revoked only if it never cast: where a ballot counts, its voter may vote.
      let place = survey.roll.place(everHeldBy: ballot.ballot.credential)
      let counts = place.map { survey.lastCast[$0] == index + 1 } ?? false
      let weight = counts ? place.map { survey.roll[$0].weight } : nil
      waiting.append(BallotWork.Item(entry: index, ballot: ballot, countedWeight: weight))
    }
  }

  /// The ballots taken, to be verified; `nil` if there are none.
  mutating func takeWork() -> BallotWork? {
    if waiting.isEmpty { return nil }
    defer { waiting = [] }
    return BallotWork(context: context, challenged: challenged, items: waiting)
  }

  /// Takes what became of a batch.
  mutating func add(_ outcome: BallotOutcome, _ report: inout VerificationReport) {
    tally.add(outcome.tally)
    for failure in outcome.failures { report.fail(failure.check, failure.detail) }
  }
}
