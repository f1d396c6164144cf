import Curve25519
import Elections
import SolanaTransactions
import ThresholdCryptography
import TrusteeAgent

// The mark of a result, as far as its trustees are concerned: no chain is asked.
extension TestService {
  /// What is to be marked, with a nonce account that trustees need not know.
  public func mark() throws -> ResultAnchor {
    try with { state in
      guard let board = state.board, let certificate = board.files["certificate"],
        let anchor = ResultAnchor(
          election: board.electionID, certificate: certificate, jointKey: JointSigningKey(board.acting.keys.signing).publicKey,
          nonceAccount: SolanaAddress(Bytes32([UInt8](repeating: 7, count: 32).span)))
      else { throw TrusteeConnectionError.unavailable("no certificate") }
      return anchor
    }
  }

  /// Asks the trustees to sign a message, whatever it says.
  public func ask(toSign message: [UInt8]) {
    with { state in
      guard let acting = state.board?.acting else { return }
      state.version += 1
      state.markMessage = message
      state.markCoordinator = SigningCoordinator(key: JointSigningKey(acting.keys.signing), message: message)
    }
  }

  /// The mark is there, or was given up.
  public func endMarking() {
    with { state in
      state.version += 1
      state.phase = .tallied
    }
  }

  public func markingRequest(of number: Int) throws(TrusteeConnectionError) -> [UInt8] {
    try look { (state) throws(TrusteeConnectionError) in
      guard state.phase == .marking else { throw .refused(status: 409, "nothing to mark") }
      let coordinator = state.markCoordinator.flatMap { $0.signature == nil ? $0 : nil }
      let asked = coordinator?.request(for: Self.number(of: number)) ?? .nothing
      return MarkingRequest(message: state.markMessage, asked: asked).encoded
    }
  }

  public func takeMarking(_ bytes: [UInt8], from number: Int) throws(TrusteeConnectionError) {
    try change { (state) throws(TrusteeConnectionError) in
      guard state.phase == .marking, var coordinator = state.markCoordinator, coordinator.signature == nil else {
        throw .refused(status: 409, "nothing to mark")
      }
      guard let answer = try? SigningAnswer(bytes, trustee: Self.number(of: number)) else {
        throw .refused(status: 422, "no answer")
      }
      let outcome = coordinator.take(answer)
      state.markCoordinator = coordinator
      if case .wrongShare = outcome { throw .refused(status: 422, "a wrong share") }
      if case .refused = outcome { throw .refused(status: 409, "of no use") }
    }
  }
}
