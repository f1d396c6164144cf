import Curve25519
import Database
import Elections
import ThresholdCryptography
import TrusteeCoordination

// The trustees' joint signature on the result (8.9), and on its mark (8.14). For a short while only those sign who come first in the order of duty; then whoever is there.
// The coordinator follows from the messages that were taken, so any server may take the next one.
extension Ceremonies {
  /// After so many milliseconds all may begin anew as often as at first (10.5).
  private static let restartTime: UInt64 = 3_600_000

  /// What is asked of a trustee for the certificate.
  ///
  /// - Throws: `notTrustee`, `wrongPhase`.
  public func signingRequest(_ election: String, by signingKey: Bytes32) async throws -> [UInt8] {
    try await request(.certificate, election, by: signingKey).asked.encoded
  }

  /// What is asked of a trustee for the certificate's mark on a public chain.
  ///
  /// - Throws: `notTrustee`, `wrongPhase`.
  public func markingRequest(_ election: String, by signingKey: Bytes32) async throws -> [UInt8] {
    try await request(.mark, election, by: signingKey).encoded
  }

  private func request(
    _ purpose: JointSignature, _ election: String, by signingKey: Bytes32
  ) async throws -> MarkingRequest {
    let number = try await actingNumber(of: signingKey, election: election, for: purpose.phase)
    let store = TrusteeStore(election: election)
    let asked = try await askedSigners(election)
    return try await database.read { session in
      let group = try await store.group(session)
      guard group.awaits(purpose), let asked else { throw CeremonyError.wrongPhase(group.phase) }
      guard let round = try await store.round(purpose, group, session) else { return MarkingRequest(message: [], asked: .nothing) }
      let coordinator = try await self.coordinator(store, round, asked, session)
      // What is signed is on its way to the network.
      return MarkingRequest(message: round.message, asked: round.isOver ? .nothing : coordinator.request(for: number))
    }
  }

  /// Lets whoever is there sign, once those who come first in the order of duty have had their time. Whoever polls the election's state brings
  /// it about, so that it needs no job.
  func endPreference(_ election: String) async throws {
    let store = TrusteeStore(election: election)
    let isDue = try await database.read { session in
      let group = try await store.group(session)
      guard isOver(group) else { return false }
      return try await store.waitsForPreferred(session)
    }
    guard isDue else { return }
    try await database.transaction { session in
      let group = try await store.lock(session)
      guard !group.isAborted, !group.isTallied, try await store.waitsForPreferred(session) else { return }
      try await store.keepSigning(session, SigningMark.preferenceEnds, of: SigningMark.number, nil, round: 0)
      try await store.bump(session)
    }
  }

  private func isOver(_ group: TrusteeStore.Group) -> Bool {
    guard let start = group.signing else { return false }
    return clock.now() >= start + preferredTime
  }

  /// Takes a trustee's commitment or share, and publishes the certificate when the signature is there.
  ///
  /// What is refused is kept, with the trustee's name.
  ///
  /// - Parameter request: what the trustee signed to send it, by which others can be shown that it did.
  /// - Throws: `notTrustee`, `wrongPhase`; `refused` for a wrong share, which excludes the trustee; `usedNonce`, `otherSession`; `unusable` for what is of no
  ///   use.
  public func addSigning(
    _ encoded: [UInt8], _ election: String, by signingKey: Bytes32, request: SignedRequest? = nil
  ) async throws { try await add(.certificate, encoded, election, by: signingKey, request) }

  /// The same for the certificate's mark, which is sent when its signature is there.
  public func addMarking(
    _ encoded: [UInt8], _ election: String, by signingKey: Bytes32, request: SignedRequest? = nil
  ) async throws { try await add(.mark, encoded, election, by: signingKey, request) }

  private func add(
    _ purpose: JointSignature, _ encoded: [UInt8], _ election: String, by signingKey: Bytes32, _ request: SignedRequest?
  ) async throws {
    let number = try await actingNumber(of: signingKey, election: election, for: purpose.phase, request: request)
    guard let answer = try? SigningAnswer(encoded, trustee: number) else {
      metrics.refuse("signing")
      try await refuse(purpose.phase, .malformed, by: signingKey, election, body: encoded, request: request)
      throw CeremonyError.refused("neither a commitment nor a response of this trustee")
    }
    let store = TrusteeStore(election: election)
    let (now, asked) = (clock.now(), try await askedSigners(election))
    let (outcome, latency) = try await database.transaction { session in
      let group = try await store.lock(session)
      guard group.awaits(purpose), let asked, let round = try await store.round(purpose, group, session) else {
        throw CeremonyError.wrongPhase(group.phase)
      }
      guard !round.isOver else { throw CeremonyError.unusable }
      var coordinator = try await self.coordinator(store, round, asked, session)
      let reusers = coordinator.reusers.count
      var outcome = coordinator.take(answer)
      if case .refused(.tooManyRestarts) = outcome, try await self.forgetRestarts(purpose, store, group, round, now, session) {
        coordinator.forgetRestarts()
        outcome = coordinator.take(answer)
      }
      if let (reason, list) = Self.fault(outcome, asked, repeats: coordinator.reusers.count > reusers),
        // On its way it may be doubled, and held back.
        outcome == .refused(.usedCommitment(trustee: number))
          ? try await store.isSentAgain(session, encoded, of: number, request, round: round.number)
          : try await !store.hasSigning(session, encoded, of: number, request)
      {
        try await store.keepRefusal(
          session, purpose.phase, reason, by: signingKey, body: encoded, request: request, list: list,
          message: purpose == .mark ? round.message : nil, time: now)
      }
      guard SigningCoordinator.isKept(outcome) else { return (outcome, nil as UInt64?) }
      try await store.keepSigning(session, encoded, of: number, request, round: round.number)
      try await store.bump(session)
      if outcome == .finished { try await self.finish(purpose, store, coordinator, now, session) }
      guard purpose == .certificate, case .response = answer, let start = group.signing else { return (outcome, nil) }
      let latency = now >= start ? now - start : 0
      return (outcome, try await store.keep(session, .signing, latency, of: number) ? latency : nil)
    }
    if let latency { metrics.took(.signing, milliseconds: latency) }
    try await announce(outcome, purpose, election, number, asked)
  }

  /// Notes among the messages that all may begin anew as often as at first, where it is time: before the message that needs it.
  ///
  /// - Returns: whether it is.
  private func forgetRestarts(
    _ purpose: JointSignature, _ store: TrusteeStore, _ group: TrusteeStore.Group, _ round: SigningRound, _ now: UInt64,
    _ session: any SQLSession
  ) async throws -> Bool {
    let begun = purpose == .certificate ? group.signing : group.marking
    guard let last = try await store.restartsForgotten(session, round: round.number) ?? begun, now >= last + Self.restartTime else {
      return false
    }
    try await store.keepSigning(
      session, SigningMark.restartsForgotten(at: now), of: SigningMark.number, nil, round: round.number)
    return true
  }

  /// What of an outcome is kept by name, with the list of the session that was answered.
  ///
  /// - Parameter repeats: whether a share came with a commitment that was used before.
  private static func fault(
    _ outcome: SigningCoordinator.Outcome, _ asked: AskedSigners?, repeats: Bool
  ) -> (RefusalReason, [UInt8]?)? {
    switch outcome {
    // Excluded, too: whoever has that share only will give no other.
    case .wrongShare(let evidence) where asked?.isOutdated(evidence) == true: (.formerTrustee, evidence.session.encodedCommitments)
    case .wrongShare(let evidence): (.wrongShare, evidence.session.encodedCommitments)
    case .refused(let refusal): refusal.reason.map { ($0, nil) }
    case .accepted, .duplicate, .started, .finished: repeats ? (.usedNonce, nil) : nil
    }
  }

  private func announce(
    _ outcome: SigningCoordinator.Outcome, _ purpose: JointSignature, _ election: String, _ number: Int, _ asked: AskedSigners?
  ) async throws {
    switch outcome {
    case .refused(.usedCommitment): throw CeremonyError.usedNonce
    case .refused(.unknownSession): throw CeremonyError.otherSession
    case .refused: throw CeremonyError.unusable
    case .wrongShare(let evidence) where asked?.isOutdated(evidence) == true:
      metrics.refuse("outdated")
      events.publish(.trustee(election: election, number: number, status: "outdated"))
      throw CeremonyError.outdated(number: number)
    case .wrongShare:
      metrics.refuse("signing")
      events.publish(.trustee(election: election, number: number, status: "wrong-share"))
      throw CeremonyError.refused("this trustee's share of the signature is wrong")
    case .finished where purpose == .mark:
      metrics.mark(.signed)
      events.publish(.ceremony(election: election, phase: "marking"))
    case .finished:
      metrics.tallied()
      events.publish(.result(election: election))
    case .started, .accepted: events.publish(.trustee(election: election, number: number, status: "signing"))
    case .duplicate: break
    }
  }

  /// Who sent a wrong share of the certificate's signature, ascending.
  public func wrongSigners(of election: String) async throws -> [Int] {
    let store = TrusteeStore(election: election)
    let asked = try await askedSigners(election)
    return try await database.read { session in
      let group = try await store.group(session)
      guard let asked, let round = group.certificateRound else { return [] }
      return try await self.coordinator(store, round, asked, session).culprits.map { $0.trustee }.sorted()
    }
  }

  /// Who has given a right share of the certificate's signature, ascending.
  func signers(
    _ store: TrusteeStore, _ group: TrusteeStore.Group, _ asked: AskedSigners?, _ session: any SQLSession
  ) async throws -> [Int] {
    guard let asked, let round = group.certificateRound else { return [] }
    return try await coordinator(store, round, asked, session).signers
  }

  /// Whose shares of the signature are asked for: of those that act at the closing checkpoint. `nil` before there is something to sign.
  func askedSigners(_ election: String) async throws -> AskedSigners? {
    let store = TrusteeStore(election: election)
    guard try await database.read({ try await store.group($0) }).certificate != nil else { return nil }
    // Another server may have closed the board: a renewal that this one has not seen would give another key.
    if try await boards.state(of: election).phase != .closed { try await boards.refresh(election) }
    let (roster, size) = (try await boards.roster(of: election), try await boards.state(of: election).size)
    let acting = roster.acting(at: size)
    return AskedSigners(
      order: try await dutyOrder(election), key: acting.keys.signing,
      formerKeys: roster.terms.prefix { $0.acting != acting }.map { $0.acting.keys.signing })
  }

  /// The signature's coordinator after all that was taken. Of messages that this server knows already nothing is computed again: every trustee asks after each of
  /// them.
  private func coordinator(
    _ store: TrusteeStore, _ round: SigningRound, _ asked: AskedSigners, _ session: any SQLSession
  ) async throws -> SigningCoordinator {
    var progress: SigningProgress
    // The message names the closing checkpoint, or the certificate, and with it who acts.
    if let known = signings.withLock({ $0[round] }) {
      progress = known
    } else {
      let waits = round.number == 0 ? try await store.hasPreference(session) : false
      progress = SigningProgress(
        coordinator: SigningCoordinator(
          key: JointSigningKey(asked.key), message: round.message, preference: asked.order, waitsForPreferred: waits))
    }
    for (number, bytes) in try await store.signingMessages(session, from: progress.messages, round: round.number) {
      try progress.take(bytes, of: number)
    }
    signings.withLock { [progress] signings in
      if round.isOver {
        signings[round] = nil
      } else if signings[round].map({ $0.messages < progress.messages }) ?? true {
        signings[round] = progress
      }
    }
    return progress.coordinator
  }

  /// The trustees in the order that was drawn at the opening; empty before it.
  func dutyOrder(_ election: String) async throws -> [Int] {
    guard try await boardStatus(election) != nil else { return [] }
    return try await boards.dutyOrder(of: election)
  }

  private func finish(
    _ purpose: JointSignature, _ store: TrusteeStore, _ coordinator: SigningCoordinator, _ now: UInt64, _ session: any SQLSession
  ) async throws {
    guard let signature = coordinator.signature else { throw CeremonyError.damaged("a signature that is not there") }
    switch purpose {
    case .certificate: try await certify(store, coordinator.message, signature, now, session)
    case .mark:
      try await store.keepMarkSignature(session, signature)
      try await remember(.signed, store, session)
      try await requestMark(store.election, session)
    }
  }

  private func certify(
    _ store: TrusteeStore, _ message: [UInt8], _ signature: [UInt8], _ now: UInt64, _ session: any SQLSession
  ) async throws {
    let file = ResultCertificate.encoded(message: message, signature: signature)
    try await boards.publish(.certificate, file, of: store.election, in: session)
    try await session.execute(
      "UPDATE trustee_groups SET tallied = $2, phase = 'tallied', version = version + 1 WHERE election = $1",
      [store.name, .integer(Int64(now))])
    if ledger != nil { try await beginMarking(store, now, session) }
    try await tallied(store.election, session)
  }
}

/// Whose shares of the joint signature are asked for.
struct AskedSigners: Sendable {
  /// Their numbers in the order of duty.
  let order: [Int]
  /// The signing key, with the public shares that count at the closing checkpoint.
  let key: ThresholdKey
  /// The same with the public shares of before each renewal.
  let formerKeys: [ThresholdKey]

  /// Whether a share that is wrong would have been right before a renewal.
  func isOutdated(_ evidence: SigningEvidence) -> Bool {
    let session = evidence.session
    return formerKeys.contains { key in
      let former = try? SigningSession(key: JointSigningKey(key), message: session.message, commitments: session.commitments)
      return former?.verify(evidence.response.share) ?? false
    }
  }
}
