import Curve25519
import ThresholdCryptography

/// What the record says of one trustee.
public struct RosterEntry: Equatable, Sendable {
  /// Unlike that of any other trustee.
  public let name: Text
  /// The Ed25519 key that cosigns checkpoints.
  public let signingKey: Bytes32
  /// Commitments to the coefficients of the trustee's polynomial, as many as the threshold.
  public let commitments: [RistrettoPoint]
  /// Proof of knowledge of the constant coefficient.
  public let proof: SchnorrProof

  /// A trustee as the key ceremony left it.
  public init(name: Text, signingKey: Bytes32, commitments: [RistrettoPoint], proof: SchnorrProof) {
    self.name = name
    self.signingKey = signingKey
    self.commitments = commitments
    self.proof = proof
  }
}

/// The trustees of an election and the public outcome of their key ceremony (`docs/spec/06-record.md`, 6.2).
public struct TrusteeRoster: Equatable, Sendable {
  /// The id of the ceremony.
  public let ceremony: Bytes32
  /// How many trustees are required to decrypt.
  public let threshold: Int
  /// All trustees; number *i* stands at `i − 1`.
  public let trustees: [RosterEntry]

  /// Most trustees.
  public static let most = 50

  /// A roster; `nil` unless 2·threshold > number of trustees ≥ threshold, every trustee has `threshold` commitments, and names and keys are distinct.
  public init?(ceremony: Bytes32, threshold: Int, trustees: [RosterEntry]) {
    guard (1...Self.most).contains(trustees.count), threshold <= trustees.count, 2 * threshold > trustees.count,
      trustees.allSatisfy({ $0.commitments.count == threshold })
    else { return nil }
    for (index, trustee) in trustees.enumerated() {
      for earlier in trustees[..<index] where earlier.name == trustee.name || earlier.signingKey == trustee.signingKey {
        return nil
      }
    }
    self.ceremony = ceremony
    self.threshold = threshold
    self.trustees = trustees
  }

  /// Reads a roster.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    try reader.header("COMITIAT")
    let ceremony = try reader.b32("ceremony id")
    let count = Int(try reader.u8("number of trustees"))
    let threshold = Int(try reader.u8("threshold"))
    guard (1...Self.most).contains(count), (1...count).contains(threshold) else {
      throw .outOfRange(field: FieldName("number of trustees or threshold"))
    }
    var trustees: [RosterEntry] = []
    for _ in 0..<count {
      let name = try reader.text("trustee name")
      let signingKey = try reader.b32("signing key")
      var commitments: [RistrettoPoint] = []
      for _ in 0..<threshold { commitments.append(try reader.point("commitment")) }
      trustees.append(
        RosterEntry(name: name, signingKey: signingKey, commitments: commitments, proof: try SchnorrProof(from: &reader)))
    }
    try reader.finish()
    guard let roster = TrusteeRoster(ceremony: ceremony, threshold: threshold, trustees: trustees) else {
      throw .outOfRange(field: FieldName("threshold, names or keys of trustees"))
    }
    self = roster
  }

  /// The encoding: what is hashed and published.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.header("COMITIAT")
    writer.b32(ceremony)
    writer.u8(UInt8(trustees.count))
    writer.u8(UInt8(threshold))
    for trustee in trustees {
      writer.text(trustee.name)
      writer.b32(trustee.signingKey)
      for commitment in trustee.commitments { writer.b32(commitment.encoded) }
      trustee.proof.encode(to: &writer)
    }
    return writer.bytes
  }
}
