import Curve25519
import TransparencyLog

/// A file of the voting booth, by its hash.
public struct SoftwareFile: Equatable, Sendable {
  /// Where the booth serves it.
  public let path: Text
  /// SHA-256 of its bytes.
  public let sha256: Bytes32

  /// A file.
  public init(path: Text, sha256: Bytes32) {
    self.path = path
    self.sha256 = sha256
  }
}

/// The first entry of every board: fixes all that ballots are bound to (`docs/spec/06-record.md`, 6.3). Its leaf hash is the election id.
public struct OpeningEntry: Equatable, Sendable {
  /// The name of the log: printable ASCII without spaces or `+`.
  public let origin: Text
  /// The Ed25519 key that signs the log's checkpoints.
  public let logKey: Bytes32
  /// SHA-256 of the manifest.
  public let manifestHash: Bytes32
  /// SHA-256 of the trustees' file.
  public let trusteesHash: Bytes32
  /// The joint key, encoded.
  public let jointKey: Bytes32
  /// Root over the roll.
  public let rollRoot: Bytes32
  /// Voters on the roll.
  public let rollCount: UInt32
  /// Their total weight.
  public let rollWeight: UInt64
  /// Cosignatures that the closing checkpoint needs.
  public let quorum: UInt8
  /// Numbers of the trustees that missed the fire drill, as the organiser acknowledged. Only check 2 tells whether they are in order, and few
  /// enough.
  public let absent: [Int]
  /// What the trustees drew in the fire drill.
  public let draw: OpeningDraw
  /// The booth's files; at most 1000.
  public let software: [SoftwareFile]

  private static let mostSoftware = 1000

  /// Printable ASCII without spaces or `+`.
  private static func isOrigin(_ text: Text) -> Bool {
    text.isName && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x2b }
  }

  /// Fixes an election.
  ///
  /// - Precondition: `origin` names a log, software paths are names, there are at most 1000 of them, and `absent` is allowed (see
  ///   `allowsAbsent`): all of them the program's choice.
  public init(
    origin: Text, logKey: Bytes32, manifest: Manifest, trustees: TrusteeRoster, roll: Roll, quorum: UInt8,
    absent: [Int] = [], draw: OpeningDraw, software: [SoftwareFile] = []
  ) {
    precondition(Self.isOrigin(origin), "not the name of a log")
    precondition(software.count <= Self.mostSoftware && software.allSatisfy { $0.path.isName }, "software files not allowed")
    precondition(Self.allowsAbsent(absent, trustees), "absent trustees not allowed")
    self.origin = origin
    self.logKey = logKey
    manifestHash = Bytes32(SHA256.hash(manifest.encoded).span)
    trusteesHash = Bytes32(SHA256.hash(trustees.encoded).span)
    jointKey = trustees.jointKey(.election).encoded
    rollRoot = roll.root
    rollCount = UInt32(roll.count)
    rollWeight = roll.totalWeight
    self.quorum = quorum
    self.absent = absent
    self.draw = draw
    self.software = software
  }

  /// Whether an election may open though these trustees missed the fire drill: they are trustees in strictly ascending order, and the
  /// threshold of others remains (6.3).
  public static func allowsAbsent(_ absent: [Int], _ trustees: TrusteeRoster) -> Bool {
    let number = trustees.trustees.count
    return absent.count <= number - trustees.threshold && absent.allSatisfy { (1...number).contains($0) }
      && zip(absent, absent.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// Reads the body of an opening entry.
  public init(_ body: [UInt8]) throws(CodecError) {
    var reader = ByteReader(body)
    guard try reader.u16("version") == 1 else { throw .outOfRange(field: FieldName("version")) }
    let origin = try reader.text("origin")
    guard Self.isOrigin(origin) else { throw .invalidText(field: FieldName("origin")) }
    self.origin = origin
    logKey = try reader.b32("log key")
    manifestHash = try reader.b32("manifest hash")
    trusteesHash = try reader.b32("trustees hash")
    jointKey = try reader.point("joint key").encoded
    rollRoot = try reader.b32("roll root")
    rollCount = try reader.u32("number of voters")
    rollWeight = try reader.u64("total weight")
    quorum = try reader.u8("quorum")
    var absent: [Int] = []
    for _ in 0..<(try reader.u8("number of absent trustees")) { absent.append(Int(try reader.u8("absent trustee"))) }
    self.absent = absent
    draw = OpeningDraw(hash: try reader.b32("hash of the draw"), output: try reader.b32("draw"))
    var software: [SoftwareFile] = []
    for _ in 0..<(try reader.count16("number of software files", in: 0...Self.mostSoftware)) {
      software.append(SoftwareFile(path: try reader.text("software path"), sha256: try reader.b32("software hash")))
    }
    self.software = software
    try reader.finish()
  }

  /// The body of the entry.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.u16(1)
    writer.text(origin)
    writer.b32(logKey)
    writer.b32(manifestHash)
    writer.b32(trusteesHash)
    writer.b32(jointKey)
    writer.b32(rollRoot)
    writer.u32(rollCount)
    writer.u64(rollWeight)
    writer.u8(quorum)
    writer.u8(UInt8(absent.count))
    for trustee in absent { writer.u8(UInt8(trustee)) }
    writer.b32(draw.hash)
    writer.b32(draw.output)
    writer.u16(UInt16(software.count))
    for file in software {
      writer.text(file.path)
      writer.b32(file.sha256)
    }
    return writer.bytes
  }
}
