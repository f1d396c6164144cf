import Curve25519

/// Puts a new credential in the place of a lost one: the body of a replacement entry (`docs/spec/06-record.md`, 6.3). Whether the board
/// allows it is told by `AmendedRoll`.
public struct CredentialReplacement: Equatable, Sendable {
  /// The public credential that may not be used any more.
  public let revoked: Bytes32
  /// The voter as the roll has it from now on.
  public let voter: RollEntry

  /// Bytes of the body.
  public static let length = 32 + RollEntry.length

  /// A replacement.
  public init(revoked: Bytes32, voter: RollEntry) {
    self.revoked = revoked
    self.voter = voter
  }

  /// Reads the body of a replacement entry. Whether the new credential is a point is told by `AmendedRoll`.
  public init(_ body: [UInt8]) throws(CodecError) {
    var reader = ByteReader(body)
    revoked = try reader.b32("revoked credential")
    let credential = try reader.b32("new credential")
    let weight = try reader.u32("weight")
    voter = RollEntry(credential: credential, weight: weight, identity: try reader.b32("identity"))
    try reader.finish()
  }

  /// The body of the entry.
  public var encoded: [UInt8] { revoked.bytes + voter.encoded }
}
