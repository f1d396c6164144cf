import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog
import Verification

// Mirroring, verifying and decrypting (8.8 to 8.10).
extension TrusteeAgent {
  /// Decrypts the tally of the one closing checkpoint that was cosigned and verified.
  func decrypt() throws(TrusteeFault) {
    guard election.ending == .none, !hasDecrypted, try acts(at: lastCheckpoint().size) else { return }
    if election.decrypted == nil { try decryptForTheFirstTime() }
    guard let decrypted = election.decrypted else { return }
    do throws(TrusteeConnectionError) {
      try connection.sendPartial(decrypted.part)
    } catch {
      guard case .refused(status: 409, _) = error else { throw .connection(error) }
      // Others were enough.
      hasDecrypted = true
      return
    }
    hasDecrypted = true
    report(.decrypted(size: decrypted.size))
    end(.decryption)
  }

  private func decryptForTheFirstTime() throws(TrusteeFault) {
    guard var shares = election.ceremony?.shares else { throw .alarm(.noShare) }
    defer { shares.wipe() }
    begin(.decryption)
    let mirror = platform.mirror(of: election.reference)
    let last = try lastCheckpoint()
    let checkpoint = try fetchClosingCheckpoint(into: mirror)
    guard checkpoint.checkpoint == last else {
      let held = election.cosigned?.note ?? []
      let shown = checkpoint.bytes
      guard checkpoint.checkpoint.size <= last.size else {
        // A newer one than was cosigned: the next step cosigns it, if it continues the last.
        throw .connection(.unavailable("the closing checkpoint is newer than the one offered to be cosigned"))
      }
      throw .alarm(.forked("the closing checkpoint is not the last one", held: held, shown: shown))
    }
    try mirrorBoard(size: last.size, into: mirror)
    begin(.verification)
    let statement = try verifiedStatement(mirror)
    end(.verification)
    guard statement.election == election.electionID, statement.size == last.size, statement.root == last.root else {
      throw .alarm(.boardNotVerified(check: Check.board.rawValue, "the board changed while it was read"))
    }
    let acting = try amendedRoster().acting(at: statement.size)
    guard acting.own(shares) else { throw .alarm(.noShare) }
    let key = acting.keys.beacon
    var random = platform.random
    let seed = DrawSeed.closing(election: statement.election, size: statement.size, root: statement.root)
    let part = ClosingPart(
      decryption: PartialDecryption(of: statement, with: shares[.election], using: &random),
      draw: DrawPart(in: BeaconStatement(seed: seed, key: key), with: shares, using: &random))
    try keep { election in
      election.decrypted = DecryptedBoard(size: statement.size, root: statement.root, part: part.encoded)
    }
  }

  /// Verifies the whole record, and lets the share go.
  func verifyRecord() throws(TrusteeFault) {
    try verifyCompleteRecord()
    try keep { election in
      election.ending = .tallied
      election.wipeSecrets()
    }
    dropSigner()
    self.report(.recordVerified)
  }

  /// Verifies the whole record, once in each process.
  func verifyCompleteRecord() throws(TrusteeFault) {
    guard !hasVerifiedRecord else { return }
    begin(.record)
    let mirror = platform.mirror(of: election.reference)
    try mirrorResult(into: mirror)
    try fetch("certificate", into: mirror, limit: 1 << 12)
    try verifyAll(mirror, awaitsCertificate: false)
    hasVerifiedRecord = true
    end(.record)
  }

  // MARK: Mirror

  /// The board, and what is published of its result.
  func mirrorResult(into mirror: Platform.Mirror) throws(TrusteeFault) {
    let checkpoint = try fetchClosingCheckpoint(into: mirror)
    try mirrorBoard(size: checkpoint.checkpoint.size, into: mirror)
    try fetch("tally", into: mirror, limit: 1 << 21)
    try fetch("result", into: mirror, limit: 1 << 20)
    try fetch("draw-closing", into: mirror, limit: 1 << 16)
  }

  /// Runs every check; `awaitsCertificate`: all but that of the joint signature.
  func verifyAll(_ mirror: Platform.Mirror, awaitsCertificate: Bool) throws(TrusteeFault) {
    let report: VerificationReport
    do throws(UnreadableRecord) {
      report = try platform.verifyRecord(verifier(of: mirror, awaitsCertificate: awaitsCertificate))
    } catch { throw Self.fault(error) }
    guard report.passed else {
      mirror.setAside()
      let failure = report.firstFailure
      throw .alarm(.recordNotVerified(check: failure?.check.rawValue ?? 0, failure?.detail ?? "not all checks ran"))
    }
  }

  private func fetchClosingCheckpoint(into mirror: Platform.Mirror) throws(TrusteeFault) -> SignedCheckpoint {
    try fetch("checkpoint", into: mirror, limit: LogLimits.noteBytes)
    guard let bytes = mirror.read(Self.path("checkpoint")), let checkpoint = try? SignedCheckpoint(parsing: bytes) else {
      throw .connection(.malformed("the closing checkpoint"))
    }
    return checkpoint
  }

  /// All files of the board but the checkpoint. What is there stays: such files never change.
  private func mirrorBoard(size: UInt64, into mirror: Platform.Mirror) throws(TrusteeFault) {
    try fetchOnce("manifest", into: mirror, limit: 1 << 23)
    try fetchOnce("trustees", into: mirror, limit: 1 << 20)
    try fetchOnce("roll", into: mirror, limit: 1 << 30)
    try fetchOnce("draw-opening", into: mirror, limit: 1 << 16)
    for number in 0..<max(renewalsTold, election.renewals.count) {
      for path in [RenewalEntry.path(number + 1), RenewalEntry.checkpointPath(number + 1)] where !mirror.contains(path) {
        try asking { () throws(TrusteeConnectionError) in try mirror.fetch(path, limit: 1 << 19) }
      }
    }
    let paths: LogPaths
    do throws(LogError) { paths = try LogPaths(size: size) } catch { throw .connection(.malformed(error.text)) }
    let total = size / 128 + 1
    var done: UInt64 = 0
    for path in paths {
      if !mirror.contains(path.bytes) {
        let limit = path.byteCount ?? path.width * (2 + LogLimits.entryBytes)
        try asking { () throws(TrusteeConnectionError) in try mirror.fetch(path.bytes, limit: limit) }
      }
      done += 1
      report(.mirroring(done: min(done, total), total: total))
    }
  }

  private func fetch(_ name: StaticString, into mirror: Platform.Mirror, limit: Int) throws(TrusteeFault) {
    try asking { () throws(TrusteeConnectionError) in try mirror.fetch(Self.path(name), limit: limit) }
  }

  private func fetchOnce(_ name: StaticString, into mirror: Platform.Mirror, limit: Int) throws(TrusteeFault) {
    if !mirror.contains(Self.path(name)) { try fetch(name, into: mirror, limit: limit) }
  }

  static func path(_ name: StaticString) -> [UInt8] {
    Array(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }

  // MARK: Verification

  /// Runs checks 1 to 8, and 14 for the opening draw, and says what is to be decrypted.
  private func verifiedStatement(_ mirror: Platform.Mirror) throws(TrusteeFault) -> DecryptionStatement {
    do throws(TrusteeFault) {
      let report: VerificationReport
      let board: VerifiedBoard?
      do throws(UnreadableRecord) { (report, board) = try platform.verifyBoard(verifier(of: mirror)) } catch {
        throw Self.fault(error)
      }
      if let failure = report.firstFailure {
        throw .alarm(.boardNotVerified(check: failure.check.rawValue, failure.detail))
      }
      if report.aborted != nil { throw .alarm(.decryptionAfterAbort) }
      guard let board else { throw .alarm(.boardNotVerified(check: Check.board.rawValue, "it cannot be read")) }
      return DecryptionStatement(
        election: board.electionID, size: board.size, root: board.root, totals: board.tally.totals)
    } catch {
      mirror.setAside()
      throw error
    }
  }

  private static func fault(_ error: UnreadableRecord) -> TrusteeFault {
    switch error {
    case .missing(let path): .connection(.malformed("no \(String(decoding: path, as: UTF8.self))"))
    }
  }

  private func verifier(of mirror: Platform.Mirror, awaitsCertificate: Bool = false) -> RecordVerifier<
    Platform.Mirror, Platform.Runner
  > {
    var expectations = Expectations()
    expectations.electionID = election.electionID
    if let cosigned = election.cosigned { expectations.checkpoints = [cosigned.note] }
    return RecordVerifier(
      source: mirror, expectations: expectations, awaitsCertificate: awaitsCertificate, runner: platform.runner
    ) { [report] step in
      let isProving = if case .proving = step.stage { true } else { false }
      report(.verifying(isProving: isProving, done: step.done, total: step.total))
    }
  }
}
