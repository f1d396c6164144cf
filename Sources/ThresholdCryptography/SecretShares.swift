import Curve25519

/// All that a trustee keeps secret after a key ceremony.
///
/// A copy of a value type cannot be followed, so nothing is wiped by itself: call `wipe` on the last copy. What the compiler
/// spilled to the stack, or an earlier copy, remains.
public struct SecretShares: Sendable, Equatable {
  /// Bytes of the encoding.
  public static let encodedLength = 128

  /// *j*.
  public let trustee: Int
  /// *xⱼ* of each key.
  public private(set) var values: PerKey<Scalar>
  /// From which the key of this trustee's own verifiable random function follows, as an Ed25519 key from its seed.
  public private(set) var drawSeed: Bytes32

  /// What was kept from a ceremony.
  public init(trustee: Int, values: PerKey<Scalar>, drawSeed: Bytes32) {
    self.trustee = trustee
    self.values = values
    self.drawSeed = drawSeed
  }

  /// This trustee's share of one key.
  public subscript(purpose: KeyPurpose) -> SecretShare { SecretShare(trustee: trustee, value: values[purpose]) }

  /// The public key of `drawSeed`. Constant time.
  public var drawKey: Bytes32 {
    var key = Ed25519.PrivateKey(seed: drawSeed)
    defer { key.wipe() }
    return key.publicKey
  }

  /// Whether these are the secrets to what the ceremony made public.
  public func belong(to keys: PerKey<ThresholdKey>, _ dealing: Dealing) -> Bool {
    dealing.drawKey == drawKey && KeyPurpose.allCases.allSatisfy { self[$0].publicShare == keys[$0].publicShare(of: trustee) }
  }

  /// Overwrites the secrets.
  public mutating func wipe() {
    values.wipe()
    drawSeed.wipe()
  }

  /// Overwrites all but the share of one key, where nothing needs another any more.
  public mutating func keepOnly(_ purpose: KeyPurpose) {
    var kept = values[purpose]
    wipe()
    values[purpose] = kept
    kept.wipe()
  }
}

extension SecretShares: CustomStringConvertible {
  /// Nothing about the secrets, so that a log line cannot give them away.
  public var description: String { "secret shares" }
}

// MARK: - Codec

extension SecretShares {
  /// Reads the three scalars and the seed.
  public init(from reader: inout ByteReader, trustee: Int) throws(CodecError) {
    self.trustee = trustee
    values = try PerKey { _ throws(CodecError) in try reader.scalar("share") }
    drawSeed = try reader.b32("draw seed")
  }

  /// Writes the same. What was written is secret: wipe it.
  public func encode(to writer: inout ByteWriter) {
    for purpose in KeyPurpose.allCases { writer.scalar(values[purpose]) }
    writer.b32(drawSeed)
  }
}
