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

/// A trustee's line to the service about one election (`docs/spec/08-trustee-network.md`). Every call may be made again; none is by the connection itself.
public protocol TrusteeConnection: Sendable {
  /// 8.3; waits up to `wait` seconds for a version after `after`.
  func state(after: UInt64, wait: Int) async throws(TrusteeConnectionError) -> TrusteeState
  /// 8.4: a page that begins at a position.
  func messages(ceremony: Bytes32, after: UInt32) async throws(TrusteeConnectionError) -> [UInt8]
  /// 8.4: a batch.
  func send(_ batch: [UInt8], ceremony: Bytes32) async throws(TrusteeConnectionError)
  /// 8.5: a partial decryption.
  func sendDrill(_ part: [UInt8], ceremony: Bytes32) async throws(TrusteeConnectionError)
  /// A file of the public board, in pieces.
  func read(_ path: [UInt8], limit: Int, _ receive: @escaping @Sendable ([UInt8]) throws -> Void)
    async throws(TrusteeConnectionError)
  /// 8.7: what there is to be cosigned.
  func witnessRequest(old: UInt64) async throws(TrusteeConnectionError) -> WitnessAnswer
  /// 8.7: signature lines on the checkpoint of a size.
  func cosign(size: UInt64, _ lines: [UInt8]) async throws(TrusteeConnectionError)
  /// 8.7: a checkpoint that the service seems not to know.
  func show(_ checkpoint: [UInt8]) async throws(TrusteeConnectionError)
  /// 8.8: a partial decryption.
  func sendPartial(_ partial: [UInt8]) async throws(TrusteeConnectionError)
}

/// Where a trustee keeps its state, durably.
public protocol TrusteeVault: Sendable {
  /// Keeps an election; when this returns, a power cut does not lose it. When it throws, the old state or the new one is kept.
  func keep(_ election: TrusteeElection) throws
  /// Whether another election than this has a ceremony of this id.
  func knowsCeremony(_ id: Bytes32, besides reference: ElectionReference) -> Bool
}

/// A copy of the board on the trustee's own machine.
public protocol BoardMirror: RecordSource, Sendable {
  /// Whether a file is there, whole.
  func contains(_ path: [UInt8]) -> Bool
  /// A file that is being written, in place of one that may be there.
  func file(_ path: [UInt8]) throws -> any BoardMirrorFile
  /// Puts the copy aside, for a person to look at: the next one begins empty.
  func setAside()
}

/// A file of a mirror that is being written. It is there once it is finished.
public protocol BoardMirrorFile: Sendable {
  func write(_ bytes: [UInt8]) throws
  func finish() throws
}

/// What a trustee's machine gives.
public protocol TrusteePlatform: Sendable {
  associatedtype Cipher: ShareCipher
  associatedtype Random: RandomSource
  associatedtype Runner: WorkRunner & Sendable
  associatedtype Mirror: BoardMirror
  /// A secure generator.
  var random: Random { get }
  /// Verifies side by side.
  var runner: Runner { get }
  /// Unix milliseconds.
  func now() -> UInt64
  /// The copy of an election's board.
  func mirror(of election: ElectionReference) -> Mirror
}
