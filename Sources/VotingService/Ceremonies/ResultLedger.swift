import Curve25519
import SolanaTransactions

/// A result that the trustees have signed, as far as its mark is concerned (`docs/spec/13-anchors-on-solana.md`, 13.1).
public struct CertifiedFile: Equatable, Sendable {
  /// The election id.
  public let election: Bytes32
  /// The file `certificate`.
  public let certificate: [UInt8]
  /// The trustees' joint key of the third purpose, a public key of Ed25519.
  public let jointKey: Bytes32

  public init(election: Bytes32, certificate: [UInt8], jointKey: Bytes32) {
    self.election = election
    self.certificate = certificate
    self.jointKey = jointKey
  }
}

/// What became of a mark that was sent.
public enum LedgerOutcome: Equatable, Sendable {
  /// It is there for good.
  case marked(ResultAnchorProof)
  /// It failed and can never be there: the trustees sign once more.
  case failed
  /// Nobody knows yet. The same is sent again later, and no other.
  case pending
}

/// A network does not do what is asked, or not now: why, without anything that is secret. It is tried again.
public struct LedgerTrouble: Error, Equatable, Sendable {
  public let reason: String

  public init(_ reason: String) { self.reason = reason }
}

/// A public chain on which results are marked: all that the service needs of one.
///
/// Every call may be made again at any time, by several servers at once, and comes to the same. All throw `LedgerTrouble`.
public protocol ResultLedger: Sendable {
  /// The mark of a result, if it is there for good.
  func find(_ file: CertifiedFile) async throws(LedgerTrouble) -> ResultAnchorProof?
  /// Sees to it that the trustees' key can pay, and says what they are to sign.
  func prepare(_ file: CertifiedFile) async throws(LedgerTrouble) -> SolanaMessage
  /// Sends what they have signed, unless the result is marked already.
  ///
  /// - Parameter signature: the joint key's on the message, 64 bytes.
  func send(_ message: SolanaMessage, signature: [UInt8], of file: CertifiedFile) async throws(LedgerTrouble) -> LedgerOutcome
}
