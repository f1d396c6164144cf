import Curve25519
import ThresholdCryptography

/// What the record says of one trustee.
public struct RosterEntry: Equatable, Sendable {
  /// Unlike that of any other trustee.
  public let name: Text
  /// The Ed25519 key that cosigns checkpoints.
  public let signingKey: Bytes32
  /// What the trustee dealt in the key ceremony.
  public let dealing: Dealing

  /// A trustee as the key ceremony left it.
  public init(name: Text, signingKey: Bytes32, dealing: Dealing) {
    self.name = name
    self.signingKey = signingKey
    self.dealing = dealing
  }
}

/// The trustees of an election and the public outcome of their key ceremony (`docs/spec/06-record.md`, 6.2).
public struct TrusteeRoster: Equatable, Sendable {
  /// Id, number of trustees and threshold of the ceremony.
  public let parameters: CeremonyParameters
  /// All trustees; number *i* stands at `i − 1`.
  public let trustees: [RosterEntry]

  /// How many trustees are required to decrypt.
  public var threshold: Int { parameters.threshold }

  /// A roster; `nil` unless there are as many trustees as the ceremony had, each has a name and dealt as many commitments as the threshold for each key,
  /// and names and keys are distinct.
  public init?(parameters: CeremonyParameters, trustees: [RosterEntry]) {
    guard trustees.count == parameters.trustees,
      trustees.allSatisfy({ trustee in
        trustee.name.isName
          && KeyPurpose.allCases.allSatisfy { trustee.dealing.commitments[$0].commitments.count == parameters.threshold }
      })
    else { return nil }
    for (index, trustee) in trustees.enumerated() {
      for earlier in trustees[..<index] {
        let isDistinct =
          earlier.name != trustee.name && earlier.signingKey != trustee.signingKey
          && earlier.dealing.drawKey != trustee.dealing.drawKey
        guard isDistinct else { return nil }
      }
    }
    self.parameters = parameters
    self.trustees = trustees
  }

  /// Reads a roster.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    try reader.header("COMITIAT")
    let ceremony = try reader.b32("ceremony id")
    let count = Int(try reader.u8("number of trustees"))
    let threshold = Int(try reader.u8("threshold"))
    guard let parameters = try? CeremonyParameters(ceremony: ceremony, trustees: count, threshold: threshold) else {
      throw .outOfRange(field: FieldName("number of trustees or threshold"))
    }
    var trustees: [RosterEntry] = []
    for _ in 0..<count {
      trustees.append(
        RosterEntry(
          name: try reader.text("trustee name"), signingKey: try reader.b32("signing key"),
          dealing: try Dealing(from: &reader, threshold: threshold)))
    }
    try reader.finish()
    guard let roster = TrusteeRoster(parameters: parameters, trustees: trustees) else {
      throw .outOfRange(field: FieldName("names or keys of trustees"))
    }
    self = roster
  }

  /// The encoding: what is hashed and published.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.header("COMITIAT")
    writer.b32(parameters.ceremony)
    writer.u8(UInt8(trustees.count))
    writer.u8(UInt8(threshold))
    for trustee in trustees {
      writer.text(trustee.name)
      writer.b32(trustee.signingKey)
      trustee.dealing.encode(to: &writer)
    }
    return writer.bytes
  }

  /// Of all trustees, that of number *j* at position *j* − 1.
  public var drawKeys: [Bytes32] { trustees.map { $0.dealing.drawKey } }

  /// All three keys. Variable time: public data.
  public var keys: PerKey<ThresholdKey> {
    get throws(ThresholdKeyError) { try trustees.map { $0.dealing }.thresholdKeys }
  }

  /// The joint key for a purpose, *H* of the election's: the sum of the constant commitments.
  public func jointKey(_ purpose: KeyPurpose) -> RistrettoPoint {
    trustees.reduce(.identity) { $0 + $1.dealing.commitments[purpose].commitments[0] }
  }

  /// The joint key and the public shares for a purpose. Variable time: public data.
  public func thresholdKey(_ purpose: KeyPurpose) throws(ThresholdKeyError) -> ThresholdKey {
    try ThresholdKey(dealers: trustees.map { $0.dealing.commitments[purpose] })
  }
}
