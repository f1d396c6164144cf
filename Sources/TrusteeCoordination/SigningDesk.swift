import Elections
import ThresholdCryptography

// What the service says and takes for the joint signature (8.9).
extension SigningCoordinator {
  /// What is asked of a trustee.
  public func request(for trustee: Int) -> SigningRequest {
    if let session = session(for: trustee) { return .session(session.commitments) }
    return readyCommitment(of: trustee) == nil ? .commitment : .nothing
  }

  /// Takes what a trustee answered. Whose answer it is, the caller knows.
  public mutating func take(_ answer: SigningAnswer) -> Outcome {
    switch answer {
    case .commitment(let commitment): receive(commitment)
    case .response(let response): receive(response)
    }
  }

  /// Whether an answer with this outcome is to be kept: all that were kept, taken again in their order, make the same coordinator.
  public static func isKept(_ outcome: Outcome) -> Bool {
    switch outcome {
    case .duplicate, .refused: false
    case .accepted, .started, .wrongShare, .finished: true
    }
  }
}
