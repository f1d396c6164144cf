import Curve25519
import ThresholdCryptography
import TransparencyLog

/// What everybody must know of a trustee that acts.
public struct ActingTrustee: Equatable, Sendable {
  /// Unlike that of any other who acts.
  public let name: Text
  /// The Ed25519 key that cosigns checkpoints.
  public let signingKey: Bytes32
  /// The key of its own verifiable random function.
  public let drawKey: Bytes32

  /// A trustee by what the record says.
  public init(name: Text, signingKey: Bytes32, drawKey: Bytes32) {
    self.name = name
    self.signingKey = signingKey
    self.drawKey = drawKey
  }
}

/// The trustees that act at some size of the board, with the public shares of that time (`docs/spec/06-record.md`, 6.12).
public struct ActingTrustees: Equatable, Sendable {
  /// Number *j* stands at *j* − 1.
  public let trustees: [ActingTrustee]
  /// The joint keys, which never change, and the public shares.
  public let keys: PerKey<ThresholdKey>

  /// - Precondition: a public share for each trustee.
  public init(_ trustees: [ActingTrustee], keys: PerKey<ThresholdKey>) {
    precondition(keys.election.publicShares.count == trustees.count, "a public share for each trustee")
    self.trustees = trustees
    self.keys = keys
  }

  /// Those of the key ceremony. Variable time: public.
  public init(_ roster: TrusteeRoster) throws(ThresholdKeyError) {
    self.init(
      roster.trustees.map { ActingTrustee(name: $0.name, signingKey: $0.signingKey, drawKey: $0.dealing.drawKey) },
      keys: try roster.keys)
  }

  /// How many are required to decrypt.
  public var threshold: Int { keys.election.threshold }
  /// Of all, that of number *j* at position *j* − 1.
  public var drawKeys: [Bytes32] { trustees.map { $0.drawKey } }
  /// Of all, that of number *j* at position *j* − 1.
  public var signingKeys: [Bytes32] { trustees.map { $0.signingKey } }

  /// The number of whoever signs with this key; `nil` where nobody does.
  public func number(signingWith key: Bytes32) -> Int? { trustees.firstIndex { $0.signingKey == key }.map { $0 + 1 } }

  /// Whether these are the secrets to what is public of their trustee. Constant time in them.
  public func own(_ shares: SecretShares) -> Bool {
    guard trustees.indices.contains(shares.trustee - 1), trustees[shares.trustee - 1].drawKey == shares.drawKey else {
      return false
    }
    return KeyPurpose.allCases.allSatisfy { shares[$0].publicShare == keys[$0].publicShare(of: shares.trustee) }
  }
}

/// The roster as the renewals on the board have amended it so far: who is trustee *j* at which size of the board.
public struct AmendedRoster: Sendable {
  /// A time in which the same trustees act.
  public struct Term: Equatable, Sendable {
    /// The renewal that began it; 0 for the key ceremony.
    public let renewal: Int
    /// The smallest checkpoint that they cosign.
    public let size: UInt64
    /// Who.
    public let acting: ActingTrustees
  }

  /// As it was fixed by the opening entry.
  public let roster: TrusteeRoster
  /// In the order of the board; never empty.
  public private(set) var terms: [Term]
  /// SHA-256 of the file of the last one: `trustees`, or `renewal-k`.
  public private(set) var lastHash: Bytes32

  /// The roster before any renewal. Variable time: public.
  public init(_ roster: TrusteeRoster) throws(ThresholdKeyError) {
    self.roster = roster
    terms = [Term(renewal: 0, size: 0, acting: try ActingTrustees(roster))]
    lastHash = Bytes32(SHA256.hash(roster.encoded).span)
  }

  /// The term of a board of this size.
  public func term(at size: UInt64) -> Term { terms.last { $0.size <= size } ?? terms[0] }

  /// Who acts on a board of this size.
  public func acting(at size: UInt64) -> ActingTrustees { term(at: size).acting }

  /// The term after all renewals so far.
  public var current: Term { terms[terms.count - 1] }

  /// The term in which whoever has a number now got it.
  public func beginning(of number: Int) -> Term {
    let key = current.acting.signingKeys[number - 1]
    return terms.first { $0.acting.signingKeys[number - 1] == key } ?? current
  }

  /// Whether a key has been a trustee's at any time.
  public func hasKnown(_ signingKey: Bytes32) -> Bool {
    terms.contains { $0.acting.number(signingWith: signingKey) != nil }
  }

  /// Takes a renewal over, after checking all of it. Variable time: public.
  ///
  /// - Parameters:
  ///   - position: of its entry on the board.
  ///   - election: the election id.
  ///   - logKey: which no trustee may have.
  public mutating func renew(
    _ renewal: Renewal, at position: UInt64, election: Bytes32, logKey: Bytes32
  ) throws(RenewalError) {
    let acting = try renewal.verified(after: self, election: election, logKey: logKey)
    terms.append(Term(renewal: Int(renewal.number), size: position + 1, acting: acting))
    lastHash = renewal.hash
  }
}

extension LogPolicy {
  /// Whose signatures the checkpoints of an election carry while these trustees act (`docs/spec/06-record.md`, 6.6).
  public init(opening: OpeningEntry, acting: ActingTrustees) throws(LogError) {
    try self.init(opening: opening, signingKeys: acting.signingKeys)
  }

  /// Whose cosignatures on a checkpoint over a renewal bring it into force (6.12): as many as the threshold of those who act before it.
  public init(opening: OpeningEntry, before acting: ActingTrustees) throws(LogError) {
    let policy = try LogPolicy(opening: opening, acting: acting)
    try self.init(logKey: policy.logKey, witnesses: policy.witnesses, quorum: acting.threshold)
  }
}
