import Curve25519

/// Why a number of trustees, a threshold or a key cannot be used for a ceremony.
public enum CeremonyParameterError: Error, Equatable, Sendable {
  /// Not 1 ≤ trustees ≤ 50.
  case trusteesOutOfRange(Int)
  /// Not 1 ≤ threshold ≤ trustees, or two disjoint groups could act: not 2 · threshold > trustees.
  case thresholdOutOfRange(Int)
  /// Two trustees have the same signing key.
  case repeatedSigningKey(trustees: Int, Int)
  /// There is no trustee with this number.
  case unknownTrustee(Int)
  /// The private signing key given is not that of the trustee.
  case foreignSigningKey(trustee: Int)
}

/// What every participant of a key ceremony knows beforehand (`docs/spec/04-trustees.md`).
public struct CeremonyParameters: Equatable, Sendable {
  /// The largest number of trustees.
  public static let maximumTrustees = 50

  /// The ceremony's random id.
  public let ceremony: Bytes32
  /// *n*. Trustees are numbered from 1.
  public let trustees: Int
  /// *t*: the number of trustees that decrypt.
  public let threshold: Int

  /// Checks 1 ≤ *t* ≤ *n* ≤ 50 and 2*t* > *n*.
  public init(ceremony: Bytes32, trustees: Int, threshold: Int) throws(CeremonyParameterError) {
    guard (1...Self.maximumTrustees).contains(trustees) else { throw .trusteesOutOfRange(trustees) }
    guard (1...trustees).contains(threshold), 2 * threshold > trustees else { throw .thresholdOutOfRange(threshold) }
    self.ceremony = ceremony
    self.trustees = trustees
    self.threshold = threshold
  }

  /// The numbers of all trustees, 1 … *n*.
  public var indices: ClosedRange<Int> { 1...trustees }
}

/// The parameters of a ceremony and the keys that its messages are signed with.
public struct CeremonyConfiguration: Equatable, Sendable {
  /// Ceremony, number of trustees, threshold.
  public let parameters: CeremonyParameters
  /// The Ed25519 key of trustee *i* at position *i* − 1.
  public let signingKeys: [Bytes32]
  /// SHA-256 of ceremony, threshold and signing keys, by 4.2: every message is signed for it.
  public let digest: Bytes32

  /// Checks what `CeremonyParameters` checks, and that signing keys are distinct.
  public init(ceremony: Bytes32, threshold: Int, signingKeys: [Bytes32]) throws(CeremonyParameterError) {
    parameters = try CeremonyParameters(ceremony: ceremony, trustees: signingKeys.count, threshold: threshold)
    for (index, key) in signingKeys.enumerated() {
      if let other = signingKeys[..<index].firstIndex(of: key) { throw .repeatedSigningKey(trustees: other + 1, index + 1) }
    }
    self.signingKeys = signingKeys
    var writer = ByteWriter(capacity: 34 + 32 * signingKeys.count)
    writer.b32(ceremony)
    writer.u8(UInt8(threshold))
    writer.u8(UInt8(signingKeys.count))
    for key in signingKeys { writer.b32(key) }
    digest = Bytes32(SHA256.hash(writer.bytes).span)
  }
}
