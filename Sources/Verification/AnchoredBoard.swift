import Curve25519
import Elections
import SolanaTransactions

/// A board that was verified with its anchors: what is asked of the chains themselves (`docs/spec/07-verification.md`, 7.7).
public struct AnchoredBoard: Sendable {
  /// The election id.
  public let election: Bytes32
  /// What the manifest says; `nil`: the board is on no chain.
  public let anchoring: ElectionAnchoring?
  /// What the record says; `nil`: nothing.
  public let list: AnchorList?
  /// The mark of the certificate on Solana, if the record has one.
  public let mark: ResultAnchorProof?
  /// Leaves of the board's log.
  public let size: UInt64
  /// Its root.
  public let root: Bytes32
  /// When its last entry was made, Unix milliseconds: from then on it can be on the chain as a whole.
  public let ended: UInt64

  /// A board.
  public init(
    election: Bytes32, anchoring: ElectionAnchoring?, list: AnchorList?, mark: ResultAnchorProof? = nil, size: UInt64,
    root: Bytes32, ended: UInt64
  ) {
    self.election = election
    self.anchoring = anchoring
    self.list = list
    self.mark = mark
    self.size = size
    self.root = root
    self.ended = ended
  }
}

extension VerificationReport {
  /// Takes what the chains have said into check 15, unless that has failed.
  ///
  /// - Parameters:
  ///   - said: what was asked, and found.
  ///   - fault: what does not agree; of several the first.
  public mutating func takeChains(_ said: String, fault: String?) {
    if outcomes.contains(where: { $0.check == .anchors && !$0.passed }) { return }
    outcomes.removeAll { $0.check == .anchors }
    if let fault { return fail(.anchors, fault) }
    pass(.anchors, said)
  }
}
