import Curve25519
import Database
import Elections
import ThresholdCryptography
import TrusteeCoordination

// The trustees' joint signature on the result (8.9). For a short while only those sign who come first in the order of duty; then whoever is there.
// The coordinator follows from the messages that were taken, so any server may take the next one.
extension Ceremonies {
  /// What is asked of a trustee.
  ///
  /// - Throws: `notTrustee`, `wrongPhase`.
  public func signingRequest(_ election: String, by signingKey: Bytes32) async throws -> [UInt8] {
    let number = try await actingNumber(of: signingKey, election: election, for: .signature)
    let store = TrusteeStore(election: election)
    let asked = try await askedSigners(election)
    let (group, coordinator) = try await database.read { session in
      let group = try await store.group(session)
      return (group, try await self.coordinator(store, group, asked, session))
    }
    guard let coordinator, !group.isAborted, !group.isTallied else { throw CeremonyError.wrongPhase(group.phase) }
    return coordinator.request(for: number).encoded
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
      try await store.keepSigning(session, SigningMark.preferenceEnds, of: SigningMark.number, nil)
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
  ) async throws {
    let number = try await actingNumber(of: signingKey, election: election, for: .signature)
    guard let answer = try? SigningAnswer(encoded, trustee: number) else {
      metrics.refuse("signing")
      try await refuse(.signature, .malformed, by: signingKey, election, body: encoded, request: request)
      throw CeremonyError.refused("neither a commitment nor a response of this trustee")
    }
    let store = TrusteeStore(election: election)
    let (now, asked) = (clock.now(), try await askedSigners(election))
    let (outcome, latency) = try await database.transaction { session in
      let group = try await store.lock(session)
      guard var coordinator = try await self.coordinator(store, group, asked, session), !group.isAborted, !group.isTallied
      else {
        throw CeremonyError.wrongPhase(group.phase)
      }
      let reusers = coordinator.reusers.count
      let outcome = coordinator.take(answer)
      if let (reason, list) = Self.fault(outcome, asked, repeats: coordinator.reusers.count > reusers),
        // On its way it may be doubled.
        try await !store.hasSigning(session, encoded, of: number, request)
      {
        try await store.keepRefusal(
          session, .signature, reason, by: signingKey, body: encoded, request: request, list: list, time: now)
      }
      guard SigningCoordinator.isKept(outcome) else { return (outcome, nil as UInt64?) }
      try await store.keepSigning(session, encoded, of: number, request)
      try await store.bump(session)
      if outcome == .finished { try await self.certify(store, group, coordinator, now, session) }
      guard case .response = answer, let start = group.signing else { return (outcome, nil) }
      let latency = now >= start ? now - start : 0
      return (outcome, try await store.keep(session, .signing, latency, of: number) ? latency : nil)
    }
    if let latency { metrics.took(.signing, milliseconds: latency) }
    try await announce(outcome, election, number, asked)
  }

  /// What of an outcome is kept by name, with the list of the session that was answered.
  ///
  /// - Parameter repeats: whether a share came with a commitment that was used before.
  private static func fault(
    _ outcome: SigningCoordinator.Outcome, _ asked: AskedSigners?, repeats: Bool
  ) -> (RefusalReason, [UInt8]?)? {
    switch outcome {
    // Excluded, too: whoever has that share only will give no other.
    case .wrongShare(let evidence) where asked?.isOutdated(evidence) == true: (.formerTrustee, nil)
    case .wrongShare(let evidence): (.wrongShare, evidence.session.encodedCommitments)
    case .refused(let refusal): refusal.reason.map { ($0, nil) }
    case .accepted, .duplicate, .started, .finished: repeats ? (.usedNonce, nil) : nil
    }
  }

  private func announce(
    _ outcome: SigningCoordinator.Outcome, _ election: String, _ number: Int, _ asked: AskedSigners?
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
    case .finished:
      metrics.tallied()
      events.publish(.result(election: election))
    case .started, .accepted: events.publish(.trustee(election: election, number: number, status: "signing"))
    case .duplicate: break
    }
  }

  /// Who sent a wrong share of the signature, ascending.
  public func wrongSigners(of election: String) async throws -> [Int] {
    let store = TrusteeStore(election: election)
    let asked = try await askedSigners(election)
    return try await database.read { session in
      let group = try await store.group(session)
      return try await self.coordinator(store, group, asked, session)?.culprits.map { $0.trustee }.sorted() ?? []
    }
  }

  /// Who has given a right share of the signature, ascending.
  func signers(
    _ store: TrusteeStore, _ group: TrusteeStore.Group, _ asked: AskedSigners?, _ session: any SQLSession
  ) async throws -> [Int] {
    try await self.coordinator(store, group, asked, session)?.signers ?? []
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

  /// The signature's coordinator after all that was taken; `nil` before there is something to sign. Of messages that this server knows already
  /// nothing is computed again: every trustee asks after each of them.
  private func coordinator(
    _ store: TrusteeStore, _ group: TrusteeStore.Group, _ asked: AskedSigners?, _ session: any SQLSession
  ) async throws -> SigningCoordinator? {
    guard let message = group.certificate, let asked else { return nil }
    var progress: SigningProgress
    // The message names the closing checkpoint, and with it who acts.
    if let known = signings.withLock({ $0[store.election] }), known.coordinator.message == message {
      progress = known
    } else {
      progress = SigningProgress(
        coordinator: SigningCoordinator(
          key: JointSigningKey(asked.key), message: message, preference: asked.order,
          waitsForPreferred: try await store.hasPreference(session)))
    }
    for (number, bytes) in try await store.signingMessages(session, from: progress.messages) {
      try progress.take(bytes, of: number)
    }
    let isOver = group.isTallied || group.isAborted
    signings.withLock { [progress] signings in
      if isOver {
        signings[store.election] = nil
      } else if signings[store.election].map({ $0.messages < progress.messages }) ?? true {
        signings[store.election] = progress
      }
    }
    return progress.coordinator
  }

  /// The trustees in the order that was drawn at the opening; empty before it.
  func dutyOrder(_ election: String) async throws -> [Int] {
    guard try await boardStatus(election) != nil else { return [] }
    return try await boards.dutyOrder(of: election)
  }

  private func certify(
    _ store: TrusteeStore, _ group: TrusteeStore.Group, _ coordinator: SigningCoordinator, _ now: UInt64, _ session: any SQLSession
  ) async throws {
    guard let signature = coordinator.signature else { throw CeremonyError.damaged("a signature that is not there") }
    let file = ResultCertificate.encoded(message: coordinator.message, signature: signature)
    try await boards.publish(.certificate, file, of: store.election, in: session)
    try await session.execute(
      "UPDATE trustee_groups SET tallied = $2, phase = 'tallied', version = version + 1 WHERE election = $1",
      [store.name, .integer(Int64(now))])
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

/// The coordinator of a joint signature after so many messages, all of them committed.
struct SigningProgress: Sendable {
  private(set) var coordinator: SigningCoordinator
  private(set) var messages = 0

  init(coordinator: SigningCoordinator) { self.coordinator = coordinator }

  mutating func take(_ bytes: [UInt8], of number: Int) throws {
    messages += 1
    if number != SigningMark.number {
      _ = coordinator.take(try SigningAnswer(bytes, trustee: number))
    } else if bytes == SigningMark.preferenceEnds {
      _ = coordinator.stopWaiting()
    }
  }
}

/// What the service itself notes among the messages, under a number that no trustee has: so the coordinator that is made again waits as it did.
private enum SigningMark {
  static let number = 0
  /// The first message: the trustees that come first in the order of duty are preferred.
  static let preferenceBegins: [UInt8] = [1]
  /// They have had their time.
  static let preferenceEnds: [UInt8] = [0]
}

extension TrusteeStore {
  /// Notes what trustees are to sign.
  ///
  /// - Parameter waits: whether those who come first in the order of duty are preferred for a while.
  func beginSigning(_ session: any SQLSession, _ message: [UInt8], time: UInt64, waits: Bool) async throws {
    try await session.execute(
      "UPDATE trustee_groups SET certificate = $2, signing = $3, phase = 'signing', version = version + 1 WHERE election = $1",
      [name, .bytes(message), .integer(Int64(time))])
    if waits { try await keepSigning(session, SigningMark.preferenceBegins, of: SigningMark.number, nil) }
  }

  /// Those from a position on, counted from 0.
  func signingMessages(_ session: any SQLSession, from position: Int) async throws -> [(trustee: Int, bytes: [UInt8])] {
    try await session.query(
      "SELECT trustee, bytes FROM signing_messages WHERE election = $1 AND position >= $2 ORDER BY position",
      [name, .integer(Int64(position))]
    ).map { (Int(try $0.integer(0)), try $0.bytes(1)) }
  }

  /// Whether the mark of the beginning is there, and that of the end perhaps, too.
  func hasPreference(_ session: any SQLSession) async throws -> Bool {
    try await !session.query(
      "SELECT 1 FROM signing_messages WHERE election = $1 AND position = 0 AND trustee = $2",
      [name, .integer(Int64(SigningMark.number))]
    ).isEmpty
  }

  /// Whether the mark of the beginning is there and that of the end is not.
  fileprivate func waitsForPreferred(_ session: any SQLSession) async throws -> Bool {
    let marks = try await session.query(
      "SELECT bytes FROM signing_messages WHERE election = $1 AND trustee = $2", [name, .integer(Int64(SigningMark.number))])
    return try marks.map { try $0.bytes(0) } == [SigningMark.preferenceBegins]
  }

  func keepSigning(_ session: any SQLSession, _ bytes: [UInt8], of number: Int, _ request: SignedRequest?) async throws {
    try await session.execute(
      """
      INSERT INTO signing_messages (election, position, trustee, bytes, request_signature)
      SELECT $1, COUNT(*), $2, $3, $4 FROM signing_messages WHERE election = $1
      """, [name, .integer(Int64(number)), .bytes(bytes), request.map { .bytes($0.signature) } ?? .null])
  }

  /// Whether this very request was taken before.
  func hasSigning(_ session: any SQLSession, _ bytes: [UInt8], of number: Int, _ request: SignedRequest?) async throws -> Bool {
    guard let request else { return false }
    return try await !session.query(
      "SELECT 1 FROM signing_messages WHERE election = $1 AND trustee = $2 AND bytes = $3 AND request_signature = $4",
      [name, .integer(Int64(number)), .bytes(bytes), .bytes(request.signature)]
    ).isEmpty
  }
}
