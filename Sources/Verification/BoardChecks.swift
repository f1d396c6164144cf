import BallotCryptography
import Curve25519
import Elections
import TransparencyLog

// Checks 5 to 8: the board and its ballots.
extension RecordVerifier {
  /// The signatures of the closing checkpoint (6.6): part of check 5.
  ///
  /// - Returns: the trustees that cosigned, numbered from 1.
  func checkSignatures(_ frame: BoardFrame, _ survey: BoardSurvey, _ report: inout VerificationReport) -> [Int] {
    do throws(LogError) {
      let acting = survey.roster.acting(at: frame.checkpoint.checkpoint.size)
      let policy = try LogPolicy(opening: frame.opening, acting: acting)
      let verified = try policy.verify(frame.checkpoint)
      if let outdated = outdatedCosigner(frame, survey) { report.fail(.board, "checkpoint: \(outdated)") }
      if !isSoFar { try verified.requireQuorum() }
      if !isSoFar, !policy.isExact(frame.checkpoint.note, verified) {
        report.fail(.board, "checkpoint: signature lines out of order, or by others than log and trustees")
      }
      return verified.cosigners.map { $0.witness + 1 }
    } catch let error {
      report.fail(.board, "checkpoint: \(error.text)")
      return []
    }
  }

  /// Reads the whole board: tiles, root, life cycle, outside checkpoints (check 5), repetitions (7), challenges (8).
  func checkBoard(
    _ frame: BoardFrame, _ report: inout VerificationReport
  ) throws(UnreadableRecord) -> BoardSurvey? {
    let checkpoint = frame.checkpoint.checkpoint
    let outside = readOutside(frame, &report)
    let renewals = readRenewalCheckpoints()
    var anchors = readAnchors(frame)
    let bits = frame.context.layout.bits
    let ciphertextParts = CiphertextIndex.parts(
      ballots: checkpoint.size / UInt64(LongEntry.castLeaves(bits: bits)) + 1, bits: bits, capacity: ciphertextCapacity)
    var survey = BoardSurvey(
      manifest: frame.manifest, roster: frame.roster, roll: frame.roll, context: frame.context,
      ciphertexts: CiphertextIndex(part: 0, of: ciphertextParts, root: checkpoint.root), mayBeOpen: isSoFar)
    var reader: BoardReader<Source>
    do throws(LogError) {
      let claimed = renewals.compactMap { $0.size } + (anchors.list?.anchors ?? []).map { $0.size }
      let sizes = outside.map { $0.checkpoint.size } + claimed.filter { $0 <= checkpoint.size }
      reader = try BoardReader(source, size: checkpoint.size, earlierSizes: sizes)
    } catch let error {
      report.fail(.board, "checkpoint: \(error.text)")
      return nil
    }
    while reader.replay.nextBundle != nil {
      guard let step = try next(&reader, &report) else { return nil }
      for tile in step.tiles { try compare(tile, &report) }
      for (offset, leaf) in step.entries.enumerated() {
        let index = step.firstIndex + UInt64(offset)
        if index == 0 && MerkleTree.leafHash(leaf) != frame.context.election { report.fail(.board, Self.changed) }
        let ended = survey.read(leaf, at: index, of: checkpoint.size, &report)
        try readRenewal(ended, index, frame, &survey, &report)
        checkReceipts(outside, index, leaf, ended, &report)
        checkWhole(survey, outside, renewals, index, of: checkpoint.size, &report)
        if survey.isWithinEntry && anchors.has(size: index + 1) { anchors.fail("entry \(index): an anchor ends within an entry") }
      }
      progress?(VerificationProgress(stage: .reading, done: reader.replay.replayed, total: checkpoint.size))
    }
    if (try? reader.replay.verify(root: checkpoint.root)) == nil {
      report.fail(.board, "checkpoint: its root is not that of the entries")
    }
    for item in outside where isGood(item, frame, survey, &report) {
      let (size, root) = (item.checkpoint.size, reader.replay.root(at: item.checkpoint.size))
      if root == item.checkpoint.root { continue }
      let heads = root.map { self.heads($0, item, frame, survey) } ?? ""
      report.fail(.board, "forked: the first \(size) entries are not those of the \(item.what) given" + heads)
    }
    checkRenewalCheckpoints(renewals, frame, survey, roots: reader.replay, &report)
    judge(&anchors, frame, roots: reader.replay)
    survey.anchors = anchors
    let leaves = survey.entries == checkpoint.size ? "" : " in \(checkpoint.size) leaves"
    report.pass(.board, "\(survey.entries) entries\(leaves), \(frame.checkpoint.note.signatures.count - 1) cosignatures")

    survey.checkCiphertexts(&report)
    for part in 1..<ciphertextParts {
      try checkRepetitions(part: part, of: ciphertextParts, frame, &report)
    }
    return survey
  }

  /// No checkpoint, that of the record or one given, may end between the leaves of one entry.
  private func checkWhole(
    _ survey: BoardSurvey, _ outside: [OutsideCheckpoint], _ renewals: [RenewalCheckpoint], _ index: UInt64, of size: UInt64,
    _ report: inout VerificationReport
  ) {
    guard survey.isWithinEntry else { return }
    if index == size - 1 { report.fail(.board, "entry \(index): a piece of an entry that does not end") }
    for item in outside where item.checkpoint.size == index + 1 {
      report.fail(.board, "entry \(index): the \(item.what) given ends within an entry")
    }
    for file in renewals where file.number <= survey.renewals && file.size == index + 1 {
      report.fail(.board, "\(file.name): it ends within an entry")
    }
  }

  private func compare(_ tile: LogFile, _ report: inout VerificationReport) throws(UnreadableRecord) {
    guard let published = source.read(tile.path.bytes) else { throw .missing(path: tile.path.bytes) }
    if published != tile.bytes {
      report.fail(.board, "\(String(decoding: tile.path.bytes, as: UTF8.self)): not the hashes of the entries")
    }
  }

  /// Looks for repeated ciphertexts of a later part, by another reading.
  private func checkRepetitions(
    part: Int, of parts: Int, _ frame: BoardFrame, _ report: inout VerificationReport
  ) throws(UnreadableRecord) {
    var index = CiphertextIndex(part: part, of: parts, root: frame.checkpoint.checkpoint.root)
    try forEachEntry(frame, &report) { number, entry in
      if let ballot = entry.ballot { index.add(ballot, entry: number) }
    }
    report.checkRepetition(index.takeFirstRepetition())
  }

  /// Reads every entry again, malformed ones left out: the survey has reported them.
  private func forEachEntry(
    _ frame: BoardFrame, _ report: inout VerificationReport, _ body: (UInt64, BoardEntry) -> Void
  ) throws(UnreadableRecord) {
    let size = frame.checkpoint.checkpoint.size
    guard var reader = try? BoardReader(source, size: size) else { return }
    var joiner = EntryJoiner(bits: frame.context.layout.bits)
    while reader.replay.nextBundle != nil {
      guard let step = try next(&reader, &report) else { return }
      for (offset, leaf) in step.entries.enumerated() {
        if let entry = try? joiner.read(leaf) { body(step.firstIndex + UInt64(offset), entry) }
      }
      progress?(VerificationProgress(stage: .reading, done: reader.replay.replayed, total: size))
    }
    checkUnchanged(reader, frame, &report)
  }

  /// Every later reading must see the entries of the first, which gave the root: where the files can change meanwhile, what was verified would
  /// not be what is counted.
  private func checkUnchanged(_ reader: BoardReader<Source>, _ frame: BoardFrame, _ report: inout VerificationReport) {
    if (try? reader.replay.verify(root: frame.checkpoint.checkpoint.root)) == nil { report.fail(.board, Self.changed) }
  }

  private static var changed: String { "the entries changed while they were read" }

  /// Verifies every ballot's proof and signature (check 6), compares with challenges (8), and adds up the counted ones.
  func checkBallots(_ pass: inout ProofPass<Source>, _ report: inout VerificationReport) throws(UnreadableRecord) {
    while true {
      var work: [BallotWork] = []
      while work.count < runner.width, let next = try nextWork(&pass, &report) { work.append(next) }
      if work.isEmpty { return }
      for outcome in runner.map(work, { $0.run() }) { pass.add(outcome, &report) }
    }
  }

  /// The next ballots to be verified, `nil` after the last, or where the board cannot be read on.
  func nextWork(_ pass: inout ProofPass<Source>, _ report: inout VerificationReport) throws(UnreadableRecord) -> BallotWork? {
    while pass.canRead && !pass.isFull {
      guard let step = try next(&pass.reader, &report) else {
        pass.isBroken = true
        return nil
      }
      pass.take(step)
      progress?(VerificationProgress(stage: .proving, done: pass.reader.replay.replayed, total: pass.reader.replay.size))
    }
    return pass.takeWork()
  }

  /// Judges the pass when all of its work is done.
  ///
  /// - Returns: the encrypted tally, `nil` where the board could not be read to its end.
  func concludeBallots(_ pass: ProofPass<Source>, _ frame: BoardFrame, _ report: inout VerificationReport) -> EncryptedTally? {
    if pass.isBroken { return nil }
    checkUnchanged(pass.reader, frame, &report)
    let survey = pass.survey
    report.pass(.ballots, "\(survey.cast) ballots: proofs and signatures hold")
    report.pass(.oneVote, "\(pass.tally.ballots) voters counted once, no ciphertext twice")
    report.pass(.challenges, "\(survey.challengeCount) challenged, \(survey.opened) opened")
    return pass.tally
  }
}

extension BoardEntry {
  /// The ballot of a cast or opened entry.
  fileprivate var ballot: EncryptedBallot? {
    switch kind {
    case .cast: try? CastBallot(body).ballot
    case .opened: try? OpenedBallot(body).ballot
    case .opening, .challenge, .closing, .pause, .resume, .abort, .replacement, .renewal: nil
    }
  }
}
