import BallotCryptography
import Curve25519
import TransparencyLog

/// What an entry of the bulletin board is. The number is its first byte.
public enum EntryKind: UInt8, Sendable, CaseIterable {
  /// The election is fixed; voting may start.
  case opening = 1
  /// A ballot was cast.
  case cast = 2
  /// A ballot was challenged.
  case challenge = 3
  /// The opening of a challenged ballot was published.
  case opened = 4
  /// Voting has ended.
  case closing = 5
  /// Voting stops for a while.
  case pause = 6
  /// Voting goes on.
  case resume = 7
  /// The election is given up; nothing of it is ever decrypted.
  case abort = 8
  /// A lost credential is replaced.
  case replacement = 9
  /// Trustees' shares are others from now on, and maybe the trustees. (10 is a piece of a long entry.)
  case renewal = 11
}

/// One entry of the bulletin board (`docs/spec/06-record.md`, 6.3): its body not yet read.
public struct BoardEntry: Equatable, Sendable {
  /// What it is.
  public let kind: EntryKind
  /// When it was appended, Unix milliseconds.
  public let time: UInt64
  /// Its content: an `OpeningEntry`, `CastBallot`, `BallotChallenge`, `OpenedBallot`, `PublicReason`, `CredentialReplacement`, `RenewalEntry`, or nothing.
  public let body: [UInt8]

  /// An entry.
  public init(_ kind: EntryKind, time: UInt64, body: [UInt8] = []) {
    self.kind = kind
    self.time = time
    self.body = body
  }

  /// Reads kind and time; the rest is the body.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    guard let kind = EntryKind(rawValue: try reader.u8("entry kind")) else {
      throw .outOfRange(field: FieldName("entry kind"))
    }
    self.kind = kind
    time = try reader.u64("time")
    body = try reader.raw(reader.remaining, "body")
  }

  /// The entry's bytes: as long as they fit into one (`LongEntry`), the leaf of the log in which it stands.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: 9 + body.count)
    writer.u8(kind.rawValue)
    writer.u64(time)
    writer.raw(body)
    return writer.bytes
  }

  /// The hash of its last leaf: for an opening entry the election id.
  public var leafHash: Bytes32 { MerkleTree.leafHash(lastLeaf) }

  /// Whether the body has the length its kind must have in an election with ballots of `bits` bits (7.1).
  public func hasExpectedLength(bits: Int) -> Bool {
    switch kind {
    case .cast: body.count == CastBallot.length(bits: bits)
    case .challenge: body.count == BallotChallenge.length
    case .replacement: body.count == CredentialReplacement.length
    case .renewal: body.count == RenewalEntry.length
    case .closing, .resume: body.isEmpty
    case .opening, .opened, .pause, .abort: true
    }
  }
}
