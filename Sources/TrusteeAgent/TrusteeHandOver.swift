import Curve25519
import Elections
import ThresholdCryptography

/// A renewal that this trustee has seen on the board, and verified.
public struct KeptRenewal: Equatable, Sendable {
  /// Of its entry.
  public let position: UInt64
  /// Its file.
  public let file: [UInt8]
}

/// One attempt to hand shares over, as this trustee entered it.
public struct TrusteeHandOver: Equatable, Sendable {
  /// Its id.
  public let id: Bytes32
  /// Who shall be trustees.
  public let members: [HandOverList.Member]
  /// Who deals, by old numbers, ascending.
  public let dealers: [Int]
  /// From which all randomness of it follows.
  public internal(set) var seed: Bytes32
  /// Messages read of its log, and the root over them.
  public var size: UInt64 = 0
  public var root: Bytes32
  /// From before the confirmation on: of use when the board has the renewal.
  public internal(set) var shares: SecretShares?

  init(id: Bytes32, members: [HandOverList.Member], dealers: [Int], seed: Bytes32) {
    self.id = id
    self.members = members
    self.dealers = dealers
    self.seed = seed
    root = CeremonyRoot().root
  }

  mutating func wipe() {
    seed.wipe()
    shares?.wipe()
    shares = nil
  }
}

// MARK: - Codec

extension TrusteeElection {
  private static let longestRenewal = 1 << 19
  /// Attempts that are remembered at a time.
  static let mostHandOvers = 16
  /// How many ids a hand-over may leave behind, of the 1000 that a key file holds.
  static let mostRetiredByHandOvers = 900
  /// Set in the byte of the ending where there is a part about hand-overs: who has none has the file of before.
  static let handOverFlag: UInt8 = 0x40

  var hasHandOverPart: Bool { !renewals.isEmpty || approved != nil || !handOvers.isEmpty }

  mutating func readHandOverPart(from reader: inout ByteReader) throws(CodecError) {
    for _ in 0..<(try reader.u8("number of renewals")) {
      let position = try reader.u64("position of a renewal")
      let count = Int(try reader.u32("renewal"))
      guard count <= Self.longestRenewal else { throw .outOfRange(field: FieldName("renewal")) }
      renewals.append(KeptRenewal(position: position, file: try reader.raw(count, "renewal")))
    }
    approved = try reader.bool("approved list there") ? try reader.b32("approved list") : nil
    for _ in 0..<(try reader.u8("number of hand-overs")) { handOvers.append(try TrusteeHandOver(from: &reader)) }
    guard renewals.count <= RenewalEntry.most, handOvers.count <= Self.mostHandOvers, hasHandOverPart else {
      throw .outOfRange(field: FieldName("hand-overs"))
    }
  }

  func encodeHandOverPart(to writer: inout ByteWriter) {
    writer.u8(UInt8(renewals.count))
    for renewal in renewals {
      writer.u64(renewal.position)
      writer.u32(UInt32(renewal.file.count))
      writer.raw(renewal.file)
    }
    writer.bool(approved != nil)
    if let approved { writer.b32(approved) }
    writer.u8(UInt8(handOvers.count))
    for handOver in handOvers { handOver.encode(to: &writer) }
  }
}

extension TrusteeHandOver {
  init(from reader: inout ByteReader) throws(CodecError) {
    id = try reader.b32("hand-over")
    var members: [HandOverList.Member] = []
    for _ in 0..<(try reader.u8("number of trustees")) {
      guard let name = Text(utf8: try reader.counted("trustee name", maximum: Text.longestName)), name.isName else {
        throw .invalidText(field: FieldName("trustee name"))
      }
      members.append(.init(name: name, signingKey: try reader.b32("signing key")))
    }
    var dealers: [Int] = []
    for _ in 0..<(try reader.u8("number of dealers")) { dealers.append(Int(try reader.u8("dealer"))) }
    self.members = members
    self.dealers = dealers
    seed = try reader.b32("seed")
    size = try reader.u64("messages read")
    root = try reader.b32("root")
    if try reader.bool("shares there") { shares = try SecretShares(from: &reader, trustee: Int(try reader.u8("number"))) }
  }

  func encode(to writer: inout ByteWriter) {
    writer.b32(id)
    writer.u8(UInt8(members.count))
    for member in members {
      writer.counted(member.name.utf8)
      writer.b32(member.signingKey)
    }
    writer.u8(UInt8(dealers.count))
    for dealer in dealers { writer.u8(UInt8(dealer)) }
    writer.b32(seed)
    writer.u64(size)
    writer.b32(root)
    writer.bool(shares != nil)
    if let shares {
      writer.u8(UInt8(shares.trustee))
      shares.encode(to: &writer)
    }
  }
}
