import Curve25519
import Elections
import TransparencyLog

// A key file that was restored from a copy (8.12).
extension TrusteeAgent {
  /// Who has cosigned a checkpoint already.
  enum Vouching {
    case nobody
    /// As many other trustees as the quorum.
    case others
    /// This trustee, at a time before the copy was restored.
    case itself(time: UInt64)
  }

  /// A restored trustee may have forgotten what it cosigned, and whoever asks it to cosign may be the one who profits. So it follows: what as many others have cosigned as are
  /// needed gains nothing by its signature that it did not have, and what it has cosigned itself is no new promise.
  func vouching(for checkpoint: Checkpoint, _ policy: LogPolicy) throws(TrusteeFault) -> Vouching {
    let bytes = try boardFile("checkpoint", limit: LogLimits.noteBytes)
    guard let shown = try? SignedCheckpoint(parsing: bytes) else { throw .connection(.malformed("the checkpoint")) }
    guard shown.checkpoint == checkpoint else { return .nobody }
    // Hand-overs give numbers to others: this trustee's own is where its signing key stands.
    let number = try amendedRoster().acting(at: checkpoint.size).number(signingWith: signingKey.publicKey)
    let cosigners: [VerifiedCheckpoint.Cosigner]
    do throws(LogError) { cosigners = try policy.verify(shown).cosigners } catch {
      throw .alarm(.badCheckpoint(error.text, shown: bytes))
    }
    if let own = cosigners.first(where: { $0.witness + 1 == number }) { return .itself(time: own.timestamp) }
    return cosigners.count >= policy.quorum ? .others : .nobody
  }

  func awaitOthers(_ policy: LogPolicy) {
    guard !hasToldOfWaiting else { return }
    hasToldOfWaiting = true
    report(.awaitsOthers(quorum: policy.quorum))
  }
}
