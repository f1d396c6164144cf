import BallotCryptography
import Curve25519
import Elections
import TransparencyLog

/// What the first reading of the board collects: everything about entries but proofs and signatures of ballots.
struct BoardSurvey {
  private let manifest: Manifest
  /// With the replacements so far.
  private(set) var roll: AmendedRoll
  /// With the renewals so far.
  var roster: AmendedRoster
  /// When each renewal entry so far was made, Unix milliseconds, as long as their numbers follow each other.
  var renewalTimes: [UInt64] = []
  /// How many these are.
  var renewals: Int { renewalTimes.count }
  /// Whether a renewal entry has had another number than the next.
  var areRenewalsBroken = false
  /// Where the board is anchored, as the record says.
  var anchors = AnchorSurvey()
  private let context: BallotContext
  private var ciphertexts: CiphertextIndex
  /// Whether the last entry need not end the election.
  private let mayBeOpen: Bool

  /// For each place on the amended roll the last entry that casts a ballot, plus 1; 0 if none.
  private(set) var lastCast: [UInt64]
  /// The number of that ballot, or of the last one that could be read; 0 if none.
  private var lastNumber: [UInt32]
  /// Challenges so far by the hash of the challenged ballot; of several for one hash the first.
  private(set) var challenges: [Bytes32: Challenge] = [:]
  /// All challenges that hold.
  private(set) var challengeCount: UInt64 = 0
  private var challengesByCredential: [Bytes32: Int] = [:]
  private(set) var cast: UInt64 = 0
  private(set) var opened: UInt64 = 0
  /// Where the election stands after the entries so far.
  private(set) var phase = BoardPhase.voting
  /// Whether any entry aborts the election, wherever it stands and whatever it says.
  private(set) var isAborted = false
  private(set) var firstCastTime: UInt64?
  private(set) var lastCastTime: UInt64?
  /// Of the last entry, Unix milliseconds.
  private(set) var lastTime: UInt64 = 0
  private var joiner: EntryJoiner
  /// Entries so far; a long one takes several leaves of the log.
  private(set) var entries: UInt64 = 0

  /// Whether the last leaf is a piece, so that its entry is not read to its end.
  var isWithinEntry: Bool { joiner.isWithinEntry }

  struct Challenge {
    let credential: Bytes32
    let entry: UInt64
    var opened = false
  }

  /// - Parameter ciphertexts: finds repetitions of the first part.
  init(
    manifest: Manifest, roster: AmendedRoster, roll: Roll, context: BallotContext, ciphertexts: CiphertextIndex,
    mayBeOpen: Bool = false
  ) {
    self.mayBeOpen = mayBeOpen
    self.roster = roster
    self.manifest = manifest
    self.roll = AmendedRoll(roll)
    self.context = context
    self.ciphertexts = ciphertexts
    joiner = EntryJoiner(bits: context.layout.bits)
    lastCast = Array(repeating: 0, count: roll.count)
    lastNumber = Array(repeating: 0, count: roll.count)
  }

  /// Reads one leaf.
  ///
  /// - Returns: the entry that it ends.
  mutating func read(_ leaf: [UInt8], at index: UInt64, of size: UInt64, _ report: inout VerificationReport) -> BoardEntry? {
    var entry: BoardEntry?
    do throws(EntryFormError) {
      entry = try joiner.read(leaf)
    } catch let error {
      report.fail(.board, "entry \(index): \(error.text)")
      if case .unfinishedPieces(let next) = error { entry = next }
    }
    if let entry {
      entries += 1
      read(entry, index, size, &report)
    }
    return entry
  }

  private mutating func read(_ entry: BoardEntry, _ index: UInt64, _ size: UInt64, _ report: inout VerificationReport) {
    guard entry.hasExpectedLength(bits: context.layout.bits) else {
      return report.fail(.board, "entry \(index): wrong length for its kind")
    }
    checkLifeCycle(entry, index, size, &report)
    switch entry.kind {
    // A renewal needs its file: `RecordVerifier.readRenewal`.
    case .opening, .closing, .resume, .renewal: break
    case .pause, .abort: readReason(entry, index, &report)
    case .replacement: readReplacement(entry, index, &report)
    case .cast: readCast(entry, index, &report)
    case .challenge: readChallenge(entry, index, &report)
    case .opened: readOpened(entry, index, &report)
    }
  }

  /// Order and times of entries (check 5).
  private mutating func checkLifeCycle(
    _ entry: BoardEntry, _ index: UInt64, _ size: UInt64, _ report: inout VerificationReport
  ) {
    if entry.time < lastTime { report.fail(.board, "entry \(index): its time is before that of the entry before") }
    lastTime = max(lastTime, entry.time)
    if (entry.kind == .opening) != (index == 0) {
      report.fail(.board, "entry \(index): the opening entry must be the first and only the first")
    }
    let isEnd = entry.kind == .closing || entry.kind == .abort
    if isEnd != (index == size - 1) && (isEnd || !mayBeOpen) {
      report.fail(.board, "entry \(index): a closing or an abort entry must be the last and only the last")
    }
    if let next = phase.following(entry.kind) {
      phase = next
    } else if index > 0 && (phase == .voting || phase == .paused) {
      // What follows the end was reported with the end.
      report.fail(.board, "entry \(index): \(phase == .paused ? "while voting is paused" : "resumes what was not paused")")
    }
    switch entry.kind {
    case .opening, .closing, .pause, .resume, .abort, .replacement, .renewal: break
    case .cast, .challenge, .opened:
      if !manifest.allowsVoting(at: entry.time) { report.fail(.board, "entry \(index): outside the opening hours") }
    }
  }

  /// Why voting was paused or the election aborted (check 5).
  private mutating func readReason(_ entry: BoardEntry, _ index: UInt64, _ report: inout VerificationReport) {
    if entry.kind == .abort { isAborted = true }
    do throws(CodecError) {
      let reason = try PublicReason(entry.body)
      if entry.kind == .abort { report.aborted = report.aborted ?? reason }
    } catch let error {
      report.fail(.board, "entry \(index): \(error.text)")
    }
  }

  /// A lost credential that is replaced (check 5).
  private mutating func readReplacement(_ entry: BoardEntry, _ index: UInt64, _ report: inout VerificationReport) {
    guard let replacement = try? CredentialReplacement(entry.body) else { return }
    let hasCast = roll.place(of: replacement.revoked).map { lastCast[$0] != 0 } ?? false
    do throws(ReplacementError) {
      try roll.replace(replacement, hasCast: hasCast)
      lastCast.append(0)
      lastNumber.append(0)
    } catch let error {
      report.fail(.board, "entry \(index): \(error.text)")
    }
  }

  private mutating func readCast(_ entry: BoardEntry, _ index: UInt64, _ report: inout VerificationReport) {
    cast += 1
    firstCastTime = firstCastTime ?? entry.time
    lastCastTime = entry.time
    var ballot: CastBallot?
    do throws(CodecError) {
      ballot = try CastBallot(entry.body)
    } catch let error {
      report.fail(.ballots, "entry \(index): \(error.text)")
    }
    if let ballot { ciphertexts.add(ballot.ballot, entry: index) }
    // That a credential has cast does not depend on whether its ballot is good.
    guard let place = roll.place(of: Bytes32(entry.body.span, at: 32)) else {
      return report.fail(.ballots, "entry \(index): its credential is not on the roll, or was revoked")
    }
    if lastCast[place] != 0 && manifest.revoting == .refused {
      report.fail(.oneVote, "entry \(index): its credential has cast before, in entry \(lastCast[place] - 1)")
    }
    if let number = ballot?.ballot.number {
      if number <= lastNumber[place] {
        report.fail(.oneVote, "entry \(index): its number \(number) is not above \(lastNumber[place]), that of a ballot before it")
      }
      lastNumber[place] = max(lastNumber[place], number)
    }
    lastCast[place] = index + 1
  }

  private mutating func readChallenge(_ entry: BoardEntry, _ index: UInt64, _ report: inout VerificationReport) {
    guard let challenge = try? BallotChallenge(entry.body) else {
      return report.fail(.challenges, "entry \(index): not a challenge")
    }
    guard challenge.election == context.election else {
      return report.fail(.challenges, "entry \(index): made for another election")
    }
    guard roll.place(of: challenge.credential) != nil else {
      return report.fail(.challenges, "entry \(index): its credential is not on the roll, or was revoked")
    }
    guard challenge.isSigned else { return report.fail(.challenges, "entry \(index): its signature does not hold") }
    challengeCount += 1
    challengesByCredential[challenge.credential, default: 0] += 1
    if challengesByCredential[challenge.credential, default: 0] > BallotChallenge.mostPerCredential {
      report.fail(
        .challenges, "entry \(index): its credential has challenged \(BallotChallenge.mostPerCredential) ballots before")
    }
    if let earlier = challenges[challenge.ballotHash] {
      return report.fail(.challenges, "entry \(index): its ballot was challenged before, in entry \(earlier.entry)")
    }
    challenges[challenge.ballotHash] = Challenge(credential: challenge.credential, entry: index)
  }

  private mutating func readOpened(_ entry: BoardEntry, _ index: UInt64, _ report: inout VerificationReport) {
    opened += 1
    let published: OpenedBallot
    do throws(CodecError) {
      published = try OpenedBallot(entry.body)
    } catch let error {
      return report.fail(.challenges, "entry \(index): \(error.text)")
    }
    ciphertexts.add(published.ballot, entry: index)
    let hash = published.ballot.hash
    let credential = published.ballot.credential
    guard let challenge = challenges[hash], challenge.credential == credential else {
      return report.fail(.challenges, "entry \(index): its ballot was not challenged before by the same credential")
    }
    if roll.place(of: credential) == nil { report.fail(.challenges, "entry \(index): its credential was revoked") }
    if challenge.opened { report.fail(.challenges, "entry \(index): its ballot was opened before") }
    challenges[hash]?.opened = true
    guard published.isValid(context) else {
      return report.fail(.challenges, "entry \(index): the ballot is not what its opening says, or its signature does not hold")
    }
  }

  /// Looks for repeated ciphertexts of the first part (check 7).
  mutating func checkCiphertexts(_ report: inout VerificationReport) {
    report.checkRepetition(ciphertexts.takeFirstRepetition())
  }
}

extension VerificationReport {
  /// Fails check 7 if a ciphertext is repeated.
  mutating func checkRepetition(_ repetition: (entry: UInt64, original: UInt64)?) {
    guard let repetition else { return }
    fail(.oneVote, "entry \(repetition.entry): repeats a ciphertext of entry \(repetition.original)")
  }
}
