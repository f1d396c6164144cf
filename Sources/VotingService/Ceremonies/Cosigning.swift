import Curve25519
import Database
import Elections
import TransparencyLog

// Checkpoints and cosignatures (8.7), over the boards.
extension Ceremonies {
  /// What a trustee is asked to cosign, from the size that it cosigned last.
  ///
  /// - Parameter signingKey: of the trustee.
  /// - Throws: `BoardError.beyondEnd` when that is more than the board has; `BoardError.unknownElection` before it is opened; `notTrustee`.
  public func witnessRequest(_ election: String, old: UInt64, by signingKey: Bytes32? = nil) async throws -> WitnessRequest {
    var (trustee, isFormer): (Int?, Bool) = (nil, false)
    if let signingKey {
      // Who is to become a trustee, or was one, follows the board, too.
      do { trustee = try await number(of: signingKey, election: election) } catch CeremonyError.notTrustee {
        _ = try await numberOfReader(signingKey, election: election)
        let store = TrusteeStore(election: election)
        isFormer = try await database.read { try await store.former(signingKey, $0) } != nil
      }
    }
    let (asking, isGone) = (trustee, isFormer)
    return try await caughtUp(election) {
      try await self.boards.witnessRequest(election, old: old, by: asking, isFormer: isGone)
    }
  }

  /// Runs what needs a size that this server may not have seen yet, while another one has.
  private func caughtUp<Output>(_ election: String, _ body: () async throws -> Output) async throws -> Output {
    do { return try await body() } catch BoardError.beyondEnd {}
    try await boards.refresh(election)
    return try await body()
  }

  /// Keeps trustees' signatures on the checkpoint of a size. On one that the board does not have they are ignored, and so they are once the
  /// record is complete.
  ///
  /// - Parameter signingKey: of the trustee that sent them.
  /// - Throws: `BoardError.refused` where one does not verify.
  public func cosign(_ lines: [UInt8], size: UInt64, _ election: String, by signingKey: Bytes32? = nil) async throws {
    let store = TrusteeStore(election: election)
    if try await database.read({ session in try await store.group(session).isTallied }) { return }
    let cosigners: [Int]
    do {
      cosigners = try await caughtUp(election) {
        try await self.boards.addCosignatures(lines, size: size, election: election)
      }
    } catch BoardError.beyondEnd {
      return
    } catch let error as BoardError {
      if case .refused = error {
        if let signingKey { try await refuseFormer(signingKey, election, .cosignature) }
        metrics.refuse("cosignature")
        if let signingKey { try await refuse(.cosignature, .wrongSignature, by: signingKey, election) }
      }
      throw error
    }
    let board = try await boards.state(of: election)
    guard board.phase == .closed, board.size == size else { return }
    try await noteClosing(cosigners, board, store)
  }

  /// Notes who has cosigned the closing checkpoint. With the quorum, trustees are asked to decrypt.
  private func noteClosing(_ cosigners: [Int], _ board: BoardStatus, _ store: TrusteeStore) async throws {
    let now = clock.now()
    let latency = now >= board.lastTime ? now - board.lastTime : 0
    let isFirst = try await database.transaction { session in
      let group = try await store.lock(session)
      var first = 0
      for number in cosigners where try await store.keep(session, .cosignature, latency, of: number) { first += 1 }
      if cosigners.count >= group.quorum, group.phase.rawValue < TrusteePhase.decrypting.rawValue, !group.isAborted {
        try await store.note(session, phase: .decrypting, time: now)
      }
      return first
    }
    for _ in 0..<isFirst { metrics.took(.cosignature, milliseconds: latency) }
    if isFirst > 0 { events.publish(.status(election: store.election, status: "closing")) }
  }

  /// Takes a checkpoint that a trustee holds and that the board may not be able to show.
  ///
  /// - Throws: `BoardError.refused` unless the log signed it.
  public func report(_ checkpoint: [UInt8], _ election: String) async throws {
    let signed: SignedCheckpoint
    do throws(LogError) { signed = try SignedCheckpoint(parsing: checkpoint) } catch {
      throw CeremonyError.refused("not a signed checkpoint")
    }
    if try await boards.reportCheckpoint(signed, election: election) != nil {
      events.publish(.status(election: election, status: "behind"))
    }
  }
}
