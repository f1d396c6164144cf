import Curve25519
import Elections

/// The body of an opening entry (`docs/spec/06-record.md`, 6.3) with every field open to a forger.
public struct OpeningFields {
  public var origin: [UInt8]
  public var logKey: Bytes32
  public var manifestHash = Bytes32.zero
  public var trusteesHash = Bytes32.zero
  public var jointKey = Bytes32.zero
  public var rollRoot = Bytes32.zero
  public var rollCount: UInt32 = 0
  public var rollWeight: UInt64 = 0
  public var quorum: UInt8
  public var absent: [UInt8] = []
  public var drawHash = Bytes32.zero
  public var draw = Bytes32.zero
  public var software: [SoftwareFile] = []

  /// Takes what follows from the files.
  mutating func take(manifest: [UInt8], trustees: TrusteeKeys, trusteesFile: [UInt8], roll: [UInt8]) {
    manifestHash = SHA256.digest(manifest)
    trusteesHash = SHA256.digest(trusteesFile)
    jointKey = trustees.jointKey.encoded
    let voters = RollFile.voters(roll)
    rollRoot = MerkleMirror.root(voters)
    rollCount = UInt32(voters.count)
    rollWeight = voters.reduce(0) { $0 + $1[32..<36].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
  }

  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.u16(1)
    writer.counted(origin)
    writer.b32(logKey)
    writer.b32(manifestHash)
    writer.b32(trusteesHash)
    writer.b32(jointKey)
    writer.b32(rollRoot)
    writer.u32(rollCount)
    writer.u64(rollWeight)
    writer.u8(quorum)
    writer.u8(UInt8(absent.count))
    writer.raw(absent)
    writer.b32(drawHash)
    writer.b32(draw)
    writer.u16(UInt16(software.count))
    for file in software {
      writer.counted(file.path.utf8)
      writer.b32(file.sha256)
    }
    return writer.bytes
  }
}

/// The file `roll` (6.4), whatever stands in it.
public enum RollFile {
  /// The file of these voters, in the order given.
  public static func encoded(_ voters: [RollEntry]) -> [UInt8] {
    var writer = ByteWriter()
    writer.raw(Array("COMITIAR".utf8) + [0, 1])
    writer.u32(UInt32(voters.count))
    for voter in voters {
      writer.b32(voter.credential)
      writer.u32(voter.weight)
      writer.b32(voter.identity)
    }
    return writer.bytes
  }

  /// The 68 bytes of each voter.
  static func voters(_ file: [UInt8]) -> [[UInt8]] {
    stride(from: 14, to: file.count - 67, by: 68).map { Array(file[$0..<$0 + 68]) }
  }
}

/// RFC 6962 by its text: tree hash and audit path.
public enum MerkleMirror {
  static func leaf(_ data: [UInt8]) -> Bytes32 { SHA256.digest([0] + data) }

  public static func root(_ leaves: [[UInt8]]) -> Bytes32 { root(leaves.map(leaf)[...]) }

  /// The audit path of one leaf, its sibling first.
  public static func path(_ index: Int, _ leaves: [[UInt8]]) -> [Bytes32] { path(index, leaves.map(leaf)[...]) }

  private static func root(_ hashes: ArraySlice<Bytes32>) -> Bytes32 {
    guard let first = hashes.first else { return SHA256.digest([]) }
    guard hashes.count > 1 else { return first }
    let split = hashes.startIndex + split(hashes.count)
    return SHA256.digest([1] + root(hashes[..<split]).bytes + root(hashes[split...]).bytes)
  }

  private static func path(_ index: Int, _ hashes: ArraySlice<Bytes32>) -> [Bytes32] {
    guard hashes.count > 1 else { return [] }
    let split = hashes.startIndex + split(hashes.count)
    return hashes.startIndex + index < split
      ? path(index, hashes[..<split]) + [root(hashes[split...])]
      : path(hashes.startIndex + index - split, hashes[split...]) + [root(hashes[..<split])]
  }

  /// The largest power of two below `count`.
  private static func split(_ count: Int) -> Int {
    var power = 1
    while 2 * power < count { power *= 2 }
    return power
  }
}
