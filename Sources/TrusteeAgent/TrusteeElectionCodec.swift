import Curve25519
import Elections
import ThresholdCryptography

/// How a trustee's elections stand in its key file (`docs/spec/08-trustee-network.md`, 8.11).
extension TrusteeElection {
  /// Ceremonies and hand-overs that were left behind.
  static let mostRetired = 1000
  private static let longestEntry = 65_535
  private static let restoredBit: UInt8 = 0x80
  private static let signedBit: UInt8 = 0x20

  init(from reader: inout ByteReader) throws(CodecError) {
    let service = try reader.name("service")
    guard let reference = ElectionReference(try reader.raw(ElectionReference.length, "election reference")) else {
      throw .outOfRange(field: FieldName("election reference"))
    }
    self.init(
      service: service, reference: reference, origin: try reader.name("origin"), title: try reader.name("title"),
      name: try reader.name("name"))
    for _ in 0..<(try reader.count16("retired ceremonies", in: 0...Self.mostRetired)) {
      retired.append(try reader.b32("retired ceremony"))
    }
    if try reader.bool("ceremony there") { ceremony = try TrusteeCeremony(from: &reader) }
    if try reader.bool("opening there") { opening = try reader.counted("opening entry", maximum: Self.longestEntry) }
    if try reader.bool("checkpoint there") {
      cosigned = CosignedCheckpoint(note: try reader.counted("checkpoint", maximum: 65_535), time: try reader.u64("time"))
    }
    if try reader.bool("decryption there") {
      decrypted = DecryptedBoard(
        size: try reader.u64("closing size"), root: try reader.b32("closing root"),
        part: try reader.counted("closing part", maximum: 65_535))
    }
    let last = try reader.u8("ending")
    guard let ending = Ending(rawValue: last & ~(Self.restoredBit | Self.handOverFlag | Self.signedBit)) else {
      throw .outOfRange(field: FieldName("ending"))
    }
    self.ending = ending
    isRestored = last & Self.restoredBit != 0
    if last & Self.handOverFlag != 0 { try readHandOverPart(from: &reader) }
    if last & Self.signedBit != 0 { signed = try reader.b32("certificate") }
  }

  func encode(to writer: inout ByteWriter) {
    writer.counted(service.utf8)
    writer.raw(reference.ascii)
    for text in [origin, title, name] { writer.counted(text.utf8) }
    writer.u16(UInt16(retired.count))
    for id in retired { writer.b32(id) }
    writer.bool(ceremony != nil)
    ceremony?.encode(to: &writer)
    writer.bool(opening != nil)
    if let opening { writer.counted(opening) }
    writer.bool(cosigned != nil)
    if let cosigned {
      writer.counted(cosigned.note)
      writer.u64(cosigned.time)
    }
    writer.bool(decrypted != nil)
    if let decrypted {
      writer.u64(decrypted.size)
      writer.b32(decrypted.root)
      writer.counted(decrypted.part)
    }
    writer.u8(
      ending.rawValue | (isRestored ? Self.restoredBit : 0) | (hasHandOverPart ? Self.handOverFlag : 0)
        | (signed == nil ? 0 : Self.signedBit))
    if hasHandOverPart { encodeHandOverPart(to: &writer) }
    if let signed { writer.b32(signed) }
  }
}

extension TrusteeCeremony {
  /// A roster of fifty has less than 270 kB.
  private static let longestRoster = 1 << 19

  init(from reader: inout ByteReader) throws(CodecError) {
    id = try reader.b32("ceremony")
    number = Int(try reader.u8("number"))
    threshold = Int(try reader.u8("threshold"))
    var participants: [Participant] = []
    for _ in 0..<(try reader.u8("number of trustees")) {
      participants.append(Participant(name: try reader.name("trustee name"), signingKey: try reader.b32("signing key")))
    }
    self.participants = participants
    root = .zero
    seed = try reader.optional32("seed")
    size = try reader.u64("messages read")
    root = try reader.b32("ceremony root")
    if try reader.bool("shares there") { shares = try SecretShares(from: &reader, trustee: number) }
    if try reader.bool("roster there") {
      let count = Int(try reader.u32("roster"))
      guard count <= Self.longestRoster else { throw .outOfRange(field: FieldName("roster")) }
      roster = try reader.raw(count, "roster")
    }
    hasPassedDrill = try reader.bool("drill passed")
    guard (try? configuration) != nil, participants.indices.contains(number - 1) else {
      throw .outOfRange(field: FieldName("ceremony"))
    }
  }

  func encode(to writer: inout ByteWriter) {
    writer.b32(id)
    writer.u8(UInt8(number))
    writer.u8(UInt8(threshold))
    writer.u8(UInt8(participants.count))
    for participant in participants {
      writer.counted(participant.name.utf8)
      writer.b32(participant.signingKey)
    }
    writer.optional32(seed)
    writer.u64(size)
    writer.b32(root)
    writer.bool(shares != nil)
    shares?.encode(to: &writer)
    writer.bool(roster != nil)
    if let roster {
      writer.u32(UInt32(roster.count))
      writer.raw(roster)
    }
    writer.bool(hasPassedDrill)
  }
}

extension ByteReader {
  fileprivate mutating func name(_ field: StaticString) throws(CodecError) -> Text {
    guard let text = Text(utf8: try counted(field, maximum: Text.longestName)), text.isName else {
      throw .invalidText(field: FieldName(field))
    }
    return text
  }

  fileprivate mutating func optional32(_ field: StaticString) throws(CodecError) -> Bytes32? {
    try bool(field) ? try b32(field) : nil
  }
}

extension ByteWriter {
  fileprivate mutating func optional32(_ value: Bytes32?) {
    bool(value != nil)
    if let value { b32(value) }
  }
}
