import BallotCryptography
import Curve25519
import TransparencyLog

/// One voter on the roll.
public struct RollEntry: Equatable, Sendable {
  /// The public credential: an encoded point other than the identity.
  public let credential: Bytes32
  /// How often the voter's ballot counts, at least 1.
  public let weight: UInt32
  /// SHA-256(salt ‖ identity): shows the voter whom the entry stands for, and nobody else.
  public let identity: Bytes32

  /// Bytes of an entry.
  public static let length = 68

  /// A voter.
  public init(credential: Bytes32, weight: UInt32, identity: Bytes32) {
    self.credential = credential
    self.weight = weight
    self.identity = identity
  }

  /// The encoding: a leaf of the roll's tree.
  var encoded: [UInt8] {
    var writer = ByteWriter(capacity: Self.length)
    writer.b32(credential)
    writer.u32(weight)
    writer.b32(identity)
    return writer.bytes
  }
}

/// Why a roll is refused.
public enum RollError: Error, Equatable, Sendable {
  /// Not the encoding of a roll.
  case malformed(CodecError)
  /// Two voters with one credential, or voters out of order. `index` is the second of the two.
  case notAscending(index: Int)
  /// A credential that is not a point, or is the identity.
  case invalidCredential(index: Int)
  /// A weight of zero.
  case zeroWeight(index: Int)
  /// Total weight × range exceeds 2⁴⁰: totals could not be decrypted.
  case tooHeavy
  /// The roll or a group of equal weight has fewer than ten members, and the manifest does not acknowledge it.
  case smallGroup(weight: UInt32, voters: Int)
}

/// The eligible credentials, frozen before voting opens (`docs/spec/06-record.md`, 6.4). Held as the bytes of its file.
public struct Roll: Sendable {
  /// The encoding.
  public let encoded: [UInt8]
  /// Number of voters.
  public let count: Int

  private static let headerLength = 14

  /// The largest total weight × range.
  public static let largestTotal: UInt64 = 1 << 40
  /// Groups below this size must be acknowledged.
  public static let smallGroup = 10

  /// Freezes a roll: sorts the voters by credential.
  public init(_ voters: [RollEntry]) throws(RollError) {
    var writer = ByteWriter(capacity: Self.headerLength + RollEntry.length * voters.count)
    writer.header("COMITIAR")
    writer.u32(UInt32(voters.count))
    for voter in voters.sorted(by: { $0.credential < $1.credential }) { writer.raw(voter.encoded) }
    try self.init(writer.bytes)
  }

  /// Reads a roll and checks every voter.
  public init(_ encoded: [UInt8]) throws(RollError) {
    self.encoded = encoded
    do throws(CodecError) {
      var reader = ByteReader(encoded)
      try reader.header("COMITIAR")
      let voters = UInt64(try reader.u32("number of voters"))
      guard voters * UInt64(RollEntry.length) == UInt64(reader.remaining) else {
        throw .outOfRange(field: FieldName("number of voters"))
      }
      count = Int(voters)
    } catch let error {
      throw .malformed(error)
    }
    for index in 0..<count {
      let voter = self[index]
      if index > 0, self[index - 1].credential >= voter.credential { throw .notAscending(index: index) }
      guard voter.weight > 0 else { throw .zeroWeight(index: index) }
      guard let point = RistrettoPoint(voter.credential), point != .identity else {
        throw .invalidCredential(index: index)
      }
    }
  }

  /// The voter at `index`, 0 ..< count.
  public subscript(index: Int) -> RollEntry {
    let start = Self.headerLength + RollEntry.length * index
    let bytes = encoded.span
    var weight: UInt32 = 0
    for offset in 32..<36 { weight = weight << 8 | UInt32(bytes[start + offset]) }
    return RollEntry(
      credential: Bytes32(bytes, at: start), weight: weight, identity: Bytes32(bytes, at: start + 36))
  }

  /// Where a credential stands, `nil` if it does not.
  public func index(of credential: Bytes32) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].credential < credential { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low].credential == credential ? low : nil
  }

  /// The RFC 6962 root over the voters.
  public var root: Bytes32 {
    var tree = MerkleFrontier()
    for index in 0..<count {
      // A roll has fewer than 2³² voters: the tree is never full.
      try? tree.append(MerkleTree.leafHash(self[index].encoded))
    }
    return tree.root
  }

  /// The sum of all weights.
  public var totalWeight: UInt64 { (0..<count).reduce(0) { $0 + UInt64(self[$1].weight) } }

  /// Whether an election with this manifest may open on this roll (6.5).
  public func checkSizes(_ manifest: Manifest) throws(RollError) {
    let (total, overflow) = totalWeight.multipliedReportingOverflow(by: manifest.largestRange)
    guard !overflow, total <= Self.largestTotal else { throw .tooHeavy }
    if manifest.smallAcknowledged { return }
    guard count >= Self.smallGroup else { throw .smallGroup(weight: 0, voters: count) }
    // Sorted, not counted in a dictionary: hashing wants random numbers, which a browser module does not import.
    let weights = (0..<count).map { self[$0].weight }.sorted()
    var first = 0
    while first < count {
      let next = weights[first...].firstIndex { $0 != weights[first] } ?? count
      guard next - first >= Self.smallGroup else { throw .smallGroup(weight: weights[first], voters: next - first) }
      first = next
    }
  }
}
