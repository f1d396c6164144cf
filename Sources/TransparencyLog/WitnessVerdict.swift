import Curve25519

/// What a witness has to answer to `add-checkpoint` (C2SP tlog-witness), from what it knows of the log: nothing is stored or signed here.
public enum WitnessVerdict: Equatable, Sendable {
  /// The checkpoint continues the last one: store it, then cosign it. 200.
  case cosign
  /// The log did not sign it, or extension lines stand in it, which no witness of ours signs. 403.
  case notSigned
  /// The proof starts from another size than that of the last checkpoint, which is given. 409.
  case otherSize(UInt64)
  /// The log signed another root under the size of the last checkpoint: the two convict it. 409 with that size.
  case forked(size: UInt64)
  /// The log signed it, and the proof does not lead from the last checkpoint to it: it may be forked. 422.
  case inconsistent

  /// Judges a request that is well formed (else the answer is 400) and names a known origin (else 404).
  ///
  /// - Parameters:
  ///   - request: what was sent.
  ///   - logKey: the key of the log with the origin of the request's checkpoint.
  ///   - last: the checkpoint cosigned last for this log; `nil` at first.
  public init(_ request: WitnessRequest, logKey: VerifierKey, last: Checkpoint?) {
    let checkpoint = request.checkpoint.checkpoint
    guard let policy = try? LogPolicy(logKey: logKey, witnesses: [], quorum: 0),
      (try? policy.verify(request.checkpoint)) != nil
    else {
      self = .notSigned
      return
    }
    let size = last?.size ?? 0
    if let last, last.size == checkpoint.size, last.root != checkpoint.root {
      self = .forked(size: size)
    } else if request.oldSize != size {
      self = .otherSize(size)
    } else if (try? request.verify(policy: policy, last: last)) != nil {
      self = .cosign
    } else {
      self = .inconsistent
    }
  }
}
