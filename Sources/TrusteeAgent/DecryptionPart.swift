import BallotCryptography
import Curve25519
import Elections
import Foundation
import ThresholdCryptography
import TransparencyLog
import Verification

// Mirroring, verifying and decrypting (8.8, 8.9).
extension TrusteeAgent {
  /// Decrypts the tally of the one closing checkpoint that was cosigned and verified.
  func decrypt() async throws {
    guard election.ending == .none, !hasDecrypted else { return }
    if election.decrypted == nil { try await decryptForTheFirstTime() }
    guard let decrypted = election.decrypted else { return }
    do {
      try await connection.sendPartial(decrypted.partial)
    } catch TrusteeConnectionError.refused(status: 409, _) {
      // Others were enough.
      hasDecrypted = true
      return
    }
    hasDecrypted = true
    report(.decrypted(size: decrypted.size))
    end("decryption")
  }

  private func decryptForTheFirstTime() async throws {
    guard var share = election.ceremony?.secretShare else { throw TrusteeAgentError.noShare }
    defer { share.wipe() }
    begin("decryption")
    let mirror = platform.mirror(of: election.reference)
    let last = try lastCheckpoint()
    let checkpoint = try await fetchClosingCheckpoint(into: mirror)
    guard checkpoint.checkpoint == last else {
      let held = election.cosigned?.note ?? []
      let shown = checkpoint.bytes
      guard checkpoint.checkpoint.size <= last.size else {
        // A newer one than was cosigned: the next step cosigns it, if it continues the last.
        throw TrusteeConnectionError.unavailable("the closing checkpoint is newer than the one offered to be cosigned")
      }
      throw TrusteeAgentError.forked("the closing checkpoint is not the last one", held: held, shown: shown)
    }
    try await mirrorBoard(size: last.size, into: mirror)
    begin("verification")
    let statement = try await verifiedStatement(mirror)
    end("verification")
    guard statement.election == election.electionID, statement.size == last.size, statement.root == last.root else {
      throw TrusteeAgentError.boardNotVerified(check: Check.board.rawValue, "the board changed while it was read")
    }
    var random = platform.random
    let partial = PartialDecryption(of: statement, with: share, using: &random)
    try keep { election in
      election.decrypted = DecryptedBoard(size: statement.size, root: statement.root, partial: partial.encoded)
    }
  }

  /// Verifies the whole record, and lets the share go.
  func verifyRecord() async throws {
    begin("record")
    let mirror = platform.mirror(of: election.reference)
    let checkpoint = try await fetchClosingCheckpoint(into: mirror)
    try await mirrorBoard(size: checkpoint.checkpoint.size, into: mirror)
    try await fetch("tally", into: mirror, limit: 1 << 21)
    try await fetch("result", into: mirror, limit: 1 << 20)
    let verifier = verifier(of: mirror)
    let report = try await Self.apart {
      do throws(UnreadableRecord) {
        return try verifier.make().verify().report
      } catch .missing(let path) {
        throw TrusteeConnectionError.malformed("no \(String(decoding: path, as: UTF8.self))")
      }
    }
    guard report.passed else {
      mirror.setAside()
      let failure = report.firstFailure
      throw TrusteeAgentError.recordNotVerified(check: failure?.check.rawValue ?? 0, failure?.detail ?? "not all checks ran")
    }
    try keep { election in
      election.ending = .tallied
      election.wipeSecrets()
    }
    self.report(.recordVerified)
    end("record")
  }

  // MARK: Mirror

  private func fetchClosingCheckpoint(into mirror: Platform.Mirror) async throws -> SignedCheckpoint {
    try await fetch("checkpoint", into: mirror, limit: LogLimits.noteBytes)
    guard let bytes = mirror.read(Array("checkpoint".utf8)), let checkpoint = try? SignedCheckpoint(parsing: bytes) else {
      throw TrusteeConnectionError.malformed("the closing checkpoint")
    }
    return checkpoint
  }

  /// All files of the board but the checkpoint. What is there stays: such files never change.
  private func mirrorBoard(size: UInt64, into mirror: Platform.Mirror) async throws {
    for (name, limit) in [("manifest", 1 << 23), ("trustees", 1 << 20), ("roll", 1 << 30)] {
      let path = Array(name.utf8)
      if !mirror.contains(path) { try await fetch(path, into: mirror, limit: limit) }
    }
    let paths = try LogPaths(size: size)
    let total = size / 128 + 1
    var done: UInt64 = 0
    for path in paths {
      try Task.checkCancellation()
      if !mirror.contains(path.bytes) {
        try await fetch(path.bytes, into: mirror, limit: path.byteCount ?? path.width * (2 + LogLimits.entryBytes))
      }
      done += 1
      report(.mirroring(done: min(done, total), total: total))
    }
  }

  private func fetch(_ name: String, into mirror: Platform.Mirror, limit: Int) async throws {
    try await fetch(Array(name.utf8), into: mirror, limit: limit)
  }

  private func fetch(_ path: [UInt8], into mirror: Platform.Mirror, limit: Int) async throws {
    let file = try mirror.file(path)
    try await connection.read(path, limit: limit) { try file.write($0) }
    try file.finish()
  }

  // MARK: Verification

  /// Runs checks 1 to 8 and says what is to be decrypted.
  private func verifiedStatement(_ mirror: Platform.Mirror) async throws -> DecryptionStatement {
    let verifier = verifier(of: mirror)
    do {
      return try await Self.apart {
        let (report, board) = try verifier.make().verifyBoard()
        if let failure = report.firstFailure {
          throw TrusteeAgentError.boardNotVerified(check: failure.check.rawValue, failure.detail)
        }
        if report.aborted != nil { throw TrusteeAgentError.decryptionAfterAbort }
        guard let board else { throw TrusteeAgentError.boardNotVerified(check: Check.board.rawValue, "it cannot be read") }
        return DecryptionStatement(
          election: board.electionID, size: board.size, root: board.root, totals: board.tally.totals)
      }
    } catch let error as TrusteeAgentError {
      mirror.setAside()
      throw error
    } catch UnreadableRecord.missing(let path) {
      mirror.setAside()
      throw TrusteeConnectionError.malformed("no \(String(decoding: path, as: UTF8.self))")
    }
  }

  private func verifier(of mirror: Platform.Mirror) -> VerifierRecipe<Platform> {
    var expectations = Expectations()
    expectations.electionID = election.electionID
    if let cosigned = election.cosigned { expectations.checkpoints = [cosigned.note] }
    return VerifierRecipe(mirror: mirror, expectations: expectations, runner: platform.runner, report: report)
  }

  /// Does long work on a thread of its own: the threads that everything else shares are few.
  private static func apart<Output: Sendable>(_ work: @escaping @Sendable () throws -> Output) async throws -> Output {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
  }
}

/// What a verifier is made from on the thread where it works.
private struct VerifierRecipe<Platform: TrusteePlatform>: Sendable {
  let mirror: Platform.Mirror
  let expectations: Expectations
  let runner: Platform.Runner
  let report: @Sendable (TrusteeEvent) -> Void

  func make() -> RecordVerifier<Platform.Mirror, Platform.Runner> {
    RecordVerifier(source: mirror, expectations: expectations, runner: runner) { [report] step in
      report(.verifying(isProving: step.stage == .proving, done: step.done, total: step.total))
    }
  }
}
