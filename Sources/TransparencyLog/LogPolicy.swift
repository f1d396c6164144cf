import Curve25519

/// Whom a verifier trusts for one log: the key of the log, the witnesses, and how many of them must have cosigned.
public struct LogPolicy: Equatable, Sendable {
  /// Key of the log. Its name is the origin: our logs sign under their own name.
  public let logKey: VerifierKey
  /// Keys of the witnesses: trustees and outsiders.
  public let witnesses: [VerifierKey]
  /// Number of witnesses that must have cosigned before a checkpoint counts as witnessed.
  public let quorum: Int

  /// The origin of the log.
  public var origin: [UInt8] { logKey.name }

  /// A policy. Nobody can be counted twice: names and public keys are distinct, and the log is not its own witness.
  ///
  /// - Throws: `policyKey`, `policyQuorum`.
  public init(logKey: VerifierKey, witnesses: [VerifierKey], quorum: Int) throws(LogError) {
    guard logKey.type == .ed25519 else { throw .policyKey(witness: nil) }
    guard witnesses.count < LogLimits.noteSignatures else { throw .tooManySignatures(limit: LogLimits.noteSignatures) }
    for (index, witness) in witnesses.enumerated() {
      var isNew = witness.type == .cosignature
      for other in [logKey] + witnesses[..<index] where witness.publicKey == other.publicKey || witness.name == other.name {
        isNew = false
      }
      guard isNew else { throw .policyKey(witness: index) }
    }
    guard quorum >= 0, quorum <= witnesses.count else { throw .policyQuorum(required: quorum, witnesses: witnesses.count) }
    self.logKey = logKey
    self.witnesses = witnesses
    self.quorum = quorum
  }

  /// Verifies that the log signed the checkpoint, and every cosignature by a known witness.
  ///
  /// A quorum is not asked for, but counted: casting does not wait for it; see `VerifiedCheckpoint.requireQuorum()`.
  ///
  /// - Throws: `originMismatch`, `unexpectedExtension`, `notSigned` when the log's signature is missing, `badSignature` when a
  ///   signature by the log or by any known witness does not verify.
  public func verify(_ signed: SignedCheckpoint) throws(LogError) -> VerifiedCheckpoint {
    guard signed.checkpoint.origin == origin else {
      throw .originMismatch(expected: origin, found: signed.checkpoint.origin)
    }
    // No entry accounts for what stands in them, and not all witnesses sign them.
    guard signed.checkpoint.extensionLines.isEmpty else { throw .unexpectedExtension }
    guard try !signed.note.signers(among: [logKey]).isEmpty else {
      throw .notSigned(name: logKey.name, keyID: logKey.keyID)
    }
    var cosigners: [VerifiedCheckpoint.Cosigner] = []
    for witness in try signed.note.signers(among: witnesses) {
      guard let line = signed.note.signature(by: witnesses[witness]) else { continue }
      cosigners.append(.init(witness: witness, timestamp: try Cosignature(parsing: line.signature).timestamp))
    }
    return VerifiedCheckpoint(checkpoint: signed.checkpoint, cosigners: cosigners, quorum: quorum)
  }
}

/// A checkpoint whose signatures were verified under a policy. Only `LogPolicy.verify` makes one.
public struct VerifiedCheckpoint: Equatable, Sendable {
  /// A witness whose cosignature is valid.
  public struct Cosigner: Equatable, Sendable {
    /// Position among the policy's witnesses.
    public let witness: Int
    /// When it cosigned, in seconds since 1970.
    public let timestamp: UInt64
  }

  /// What was signed.
  public let checkpoint: Checkpoint
  /// The witnesses that cosigned, in the order of the policy, each once.
  public let cosigners: [Cosigner]
  /// How many the policy asks for.
  public let quorum: Int

  /// Whether enough witnesses cosigned.
  public var isWitnessed: Bool { cosigners.count >= quorum }

  /// Verifies that enough witnesses cosigned.
  ///
  /// - Throws: `quorumNotReached`.
  public func requireQuorum() throws(LogError) {
    guard isWitnessed else { throw .quorumNotReached(required: quorum, found: cosigners.count) }
  }
}
