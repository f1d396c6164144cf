import BallotCryptography
import Curve25519
import Elections
import Verification

/// Half a ciphertext's bytes, enough to tell any two apart: α is a random point, and whoever wanted another voter's α would have to know its
/// randomness.
struct CiphertextKey: Hashable, Sendable {
  let low: UInt64
  let high: UInt64

  /// The keys of all ciphertexts of a ballot.
  static func all(of ballot: EncryptedBallot) -> [CiphertextKey] {
    (0..<ballot.bits).map { CiphertextKey(ballot.ciphertext($0).alpha) }
  }

  private init(_ alpha: Bytes32) {
    var low: UInt64 = 0
    var high: UInt64 = 0
    for index in 0..<8 {
      low = low << 8 | UInt64(alpha[index])
      high = high << 8 | UInt64(alpha[8 + index])
    }
    self.low = low
    self.high = high
  }
}

/// What a voter sends, and what the board's rules need to know of it.
struct Submission: Sendable {
  /// What it is to become.
  enum Content: Sendable {
    case ballot(CastBallot, ciphertexts: [CiphertextKey])
    case challenge(BallotChallenge)
    case opened(OpenedBallot, ciphertexts: [CiphertextKey])
  }

  let content: Content
  /// The body of the entry: the bytes that were sent.
  let body: [UInt8]
  let credential: Bytes32
  /// Of the ballot cast, challenged or opened.
  let ballotHash: Bytes32
  let election: Bytes32
  /// A hash of all that was sent, by which it is known again: of a ballot the tracker.
  let key: Bytes32

  /// Reads a ballot.
  init(ballot bytes: [UInt8]) throws(CodecError) {
    let cast = try CastBallot(bytes)
    content = .ballot(cast, ciphertexts: CiphertextKey.all(of: cast.ballot))
    body = bytes
    key = cast.tracker
    credential = cast.ballot.credential
    ballotHash = cast.ballot.hash
    election = cast.ballot.election
  }

  /// Reads a challenge.
  init(challenge bytes: [UInt8]) throws(CodecError) {
    let challenge = try BallotChallenge(bytes)
    content = .challenge(challenge)
    body = bytes
    key = Bytes32(SHA256.hash(bytes).span)
    credential = challenge.credential
    ballotHash = challenge.ballotHash
    election = challenge.election
  }

  /// Reads an opened ballot.
  init(opened bytes: [UInt8]) throws(CodecError) {
    let opened = try OpenedBallot(bytes)
    content = .opened(opened, ciphertexts: CiphertextKey.all(of: opened.ballot))
    body = bytes
    key = Bytes32(SHA256.hash(bytes).span)
    credential = opened.ballot.credential
    ballotHash = opened.ballot.hash
    election = opened.ballot.election
  }

  /// Bytes of what a voter sends to an election whose ballots have `bits` bits.
  static func longest(_ kind: EntryKind, bits: Int) -> Int {
    switch kind {
    case .cast: CastBallot.length(bits: bits)
    case .opened: OpenedBallot.length(bits: bits)
    default: BallotChallenge.length
    }
  }

  /// Reads what a voter sent to an election whose ballots have `bits` bits.
  init(_ bytes: [UInt8], _ kind: EntryKind, bits: Int) throws(CastRefusal) {
    let limit = Self.longest(kind, bits: bits)
    guard bytes.count <= limit else { throw .tooLong(limit: limit) }
    do throws(CodecError) {
      switch kind {
      case .cast: try self.init(ballot: bytes)
      case .opened: try self.init(opened: bytes)
      default: try self.init(challenge: bytes)
      }
    } catch let error {
      throw .malformed(error.text)
    }
  }

  /// What an entry of the board says, `nil` for one that is not sent by voters.
  init?(_ entry: BoardEntry) throws(CodecError) {
    switch entry.kind {
    case .cast: try self.init(ballot: entry.body)
    case .challenge: try self.init(challenge: entry.body)
    case .opened: try self.init(opened: entry.body)
    default: return nil
    }
  }

  /// What the entry is.
  var kind: EntryKind {
    switch content {
    case .ballot: .cast
    case .challenge: .challenge
    case .opened: .opened
    }
  }

  /// By which the voter finds the entry.
  var tracker: Bytes32 {
    if case .ballot = content { key } else { ballotHash }
  }
}
