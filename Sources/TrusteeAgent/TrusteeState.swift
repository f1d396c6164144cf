import Curve25519
import Elections

/// What the service says of an election to one of its trustees (`docs/spec/08-trustee-network.md`, 8.3). Nothing in it is believed.
public struct TrusteeState: Equatable, Sendable {
  /// A trustee, as the service lists it.
  public struct Member: Equatable, Sendable {
    public var number: Int
    public var name: Text
    /// `nil` until it has joined.
    public var signingKey: Bytes32?

    public init(number: Int, name: Text, signingKey: Bytes32?) {
      self.number = number
      self.name = name
      self.signingKey = signingKey
    }
  }

  /// Grows with every change.
  public var version: UInt64
  public var phase: TrusteePhase
  public var origin: Text
  public var title: Text
  public var electionID: Bytes32?
  public var threshold: Int
  public var quorum: Int
  public var trustees: [Member]
  /// That of the trustee who asks.
  public var number: Int
  public var ceremony: Bytes32?
  /// Messages on the ceremony's log.
  public var messages: UInt64
  /// Who has passed the fire drill.
  public var passed: [Int]
  public var boardSize: UInt64
  public var reason: String?
  /// Where the renewal entries are on the board, ascending.
  public var renewals: [UInt64] = []
  /// The hand-over that is wanted or under way.
  public var handOver: HandOver?

  /// Who shall be trustees, and how far that is.
  public struct HandOver: Equatable, Sendable {
    /// All, those who stay and those who are new.
    public var members: [Member]
    /// That of the attempt, once there are enough dealers.
    public var id: Bytes32?
    /// Their numbers.
    public var dealers: [Int]

    public init(members: [Member], id: Bytes32? = nil, dealers: [Int] = []) {
      self.members = members
      self.id = id
      self.dealers = dealers
    }
  }

  public init(
    version: UInt64, phase: TrusteePhase, origin: Text, title: Text, electionID: Bytes32? = nil, threshold: Int, quorum: Int,
    trustees: [Member], number: Int, ceremony: Bytes32? = nil, messages: UInt64 = 0, passed: [Int] = [], boardSize: UInt64 = 0,
    reason: String? = nil
  ) {
    self.version = version
    self.phase = phase
    self.origin = origin
    self.title = title
    self.electionID = electionID
    self.threshold = threshold
    self.quorum = quorum
    self.trustees = trustees
    self.number = number
    self.ceremony = ceremony
    self.messages = messages
    self.passed = passed
    self.boardSize = boardSize
    self.reason = reason
  }
}
