import Curve25519
import Elections
import ThresholdCryptography

/// What a step of a trustee came to.
public enum TrusteeStep: Equatable, Sendable {
  /// All that can be done is done: the next step waits for the service to have something new.
  case waiting
  /// The share is kept on one machine only: it must be copied before it is shown to work (`TrusteePlatform.mayShowShare`).
  case backupDue
  /// The election is over for this trustee.
  case ended
}

/// One trustee in one election: asks the service where it stands, does what is to be done, and promises nothing that it has not kept first
/// (`docs/spec/08-trustee-network.md`).
///
/// May be killed at any moment: a new one made from what the vault kept goes on, and says again, byte for byte, what may not have arrived.
///
/// Used on one thread at a time. It waits for its connection and its vault, and knows nothing of tasks or of the operating system, so that it serves browsers as it is.
public final class TrusteeAgent<Platform: TrusteePlatform> {
  /// What is kept of the election.
  public internal(set) var election: TrusteeElection
  let signingKey: Ed25519.PrivateKey
  let connection: Platform.Connection
  let vault: Platform.Vault
  let platform: Platform
  let report: @Sendable (TrusteeEvent) -> Void

  /// The version of the state last acted upon.
  var version: UInt64 = 0
  private var phase: TrusteePhase?
  /// The running ceremony, once this process has read its log.
  var replay: CeremonyReplay<Platform.Cipher>?
  /// The roster as it was read last: its points need not be decoded in every step.
  var rosterRead: (encoded: [UInt8], roster: TrusteeRoster)?
  /// The hand-over under way, once this process has read its log.
  var handOver: HandOverReplay<Platform.Cipher>?
  /// The roster with the renewals that are kept.
  var amended: AmendedRoster?
  /// The list of new trustees that this process has reported, or told the service the approval of.
  var saidOfList: Bytes32?
  var hasSaidApproval = false
  /// How many renewals the service tells of: their files belong to the board.
  var renewalsTold = 0
  /// How often messages were taken by the service and did not appear.
  var suppressed = 0
  /// What was said in an earlier life is said again once, for it may not have arrived.
  var hasCosigned = false
  var hasDecrypted = false
  /// Whether it was said that a restored key file waits for others.
  var hasToldOfWaiting = false
  /// Signs the one certificate that this process has verified. What it has promised to sign with is in no file (`docs/spec/10-signing.md`, 10.2).
  var signer: JointSigner?
  /// Signs the mark of that certificate, and the message of it.
  var marker: JointSigner?
  var markMessage: [UInt8]?
  /// Whether this process has verified the complete record.
  var hasVerifiedRecord = false
  /// The pieces of work under way, and when each began, Unix milliseconds.
  private var begun: [(work: TrusteeWork, start: UInt64)] = []

  /// - Parameters:
  ///   - election: as the vault keeps it.
  ///   - report: told what happens; returns at once.
  public init(
    _ election: TrusteeElection, signingKey: Ed25519.PrivateKey, connection: Platform.Connection, vault: Platform.Vault,
    platform: Platform, report: @escaping @Sendable (TrusteeEvent) -> Void = { _ in }
  ) {
    self.election = election
    self.signingKey = signingKey
    self.connection = connection
    self.vault = vault
    self.platform = platform
    self.report = report
  }

  /// Whether this process has made, for a signature that is not there, a promise that is in no file: when it ends, the others have waited for it in vain, and its
  /// successor begins anew (`docs/spec/10-signing.md`, 10.2).
  public var isSigning: Bool { phase == .signing && signer != nil || phase == .marking && marker != nil }

  /// Asks for the state, waiting up to `wait` seconds for a new one, and does all that it allows.
  ///
  /// - Throws: why nothing more can be done now.
  public func advance(wait: Int = 0) throws(TrusteeFault) -> TrusteeStep {
    if election.isOver { return .ended }
    if election.ending == .replaced {
      try sayLastWord()
      return .ended
    }
    let state = try asking { () throws(TrusteeConnectionError) in try connection.state(after: version, wait: wait) }
    try check(state)
    renewalsTold = min(state.renewals.count, RenewalEntry.most)
    if phase != state.phase {
      phase = state.phase
      report(.phase(state.phase, reason: state.reason))
    }
    let outcome = try act(on: state)
    // Only now: what failed half way is begun again, and so is what a person has to do something for.
    if outcome != .backupDue { version = state.version }
    return outcome
  }

  /// Refuses a state that is about another election.
  private func check(_ state: TrusteeState) throws(TrusteeFault) {
    guard state.origin == election.origin else {
      throw .alarm(.otherLog(expected: election.origin.description, found: state.origin.description))
    }
    if let known = election.electionID, let shown = state.electionID, known != shown {
      throw .alarm(.otherElection(expected: known, found: shown))
    }
    if election.ending == .aborted, [.decrypting, .signing, .marking, .tallied].contains(state.phase) {
      throw .alarm(.decryptionAfterAbort)
    }
  }

  private func act(on state: TrusteeState) throws(TrusteeFault) -> TrusteeStep {
    // It may owe its cosignature of the abort: whatever a service says in between, it waits to be asked.
    if election.ending == .aborted && state.phase != .aborted { return .waiting }
    switch state.phase {
    case .gathering: break
    case .ceremony: try takePartInCeremony(state)
    case .failed: reportFailures()
    case .drill:
      try finishCeremony(state)
      return try takePartInDrill()
    case .ready:
      try finishCeremony(state)
      // Whoever was away may still show that its share works, as long as the service takes it.
      do throws(TrusteeFault) { return try takePartInDrill() } catch {
        guard case .connection(.refused) = error else { throw error }
      }
    case .open, .paused:
      switch try followBoard(state) {
      case .acts: try takePartInHandOver(state)
      case .waits: break
      case .replaced: return .ended
      }
    case .closing:
      if try followBoard(state) == .replaced { return .ended }
    case .decrypting:
      switch try followBoard(state) {
      case .acts: try decrypt()
      case .waits: break
      case .replaced: return .ended
      }
    case .signing:
      switch try followBoard(state) {
      case .acts: try sign()
      case .waits: break
      case .replaced: return .ended
      }
    case .marking:
      switch try followBoard(state) {
      case .acts: try mark()
      case .waits: break
      case .replaced: return .ended
      }
    case .tallied:
      try acceptOpening(state)
      try verifyRecord()
      return .ended
    case .aborted:
      try abort()
      return try cosignEnd(state)
    }
    return .waiting
  }

  /// The record of an abort needs the quorum's cosignatures like any other, and a renewal before it those of the checkpoint that shows it.
  private func cosignEnd(_ state: TrusteeState) throws(TrusteeFault) -> TrusteeStep {
    guard state.electionID != nil, election.ceremony?.roster != nil else { return .ended }
    while true {
      let cosigned = election.cosigned
      switch try followBoard(state) {
      case .acts: break
      case .waits: return .waiting
      case .replaced: return .ended
      }
      guard election.cosigned != cosigned, try lastCheckpoint().size < state.boardSize else { return .ended }
    }
  }

  /// What a trustee is on the board as it has verified it.
  private enum Standing {
    /// It is one, or is to become one.
    case acts
    /// Its key file was restored from a copy, and the others have not cosigned the newest checkpoint yet.
    case waits
    /// Another has its place.
    case replaced
  }

  /// Cosigns the board as it has grown, and follows the renewals that are on it. Whoever is replaced cosigns the checkpoint that shows it, and none after.
  private func followBoard(_ state: TrusteeState) throws(TrusteeFault) -> Standing {
    try acceptOpening(state)
    // Those that the last checkpoint holds, before another is asked for.
    try followRenewals(state)
    if election.ending != .replaced {
      // Before another follows: it may be needed to bring a renewal into force.
      try repeatCosignature()
      guard try advanceCheckpoint() else { return .waits }
      try followRenewals(state)
    }
    guard election.ending == .replaced else {
      try sendCosignature()
      return .acts
    }
    try sayLastWord()
    return .replaced
  }

  /// Says the last cosignature again, unless it has arrived. Where the service has read it and does not want it, others were enough; any other refusal may be
  /// mended, and a renewal may wait for it.
  private func repeatCosignature() throws(TrusteeFault) {
    do throws(TrusteeFault) { try sendCosignature() } catch {
      guard case .connection(.refused(status: let status, _)) = error, [403, 422].contains(status) else { throw error }
    }
  }

  /// The cosignature of one who is replaced, again after a restart, until it has arrived: a renewal may wait for it. Only where the service says that it is
  /// no trustee of that checkpoint any more, nothing can wait for it; any other refusal may be mended.
  private func sayLastWord() throws(TrusteeFault) {
    do throws(TrusteeFault) { try sendCosignature() } catch {
      guard case .connection(.refused(status: 403, _)) = error else { throw error }
    }
    try keep { election in election.cosigned = nil }
  }

  /// Never decrypts from now on.
  private func abort() throws(TrusteeFault) {
    guard election.ending != .aborted else { return }
    try keep { election in
      election.ending = .aborted
      election.wipeSecrets()
    }
    dropSigner()
    dropReplay()
    dropHandOver()
    report(.aborted)
  }

  // MARK: State

  /// Keeps a change durably, and only then believes it.
  func keep(_ change: (inout TrusteeElection) -> Void) throws(TrusteeFault) {
    var changed = election
    change(&changed)
    guard changed != election else { return }
    do throws(TrusteeNotKept) { try vault.keep(changed) } catch { throw .alarm(.notKept(error.reason)) }
    election = changed
  }

  func dropReplay() {
    replay?.wipe()
    replay = nil
  }

  // MARK: Time

  /// A piece of work begins, unless it has.
  func begin(_ work: TrusteeWork) {
    if !begun.contains(where: { $0.work == work }) { begun.append((work, platform.now())) }
  }

  /// A piece of work is done.
  func end(_ work: TrusteeWork) {
    guard let index = begun.firstIndex(where: { $0.work == work }) else { return }
    let start = begun.remove(at: index).start
    let now = platform.now()
    report(.took(work, milliseconds: now > start ? now - start : 0))
  }
}
