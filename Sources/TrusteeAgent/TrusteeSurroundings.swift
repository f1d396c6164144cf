import Curve25519
import Elections
import ThresholdCryptography
import Verification

/// Why the service did not do what was asked.
public enum TrusteeConnectionError: Error, Equatable, Sendable {
  /// It cannot be reached, or not now: to be tried again.
  case unavailable(String)
  /// It refuses: its status and its words.
  case refused(status: Int, String)
  /// What it answered is not what the specification says.
  case malformed(String)
}

/// What a witness request was answered.
public enum WitnessAnswer: Equatable, Sendable {
  /// A tlog-witness request.
  case request([UInt8])
  /// The service's board is smaller than the trustee's last checkpoint.
  case behind
}

/// A trustee's line to the service about one election (`docs/spec/08-trustee-network.md`). Every call waits for its answer and may be made again; none is by the
/// connection itself.
public protocol TrusteeConnection {
  /// 8.3; waits up to `wait` seconds for a version after `after`.
  func state(after: UInt64, wait: Int) throws(TrusteeConnectionError) -> TrusteeState
  /// 8.4: a page that begins at a position.
  func messages(ceremony: Bytes32, after: UInt32) throws(TrusteeConnectionError) -> [UInt8]
  /// 8.4: a batch.
  func send(_ batch: [UInt8], ceremony: Bytes32) throws(TrusteeConnectionError)
  /// 8.5: a part in the fire drill.
  func sendDrill(_ part: [UInt8], ceremony: Bytes32) throws(TrusteeConnectionError)
  /// A small file of the public board.
  func file(_ path: [UInt8], limit: Int) throws(TrusteeConnectionError) -> [UInt8]
  /// 8.7: what there is to be cosigned.
  func witnessRequest(old: UInt64) throws(TrusteeConnectionError) -> WitnessAnswer
  /// 8.7: signature lines on the checkpoint of a size.
  func cosign(size: UInt64, _ lines: [UInt8]) throws(TrusteeConnectionError)
  /// 8.7: a checkpoint that the service seems not to know.
  func show(_ checkpoint: [UInt8]) throws(TrusteeConnectionError)
  /// 8.13: this trustee's person has approved this list.
  func approve(_ list: Bytes32) throws(TrusteeConnectionError)
  /// 8.13: a page of the log of a hand-over that begins at a position.
  func messages(handOver: Bytes32, after: UInt32) throws(TrusteeConnectionError) -> [UInt8]
  /// 8.13: one message.
  func send(_ message: [UInt8], handOver: Bytes32) throws(TrusteeConnectionError)
  /// 8.8: a partial decryption with a part in the closing draw.
  func sendPartial(_ partial: [UInt8]) throws(TrusteeConnectionError)
  /// 8.9: what is asked of this trustee for the joint signature.
  func signingRequest() throws(TrusteeConnectionError) -> [UInt8]
  /// 8.9: a commitment or a response.
  func sendSigning(_ message: [UInt8]) throws(TrusteeConnectionError)
  /// 8.14: what is asked of this trustee for the signature of a mark.
  func markingRequest() throws(TrusteeConnectionError) -> [UInt8]
  /// 8.14: a commitment or a response.
  func sendMarking(_ message: [UInt8]) throws(TrusteeConnectionError)
}

/// The state of a trustee could not be kept: why.
public struct TrusteeNotKept: Error, Equatable, Sendable {
  public let reason: String

  public init(_ reason: String) { self.reason = reason }
}

/// Where a trustee keeps its state, durably.
public protocol TrusteeVault {
  /// Keeps an election; when this returns, a power cut does not lose it. When it throws, the old state or the new one is kept.
  func keep(_ election: TrusteeElection) throws(TrusteeNotKept)
  /// Whether another election than this has a ceremony of this id.
  func knowsCeremony(_ id: Bytes32, besides reference: ElectionReference) -> Bool
}

/// A copy of the board on the trustee's own machine.
public protocol BoardMirror: RecordSource {
  /// Whether a file is there, whole.
  func contains(_ path: [UInt8]) -> Bool
  /// Copies a file of the public board, of at most `limit` bytes, in place of one that may be there. It is there once it is whole.
  func fetch(_ path: [UInt8], limit: Int) throws(TrusteeConnectionError)
  /// Puts the copy aside, for a person to look at: the next one begins empty.
  func setAside()
}

/// What a trustee's machine gives.
public protocol TrusteePlatform {
  associatedtype Cipher: ShareCipher
  associatedtype Random: RandomSource
  associatedtype Runner: WorkRunner
  associatedtype Mirror: BoardMirror
  associatedtype Connection: TrusteeConnection
  associatedtype Vault: TrusteeVault
  /// A secure generator.
  var random: Random { get }
  /// Verifies side by side.
  var runner: Runner { get }
  /// Unix milliseconds.
  func now() -> UInt64
  /// The copy of an election's board.
  func mirror(of election: ElectionReference) -> Mirror
  /// Whether an election's share may be shown to work in the fire drill. Where a machine can lose what it keeps without anybody's doing, as browsers can, not
  /// before there is a copy elsewhere: the election cannot open before, unless the organiser says that this trustee is absent.
  func mayShowShare(of election: ElectionReference) -> Bool
  /// Has a closed board verified before it is decrypted. Whatever a platform does, it is `verifyBoard` of this verifier that counts.
  func verifyBoard(_ verifier: RecordVerifier<Mirror, Runner>) throws(UnreadableRecord) -> (
    report: VerificationReport, board: VerifiedBoard?
  )
  /// Has a record verified before it is signed, and when it is complete: by `verify` of this verifier.
  func verifyRecord(_ verifier: RecordVerifier<Mirror, Runner>) throws(UnreadableRecord) -> VerificationReport
}

extension TrusteePlatform {
  public func mayShowShare(of election: ElectionReference) -> Bool { true }

  public func verifyBoard(
    _ verifier: RecordVerifier<Mirror, Runner>
  ) throws(UnreadableRecord) -> (report: VerificationReport, board: VerifiedBoard?) { try verifier.verifyBoard() }

  public func verifyRecord(_ verifier: RecordVerifier<Mirror, Runner>) throws(UnreadableRecord) -> VerificationReport {
    try verifier.verify().report
  }
}
