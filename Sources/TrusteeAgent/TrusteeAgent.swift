import Curve25519
import Elections
import ThresholdCryptography

/// What a step of a trustee came to.
public enum TrusteeStep: Equatable, Sendable {
  /// All that can be done is done: the next step waits for the service to have something new.
  case waiting
  /// The election is over for this trustee.
  case ended
}

/// One trustee in one election: asks the service where it stands, does what is to be done, and promises nothing that it has not kept first
/// (`docs/spec/08-trustee-network.md`).
///
/// May be killed at any moment: a new one made from what the vault kept goes on, and says again, byte for byte, what may not have arrived.
public actor TrusteeAgent<Platform: TrusteePlatform> {
  /// What is kept of the election.
  public internal(set) var election: TrusteeElection
  let signingKey: Ed25519.PrivateKey
  let connection: any TrusteeConnection
  let vault: any TrusteeVault
  let platform: Platform
  let report: @Sendable (TrusteeEvent) -> Void

  /// The version of the state last acted upon.
  private var version: UInt64 = 0
  private var phase: TrusteePhase?
  /// The running ceremony, once this process has read its log.
  var replay: CeremonyReplay<Platform.Cipher>?
  /// How often messages were taken by the service and did not appear.
  var suppressed = 0
  /// What was said in an earlier life is said again once, for it may not have arrived.
  var hasCosigned = false
  var hasDecrypted = false
  /// When each piece of work began, Unix milliseconds.
  private var begun: [String: UInt64] = [:]

  /// - Parameters:
  ///   - election: as the vault keeps it.
  ///   - report: told what happens; returns at once.
  public init(
    _ election: TrusteeElection, signingKey: Ed25519.PrivateKey, connection: any TrusteeConnection, vault: any TrusteeVault,
    platform: Platform, report: @escaping @Sendable (TrusteeEvent) -> Void = { _ in }
  ) {
    self.election = election
    self.signingKey = signingKey
    self.connection = connection
    self.vault = vault
    self.platform = platform
    self.report = report
  }

  /// Asks for the state, waiting up to `wait` seconds for a new one, and does all that it allows.
  ///
  /// - Throws: `TrusteeConnectionError`: to be tried again later; `TrusteeAgentError`: something is wrong that a person must look at.
  public func step(wait: Int = 0) async throws -> TrusteeStep {
    if election.ending == .tallied { return .ended }
    let state = try await connection.state(after: version, wait: wait)
    try check(state)
    if phase != state.phase {
      phase = state.phase
      report(.phase(state.phase, reason: state.reason))
    }
    let outcome = try await act(on: state)
    // Only now: what failed half way is begun again.
    version = state.version
    return outcome
  }

  /// Refuses a state that is about another election.
  private func check(_ state: TrusteeState) throws(TrusteeAgentError) {
    guard state.origin == election.origin else {
      throw .otherLog(expected: election.origin.description, found: state.origin.description)
    }
    if let known = election.electionID, let shown = state.electionID, known != shown {
      throw .otherElection(expected: known, found: shown)
    }
    if election.ending == .aborted, [.decrypting, .tallied].contains(state.phase) { throw .decryptionAfterAbort }
  }

  private func act(on state: TrusteeState) async throws -> TrusteeStep {
    if election.ending == .aborted && state.phase != .aborted { return .ended }
    switch state.phase {
    case .gathering: break
    case .ceremony: try await takePartInCeremony(state)
    case .failed: reportFailures()
    case .drill:
      try await finishCeremony(state)
      try await takePartInDrill()
    case .ready:
      try await finishCeremony(state)
      // Whoever was away may still show that its share works, as long as the service takes it.
      do { try await takePartInDrill() } catch TrusteeConnectionError.refused {}
    case .open, .paused, .closing:
      try await acceptOpening(state)
      try await cosign()
    case .decrypting:
      try await acceptOpening(state)
      try await cosign()
      try await decrypt()
    case .tallied:
      try await acceptOpening(state)
      try await verifyRecord()
      return .ended
    case .aborted:
      try abort()
      // The record of an abort needs the quorum's cosignatures like any other.
      if state.electionID != nil, election.ceremony?.roster != nil {
        try await acceptOpening(state)
        try await cosign()
      }
      return .ended
    }
    return .waiting
  }

  /// Never decrypts from now on.
  private func abort() throws(TrusteeAgentError) {
    guard election.ending != .aborted else { return }
    try keep { election in
      election.ending = .aborted
      election.wipeSecrets()
    }
    dropReplay()
    report(.aborted)
  }

  // MARK: State

  /// Keeps a change durably, and only then believes it.
  func keep(_ change: (inout TrusteeElection) -> Void) throws(TrusteeAgentError) {
    var changed = election
    change(&changed)
    guard changed != election else { return }
    do { try vault.keep(changed) } catch { throw .notKept("\(error)") }
    election = changed
  }

  func dropReplay() {
    replay?.wipe()
    replay = nil
  }

  // MARK: Time

  /// A piece of work begins, unless it has.
  func begin(_ work: String) { if begun[work] == nil { begun[work] = platform.now() } }

  /// A piece of work is done.
  func end(_ work: String) {
    guard let start = begun.removeValue(forKey: work) else { return }
    let now = platform.now()
    report(.took(work, milliseconds: now > start ? now - start : 0))
  }
}
