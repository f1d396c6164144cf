import Curve25519
import Elections

/// All that a trustee keeps: the content of its key file (`docs/spec/08-trustee-network.md`, 8.11).
public struct TrusteeKeyring: Equatable, Sendable {
  /// Most elections of one key.
  public static let mostElections = 1000

  /// What the signing key is derived from.
  public var signingSeed: Bytes32
  /// In the order in which the trustee joined.
  public var elections: [TrusteeElection] = []

  /// A fresh signing key, without elections.
  public init<R: RandomSource>(using random: inout R) {
    var bytes = random.bytes(32)
    signingSeed = Bytes32(bytes.span)
    bytes.wipe()
  }

  /// The key that signs everything this trustee says.
  public var signingKey: Ed25519.PrivateKey { Ed25519.PrivateKey(seed: signingSeed) }

  /// Takes over an election as it is now.
  public mutating func keep(_ election: TrusteeElection) {
    if let index = elections.firstIndex(where: { $0.reference == election.reference }) {
      elections[index] = election
    } else {
      elections.append(election)
    }
  }

  /// Whether another election than this has a ceremony of this id.
  public func knowsCeremony(_ id: Bytes32, besides reference: ElectionReference) -> Bool {
    elections.contains { $0.reference != reference && ($0.ceremony?.id == id || $0.retired.contains(id)) }
  }

  /// Notes that this is a copy, which may be older than what was done with the key (8.12). What is over stays over.
  public mutating func markRestored() {
    for index in elections.indices where elections[index].ending != .tallied { elections[index].isRestored = true }
  }

  /// Forgets that this is a copy: a person vouches that nothing was done with the key since it was made, and that the file it was made of is gone.
  public mutating func markNewest() {
    for index in elections.indices { elections[index].isRestored = false }
  }

  /// Overwrites all secrets. Copies made before remain.
  public mutating func wipe() {
    signingSeed.wipe()
    for index in elections.indices { elections[index].wipeSecrets() }
  }
}

// MARK: - Codec

extension TrusteeKeyring {
  /// Reads a keyring. Every one accepted is exactly what `encoded` returns for it.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    signingSeed = try reader.b32("signing seed")
    for _ in 0..<(try reader.count16("number of elections", in: 0...Self.mostElections)) {
      let election = try TrusteeElection(from: &reader)
      guard !elections.contains(where: { $0.reference == election.reference }) else {
        throw .outOfRange(field: FieldName("election reference"))
      }
      elections.append(election)
    }
    try reader.finish()
  }

  /// The encoding. Secret: to be wiped.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.b32(signingSeed)
    writer.u16(UInt16(elections.count))
    for election in elections { election.encode(to: &writer) }
    return writer.bytes
  }
}

#if !hasFeature(Embedded)
  extension TrusteeKeyring: CustomStringConvertible {
    /// Nothing about secrets, so that a log line cannot give them away.
    public var description: String { "keyring of \(elections.count) elections" }
  }
#endif
